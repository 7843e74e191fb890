/* card_task_test.c - what is ordered of a card, byte by byte: a card that follows a script. */
#include "hal/card_task.h"

#include <stdio.h>
#include <string.h>

#include "tests/test.h"

/* A card that expects these commands in this order and no others, in hexadecimal digits. */
struct step {
    const char *cmd, *answer;
};
struct script {
    const struct step *step;
    size_t n, at;
    char wrong[2 * APDU_COMMAND + 1]; /* the first command that was not expected */
};

static enum err transmit(void *ctx, const unsigned char *cmd, size_t n, unsigned char *out,
                         size_t cap, size_t *out_n)
{
    struct script *s = ctx;
    char hex[2 * APDU_COMMAND + 1] = "";
    for (size_t i = 0; i < n; i++)
        snprintf(hex + 2 * i, 3, "%02X", cmd[i]);
    const char *answer = "6F00";
    if (s->at < s->n && strcmp(hex, s->step[s->at].cmd) == 0)
        answer = s->step[s->at++].answer;
    else if (!*s->wrong)
        memcpy(s->wrong, hex, sizeof hex);
    if (!*answer)
        return ERR_CARD_GONE;
    unsigned b = 0;
    for (*out_n = 0; *out_n < cap && sscanf(answer, "%2x", &b) == 1; answer += 2)
        out[(*out_n)++] = (unsigned char)b;
    return OK;
}

static struct apdu_channel play(struct script *s)
{
    return (struct apdu_channel){ .transmit = transmit, .ctx = s };
}
#define SCRIPT(...)                                                             \
    {                                                                           \
        .step = (const struct step[]){ __VA_ARGS__ },                           \
        .n = sizeof((const struct step[]){ __VA_ARGS__ }) / sizeof(struct step) \
    }
#define CHECK_PLAYED(s)           \
    do {                          \
        CHECK_STR((s).wrong, ""); \
        CHECK_EQ((s).at, (s).n);  \
    } while (0)

/* Its application, and its number A42050607. */
#define NAMED                                                  \
    {                                                          \
        "00A404000F7378312E73682EC9E7BBE1B1A3D5CF", "6F009000" \
    }
#define NUMBERED                                   \
    { "00A4020002EF05", "9000" },                  \
    {                                              \
        "00B2010500", "07094134323035303630379000" \
    }
#define ASKED(sw)        \
    {                    \
        "0020000000", sw \
    }
#define INTERNAL                 \
    "00880000101112131415161718" \
    "2122232425262728"

static struct card_task task(enum card_task_kind kind)
{
    struct card_task t = { .kind = kind,
                           .card_no = "A42050607",
                           .pin = "123456",
                           .new_pin = "246802",
                           .factor = "\x11\x12\x13\x14\x15\x16\x17\x18",
                           .orig = "\x21\x22\x23\x24\x25\x26\x27\x28" };
    return t;
}

static enum err run(struct script *s, struct card_task *t)
{
    struct apdu_channel ch = play(s);
    return card_task_run(&ch, t);
}

static bool wiped(const struct card_task *t)
{
    for (size_t i = 0; i < sizeof t->pin; i++)
        if (t->pin[i] || t->new_pin[i])
            return false;
    return true;
}

/* --- whose card it is ---------------------------------------------------------------------------
 */

TEST(the_number_is_read_before_a_task_and_another_card_hears_nothing_of_it)
{
    for (int kind = 0; kind < CARD_TASKS; kind++) {
        if (kind == CARD_TASK_EXTERNAL)
            continue; /* goes on where INTERNAL left, on the same connection */
        struct script s = SCRIPT(NAMED, NUMBERED);
        struct card_task t = task((enum card_task_kind)kind);
        snprintf(t.card_no, sizeof t.card_no, "A42050623");
        CHECK_ERR(run(&s, &t), ERR_REFUSED);
        CHECK_PLAYED(s);
    }
}

TEST(a_card_that_is_confirmed_is_asked_nothing_else)
{
    struct script s = SCRIPT(NAMED, NUMBERED);
    struct card_task t = task(CARD_TASK_CONFIRM);
    CHECK_ERR(run(&s, &t), OK);
    CHECK_PLAYED(s);
}

TEST(a_card_torn_out_before_its_number_is_gone)
{
    struct script s = SCRIPT(NAMED, { "00A4020002EF05", "" });
    struct card_task t = task(CARD_TASK_PIN_VERIFY);
    CHECK_ERR(run(&s, &t), ERR_CARD_GONE);
    CHECK_PLAYED(s);
}

TEST(a_card_number_has_the_check_character_of_the_specification)
{
    static const char *const wrong[] = { "D21435690", "D2143596X", "E2143569X",
                                         "d2143569X", "D2143569",  "D2143569XX",
                                         "",          "DA143569X", "D2143569x" };
    CHECK(card_ssc_number_sound("D2143569X")); /* its own example */
    CHECK(card_ssc_number_sound("A42050607"));
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        if (!test_check(__FILE__, __LINE__, !card_ssc_number_sound(wrong[i]), wrong[i]))
            return;
}

TEST(a_card_whose_number_cannot_be_true_is_malformed)
{
    struct script s =
        SCRIPT(NAMED, { "00A4020002EF05", "9000" },
               { "00B2010500", "0104420506D1"
                               "0201340304322E3030040442050600050420180612060420380611"
                               "07094134323035303630389000" });
    struct apdu_channel ch = play(&s);
    struct card_face f;
    CHECK_ERR(card_read(&ch, &f), ERR_FORMAT);
    CHECK_PLAYED(s);
    CHECK_STR(f.card_no, "");
}

/* --- locked -------------------------------------------------------------------------------------
 */

/* One status to every name, but another kind's to the name of a bank. */
struct shut {
    unsigned char sw[2];
    bool is_bank;
};
static enum err shut_says(void *ctx, const unsigned char *cmd, size_t n, unsigned char *out,
                          size_t cap, size_t *out_n)
{
    static const unsigned char none[] = { 0x6a, 0x82 }, fci[] = { 0x6f, 0x00, 0x90, 0x00 };
    const struct shut *s = ctx;
    (void)cap;
    bool ssc = n > 6 && cmd[2] == 0x04 && cmd[5] == 's';
    bool bank = n > 6 && cmd[2] == 0x04 && memcmp(cmd + 6, "PAY.SYS", 7) == 0 && s->is_bank;
    *out_n = bank ? sizeof fci : 2;
    memcpy(out, bank ? fci : ssc ? s->sw : none, *out_n);
    return OK;
}

TEST(a_card_is_locked_when_it_says_so_and_is_nothing_else)
{
    static const unsigned char sw[][2] = { { 0x6a, 0x81 }, { 0x93, 0x03 }, { 0x62, 0x83 } };
    for (size_t i = 0; i < sizeof sw / sizeof *sw; i++) {
        struct shut s = { .sw = { sw[i][0], sw[i][1] } };
        struct apdu_channel ch = { .transmit = shut_says, .ctx = &s };
        struct card_face f;
        struct card_task t = task(CARD_TASK_PIN_VERIFY);
        CHECK_ERR(card_read(&ch, &f), ERR_LOCKED);
        CHECK_ERR(card_task_run(&ch, &t), ERR_REFUSED);
        s.is_bank = true;
        CHECK_ERR(card_read(&ch, &f), ERR_CARD_UNKNOWN);
        CHECK_EQ(f.kind, CARD_BANK);
    }
}

TEST(a_card_that_mumbles_is_not_another_one)
{
    struct shut s = { .sw = { 0x6f, 0x00 } };
    struct apdu_channel ch = { .transmit = shut_says, .ctx = &s };
    struct card_face f;
    struct card_task t = task(CARD_TASK_CONFIRM);
    CHECK_ERR(card_read(&ch, &f), ERR_FORMAT);
    CHECK_ERR(card_task_run(&ch, &t), ERR_FORMAT);
    s.is_bank = true;
    CHECK_ERR(card_read(&ch, &f), ERR_CARD_UNKNOWN);
    CHECK_EQ(f.kind, CARD_BANK);
}

/* --- is it genuine ------------------------------------------------------------------------------
 */

TEST(a_card_answers_a_challenge_and_nothing_else_is_asked)
{
    struct script s = SCRIPT(NAMED, NUMBERED, { INTERNAL, "A1A2A3A4A5A6A7A89000" });
    struct card_task t = task(CARD_TASK_INTERNAL);
    CHECK_ERR(run(&s, &t), OK);
    CHECK_PLAYED(s);
    CHECK_EQ(t.said, CARD_SAID_YES);
    CHECK_EQ(t.sw, 0x9000);
    CHECK(memcmp(t.auth, "\xa1\xa2\xa3\xa4\xa5\xa6\xa7\xa8", 8) == 0);
}

TEST(a_card_that_cannot_answer_a_challenge_says_why)
{
    static const struct {
        const char *answer;
        uint16_t sw;
    } all[] = { { "6A88", 0x6a88 },
                { "6D00", 0x6d00 },
                { "A1A2A3A49000", 0x9000 },
                { "9000", 0x9000 },
                { "A1A2A3A4A5A6A7A8A99000", 0x9000 } };
    static const unsigned char nothing[CARD_CHALLENGE];
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct script s = SCRIPT(NAMED, NUMBERED, { INTERNAL, all[i].answer });
        struct card_task t = task(CARD_TASK_INTERNAL);
        CHECK_ERR(run(&s, &t), OK);
        CHECK_PLAYED(s);
        CHECK_EQ(t.said, CARD_SAID_UNABLE);
        CHECK_EQ(t.sw, all[i].sw);
        CHECK(memcmp(t.auth, nothing, sizeof nothing) == 0);
    }
}

#define HOLDER                                                                                   \
    "0812343230353036313934353033303533373231091ED5C5B9F0C0BC0000000000000000000000000000000000" \
    "000000000000004E14C0BC000000000000000000000000000000000000000A01320B01010C034205060D041945" \
    "03059000"
#define OPEN(sw)                     \
    {                                \
        "0082000A10B1B2B3B4B5B6B7B8" \
        "C1C2C3C4C5C6C7C8",          \
            sw                       \
    }

/* INTERNAL with the two numbers; then EXTERNAL with what the platform made of them. */
static bool open_card(struct script *s, struct card_task *t)
{
    struct apdu_channel ch = play(s);
    *t = task(CARD_TASK_INTERNAL);
    t->keep = true;
    if (!test_check_err(__FILE__, __LINE__, card_task_run(&ch, t), OK, "internal") || !t->keep)
        return false;
    t->kind = CARD_TASK_EXTERNAL;
    t->face = (struct card_face){ .generation = 3, .guarded = true, .card_no = "A42050607" };
    memcpy(t->auth, "\xb1\xb2\xb3\xb4\xb5\xb6\xb7\xb8", sizeof t->auth);
    return test_check_err(__FILE__, __LINE__, card_task_run(&ch, t), OK, "external");
}

#define DRAWN                                                                                  \
    { INTERNAL, "A1A2A3A4A5A6A7A89000" }, { "0084000008", "C1C2C3C4C5C6C7C89000" }, /* orig */ \
    {                                                                                          \
        "0084000008", "D1D2D3D4D5D6D7D89000"                                                   \
    } /* factor */

TEST(a_cards_two_numbers_stand_directly_before_what_opens_it)
{
    struct script s = SCRIPT(NAMED, NUMBERED, DRAWN, OPEN("9000"), { "00A4020002EF06", "9000" },
                             { "00B2010500", HOLDER });
    struct card_task t;
    CHECK(open_card(&s, &t));
    CHECK_PLAYED(s);
    CHECK_EQ(t.said, CARD_SAID_YES);
    CHECK(memcmp(t.ext_orig, "\xc1\xc2\xc3\xc4\xc5\xc6\xc7\xc8", 8) == 0);
    CHECK(memcmp(t.ext_factor, "\xd1\xd2\xd3\xd4\xd5\xd6\xd7\xd8", 8) == 0);
    CHECK(!t.face.guarded);
    CHECK_STR(t.face.name, "张桂兰兰"); /* with its extension */
    CHECK_STR(t.face.id, "420506194503053721");
    CHECK_STR(t.face.card_no, "A42050607");
    CHECK_EQ(t.face.sex, '2');
}

TEST(a_card_that_the_wrong_answer_does_not_open_stays_shut)
{
    struct script s = SCRIPT(NAMED, NUMBERED, DRAWN, OPEN("63C2"));
    struct card_task t;
    CHECK(open_card(&s, &t));
    CHECK_PLAYED(s);
    CHECK_EQ(t.said, CARD_SAID_NO);
    CHECK_EQ(t.tries, 2);
    CHECK(t.face.guarded);
    CHECK_STR(t.face.name, "");
}

TEST(a_card_that_draws_no_numbers_may_be_genuine_all_the_same)
{
    static const char *const none[] = { "6D00", "C1C2C3C49000" };
    for (size_t i = 0; i < 2; i++) {
        struct script s = SCRIPT(NAMED, NUMBERED, { INTERNAL, "A1A2A3A4A5A6A7A89000" },
                                 { "0084000008", none[i] });
        struct card_task t = task(CARD_TASK_INTERNAL);
        t.keep = true;
        CHECK_ERR(run(&s, &t), OK);
        CHECK_PLAYED(s);
        CHECK_EQ(t.said, CARD_SAID_YES);
        CHECK_EQ(t.sw, 0x9000);
        CHECK(!t.keep);
    }
}

/* --- PIN ----------------------------------------------------------------------------------------
 */

TEST(asking_for_the_tries_takes_none)
{
    static const struct {
        const char *answer;
        enum card_said said;
        int tries;
    } all[] = { { "63C6", CARD_SAID_YES, 6 },     { "63C1", CARD_SAID_YES, 1 },
                { "63C0", CARD_SAID_BLOCKED, 0 }, { "6983", CARD_SAID_BLOCKED, 0 },
                { "9000", CARD_SAID_UNABLE, -1 }, { "6D00", CARD_SAID_UNABLE, -1 } };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct script s = SCRIPT(NAMED, NUMBERED, ASKED(all[i].answer));
        struct card_task t = task(CARD_TASK_PIN_TRIES);
        CHECK_ERR(run(&s, &t), OK);
        CHECK_PLAYED(s);
        CHECK_EQ(t.said, all[i].said);
        CHECK_EQ(t.tries, all[i].tries);
        CHECK(wiped(&t));
    }
}

TEST(a_pin_is_sent_two_digits_a_byte_and_judged_by_the_card)
{
    static const struct {
        const char *pin, *cmd, *answer;
        enum card_said said;
        int tries;
    } all[] = { { "123456", "0020000003123456", "9000", CARD_SAID_YES, -1 },
                { "12345", "002000000312345F", "63C5", CARD_SAID_NO, 5 },
                { "1357", "00200000021357", "63C0", CARD_SAID_BLOCKED, 0 },
                { "0000", "00200000020000", "6983", CARD_SAID_BLOCKED, 0 },
                { "9876543210987654", "00200000089876543210987654", "6984", CARD_SAID_BLOCKED, 0 },
                { "123456", "0020000003123456", "6A88", CARD_SAID_UNABLE, 6 } };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct script s = SCRIPT(NAMED, NUMBERED, ASKED("63C6"), { all[i].cmd, all[i].answer });
        struct card_task t = task(CARD_TASK_PIN_VERIFY);
        memset(t.pin, 0, sizeof t.pin);
        snprintf(t.pin, sizeof t.pin, "%s", all[i].pin);
        CHECK_ERR(run(&s, &t), OK);
        CHECK_PLAYED(s);
        CHECK_EQ(t.said, all[i].said);
        CHECK_EQ(t.tries, all[i].tries);
        CHECK(wiped(&t));
    }
}

TEST(a_status_that_says_nothing_of_a_pin_is_no_verdict)
{
    static const char *const odd[] = { "6F00", "DEADBEEF3B", "6581" };
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        struct script s = SCRIPT(NAMED, NUMBERED, ASKED("63C6"), { "0020000003123456", odd[i] });
        struct script a = SCRIPT(NAMED, NUMBERED, ASKED(odd[i]));
        struct card_task t = task(CARD_TASK_PIN_VERIFY), u = task(CARD_TASK_PIN_TRIES);
        CHECK_ERR(run(&s, &t), ERR_FORMAT);
        CHECK_ERR(run(&a, &u), ERR_FORMAT);
        CHECK_PLAYED(s);
        CHECK_PLAYED(a);
        CHECK(wiped(&t) && wiped(&u));
    }
}

TEST(a_pin_is_not_sent_where_none_is_set_or_none_may_be_tried)
{
    static const struct {
        const char *answer;
        enum card_said said;
    } all[] = { { "9000", CARD_SAID_UNABLE },
                { "63C0", CARD_SAID_BLOCKED },
                { "6983", CARD_SAID_BLOCKED },
                { "63C1", CARD_SAID_LAST } };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct script s = SCRIPT(NAMED, NUMBERED, ASKED(all[i].answer));
        struct card_task t = task(CARD_TASK_PIN_VERIFY);
        CHECK_ERR(run(&s, &t), OK);
        CHECK_PLAYED(s);
        CHECK_EQ(t.said, all[i].said);
        CHECK(wiped(&t));
    }
}

TEST(the_last_try_is_taken_when_it_is_wanted)
{
    struct script s = SCRIPT(NAMED, NUMBERED, ASKED("63C1"), { "0020000003123456", "9000" });
    struct card_task t = task(CARD_TASK_PIN_VERIFY);
    t.last_too = true;
    CHECK_ERR(run(&s, &t), OK);
    CHECK_PLAYED(s);
    CHECK_EQ(t.said, CARD_SAID_YES);
}

TEST(a_pin_that_is_none_is_never_sent)
{
    static const char *const bad[][2] = { { "123", "246802" },
                                          { "12a4", "246802" },
                                          { "", "246802" },
                                          { "123456", "12 4" },
                                          { "123456", "" } };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct script s = SCRIPT(NAMED, NUMBERED, ASKED("63C6"));
        struct card_task t = task(CARD_TASK_PIN_CHANGE);
        snprintf(t.pin, sizeof t.pin, "%s", bad[i][0]);
        snprintf(t.new_pin, sizeof t.new_pin, "%s", bad[i][1]);
        CHECK_ERR(run(&s, &t), ERR_ARG);
        CHECK_PLAYED(s);
        CHECK(wiped(&t));
    }
    struct script s = SCRIPT(NAMED, NUMBERED, ASKED("63C6"));
    struct card_task t = task(CARD_TASK_PIN_VERIFY);
    memset(t.pin, '1', sizeof t.pin); /* 17 of them, without an end */
    CHECK_ERR(run(&s, &t), ERR_ARG);
    CHECK_PLAYED(s);
}

TEST(a_new_pin_follows_the_old_one_behind_a_byte_of_its_own)
{
    static const struct {
        const char *old, *fresh, *cmd, *tries, *answer;
        enum card_said said;
    } all[] = { { "123456", "246802", "805E010007123456FF246802", "63C6", "9000", CARD_SAID_YES },
                { "12345", "2468", "805E01000612345FFF2468", "63C6", "9000", CARD_SAID_YES },
                { "123456", "246802", "805E010007123456FF246802", "9000", "9000", CARD_SAID_YES },
                { "123456", "246802", "805E010007123456FF246802", "63C6", "63C5", CARD_SAID_NO },
                { "1234567890123456", "6543210987654321",
                  "805E0100111234567890123456FF6543210987654321", "63C6", "6A80",
                  CARD_SAID_NEW_BAD } };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct script s =
            SCRIPT(NAMED, NUMBERED, ASKED(all[i].tries), { all[i].cmd, all[i].answer });
        struct card_task t = task(CARD_TASK_PIN_CHANGE);
        snprintf(t.pin, sizeof t.pin, "%s", all[i].old);
        snprintf(t.new_pin, sizeof t.new_pin, "%s", all[i].fresh);
        CHECK_ERR(run(&s, &t), OK);
        CHECK_PLAYED(s);
        CHECK_EQ(t.said, all[i].said);
        CHECK(wiped(&t));
    }
}

TEST(a_pin_is_wiped_when_the_card_leaves_before_it_answers)
{
    struct script s = SCRIPT(NAMED, NUMBERED, ASKED("63C6"), { "0020000003123456", "" });
    struct card_task t = task(CARD_TASK_PIN_VERIFY);
    CHECK_ERR(run(&s, &t), ERR_CARD_GONE);
    CHECK_PLAYED(s);
    CHECK(wiped(&t));
}
