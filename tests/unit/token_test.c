/* token_test.c - a token opens one person's data, at one terminal, in one visit, for a while. */
#include "platform/token.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "hal/base/clock.h"
#include "platform/application.h"
#include "platform/db_account.h"
#include "platform/ecard.h"
#include "platform/files.h"
#include "platform/holder.h"
#include "platform/verbs.h"
#include "tests/test.h"
#include "tests/unit/db_kit.h"
#include "tests/unit/office_kit.h"

#define OTHER_IDNO "420506197001010017"
#define MINE       "\"id\":\"" KIT_IDNO "\",\"card\":\"" KIT_CARD "\""
#define MINUTE     60000LL

static int cases(struct office_kit *k, const char *more)
{
    char *out = NULL;
    int status = kit_mine(k, "cases", more, &out);
    if (status == 403)
        test_check_str(__FILE__, __LINE__, out, "{\"error\":\"no_token\"}", "and nothing more");
    return status;
}

static void later(struct office_kit *k, int64_t ms)
{
    clock_hold(k->now += ms);
}

TEST_BOTH(without_a_token_nothing_personal_is_told_and_a_receipt_needs_none)
{
    static const char *const kinds[] = { "cases", "account", "suggest", "proof" };
    static const char *const bad[] = {
        "",
        ",\"visit\":\"00112233445566778899aabbccddeeff\"",
        ",\"token\":\"00112233445566778899aabbccddeeff\"",
        ",\"visit\":\"00112233445566778899aabbccddeeff\",\"token\":\"\"",
        ",\"visit\":\"00112233445566778899aabbccddeeff\",\"token\":7",
        ",\"visit\":\"00112233445566778899aabbccddeeff\","
        "\"token\":\"00112233445566778899aabbccddeeff\""
    };
    struct office_kit *k = kit_start();
    char *out = NULL, hash[65];
    int64_t n = 0;
    for (int i = 0; i < 4; i++)
        for (int j = 0; j < 6; j++) {
            char *more = arena_printf(&k->arena,
                                      MINE ",\"part\":\"pension\",\"purpose\":\"loan\"%s", bad[j]);
            CHECK_EQ(kit_query(k, kinds[i], more, &out), 403);
            CHECK_STR(out, "{\"error\":\"no_token\"}");
        }
    CHECK_ERR(db_audit_verify(kit_db(k), &n, hash), OK);
    CHECK_EQ(n, 24);
    CHECK_EQ(kit_query(k, "receipt", "\"receipt\":\"0000-0000-0000\"", &out), 200);
}

TEST_BOTH(a_token_is_of_one_visit_and_card_and_of_the_person_asked_about_first)
{
    struct office_kit *k = kit_start();
    char visit[33];
    CHECK(kit_visit(k, KIT_CARD));
    CHECK_EQ(cases(k, "\"id\":\"" KIT_IDNO "\",\"card\":\"B00000000\""), 403);
    CHECK_EQ(cases(k, "\"id\":\"" KIT_IDNO "\",\"card\":\"\""), 403);
    memcpy(visit, k->visit, sizeof visit);
    k->visit[0] = visit[0] == 'a' ? 'b' : 'a';
    CHECK_EQ(cases(k, MINE), 403);
    memcpy(k->visit, visit, sizeof visit);
    CHECK_EQ(cases(k, MINE), 200); /* what was refused has bound nobody */
    CHECK_EQ(cases(k, "\"id\":\"" OTHER_IDNO "\",\"card\":\"" KIT_CARD "\""), 403);
    CHECK_EQ(cases(k, MINE), 200);
}

TEST_BOTH(a_token_is_of_one_terminal)
{
    struct office_kit *k = kit_start();
    struct db *db = kit_db(k);
    CHECK(kit_visit(k, KIT_CARD));
    crypto_keypair(k->terminal.item, k->item_secret);
    crypto_keypair(k->terminal.line, k->line_secret);
    snprintf(k->terminal.name, sizeof k->terminal.name, "hall-2");
    CHECK_ERR(db_begin(db), OK);
    CHECK_ERR(db_terminal_add(db, &k->terminal), OK);
    CHECK_ERR(db_commit(db), OK);
    CHECK_EQ(cases(k, MINE), 403);
}

TEST_BOTH(a_token_lives_ten_minutes_after_each_use_and_an_hour_in_all)
{
    struct office_kit *k = kit_start();
    CHECK(kit_visit(k, KIT_CARD));
    for (int i = 0; i < 6; i++) { /* the sixth is at the full hour */
        later(k, 10 * MINUTE);
        CHECK_EQ(cases(k, MINE), 200);
    }
    later(k, 1);
    CHECK_EQ(cases(k, MINE), 403);
    CHECK(kit_visit(k, KIT_CARD));
    later(k, 10 * MINUTE + 1);
    CHECK_EQ(cases(k, MINE), 403);
}

static int64_t tokens(struct office_kit *k, const char *hash)
{
    char sql[160];
    snprintf(sql, sizeof sql, "SELECT count(*) FROM token WHERE hash LIKE '%s'", hash);
    return dbkit_number(k->conf.db, sql);
}

TEST_BOTH(a_token_outlives_a_restart_is_kept_as_a_hash_and_forgotten_afterwards)
{
    struct office_kit *k = kit_start();
    char hash[65];
    CHECK(kit_visit(k, KIT_CARD));
    crypto_hash_of(k->token, strlen(k->token), hash);
    office_destroy(k->office);
    k->office = NULL;
    CHECK_ERR(office_create(&k->conf, &k->office), OK);
    CHECK_EQ(cases(k, MINE), 200);
    CHECK_EQ(tokens(k, hash), 1);
    CHECK_EQ(tokens(k, k->token), 0);
    later(k, 11 * MINUTE);
    CHECK(kit_visit(k, KIT_CARD));
    CHECK_EQ(tokens(k, hash), 0);
    CHECK_EQ(tokens(k, "%"), 1);
}

TEST_BOTH(a_card_whose_holder_is_known_is_asked_about_nobody_else)
{
    struct office_kit *k = kit_start();
    struct db *db = kit_db(k);
    CHECK_ERR(db_begin(db), OK);
    CHECK_ERR(holder_put(db, &k->keys, KIT_CARD, KIT_IDNO, NULL), OK);
    CHECK_ERR(db_commit(db), OK);
    CHECK(kit_visit(k, KIT_CARD));
    CHECK_EQ(cases(k, "\"id\":\"" OTHER_IDNO "\",\"card\":\"" KIT_CARD "\""), 403);
    CHECK_EQ(cases(k, MINE), 200);
}

/* --- identity card ---------------------------------------------------------------------------- */

#define VISIT "00112233445566778899aabbccddeeff"

static int idcard(struct office_kit *k, const char *idno, char **out)
{
    char *more =
        arena_printf(&k->arena, "\"card\":\"\",\"visit\":\"" VISIT "\",\"idcard\":\"%s\"", idno);
    int status = kit_query(k, "verdict", more, out);
    memcpy(k->visit, VISIT, sizeof k->visit);
    snprintf(k->token, sizeof k->token, "%s", status == 200 ? kit_text(k, *out, "token") : "");
    return status;
}

/* As a terminal writes it that has read an identity card: no number of a card. */
static char *without_card(struct office_kit *k, const char *id)
{
    char *text = kit_application(k, id, KIT_IDNO), *no = strstr(text, KIT_CARD);
    memmove(no, no + strlen(KIT_CARD), strlen(no + strlen(KIT_CARD)) + 1);
    return text;
}

TEST_BOTH(an_identity_card_opens_its_own_persons_data_and_nothing_handed_in_with_a_card)
{
    struct office_kit *k = kit_start();
    struct wire_item items[2];
    struct wire_ack *ack = NULL;
    struct account p = { .certified_day = 0, .facts = "{\"student\":true}" };
    char *out = NULL, receipt[WIRE_RECEIPT + 1];
    struct db *db = kit_db(k);
    CHECK(person_mac(k->keys.person, KIT_IDNO, p.person));
    CHECK(card_mac(k->keys.person, KIT_IDNO, KIT_CARD, p.card));
    CHECK_ERR(db_begin(db), OK);
    CHECK_ERR(db_account_put(db, &p), OK);
    CHECK_ERR(db_commit(db), OK);
    items[0] = kit_item(k, KIT_IDNO, NULL); /* with the card; the next without one */
    items[1] = kit_item(k, KIT_IDNO, NULL);
    kit_reseal(k, &items[1], without_card(k, items[1].id));
    CHECK_EQ(kit_post(k, items, 2, &ack), 200);
    CHECK_EQ(ack[1].outcome, WIRE_ACCEPTED);
    wire_receipt(items[1].id, receipt);
    CHECK_EQ(idcard(k, KIT_IDNO, &out), 200);
    CHECK_STR(kit_text(k, out, "verdict"), "genuine");
    CHECK_STR(kit_text(k, out, "why"), "samv");
    CHECK_EQ(kit_mine(k, "suggest", "\"id\":\"" KIT_IDNO "\",\"card\":\"\"", &out), 200);
    CHECK(strstr(out, "\"student\":true") != NULL);
    CHECK_EQ(kit_mine(k, "cases", "\"id\":\"" KIT_IDNO "\",\"card\":\"\"", &out), 200);
    CHECK(strstr(out, receipt) != NULL);
    wire_receipt(items[0].id, receipt);
    CHECK(strstr(out, receipt) == NULL);
    CHECK_EQ(cases(k, MINE), 403);
    CHECK_EQ(cases(k, "\"id\":\"" OTHER_IDNO "\",\"card\":\"\""), 403);
}

TEST_BOTH(a_number_that_is_none_is_no_identity_card)
{
    static const char *const bad[] = { "",
                                       "42050619650307123",
                                       "4205061965030712388",
                                       "4205061965030712 8",
                                       "42050619650307123Y",
                                       "4205061965030712X8" };
    struct office_kit *k = kit_start();
    char *out = NULL;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        CHECK_EQ(idcard(k, bad[i], &out), 400);
    CHECK_EQ(idcard(k, "42050619650307123X", &out), 200);
    CHECK_EQ(kit_query(k, "verdict", "\"card\":\"\",\"visit\":\"" VISIT "\"", &out), 400);
    CHECK_EQ(kit_query(k, "verdict",
                       "\"card\":\"\",\"visit\":\"" VISIT "\",\"idcard\":\"" KIT_IDNO
                       "\"," KIT_CHIP,
                       &out),
             400);
}

/* --- electronic card -------------------------------------------------------------------------- */

static struct ecard sample(struct office_kit *k)
{
    return (struct ecard){ .name = "甄试样", .id = KIT_IDNO, .card = KIT_CARD, .at_ms = k->now };
}

/* The verdict's word, or its why when refused. */
static const char *scanned(struct office_kit *k, const char *code, char **out)
{
    char *more = arena_printf(&k->arena, "\"code\":\"%s\",\"visit\":\"" VISIT "\"", code);
    if (kit_query(k, "ecard", more, out) != 200)
        return "not 200";
    memcpy(k->visit, VISIT, sizeof k->visit);
    snprintf(k->token, sizeof k->token, "%s", kit_text(k, *out, "token"));
    const char *word = kit_text(k, *out, "verdict");
    if (strcmp(word, "refused") != 0)
        return word;
    test_check(__FILE__, __LINE__, !strstr(*out, "token") && !strstr(*out, "holder"), "no more");
    return kit_text(k, *out, "why");
}

TEST_BOTH(the_code_of_an_electronic_card_says_whose_it_is_once)
{
    struct office_kit *k = kit_start();
    struct ecard c = sample(k);
    char code[ECARD_CODE + 1], *out = NULL;
    CHECK_ERR(ecard_make(&k->keys, &c, code), OK);
    CHECK_STR(scanned(k, code, &out), "genuine");
    CHECK(strstr(out, "\"holder\":{\"name\":\"甄试样\",\"id\":\"" KIT_IDNO "\",\"card\":\"" KIT_CARD
                      "\"}") != NULL);
    CHECK_EQ(cases(k, "\"id\":\"" OTHER_IDNO "\",\"card\":\"" KIT_CARD "\""), 403);
    CHECK_EQ(cases(k, MINE), 200);
    CHECK_STR(scanned(k, code, &out), "used");
    CHECK_ERR(ecard_make(&k->keys, &c, code), OK); /* the next one the telephone shows */
    CHECK_STR(scanned(k, code, &out), "genuine");
}

TEST_BOTH(a_code_is_good_for_a_minute_and_tells_nothing_to_who_reads_it)
{
    struct office_kit *k = kit_start();
    struct ecard c = sample(k);
    char code[ECARD_CODE + 1], first[ECARD_CODE + 1], *out = NULL;
    CHECK_ERR(ecard_make(&k->keys, &c, first), OK);
    CHECK_ERR(ecard_make(&k->keys, &c, code), OK);
    CHECK(strncmp(code, "ECARD1.", 7) == 0);
    CHECK(strspn(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.") ==
          strlen(code));
    later(k, MINUTE);
    CHECK_STR(scanned(k, first, &out), "genuine");
    later(k, 1);
    CHECK_STR(scanned(k, code, &out), "expired");
    c.at_ms = k->now + MINUTE + 1;
    CHECK_ERR(ecard_make(&k->keys, &c, code), OK);
    CHECK_STR(scanned(k, code, &out), "expired");
}

TEST_BOTH(a_code_that_is_changed_or_not_ours_is_refused)
{
    struct office_kit *k = kit_start();
    struct ecard c = sample(k);
    struct keys other = k->keys;
    char code[ECARD_CODE + 1], bad[ECARD_CODE + 8], *out = NULL;
    other.ecard[0] ^= 1;
    CHECK_ERR(ecard_make(&other, &c, code), OK);
    keys_finish(&other);
    CHECK_STR(scanned(k, code, &out), "code");
    CHECK_ERR(ecard_make(&k->keys, &c, code), OK);
    for (size_t i = 0; i < strlen(code); i++) {
        snprintf(bad, sizeof bad, "%s", code);
        bad[i] = bad[i] == 'A' ? 'B' : 'A';
        CHECK_ERR(ecard_read(&k->keys, &k->arena, bad, k->now, &c), ERR_FORMAT);
    }
    snprintf(bad, sizeof bad, "%sA", code);
    CHECK_STR(scanned(k, bad, &out), "code");
    CHECK_STR(scanned(k, "", &out), "code");
    CHECK_STR(scanned(k, "ECARD1..", &out), "code");
    CHECK_STR(scanned(k, "HM1/008J-4CT4-ANK0", &out), "code");
    CHECK_STR(scanned(k, code, &out), "genuine");
}

TEST_BOTH(a_code_of_more_than_512_characters_or_without_a_visit_is_no_question)
{
    struct office_kit *k = kit_start();
    char code[ECARD_CODE + 2], *out = NULL;
    memset(code, 'A', sizeof code);
    code[ECARD_CODE + 1] = '\0';
    CHECK_STR(scanned(k, code, &out), "not 200");
    code[ECARD_CODE] = '\0';
    CHECK_STR(scanned(k, code, &out), "code");
    CHECK_EQ(kit_query(k, "ecard", "\"code\":\"\"", &out), 400);
    CHECK_EQ(kit_query(k, "ecard", "\"code\":\"\",\"visit\":\"x\"", &out), 400);
}

TEST_BOTH(a_code_is_not_made_of_nothing)
{
    struct office_kit *k = kit_start();
    struct verb_order o = { .verb = "ecard",
                            .word = { "make", "", KIT_IDNO, KIT_CARD },
                            .words = 4 };
    CHECK_EQ(verb_ecard(&o, &k->conf), 1);
    o.word[1] = "甄\n试样";
    CHECK_EQ(verb_ecard(&o, &k->conf), 1);
    o.word[1] = "甄试样";
    CHECK_EQ(verb_ecard(&o, &k->conf), 0);
    o.word[0] = "show";
    CHECK_EQ(verb_ecard(&o, &k->conf), 2);
}

/* --- settings and older databases ------------------------------------------------------------- */

TEST(which_cards_are_answered_is_a_setting)
{
    struct conf c;
    conf_default(&c);
    CHECK(!c.only_proved);
    CHECK_ERR(conf_set(&c, "cards", "proved"), OK);
    CHECK(c.only_proved);
    CHECK_ERR(conf_set(&c, "cards", "all"), ERR_ARG);
    CHECK_ERR(conf_set(&c, "cards", "any"), OK);
    CHECK(!c.only_proved);
}

TEST(a_database_from_before_tokens_gets_its_tables_and_keeps_its_accounts)
{
    struct office_kit *k = kit_start();
    struct account p = { .certified_day = 7, .facts = "{}" }, back;
    struct db *db = NULL;
    sqlite3 *sq = NULL;
    char *path = arena_printf(&k->arena, "%s/old.db", test_dir());
    CHECK_ERR(db_open(path, &db), OK);
    CHECK_ERR(db_account_put(db, &p), OK);
    db_close(db);
    CHECK_EQ(sqlite3_open(path, &sq), SQLITE_OK);
    CHECK_EQ(sqlite3_exec(sq,
                          "DROP TABLE challenge; DROP TABLE token; DROP TABLE holder;"
                          "PRAGMA user_version = 7",
                          NULL, NULL, NULL),
             SQLITE_OK);
    sqlite3_close(sq);
    CHECK_ERR(db_open(path, &db), OK);
    enum err found = db_account_find(db, p.person, NULL, &back);
    enum err put = holder_put(db, &k->keys, KIT_CARD, KIT_IDNO, NULL);
    db_close(db);
    CHECK_ERR(found, OK);
    CHECK_EQ(back.certified_day, 7);
    CHECK_ERR(put, OK);
}
