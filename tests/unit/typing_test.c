/* typing_test.c - a key becomes a letter of pinyin, a word or text; nothing of it stays behind. */
#include "tests/test.h"

#include "hal/ime.h"

#include "app/i18n.h"
#include "app/typing.h"
#include "app/widgets.h"
#include "tests/unit/ui_kit.h"

#include <stdlib.h>
#include <string.h>

static struct typing *kb;
static char field[256], out[TYPING_OUT];

/* Before librime's own objects go, which a destructor of ours would not be. */
static void finish(void)
{
    typing_destroy(kb);
    kb = NULL;
}

static void begin(enum typing_mode mode)
{
    static bool registered;
    struct ime *first = NULL;
    if (!registered && ime_open(SHARE_DIR "/ime", &first) == OK)
        ime_close(first); /* now they are there, and go after what is registered from here on */
    finish();
    kb = typing_create(SHARE_DIR "/ime");
    typing_begin(kb, "form.name", mode);
    field[0] = '\0';
    if (!registered)
        atexit(finish);
    registered = true;
}

/* What the screen does with the answer; erase takes a whole hanzi. */
static bool give(const struct event *ev)
{
    bool erase;
    if (!typing_event(kb, ev, out, sizeof out, &erase))
        return false;
    if (strlen(field) + strlen(out) < sizeof field)
        memcpy(field + strlen(field), out, strlen(out) + 1);
    size_t n = strlen(field);
    while (erase && n > 0 && ((unsigned char)field[--n] & 0xC0) == 0x80)
        ;
    if (erase)
        field[n] = '\0';
    return true;
}

static bool press(const char *what, int64_t n)
{
    return give(&(struct event){ .type = EV_PICK, .what = what, .n = n });
}

static void letters(const char *s)
{
    while (*s)
        press("kb.key", *s++);
}

static void outside(const char *s)
{
    struct event ev = { .type = EV_TEXT, .what = "form.name" };
    memcpy(ev.s, s, strlen(s) + 1);
    give(&ev);
}

static int place_of(const char *word)
{
    for (int i = 0; i < kb->view.count; i++)
        if (strcmp(kb->view.candidate[i], word) == 0)
            return i;
    return -1;
}

TEST(letters_compose_and_a_pick_fills_the_field)
{
    begin(TYPING_PINYIN);
    letters("xujiachong");
    CHECK_STR(field, "");
    CHECK_STR(kb->view.preedit, "xu jia chong");
    CHECK(press("kb.cand", place_of("许家冲")));
    CHECK_STR(field, "许家冲");
    CHECK(!typing_composing(kb));
    CHECK_EQ(kb->view.count, 0);
}

TEST(a_digit_or_a_sign_ends_the_word_before_it)
{
    begin(TYPING_PINYIN);
    letters("taipingxizhen");
    press("kb.key", 0xFF0C);
    CHECK_STR(field, "太平溪镇，");
    letters("dibao");
    press("kb.mode", TYPING_DIGITS);
    letters("3");
    CHECK_STR(field, "太平溪镇，低保3");
    CHECK_EQ(kb->mode, TYPING_DIGITS);
}

TEST(space_takes_the_first_word_and_is_a_space_when_nothing_is_composed)
{
    begin(TYPING_PINYIN);
    letters("dibao");
    press("kb.space", 0);
    CHECK_STR(field, "低保");
    press("kb.space", 0);
    CHECK_STR(field, "低保 ");
}

TEST(erase_takes_a_letter_while_composing_and_a_hanzi_after)
{
    begin(TYPING_PINYIN);
    outside("王");
    letters("xi");
    give(&(struct event){ .type = EV_ERASE, .what = "form.name" });
    CHECK_STR(kb->view.preedit, "x");
    CHECK(press("kb.erase", 0));
    CHECK_STR(field, "王");
    CHECK(press("kb.erase", 0));
    CHECK_STR(field, "");
    CHECK(press("kb.erase", 0));
}

TEST(text_from_outside_is_never_composed)
{
    begin(TYPING_PINYIN);
    outside("中文");
    outside("a");
    CHECK_STR(field, "中文a");
    letters("dibao");
    outside("x");
    CHECK_STR(field, "中文a低保x");
    CHECK(!typing_composing(kb));
}

TEST(done_and_hide_keep_what_was_still_composed)
{
    begin(TYPING_PINYIN);
    letters("yanglaojin");
    CHECK(press("kb.done", 0));
    CHECK_STR(field, "养老金");
    CHECK(!kb->open);
    begin(TYPING_PINYIN);
    letters("dibao");
    CHECK(press("kb.hide", 0));
    CHECK_STR(field, "低保");
}

TEST(a_capital_is_for_one_letter_and_signs_go_straight_in)
{
    begin(TYPING_ENGLISH);
    press("kb.shift", 0);
    letters("li.wei-2@");
    CHECK_STR(field, "Li.wei-2@");
}

TEST(a_field_of_digits_offers_no_letters)
{
    begin(TYPING_IDNO);
    CHECK(kb->digits_only);
    press("kb.mode", TYPING_PINYIN);
    CHECK_EQ(kb->mode, TYPING_IDNO);
    letters("42050619X");
    CHECK_STR(field, "42050619X");
}

TEST(the_row_of_candidates_turns_by_what_it_shows)
{
    begin(TYPING_PINYIN);
    letters("shi");
    press("kb.turn", 5);
    CHECK_EQ(kb->first, 5);
    press("kb.turn", 5);
    CHECK_EQ(kb->first, 10);
    char tenth[IME_TEXT], first[IME_TEXT];
    memcpy(tenth, kb->view.candidate[10], sizeof tenth);
    memcpy(first, kb->view.candidate[0], sizeof first);
    press("kb.turn", 5);
    CHECK_EQ(kb->first, 0);
    CHECK(kb->view.has_prev && strcmp(first, kb->view.candidate[0]) != 0);
    press("kb.turn", -5);
    CHECK_STR(kb->view.candidate[0], first);
    press("kb.turn", 10);
    press("kb.space", 0);
    CHECK_STR(field, tenth);
}

TEST(what_is_not_typing_is_left_alone)
{
    begin(TYPING_PINYIN);
    CHECK(!press("search.word", 1));
    CHECK(!press("kb.nothing", 1));
    CHECK(!give(&(struct event){ .type = EV_BACK }));
    CHECK(press("kb.cand", 7));
    CHECK(press("kb.cand", -1));
    CHECK(press("kb.key", -5));
    CHECK(press("kb.mode", 99));
    CHECK_STR(field, "");
}

static bool zero(const void *p, size_t n)
{
    const unsigned char *b = p;
    while (n > 0 && b[n - 1] == 0)
        n--;
    return n == 0;
}

TEST(nothing_composed_outlives_the_citizen)
{
    begin(TYPING_PINYIN);
    letters("wangxiuying");
    press("kb.cand", place_of("王"));
    CHECK(typing_composing(kb));
    typing_forget(kb);
    CHECK(!typing_composing(kb));
    CHECK(zero(&kb->view, sizeof kb->view));
    CHECK(!kb->open && !kb->field[0]);
}

TEST(without_a_dictionary_there_are_letters_and_digits)
{
    struct typing *bare = typing_create(test_dir());
    char text[TYPING_OUT];
    bool erase;
    finish(); /* one engine a process: a failed opening must not take another's */
    typing_begin(bare, "form.name", TYPING_PINYIN);
    CHECK_EQ(bare->mode, TYPING_ENGLISH);
    CHECK(!typing_has_pinyin(bare));
    CHECK(typing_event(bare, &(struct event){ .type = EV_PICK, .what = "kb.key", .n = 'a' }, text,
                       sizeof text, &erase));
    CHECK_STR(text, "a");
    typing_forget(bare);
    typing_destroy(bare);
}

/* --- the keyboard itself ------------------------------------------------------------------ */

static void keyboard(struct ui *ui)
{
    UI(ui, .dir = UI_COL, .w = UI_FILL, .h = UI_FILL, .fill = TOK_PAPER)
    {
        ui_field(ui, &(struct ui_field){ .id = "form.name", .label = "姓名", .focused = true });
        ui_spring(ui);
        ui_keyboard(ui, &(struct ui_keyboard){ .typing = kb });
    }
}

static bool apart(const struct ui_view *a, const struct ui_view *b)
{
    int x = a->rect.x > b->rect.x ? a->rect.x - b->rect.x - b->rect.w
                                  : b->rect.x - a->rect.x - a->rect.w;
    int y = a->rect.y > b->rect.y ? a->rect.y - b->rect.y - b->rect.h
                                  : b->rect.y - a->rect.y - a->rect.h;
    return x >= 11 || y >= 11; /* 2.54 mm at 4.03 px/mm */
}

static bool keys_fit(struct ui *ui)
{
    bool well = test_check_eq(__FILE__, __LINE__, ui_overflows(ui), 0, "overflows");
    for (int i = 0; well && i < ui_view_count(ui); i++) {
        struct ui_view v = ui_view_at(ui, i);
        if (!v.target || strncmp(v.id, "kb.", 3) != 0)
            continue;
        well = test_check(__FILE__, __LINE__, v.rect.w >= 52 && v.rect.h >= 52 && *v.name, v.id);
        for (int j = 0; well && j < i; j++) {
            struct ui_view w = ui_view_at(ui, j);
            if (w.target && strncmp(w.id, "kb.", 3) == 0)
                well = test_check(__FILE__, __LINE__, apart(&v, &w), v.id);
        }
    }
    return well;
}

TEST(every_key_can_be_touched_in_every_mode_and_size)
{
    CHECK_ERR(i18n_init(SHARE_DIR "/locale", "zh_CN"), OK);
    for (int size = SIZE_NORMAL; size <= SIZE_XLARGE; size++)
        for (int mode = TYPING_PINYIN; mode <= TYPING_IDNO; mode++) {
            begin((enum typing_mode)mode);
            if (mode == TYPING_PINYIN)
                letters("xujiachong");
            struct ui *ui = kit_ui((enum text_size)size, false);
            kit_build(keyboard);
            TEST_OR_RETURN(keys_fit(ui));
        }
}

TEST(the_keys_of_the_keyboard_write_a_name)
{
    begin(TYPING_PINYIN);
    kit_ui(SIZE_NORMAL, false);
    for (const char *c = "wangxiuying"; *c; c++) {
        char id[8] = { 'k', 'b', '.', *c, 0 };
        kit_build(keyboard);
        struct event ev = kit_tap(id);
        CHECK(give(&ev));
    }
    kit_build(keyboard);
    CHECK_STR(kit_view("kb.cand.2").name, kb->view.candidate[2]);
    struct event surname = kit_tap("kb.cand.2");
    CHECK(give(&surname));
    kit_build(keyboard);
    CHECK_STR(kit_view("kb.preedit").name, "王xiu ying");
    struct event rest = kit_tap("kb.cand.0");
    CHECK(give(&rest));
    CHECK_STR(field, "王秀英");
    kit_build(keyboard);
    struct event back = kit_tap("kb.erase");
    CHECK_STR(back.what, "form.name");
    CHECK(give(&back));
    CHECK_STR(field, "王秀");
}

TEST(what_is_typed_on_real_keys_goes_to_the_field_of_the_keyboard)
{
    begin(TYPING_PINYIN);
    struct ui *ui = kit_ui(SIZE_NORMAL, false);
    kit_build(keyboard);
    CHECK_STR(ui_focused_field(ui), "form.name");
}

TEST(a_field_of_any_signs_has_them_and_a_password_no_pinyin)
{
    begin(TYPING_PINYIN);
    press("kb.mode", TYPING_SIGNS);
    CHECK_EQ(kb->mode, TYPING_PINYIN); /* elsewhere there are none */
    typing_begin_signs(kb, "setup.key", false);
    CHECK_EQ(kb->mode, TYPING_ENGLISH);
    press("kb.mode", TYPING_PINYIN);
    CHECK_EQ(kb->mode, TYPING_ENGLISH);
    press("kb.mode", TYPING_SIGNS);
    letters("#_~\\");
    CHECK_STR(field, "#_~\\");
    typing_begin_signs(kb, "setup.ssid", true);
    press("kb.mode", TYPING_PINYIN);
    CHECK(kb->mode == TYPING_PINYIN || !typing_has_pinyin(kb));
    typing_begin(kb, "form.name", TYPING_ADDRESS);
    press("kb.mode", TYPING_SIGNS);
    letters("192.168.");
    CHECK(kb->mode == TYPING_ADDRESS && strcmp(field, "#_~\\192.168.") == 0);
}
