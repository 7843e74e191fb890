/* purse_test.c - cards that name nobody: purses, the health card, a bank's chip, and none of them;
 * answers come from tests/foreign/purse.tsv and from lists like it. */
#include "hal/apdu.h"
#include "hal/base/clock.h"
#include "hal/card.h"
#include "hal/card_task.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/test.h"

/* A card that knows these pairs, command TAB answer, and 6A82 to all others. */
struct pairs {
    char text[8192];
    int selects;    /* SELECT commands it was sent */
    unsigned other; /* said to what it does not know */
    bool spends;    /* it was sent a command that loads or spends */
};

static size_t bytes(const char *hex, unsigned char *out, size_t cap)
{
    size_t n = 0;
    for (; *hex && *hex != '\t' && *hex != '\n'; hex++) {
        unsigned b;
        if (*hex == ' ')
            continue;
        if (n == cap || sscanf(hex, "%2x", &b) != 1)
            return 0;
        out[n++] = (unsigned char)b;
        hex++;
    }
    return n;
}

static size_t without_le(const unsigned char *b, size_t n)
{
    return n > 6 && b[1] == 0xa4 && n == 6u + b[4] ? n - 1 : n;
}

static const char *find(const struct pairs *p, const unsigned char *cmd, size_t n)
{
    for (const char *l = p->text; l && *l; l = strchr(l, '\n'), l = l ? l + 1 : NULL) {
        unsigned char b[300];
        const char *tab = strchr(l, '\t');
        if (*l == '#' || !tab)
            continue;
        size_t k = bytes(l, b, sizeof b);
        if (without_le(b, k) == without_le(cmd, n) && memcmp(b, cmd, without_le(cmd, n)) == 0)
            return tab + 1;
    }
    return NULL;
}

static enum err transmit(void *ctx, const unsigned char *cmd, size_t n, unsigned char *out,
                         size_t cap, size_t *out_n)
{
    struct pairs *p = ctx;
    p->selects += cmd[1] == 0xa4;
    p->spends |= cmd[0] == 0x80 && (cmd[1] == 0x50 || cmd[1] == 0x52 || cmd[1] == 0x54);
    const char *answer = find(p, cmd, n);
    *out_n = answer ? bytes(answer, out, cap) : 2;
    if (!answer) {
        out[0] = (unsigned char)(p->other >> 8);
        out[1] = (unsigned char)p->other;
    }
    return OK;
}

static struct pairs with(const char *text)
{
    struct pairs p = { .other = 0x6a82 };
    snprintf(p.text, sizeof p.text, "%s", text);
    return p;
}

static enum err read_it(struct pairs *p, bool contactless, struct card_face *out)
{
    static const unsigned char near[] = { 0x3b, 0x80, 0x80, 0x01, 0x01 }, far[] = { 0x3b, 0x00 };
    struct apdu_channel ch = { .transmit = transmit, .ctx = p };
    if (contactless)
        apdu_channel_atr(&ch, near, sizeof near, true);
    else
        apdu_channel_atr(&ch, far, sizeof far, false);
    return card_read(&ch, out);
}

static struct pairs from_file(const char *path)
{
    struct pairs p = { .other = 0x6a82 };
    FILE *f = fopen(path, "re");
    if (f) {
        p.text[fread(p.text, 1, sizeof p.text - 1, f)] = '\0';
        fclose(f);
    }
    return p;
}

TEST(the_table_of_a_transit_card_is_read_to_the_last_record)
{
    struct card_face f;
    struct pairs p = from_file("tests/foreign/purse.tsv");
    CHECK_ERR(read_it(&p, true, &f), OK);
    CHECK_EQ(f.kind, CARD_TRANSIT);
    CHECK_STR(f.card_no, "3104205000000012345");
    CHECK(f.purse.known);
    CHECK_EQ(f.purse.balance_fen, 4560);
    CHECK_EQ(f.purse.province, 4200);
    CHECK_EQ(f.purse.city, 5260);
    CHECK_EQ(f.issued_day, clock_day_from_civil(2022, 6, 1));
    CHECK_EQ(f.expires_day, clock_day_from_civil(2042, 6, 1));
    CHECK_EQ(f.purse.trips, 6);
    CHECK_EQ(f.purse.trip[0].fen, 200);
    CHECK(!f.purse.trip[0].load);
    CHECK_EQ(f.purse.trip[0].day, clock_day_from_civil(2026, 11, 20));
    CHECK_EQ(f.purse.trip[0].minutes, 8 * 60 + 15);
    CHECK(f.purse.trip[2].load);
    CHECK_EQ(f.purse.trip[2].fen, 5000);
    CHECK_EQ(f.purse.trip[3].minutes, 0);
    CHECK(!p.spends);
    CHECK_STR(f.name, "");
}

TEST(the_older_purse_is_read_from_its_file_and_from_its_first_answer)
{
    static const char fci[] = "00A4040009A00000000386980701\t6F2E8409A00000000386980701A5219F0C1E"
                              "0000000100000000010100010102030405060708201701012027123100009000\n"
                              "805C000204\t800000649000\n";
    static const char file[] =
        "00A4040009A00000000386980701\t9000\n"
        "00B095001E\t0000000100000000010100010102030405060708201701012027123100009000\n"
        "805C000104\t000000649000\n";
    static const char *const both[] = { fci, file };
    for (size_t i = 0; i < 2; i++) {
        struct card_face f;
        struct pairs p = with(both[i]);
        CHECK_ERR(read_it(&p, i == 0, &f), OK);
        CHECK_EQ(f.kind, CARD_CITY);
        CHECK_STR(f.card_no, "10102030405060708");
        CHECK_EQ(f.purse.balance_fen, 100);
        CHECK_EQ(f.purse.trips, 0);
        CHECK_EQ(f.expires_day, clock_day_from_civil(2027, 12, 31));
    }
}

TEST(a_purse_keeps_out_what_no_record_can_be)
{
    static const char text[] =
        "00A4040008A000000632010105\t9000\n"
        "00B095001E\t0000000000000000000000000000000000000000ABCDEF010000000000009000\n"
        "805C000204\t00000000"
        "9000\n"
        "00B201C417\tFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF9000\n"
        "00B202C417\t00000000000000000000000000000000000000000000009000\n"
        "00B203C417\t0001000000000000C8060000000000319999999999AA009000\n"
        "00B204C417\t00019000\n";
    struct card_face f;
    struct pairs p = with(text);
    CHECK_ERR(read_it(&p, true, &f), OK);
    CHECK_STR(f.card_no, "");
    CHECK_EQ(f.issued_day, INT32_MIN);
    CHECK_EQ(f.purse.trips, 1);
    CHECK_EQ(f.purse.trip[0].day, INT32_MIN);
    CHECK_EQ(f.purse.trip[0].minutes, -1);
}

TEST(a_health_card_says_issuer_and_number_and_is_guarded)
{
    static const char text[] =
        "00A4000002DDF1\t9000\n00A4020002EF05\t9000\n"
        "00B2010500\t0101330204312E3030031ED2CBB2FDCAD0D2C4C1EAC7F8CEC0C9FABDA1BFB50000000000000000"
        "000000060420260301071234323035303600000000000000000000000000009000\n";
    static const char no_good[] = "00A4000002DDF1\t9000\n";
    struct card_face f;
    struct pairs p = with(text), q = with(no_good);
    CHECK_ERR(read_it(&p, false, &f), OK);
    CHECK_EQ(f.kind, CARD_HEALTH);
    CHECK(f.guarded);
    CHECK_STR(f.card_no, "420506");
    CHECK(f.issuer[0] != '\0');
    CHECK_EQ(f.issued_day, clock_day_from_civil(2026, 3, 1));
    CHECK_ERR(read_it(&q, false, &f), ERR_FORMAT);
}

static enum err confirm(struct apdu_channel *ch, const char *card_no)
{
    struct card_task t = { .kind = CARD_TASK_CONFIRM };
    snprintf(t.card_no, sizeof t.card_no, "%s", card_no);
    return card_task_run(ch, &t);
}

TEST(a_health_card_that_guards_what_is_free_is_malformed_and_another_one)
{
    static const char text[] = "00A4000002DDF1\t9000\n00A4020002EF05\t9000\n00B2010500\t6982\n";
    struct card_face f;
    struct pairs p = with(text);
    struct apdu_channel ch = { .transmit = transmit, .ctx = &p };
    CHECK_ERR(read_it(&p, false, &f), ERR_FORMAT);
    CHECK_ERR(confirm(&ch, "420506000012345678"), ERR_REFUSED);
}

TEST(a_purse_that_does_not_tell_its_number_is_another_one)
{
    struct pairs p = with("00A4040008A000000632010105\t9000\n");
    struct apdu_channel ch = { .transmit = transmit, .ctx = &p };
    CHECK_ERR(confirm(&ch, "3104205000000012345"), ERR_REFUSED);
}

TEST(a_purse_that_never_ends_is_malformed)
{
    struct pairs p = with("00A4040008A000000632010105\t9000\n");
    struct apdu_channel ch = { .transmit = transmit, .ctx = &p };
    static const char *const asked[] = { "00B095001E", "00C0000000" };
    for (size_t i = 0, n = strlen(p.text); i < 2; i++, n = strlen(p.text))
        snprintf(p.text + n, sizeof p.text - n, "%s\t%0512d6100\n", asked[i], 0);
    CHECK_ERR(confirm(&ch, "3104205000000012345"), ERR_FORMAT);
}

TEST(a_bank_chip_is_told_and_never_read)
{
    struct card_face f;
    struct pairs near = with("00A404000E325041592E5359532E4444463031\t6F009000\n");
    struct pairs far = with("00A404000E315041592E5359532E4444463031\t6F009000\n");
    CHECK_ERR(read_it(&near, true, &f), ERR_CARD_UNKNOWN);
    CHECK_EQ(f.kind, CARD_BANK);
    CHECK_ERR(read_it(&far, false, &f), ERR_CARD_UNKNOWN);
    CHECK_EQ(f.kind, CARD_BANK);
    CHECK_EQ(far.selects, 5);
    CHECK_STR(card_kind_name(CARD_BANK), "bank");
    CHECK_STR(card_kind_name(CARD_NONE), "none");
}

TEST(any_card_is_told_within_six_selects)
{
    static const unsigned says[] = {
        0x6a82, 0x6700, 0x6d00, 0x6e00, 0x6f00, 0x6999, 0x6982, 0x6a86
    };
    for (size_t i = 0; i < 2 * sizeof says / sizeof *says; i++) {
        struct card_face f;
        struct pairs p = with("");
        p.other = says[i / 2];
        CHECK_ERR(read_it(&p, i % 2, &f), ERR_CARD_UNKNOWN);
        CHECK_EQ(f.kind, CARD_NONE);
        CHECK(p.selects <= 6);
    }
}
