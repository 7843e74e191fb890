/* office_card_test.c - a card proves itself or does not, and what is told in either case. */
#include <stdio.h>
#include <string.h>

#include "hal/base/clock.h"
#include "platform/files.h"
#include "platform/holder.h"
#include "platform/hsm.h"
#include "tests/test.h"
#include "tests/unit/db_kit.h"
#include "tests/unit/office_kit.h"

#define VISIT     "00112233445566778899aabbccddeeff"
#define SEEN      "\"card\":\"" KIT_CARD "\",\"visit\":\"" VISIT "\"," KIT_CHIP
#define GUARD     ",\"ext\":{\"factor\":\"0102030405060708\",\"orig\":\"1112131415161718\"}"
#define NO_ANSWER ",\"challenge\":\"\",\"answer\":\"\",\"why\":\"6A88\""

static const struct hsm_chip chip = { .area = "420506",
                                      .hist = { 0x42, 0x05, 0, 0, 0, 0, 0, 1 },
                                      .alg = 1 };

static struct office_kit *start(bool only_proved)
{
    struct office_kit *k = kit_start();
    k->conf.only_proved = only_proved;
    office_destroy(k->office);
    k->office = NULL;
    test_check_err(__FILE__, __LINE__, office_create(&k->conf, &k->office), OK, "office");
    return k;
}

/* The code a card of these keys would give, in hex. */
static void code_of(struct office_kit *k, enum hsm_use use, const char *factor, const char *orig,
                    char out[17])
{
    unsigned char f[8], o[8], code[8];
    struct hsm h;
    bool ok = hsm_load(k->conf.keys, &h) == OK && crypto_unhex(factor, f, 8) == OK &&
              crypto_unhex(orig, o, 8) == OK && hsm_auth(&h, use, &chip, f, o, code) == OK;
    test_check(__FILE__, __LINE__, ok, "code_of");
    crypto_hex(code, sizeof code, out);
}

/* Asks for a challenge and answers it as the card would. */
struct round {
    char id[33], answer[17];
};
static struct round challenged(struct office_kit *k)
{
    struct round r = { .id = "" };
    char *answer = NULL, factor[17] = "", orig[17] = "";
    if (kit_query(k, "challenge", SEEN, &answer) == 200 &&
        sscanf(strstr(answer, "\"challenge\":{"),
               "\"challenge\":{\"id\":\"%32[0-9a-f]\",\"factor\":\"%16[0-9a-f]\",\"orig\":\"%16["
               "0-9a-f]\"}",
               r.id, factor, orig) == 3)
        code_of(k, HSM_INTERNAL, factor, orig, r.answer);
    test_check(__FILE__, __LINE__, strlen(r.answer) == 16, "challenged");
    return r;
}

/* The verdict's word; the whole answer in *out. more: after challenge and answer. */
static const char *verdict(struct office_kit *k, const char *seen, const struct round *r,
                           const char *more, char **out)
{
    char *text = arena_printf(&k->arena, "%s,\"challenge\":\"%s\",\"answer\":\"%s\"%s", seen, r->id,
                              r->answer, more);
    int status = kit_query(k, "verdict", text, out);
    return status == 200 ? kit_text(k, *out, "verdict") : arena_printf(&k->arena, "%d", status);
}

static const struct round none = { .id = "" };

TEST_BOTH(a_card_that_answers_rightly_is_genuine_and_gets_a_token)
{
    struct office_kit *k = start(true);
    struct round r = challenged(k);
    char *out = NULL, want[64];
    CHECK_STR(verdict(k, SEEN, &r, "", &out), "genuine");
    CHECK_STR(kit_text(k, out, "why"), "");
    CHECK_EQ(strlen(kit_text(k, out, "token")), 32);
    snprintf(want, sizeof want, "\"until\":%lld", (long long)(k->now + 600000));
    CHECK(strstr(out, want) != NULL);
    CHECK(strstr(out, "ext") == NULL && strstr(out, "holder") == NULL);
}

TEST_BOTH(a_wrong_answer_is_refused_and_the_challenge_is_used_up)
{
    struct office_kit *k = start(false);
    struct round r = challenged(k);
    char *out = NULL, right = r.answer[3];
    r.answer[3] = right == '0' ? '1' : '0';
    CHECK_STR(verdict(k, SEEN, &r, "", &out), "refused");
    CHECK_STR(kit_text(k, out, "why"), "false");
    CHECK(strstr(out, "token") == NULL && strstr(out, "until") == NULL);
    r.answer[3] = right;
    CHECK_STR(verdict(k, SEEN, &r, "", &out), "refused");
    CHECK_STR(kit_text(k, out, "why"), "challenge");
}

TEST_BOTH(a_challenge_is_answered_once_and_within_a_minute_also_after_a_restart)
{
    struct office_kit *k = start(false);
    struct round r = challenged(k), late = challenged(k), last = challenged(k);
    char *out = NULL;
    office_destroy(k->office);
    k->office = NULL;
    CHECK_ERR(office_create(&k->conf, &k->office), OK);
    CHECK_STR(verdict(k, SEEN, &r, "", &out), "genuine");
    CHECK_STR(verdict(k, SEEN, &r, "", &out), "refused");
    CHECK_STR(kit_text(k, out, "why"), "challenge");
    clock_hold(k->now += 60000);
    CHECK_STR(verdict(k, SEEN, &last, "", &out), "genuine");
    clock_hold(k->now += 1);
    CHECK_STR(verdict(k, SEEN, &late, "", &out), "refused");
    CHECK_STR(kit_text(k, out, "why"), "challenge");
}

static void another_terminal(struct office_kit *k)
{
    struct db *db = kit_db(k);
    crypto_keypair(k->terminal.item, k->item_secret);
    crypto_keypair(k->terminal.line, k->line_secret);
    snprintf(k->terminal.name, sizeof k->terminal.name, "hall-2");
    bool ok = db_begin(db) == OK && db_terminal_add(db, &k->terminal) == OK && db_commit(db) == OK;
    test_check(__FILE__, __LINE__, ok, "another terminal");
}

TEST_BOTH(a_challenge_is_for_one_terminal_visit_card_and_chip)
{
    static const char *const other[] = {
        "\"card\":\"B00000000\",\"visit\":\"" VISIT "\"," KIT_CHIP,
        "\"card\":\"" KIT_CARD "\",\"visit\":\"ff112233445566778899aabbccddeeff\"," KIT_CHIP,
        "\"card\":\"" KIT_CARD "\",\"visit\":\"" VISIT
        "\",\"chip\":{\"area\":\"420506\",\"hist\":\"4205000000000002\",\"alg\":1}",
        "\"card\":\"" KIT_CARD "\",\"visit\":\"" VISIT
        "\",\"chip\":{\"area\":\"420506\",\"hist\":\"4205000000000001\",\"alg\":0}"
    };
    struct office_kit *k = start(false);
    struct round r = challenged(k);
    char *out = NULL;
    for (int i = 0; i < 4; i++) {
        CHECK_STR(verdict(k, other[i], &r, "", &out), "refused");
        CHECK_STR(kit_text(k, out, "why"), "challenge");
    }
    CHECK_STR(verdict(k, SEEN, &r, "", &out), "genuine"); /* strangers have not used it up */
    r = challenged(k);
    another_terminal(k);
    CHECK_STR(verdict(k, SEEN, &r, "", &out), "refused");
}

TEST_BOTH(what_cannot_be_proved_here_is_not_challenged)
{
    static const char *const chips[] = {
        "\"area\":\"420506\",\"hist\":\"4205000000000001\",\"alg\":2",
        "\"area\":\"110101\",\"hist\":\"1101000000000001\","
        "\"alg\":0"
    };
    struct office_kit *k = start(false);
    char *out = NULL;
    for (int i = 0; i < 2; i++) {
        char *more = arena_printf(
            &k->arena, "\"card\":\"" KIT_CARD "\",\"visit\":\"" VISIT "\",\"chip\":{%s}", chips[i]);
        CHECK_EQ(kit_query(k, "challenge", more, &out), 200);
        CHECK(strstr(out, "\"challenge\":null") != NULL);
    }
}

TEST_BOTH(an_unproved_card_gets_a_token_while_the_platform_says_any)
{
    struct office_kit *k = start(false);
    char *out = NULL;
    CHECK_STR(verdict(k, SEEN, &none, ",\"why\":\"6A88\"", &out), "unproved");
    CHECK_EQ(strlen(kit_text(k, out, "token")), 32);
}

TEST_BOTH(an_unproved_card_is_refused_where_only_proved_ones_are_answered)
{
    struct office_kit *k = start(true);
    char *out = NULL;
    CHECK_STR(verdict(k, SEEN, &none, ",\"why\":\"6A88\"", &out), "refused");
    CHECK_STR(kit_text(k, out, "why"), "unproved");
    CHECK(strstr(out, "token") == NULL);
}

/* --- guarded cards ---------------------------------------------------------------------------- */

static bool known(struct office_kit *k, const char *name)
{
    struct db *db = kit_db(k);
    return test_check(__FILE__, __LINE__,
                      db_begin(db) == OK &&
                          holder_put(db, &k->keys, KIT_CARD, KIT_IDNO, name) == OK &&
                          db_commit(db) == OK,
                      "known");
}

#define HOLDER "\"holder\":{\"name\":\"甄试样\",\"id\":\"" KIT_IDNO "\"}"

TEST_BOTH(a_guarded_card_that_is_genuine_is_proved_to_and_its_holder_told)
{
    struct office_kit *k = start(true);
    char *out = NULL, code[17];
    CHECK(known(k, "甄试样"));
    struct round r = challenged(k);
    code_of(k, HSM_EXTERNAL, "0102030405060708", "1112131415161718", code);
    CHECK_STR(verdict(k, SEEN, &r, GUARD, &out), "genuine");
    CHECK_STR(kit_text(k, out, "ext"), code);
    CHECK(strstr(out, HOLDER) != NULL);
    r = challenged(k); /* a card that tells its holder itself asks for nothing */
    CHECK_STR(verdict(k, SEEN, &r, "", &out), "genuine");
    CHECK(strstr(out, "ext") == NULL && strstr(out, "holder") == NULL);
    r = challenged(k);
    r.answer[0] = r.answer[0] == '0' ? '1' : '0';
    CHECK_STR(verdict(k, SEEN, &r, GUARD, &out), "refused");
    CHECK(strstr(out, "ext") == NULL && strstr(out, "holder") == NULL);
    CHECK_STR(verdict(k, SEEN, &none, GUARD, &out), "refused");
    CHECK(strstr(out, "ext") == NULL && strstr(out, "holder") == NULL);
}

TEST_BOTH(an_unproved_guarded_card_gets_neither_code_nor_holder)
{
    struct office_kit *k = start(false);
    char *out = NULL;
    CHECK_STR(verdict(k, SEEN, &none, GUARD, &out), "unproved");
    CHECK(strstr(out, "holder") == NULL); /* nobody knows whose it is */
    CHECK(known(k, "甄试样"));
    CHECK_STR(verdict(k, SEEN, &none, GUARD, &out), "unproved");
    CHECK(strstr(out, "\"ext\"") == NULL);
    CHECK(strstr(out, "holder") == NULL); /* any blank card can claim a number */
}

TEST(whose_a_card_is_stands_in_no_file_to_read)
{
    struct office_kit *k = start(false);
    char *bytes = NULL;
    size_t n = 0;
    CHECK(known(k, "甄试样"));
    char *wal = arena_printf(&k->arena, "%s-wal", k->conf.db);
    const char *const files[] = { k->conf.db, wal };
    for (int i = 0; i < 2; i++) {
        CHECK_ERR(file_read(&k->arena, files[i], 16 << 20, &bytes, &n), OK);
        CHECK(memmem(bytes, n, KIT_IDNO, strlen(KIT_IDNO)) == NULL);
        CHECK(memmem(bytes, n, KIT_CARD, strlen(KIT_CARD)) == NULL);
        CHECK(memmem(bytes, n, "甄试样", strlen("甄试样")) == NULL);
    }
}

/* --- what is not what PROTOCOL.md says -------------------------------------------------------- */

#define WITH(card, visit, area, hist, alg)                                     \
    "\"card\":\"" card "\",\"visit\":\"" visit "\",\"chip\":{\"area\":\"" area \
    "\",\"hist\":\"" hist "\",\"alg\":" alg "}"
#define HIST "4205000000000001"

TEST_BOTH(a_question_about_a_card_is_read_strictly)
{
    static const char *const bad[] = {
        WITH("A-1", VISIT, "420506", HIST, "1"),
        WITH("A2345678901234567890123456789012345", VISIT, "420506", HIST, "1"),
        WITH("", VISIT, "420506", HIST, "1"),
        WITH(KIT_CARD, "00", "420506", HIST, "1"),
        WITH(KIT_CARD, "00112233445566778899AABBCCDDEEFF", "420506", HIST, "1"),
        WITH(KIT_CARD, VISIT, "42050", HIST, "1"),
        WITH(KIT_CARD, VISIT, "4205060", HIST, "1"),
        WITH(KIT_CARD, VISIT, "42050x", HIST, "1"),
        WITH(KIT_CARD, VISIT, "420506", "42050000000001", "1"),
        WITH(KIT_CARD, VISIT, "420506", HIST, "4"),
        WITH(KIT_CARD, VISIT, "420506", HIST, "-1"),
        WITH(KIT_CARD, VISIT, "420506", HIST, "\"1\""),
        "\"card\":\"" KIT_CARD "\",\"visit\":\"" VISIT "\"",
        "\"card\":\"" KIT_CARD "\",\"visit\":\"" VISIT "\",\"chip\":[]",
        "\"card\":\"" KIT_CARD "\"," KIT_CHIP,
    };
    struct office_kit *k = start(false);
    char *out = NULL;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        CHECK_EQ(kit_query(k, "challenge", bad[i], &out), 400);
        CHECK(strstr(out, "bad_item") != NULL);
        CHECK_STR(verdict(k, bad[i], &none, "", &out), "400");
    }
}

TEST_BOTH(a_verdict_is_asked_for_strictly)
{
    static const char *const bad[] = {
        "",
        ",\"challenge\":\"\"",
        ",\"challenge\":\"" VISIT "\",\"answer\":\"\"",
        ",\"challenge\":\"\",\"answer\":\"0011223344556677\"",
        ",\"challenge\":\"" VISIT "\",\"answer\":\"00112233445566zz\"",
        ",\"challenge\":\"" VISIT "\",\"answer\":\"001122334455667788\"",
        ",\"challenge\":\"" VISIT "00\",\"answer\":\"0011223344556677\"",
        ",\"challenge\":\"\",\"answer\":\"\",\"why\":\"6A8\"",
        ",\"challenge\":\"\",\"answer\":\"\",\"why\":\"6A8G\"",
        ",\"challenge\":\"\",\"answer\":\"\",\"why\":7",
        ",\"challenge\":\"\",\"answer\":\"\",\"ext\":null",
        ",\"challenge\":\"\",\"answer\":\"\",\"ext\":{\"factor\":\"0102030405060708\"}",
        ",\"challenge\":\"\",\"answer\":\"\",\"ext\":{\"factor\":\"0102030405060708\","
        "\"orig\":\"01\"}",
        ",\"challenge\":\"\",\"answer\":\"\",\"idcard\":\"" KIT_IDNO "\"",
    };
    struct office_kit *k = start(false);
    char *out = NULL;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        CHECK_EQ(kit_query(k, "verdict", arena_printf(&k->arena, SEEN "%s", bad[i]), &out), 400);
    CHECK_EQ(kit_query(k, "verdict", SEEN NO_ANSWER, &out), 200);
}

static enum err lines_of(struct office_kit *k, int64_t *n)
{
    char hash[65];
    return db_audit_verify(kit_db(k), n, hash);
}

TEST(every_challenge_and_verdict_is_a_line_of_the_audit)
{
    struct office_kit *k = start(true);
    char *out = NULL;
    int64_t n = 0;
    struct round r = challenged(k);
    CHECK_STR(verdict(k, SEEN, &r, "", &out), "genuine");
    CHECK_STR(verdict(k, SEEN, &r, "", &out), "refused");
    CHECK_STR(verdict(k, SEEN, &none, "", &out), "refused");
    CHECK_ERR(lines_of(k, &n), OK);
    CHECK_EQ(n, 4);
    char *bytes = NULL, *wal = arena_printf(&k->arena, "%s-wal", k->conf.db);
    size_t size = 0;
    CHECK_ERR(file_read(&k->arena, wal, 16 << 20, &bytes, &size), OK);
    const char *line = "asked verdict rows=0 verdict=refused why=unproved area=420506";
    CHECK(memmem(bytes, size, line, strlen(line)) != NULL);
}
