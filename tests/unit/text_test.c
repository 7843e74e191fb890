/* text_test.c - fonts, glyphs, widths, and lines that begin and end as a Chinese reader expects. */
#include "hal/text.h"

#include "hal/base/utf8.h"
#include "tests/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char NOTICE[] =
    "各位村民：根据《夷陵区2026年城乡居民基本医疗保险参保缴费通知》，缴费时间为11月25日至12月31日，"
    "每人400元（含大病保险）。请带好“身份证”和社保卡，到village service "
    "centre或在本机办理；逾期未缴的，"
    "从缴费次日起60天后才能享受待遇……咨询电话0717-7821234，网址www.example.gov.cn/"
    "yibao。价格3.50元/斤、"
    "优惠10%！您还有什么问题？“点‘求助’”就行——我们帮您（免费）。";
static const char BAD_START[] = "，。、；：？！）》”’…—·%,.;:?!)";
static const char BAD_END[] = "（《“‘([";

/* look.md §2.4: every icon the screens may use. */
static const uint16_t ICONS[] = {
    0xe85d, 0xea12, 0xe3f7, 0xf233, 0xef49, 0xe8b6, 0xe746, 0xe312, 0xe0bc, 0xe31a, 0xe5cc, 0xe5c4,
    0xe5c8, 0xe88a, 0xe245, 0xeb37, 0xe050, 0xe8e2, 0xe914, 0xf0e2, 0xe2bf, 0xe2c1, 0xe8b5, 0xef5f,
    0xe870, 0xea71, 0xf1e4, 0xe5ca, 0xe86c, 0xe5c9, 0xe000, 0xe88e, 0xe889, 0xe034, 0xe04c, 0xea5b,
    0xf18a, 0xe151, 0xe8ad, 0xef6e, 0xf02f, 0xe9ba, 0xe8f4, 0xe3c9, 0xef76, 0xe5d8, 0xe5db, 0xe15b,
    0xe166, 0xe5d5, 0xe14a, 0xe769, 0xea67, 0xe161, 0xe614, 0xef63, 0xe627, 0xe153,
};

static bool among(const char *set, uint32_t cp)
{
    while (*set)
        if (utf8_next(&set) == cp)
            return true;
    return false;
}

TEST(every_icon_of_the_look_is_in_the_font)
{
    CHECK_ERR(text_init(NULL), OK);
    int missing = 0;
    for (size_t i = 0; i < sizeof ICONS / sizeof *ICONS; i++)
        if (!text_has(TEXT_ICONS, ICONS[i])) {
            fprintf(stderr, "icon %04x is missing\n", ICONS[i]);
            missing++;
        }
    text_finish();
    CHECK_EQ(missing, 0);
}

TEST(icons_stand_in_the_middle_of_their_square)
{
    CHECK_ERR(text_init(NULL), OK);
    struct text_glyph g = text_glyph(TEXT_ICONS, 96, 0xe86c, false); /* a disc with a tick */
    int left = g.left, right = 96 - g.left - g.w, above = 96 - g.top, below = g.top - g.h;
    int advance = g.advance;
    text_finish();
    CHECK_EQ(advance, 96);
    CHECK(abs(left - right) <= 1);
    CHECK(abs(above - below) <= 1);
}

TEST(hanzi_are_one_em_wide_at_every_size)
{
    static const int px[] = { 24, 28, 30, 36, 38, 44, 48, 56, 64, 72, 96, 120, 168 };
    CHECK_ERR(text_init(NULL), OK);
    bool good = true;
    for (size_t i = 0; i < sizeof px / sizeof *px; i++)
        for (int bold = 0; bold < 2; bold++)
            good = good && text_width("惠民终端，（。", px[i], bold, false) == 7 * px[i];
    text_finish();
    CHECK(good);
}

TEST(tabular_digits_are_all_as_wide)
{
    CHECK_ERR(text_init(NULL), OK);
    int zero = text_width("0", 44, true, true);
    bool good = zero > 0;
    for (char d[] = "0"; d[0] <= '9'; d[0]++)
        good = good && text_width(d, 44, true, true) == zero;
    int sum = text_width("5.80", 44, true, true);
    int parts = text_width("5", 44, true, true) + text_width_n(".80", 3, 44, true, true);
    text_finish();
    CHECK(good);
    CHECK_EQ(sum, parts);
}

TEST(a_glyph_is_trimmed_and_sits_on_the_baseline)
{
    CHECK_ERR(text_init(NULL), OK);
    struct text_glyph h = text_glyph(TEXT_REGULAR, 100, 'H', false);
    int ink_left = 0, ink_top = 0;
    for (int y = 0; y < h.h; y++)
        ink_left += h.mask[y * h.stride] > 0;
    for (int x = 0; x < h.w; x++)
        ink_top += h.mask[x] > 0;
    struct text_glyph space = text_glyph(TEXT_REGULAR, 100, ' ', false);
    text_finish();
    CHECK(ink_left > 0 && ink_top > 0);
    CHECK(h.top >= 72 && h.top <= 75); /* capital letters are 0.733 em high */
    CHECK(h.top - h.h >= -1 && h.top - h.h <= 0);
    CHECK(space.mask == NULL && space.advance > 10);
}

TEST(an_unknown_character_shows_its_code)
{
    CHECK_ERR(text_init(NULL), OK);
    bool has = text_has(TEXT_REGULAR, 0xE08B);
    struct text_glyph a = text_glyph(TEXT_REGULAR, 48, 0xE08B, false);
    uint8_t first[64 * 64] = { 0 };
    size_t bytes = (size_t)a.h * (size_t)a.stride;
    bool good = a.mask && bytes <= sizeof first && a.advance == 48;
    if (good)
        memcpy(first, a.mask, bytes);
    struct text_glyph b = text_glyph(TEXT_BOLD, 48, 0xE170, false);
    bool differs = good && b.mask && memcmp(first, b.mask, bytes) != 0;
    text_finish();
    CHECK(!has);
    CHECK(good);
    CHECK(differs);
}

TEST(marks_without_shape_take_no_room)
{
    CHECK_ERR(text_init(NULL), OK);
    int plain = text_width("鸡蛋", 30, false, false);
    int with = text_width("\xEF\xBB\xBF鸡\xE2\x80\x8B蛋\xEF\xB8\x8F", 30, false, false);
    int broken = text_width("\xFF\xC0", 30, false, false);
    text_finish();
    CHECK_EQ(plain, with);
    CHECK(broken > 0);
}

/* One line of the sweep: no bad beginning, no bad end, not wider than allowed. */
static bool line_is_proper(const char *s, const struct text_line *line, int width)
{
    const char *p = s + line->start, *end = p + line->len;
    if (line->width > width || text_width_n(p, (size_t)line->len, 28, false, false) != line->width)
        return false;
    uint32_t cp = utf8_next(&p);
    bool good = line->start == 0 || !among(BAD_START, cp);
    while (p < end)
        cp = utf8_next(&p);
    return good && (*end == '\0' || !among(BAD_END, cp));
}

/* What lies between two lines must be spaces, and an ASCII word must not be torn. */
static bool gap_is_proper(const char *s, int from, int to)
{
    for (int i = from; i < to; i++)
        if (s[i] != ' ')
            return false;
    bool torn = from == to && from > 0 && (s[from - 1] & 0x80) == 0 && (s[from] & 0x80) == 0;
    return from <= to && !(torn && s[from]);
}

TEST(no_line_begins_or_ends_badly_at_any_width)
{
    CHECK_ERR(text_init(NULL), OK);
    int bad_lines = 0, bad_gaps = 0, lines = 0;
    for (int width = 460; width <= 1000; width += 7) {
        struct text_line line[64];
        int n = text_break(NOTICE, 28, false, false, width, line, 64), at = 0;
        for (int i = 0; i < n && i < 64; i++) {
            bad_lines += !line_is_proper(NOTICE, &line[i], width);
            bad_gaps += !gap_is_proper(NOTICE, at, line[i].start);
            at = line[i].start + line[i].len;
        }
        bad_gaps += !gap_is_proper(NOTICE, at, (int)strlen(NOTICE));
        lines += n;
    }
    text_finish();
    CHECK(lines > 600);
    CHECK_EQ(bad_lines, 0);
    CHECK_EQ(bad_gaps, 0);
}

TEST(narrow_lines_lose_nothing_either)
{
    CHECK_ERR(text_init(NULL), OK);
    int bad = 0;
    for (int width = 1; width <= 460; width += 9) {
        static struct text_line line[512];
        int n = text_break(NOTICE, 28, false, false, width, line, 512), at = 0;
        bad += n > 512;
        for (int i = 0; i < n && i < 512; i++) {
            for (; at < line[i].start; at++)
                bad += NOTICE[at] != ' ';
            bad += at != line[i].start || line[i].len == 0;
            bad += line[i].width > width && width >= 28;
            at += line[i].len;
        }
        bad += NOTICE[at] != '\0';
    }
    text_finish();
    CHECK_EQ(bad, 0);
}

/* Breaks s into lines joined by '|'. */
static const char *broken(const char *s, int width)
{
    static char out[512];
    struct text_line line[16];
    size_t n = 0;
    int lines = text_break(s, 10, false, true, width, line, 16);
    out[0] = '\0';
    for (int i = 0; i < lines && i < 16; i++)
        n += (size_t)snprintf(out + n, sizeof out - n, "%s%.*s", i ? "|" : "", line[i].len,
                              s + line[i].start);
    return out;
}

TEST(breaks_fall_where_a_reader_expects_them)
{
    CHECK_ERR(text_init(NULL), OK);
    CHECK_STR(broken("一二三四五，六", 50), "一二三四|五，六");
    CHECK_STR(broken("一二三四（五六）", 50), "一二三四|（五六）");
    CHECK_STR(broken("一二三四五六", 50), "一二三四五|六");
    CHECK_STR(broken("看看 eggs 多少", 50), "看看 eggs|多少");
    CHECK_STR(broken("一二三四五12元", 66), "一二三四五|12元");
    CHECK_STR(broken("一\n\n二\n", 50), "一||二");
    CHECK_STR(broken("", 50), "");
    CHECK_STR(broken("一二   ", 20), "一二");
    CHECK_STR(broken("two words", 40), "two|words");
    text_finish();
}

TEST(a_word_longer_than_a_line_is_cut)
{
    CHECK_ERR(text_init(NULL), OK);
    struct text_line line[8];
    int n = text_break("abcdefghijklmnopqrstuvwxyz", 20, false, false, 100, line, 8), sum = 0;
    for (int i = 0; i < n && i < 8; i++)
        sum += line[i].width <= 100 ? line[i].len : 0;
    text_finish();
    CHECK(n > 1 && n < 8);
    CHECK_EQ(sum, 26);
}

TEST(more_lines_than_asked_for_are_counted)
{
    CHECK_ERR(text_init(NULL), OK);
    struct text_line line[2] = { { 0, 0, 0 }, { -1, -1, -1 } };
    int n = text_break("一二三四五六七八", 10, false, false, 20, line, 1);
    text_finish();
    CHECK_EQ(n, 4);
    CHECK_EQ(line[0].len, 6);
    CHECK_EQ(line[1].start, -1);
}

TEST(the_least_width_holds_every_piece)
{
    CHECK_ERR(text_init(NULL), OK);
    int hanzi = text_min_width("一二三", 20, false, false);
    int comma = text_min_width("一二，三", 20, false, false);
    int word = text_min_width("看 eggs 看", 20, false, false);
    int eggs = text_width("eggs", 20, false, false);
    int least = text_min_width(NOTICE, 20, false, false);
    struct text_line line[128];
    int n = text_break(NOTICE, 20, false, false, least, line, 128), wide = 0;
    for (int i = 0; i < n; i++)
        wide += line[i].width > least;
    text_finish();
    CHECK_EQ(hanzi, 20);
    CHECK_EQ(comma, 40);
    CHECK_EQ(word, eggs);
    CHECK_EQ(wide, 0);
}

TEST(the_glyph_cache_keeps_below_its_cap)
{
    CHECK_ERR(text_init(NULL), OK);
    size_t most = 0;
    for (uint32_t cp = 0x4E00; cp < 0x4E00 + 700; cp++) {
        text_glyph(TEXT_BOLD, 96, cp, false);
        most = text_cache_bytes() > most ? text_cache_bytes() : most;
    }
    struct text_glyph again = text_glyph(TEXT_BOLD, 96, 0x4E00, false); /* long thrown out */
    bool good = again.mask && again.w > 50;
    text_finish();
    CHECK(most > 3 << 20);
    CHECK(most <= 4 << 20);
    CHECK(good);
    CHECK_EQ(text_cache_bytes(), 0);
}

TEST(no_font_at_all_is_an_error_of_its_own)
{
    struct text_fonts none = { .dir = test_dir() };
    CHECK_ERR(text_init(&none), ERR_FONT);
    CHECK_ERR(text_init(NULL), OK);
    text_finish();
}

TEST(a_font_in_an_odd_place_is_found)
{
    char copy[512];
    snprintf(copy, sizeof copy, "%s/deep", test_dir());
    CHECK_EQ(mkdir(copy, 0755), 0);
    snprintf(copy, sizeof copy, "%s/deep/any.ttc", test_dir());
    CHECK_EQ(symlink("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", copy), 0);
    struct text_fonts odd = { .dir = test_dir() };
    CHECK_ERR(text_init(&odd), OK);
    bool hui = text_glyph(TEXT_BOLD, 40, 0x60E0, false).mask != NULL;   /* there is no Bold */
    bool icon = text_glyph(TEXT_ICONS, 40, 0xe88a, false).mask != NULL; /* nor icons: a box */
    text_finish();
    CHECK(hui);
    CHECK(icon);
}

TEST(a_wrong_path_falls_back_to_the_usual_font)
{
    struct text_fonts wrong = { .regular = "/nonexistent.ttc", .bold = "/dev/null" };
    CHECK_ERR(text_init(&wrong), OK);
    bool hui = text_glyph(TEXT_REGULAR, 40, 0x60E0, false).mask != NULL;
    bool bold = text_glyph(TEXT_BOLD, 40, 0x60E0, false).mask != NULL;
    text_finish();
    CHECK(hui);
    CHECK(bold);
}

/* 直 has a long upright stroke at its left in Japan and none in China. */
TEST(hanzi_have_the_forms_used_in_china)
{
    CHECK_ERR(text_init(NULL), OK);
    struct text_glyph g = text_glyph(TEXT_REGULAR, 100, 0x76F4, false);
    int inked = 0;
    for (int y = 0; y < g.h; y++)
        for (int x = 0; x < g.w / 8; x++)
            if (g.mask[y * g.stride + x] > 128) {
                inked++;
                break;
            }
    int height = g.h;
    text_finish();
    CHECK(height > 80);
    CHECK(inked > 0 && inked < height / 4);
}
