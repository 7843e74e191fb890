/* card_test.c - a card of paper that answers as told: every habit of real cards is read alike. */
#include "hal/apdu.h"
#include "hal/base/clock.h"
#include "hal/card.h"
#include "hal/card_task.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "tests/test.h"

enum habit { PLAIN, BY_61, BY_6C };

/* One card; records are kept as they would lie on it. */
struct paper {
    enum habit habit;
    bool no_all, no_number, no_tag; /* ways of reading it refuses */
    bool no_le, needs_le;           /* 6700 to the other manner */
    bool only_sfi;                  /* its files cannot be selected */
    bool only_first;                /* gives one record when asked for all */
    bool guarded;
    int silent_after; /* commands until it is gone; 0 = never */
    unsigned file;
    struct {
        unsigned file, tag;
        unsigned char b[200];
        size_t n;
    } record[16];
    size_t records;
    unsigned char rest[256]; /* waiting to be fetched by GET RESPONSE */
    size_t rest_n;
    int asked;
};

static void add(struct paper *p, unsigned file, unsigned tag, const void *b, size_t n)
{
    p->record[p->records].file = file;
    p->record[p->records].tag = tag;
    p->record[p->records].n = n;
    memcpy(p->record[p->records++].b, b, n);
}

static void add_padded(struct paper *p, unsigned tag, const char *text, size_t size, int pad)
{
    unsigned char b[200];
    memset(b, pad, sizeof b);
    memcpy(b, text, strlen(text));
    add(p, 6, tag, b, size);
}

static void issuer(struct paper *p, const char *version)
{
    add(p, 5, 1, "\x42\x05\x06\xd1\x56\x00\x00\x05\x42\x05\x06\x01\0\0\0\0", 16);
    add(p, 5, 3, version, 4);
    add(p, 5, 5, "\x20\x18\x06\x12", 4);
    add(p, 5, 6, "\x20\x38\x06\x11", 4);
    add(p, 5, 7, "A42050607", 9);
}

static void holder(struct paper *p, int pad)
{
    add_padded(p, 8, "420506194503053721", 18, pad);
    add_padded(p, 9, "\xd5\xc5\xb9\xf0\xc0\xbc", 30, pad);
    add_padded(p, 0x4e, "", 20, pad);
    add(p, 6, 0x0a, "2", 1);
    add(p, 6, 0x0b, "\x01", 1);
    add(p, 6, 0x0d, "\x19\x45\x03\x05", 4);
}

static struct paper zhang(void)
{
    struct paper p = { 0 };
    issuer(&p, "2.00");
    holder(&p, 0);
    return p;
}

static size_t gather(const struct paper *p, const unsigned char *cmd, unsigned char *out)
{
    unsigned mode = cmd[3] & 7, file = cmd[3] >> 3 ? cmd[3] >> 3 : p->file, nth = 0;
    size_t n = 0;
    for (size_t i = 0; i < p->records; i++) {
        if (p->record[i].file != file)
            continue;
        nth++;
        if ((mode == 5 && (nth < cmd[2] || (p->only_first && nth > cmd[2]))) ||
            (mode == 4 && nth != cmd[2]) || (mode == 0 && p->record[i].tag != cmd[2]))
            continue;
        out[n++] = (unsigned char)p->record[i].tag;
        out[n++] = (unsigned char)p->record[i].n;
        memcpy(out + n, p->record[i].b, p->record[i].n);
        n += p->record[i].n;
    }
    return n;
}

static void sw(unsigned char *out, size_t *n, unsigned v)
{
    out[(*n)++] = (unsigned char)(v >> 8);
    out[(*n)++] = (unsigned char)v;
}

static void answer_data(struct paper *p, const unsigned char *b, size_t n, unsigned le,
                        unsigned char *out, size_t *out_n)
{
    if (p->habit == BY_6C && le != n) {
        sw(out, out_n, 0x6c00 | (unsigned)n);
    } else if (p->habit == BY_61 && n > 0) {
        memcpy(p->rest, b, n);
        p->rest_n = n;
        sw(out, out_n, 0x6100 | (unsigned)n);
    } else {
        memcpy(out, b, n);
        *out_n = n;
        sw(out, out_n, 0x9000);
    }
}

static void read_record(struct paper *p, const unsigned char *cmd, size_t n, unsigned char *out,
                        size_t *out_n)
{
    unsigned char b[256];
    unsigned mode = cmd[3] & 7, file = cmd[3] >> 3 ? cmd[3] >> 3 : p->file;
    if ((p->no_le && n == 5) || (p->needs_le && n == 4)) {
        sw(out, out_n, 0x6700);
    } else if (p->guarded && file == 6) {
        sw(out, out_n, 0x6982);
    } else if ((mode == 5 && p->no_all) || (mode == 4 && p->no_number) ||
               (mode == 0 && p->no_tag)) {
        sw(out, out_n, 0x6a86);
    } else {
        size_t k = gather(p, cmd, b);
        if (k)
            answer_data(p, b, k, n == 5 ? cmd[4] : 0, out, out_n);
        else
            sw(out, out_n, 0x6a83);
    }
}

static void obey(struct paper *p, const unsigned char *cmd, size_t n, unsigned char *out,
                 size_t *out_n)
{
    if (cmd[1] == 0xa4 && cmd[2] == 4) {
        unsigned le = n == 5u + cmd[4] + 1 ? cmd[n - 1] : 0;
        answer_data(p, (const unsigned char *)"\x6f\x00", 2, le, out, out_n);
    } else if (cmd[1] == 0xa4 && !p->only_sfi) {
        p->file = cmd[6] & 0xf;
        sw(out, out_n, 0x9000);
    } else if (cmd[1] == 0xb2) {
        read_record(p, cmd, n, out, out_n);
    } else if (cmd[1] == 0xc0) {
        memcpy(out, p->rest, p->rest_n);
        *out_n = p->rest_n;
        sw(out, out_n, 0x9000);
    } else {
        sw(out, out_n, 0x6a82);
    }
}

static enum err transmit(void *ctx, const unsigned char *cmd, size_t n, unsigned char *out,
                         size_t cap, size_t *out_n)
{
    struct paper *p = ctx;
    p->asked++;
    if (p->silent_after && p->asked > p->silent_after)
        return ERR_CARD_GONE;
    if (cap < APDU_ANSWER || n < 4)
        return ERR_ARG;
    obey(p, cmd, n, out, out_n);
    return OK;
}

static enum err read_paper(struct paper *p, struct card_face *face)
{
    struct apdu_channel ch = { .transmit = transmit, .ctx = p };
    return card_read(&ch, face);
}

static bool is_zhang(struct paper p)
{
    struct card_face f;
    return test_check_err(__FILE__, __LINE__, read_paper(&p, &f), OK, "card_read") &&
           test_check_str(__FILE__, __LINE__, f.name, "张桂兰", "name") &&
           test_check_str(__FILE__, __LINE__, f.id, "420506194503053721", "id") &&
           test_check_str(__FILE__, __LINE__, f.card_no, "A42050607", "card_no") &&
           test_check_str(__FILE__, __LINE__, f.area, "420506", "area") && f.sex == '2' &&
           f.nation == 1 && f.kind == CARD_SSC && !f.guarded &&
           f.birth_day == clock_day_from_civil(1945, 3, 5) &&
           f.issued_day == clock_day_from_civil(2018, 6, 12) &&
           f.expires_day == clock_day_from_civil(2038, 6, 11);
}

TEST(every_habit_of_a_card_is_read_alike)
{
    static const int pads[] = { 0x00, 0x20, 0xff };
    for (enum habit h = PLAIN; h <= BY_6C; h++) {
        for (int i = 0; i < 3; i++) {
            struct paper p = { .habit = h };
            issuer(&p, "2.00");
            holder(&p, pads[i]);
            CHECK(is_zhang(p));
            p.no_all = true;
            CHECK(is_zhang(p)); /* by number */
            p.no_number = true;
            CHECK(is_zhang(p)); /* by tag */
            p.no_all = p.no_number = false;
            p.only_sfi = true;
            CHECK(is_zhang(p));
        }
    }
}

TEST(a_card_that_minds_le_is_asked_in_its_own_manner)
{
    struct paper p = zhang();
    p.no_le = true;
    CHECK(is_zhang(p));
    p.no_le = false;
    p.needs_le = true;
    CHECK(is_zhang(p));
}

TEST(a_card_that_gives_only_its_first_record_is_read_on)
{
    struct paper p = zhang();
    p.only_first = true;
    CHECK(is_zhang(p));
}

TEST(a_guarded_card_says_its_number_and_nothing_of_its_holder)
{
    struct paper p = { .guarded = true };
    struct card_face f;
    issuer(&p, "3.00");
    CHECK_ERR(read_paper(&p, &f), OK);
    CHECK(f.guarded);
    CHECK_EQ(f.generation, 3);
    CHECK_STR(f.card_no, "A42050607");
    CHECK_STR(f.name, "");
    CHECK_STR(f.id, "");
    CHECK_EQ(f.birth_day, INT32_MIN);
}

TEST(a_version_is_its_first_three_characters_and_empty_is_the_first)
{
    static const struct {
        const char *text;
        int generation;
    } v[] = { { "1.01", 1 }, { "\0\0\0\0", 1 }, { "2.0A", 2 }, { "3.0 ", 3 }, { "9.00", 0 } };
    for (size_t i = 0; i < sizeof v / sizeof *v; i++) {
        struct paper p = { 0 };
        struct card_face f;
        issuer(&p, v[i].text);
        holder(&p, 0);
        CHECK_ERR(read_paper(&p, &f), OK);
        CHECK_EQ(f.generation, v[i].generation);
    }
}

TEST(a_long_name_goes_on_in_its_second_record_amid_a_character)
{
    struct paper p = { 0 };
    struct card_face f;
    issuer(&p, "2.00");
    add_padded(&p, 9,
               "A\xd5\xc5\xd5\xc5\xd5\xc5\xd5\xc5\xd5\xc5\xd5\xc5\xd5\xc5\xd5\xc5\xd5\xc5"
               "\xd5\xc5\xd5\xc5\xd5\xc5\xd5\xc5\xd5\xc5\xb9",
               30, 0);
    add_padded(&p, 0x4e, "\xf0\xc0\xbc", 20, 0x20);
    CHECK_ERR(read_paper(&p, &f), OK);
    CHECK_STR(f.name, "A张张张张张张张张张张张张张张桂兰");
}

TEST(a_malformed_record_leaves_its_field_empty)
{
    struct paper p = { 0 };
    struct card_face f;
    char long_id[100];
    memset(long_id, '4', sizeof long_id);
    add(&p, 5, 1, "\x42", 1);
    add(&p, 5, 6, "\x20\x38\x13\x41", 4);
    add(&p, 5, 7, "A4205\x01\x02", 7);
    add(&p, 6, 8, long_id, sizeof long_id);
    add(&p, 6, 9, "\xd5\xc5", 2);
    add(&p, 6, 0x0a, "7", 1);
    add(&p, 6, 0x0b, "\xaa", 1);
    CHECK_ERR(read_paper(&p, &f), OK);
    CHECK_STR(f.name, "张");
    CHECK_STR(f.id, "");
    CHECK_STR(f.card_no, "");
    CHECK_STR(f.area, "");
    CHECK_EQ(f.sex, 0);
    CHECK_EQ(f.nation, 0);
    CHECK_EQ(f.expires_day, INT32_MIN);
}

TEST(a_chip_whose_area_was_misread_has_keys_that_nobody_can_know)
{
    static const unsigned char atr[] = { 0x3b, 0x6d, 0x00, 0x00, 0x81, 0x01, 0x31, 0x20, 0x42,
                                         0x05, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01 };
    for (int misread = 0; misread < 2; misread++) {
        struct paper p = { 0 };
        struct apdu_channel ch = { .transmit = transmit, .ctx = &p };
        struct card_face f;
        if (misread)
            add(&p, 5, 1, "\x10", 1); /* the first of a tag counts */
        issuer(&p, "2.00");
        holder(&p, 0);
        apdu_channel_atr(&ch, atr, sizeof atr, false);
        CHECK_ERR(card_read(&ch, &f), OK);
        CHECK_STR(f.area, misread ? "" : "420506");
        CHECK_EQ(f.chip.known, !misread);
    }
}

TEST(a_card_without_any_holder_is_malformed_and_leaves_no_face)
{
    struct paper p = { 0 };
    struct card_face f, none = { 0 };
    issuer(&p, "2.00");
    CHECK_ERR(read_paper(&p, &f), ERR_FORMAT);
    CHECK(memcmp(&f, &none, sizeof f) == 0);
}

TEST(a_card_torn_out_at_any_command_is_gone_and_leaves_no_face)
{
    struct card_face f, none = { 0 };
    struct paper whole = zhang();
    CHECK_ERR(read_paper(&whole, &f), OK);
    for (int i = 1; i < whole.asked; i++) {
        struct paper p = zhang();
        p.silent_after = i;
        CHECK_ERR(read_paper(&p, &f), ERR_CARD_GONE);
        CHECK(memcmp(&f, &none, sizeof f) == 0);
    }
}

static enum err confirm(struct apdu_channel *ch, const char *card_no)
{
    struct card_task t = { .kind = CARD_TASK_CONFIRM };
    snprintf(t.card_no, sizeof t.card_no, "%s", card_no);
    return card_task_run(ch, &t);
}

TEST(the_same_card_is_confirmed_and_another_refused)
{
    struct paper p = zhang();
    struct apdu_channel ch = { .transmit = transmit, .ctx = &p };
    CHECK_ERR(confirm(&ch, "A42050607"), OK);
    CHECK_ERR(confirm(&ch, "A42050623"), ERR_REFUSED);
    struct paper blank = { 0 };
    ch.ctx = &blank;
    CHECK_ERR(confirm(&ch, ""), ERR_REFUSED);
}

/* A card that says the same for ever. */
struct echo {
    unsigned char b[300];
    size_t n;
    int asked;
};

static enum err say_again(void *ctx, const unsigned char *cmd, size_t n, unsigned char *out,
                          size_t cap, size_t *out_n)
{
    struct echo *s = ctx;
    (void)cmd;
    (void)n;
    s->asked++;
    *out_n = s->n < cap ? s->n : cap;
    memcpy(out, s->b, *out_n);
    return OK;
}

TEST(a_card_that_promises_for_ever_is_left)
{
    static const unsigned char select[] = { 0, 0xa4, 4, 0, 1, 'x' };
    struct apdu_answer a;
    struct echo s = { .b = { 0x61, 0x10 }, .n = 2 };
    struct apdu_channel ch = { .transmit = say_again, .ctx = &s };
    CHECK_ERR(apdu_exchange(&ch, select, sizeof select, &a), ERR_FORMAT);
    CHECK(s.asked < 40);
    s = (struct echo){ .b = { 0x6c, 0x10 }, .n = 2 };
    CHECK_ERR(apdu_exchange(&ch, select, sizeof select, &a), ERR_FORMAT);
    CHECK(s.asked < 40);
    s = (struct echo){ .n = 258 };
    s.b[256] = 0x61;
    CHECK_ERR(apdu_exchange(&ch, select, sizeof select, &a), ERR_TOO_BIG);
    CHECK(a.n <= APDU_DATA);
}

TEST(an_answer_too_short_for_a_status_is_a_card_gone)
{
    static const unsigned char select[] = { 0, 0xa4, 4, 0, 1, 'x' };
    struct apdu_answer a;
    struct echo s = { .b = { 0x90 }, .n = 0 };
    struct apdu_channel ch = { .transmit = say_again, .ctx = &s };
    CHECK_ERR(apdu_exchange(&ch, select, sizeof select, &a), ERR_CARD_GONE);
    s.n = 1;
    CHECK_ERR(apdu_exchange(&ch, select, sizeof select, &a), ERR_CARD_GONE);
    CHECK_ERR(apdu_exchange(&ch, select, 3, &a), ERR_ARG);
}

TEST(a_card_that_knows_none_of_our_names_is_unknown)
{
    struct card_face f;
    struct echo s = { .b = { 0x6a, 0x82 }, .n = 2 };
    struct apdu_channel ch = { .transmit = say_again, .ctx = &s };
    CHECK_ERR(card_read(&ch, &f), ERR_CARD_UNKNOWN);
    CHECK_ERR(confirm(&ch, "A42050607"), ERR_REFUSED);
}

TEST(a_card_that_answers_a_name_without_end_is_unknown)
{
    struct card_face f;
    struct echo s = { .n = 258 };
    struct apdu_channel ch = { .transmit = say_again, .ctx = &s };
    s.b[256] = 0x61;
    CHECK_ERR(card_read(&ch, &f), ERR_CARD_UNKNOWN);
    CHECK_ERR(confirm(&ch, "A42050607"), ERR_REFUSED);
}
