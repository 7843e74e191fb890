/* proof_test.c - a proof of insurance: given to the own card, checked by anybody, forged by nobody.
 */
#include "hal/wire_proof.h"

#include <stdio.h>
#include <string.h>

#include "hal/base/clock.h"
#include "hal/json.h"
#include "platform/application.h"
#include "platform/db_account.h"
#include "platform/verbs.h"
#include "tests/test.h"
#include "tests/unit/db_kit.h"
#include "tests/unit/office_kit.h"

static struct wire_proof sample(void)
{
    return (struct wire_proof){ .number = "2026-000001",
                                .from = 20780,
                                .until = 20810,
                                .part = "pension",
                                .scheme = "resident",
                                .state = "drawing",
                                .since = 1994,
                                .months = 132,
                                .purpose = "loan",
                                .who = "0123456789abcdef",
                                .kid = "f1" };
}

static struct wire_keyset feed_keys(struct office_kit *k)
{
    return (struct wire_keyset){ .feed_count = 1, .feed = { k->keys.feed } };
}

TEST_BOTH(the_code_of_a_proof_says_what_was_signed_and_nothing_else)
{
    struct office_kit *k = kit_start();
    struct wire_keyset keys = feed_keys(k);
    struct wire_proof p = sample(), back;
    char text[WIRE_PROOF], changed[WIRE_PROOF];
    snprintf(p.kid, sizeof p.kid, "%s", k->keys.feed.kid);
    CHECK_ERR(wire_proof_write(&p, k->keys.feed_secret, text), OK);
    CHECK_ERR(wire_proof_read(text, &back), OK);
    CHECK_ERR(wire_proof_verify(&back, &keys), OK);
    CHECK_STR(back.number, "2026-000001");
    CHECK_STR(back.state, "drawing");
    CHECK_EQ(back.months, 132);
    for (size_t i = 0; i < strlen(text); i++) { /* whatever is changed is noticed */
        snprintf(changed, sizeof changed, "%s", text);
        changed[i] = changed[i] == '1' ? '2' : '1';
        CHECK(wire_proof_read(changed, &back) != OK || wire_proof_verify(&back, &keys) != OK);
    }
    keys.feed_count = 0;
    CHECK_ERR(wire_proof_read(text, &back), OK);
    CHECK_ERR(wire_proof_verify(&back, &keys), ERR_SIGNATURE);
}

TEST_BOTH(a_code_written_in_another_way_is_refused)
{
    struct office_kit *k = kit_start();
    struct wire_proof p = sample(), back;
    char text[WIRE_PROOF], other[WIRE_PROOF + 8];
    CHECK_ERR(wire_proof_write(&p, k->keys.feed_secret, text), OK);
    snprintf(other, sizeof other, "%sA", text);
    CHECK_ERR(wire_proof_read(other, &back), ERR_FORMAT);
    snprintf(other, sizeof other, "HMP1/2026-000001/+20780%s", text + 22);
    CHECK_ERR(wire_proof_read(other, &back), ERR_FORMAT);
    snprintf(other, sizeof other, "HMP1/2026-000001/020780%s", text + 22);
    CHECK_ERR(wire_proof_read(other, &back), ERR_FORMAT);
    CHECK_ERR(wire_proof_read("", &back), ERR_FORMAT);
    CHECK_ERR(wire_proof_read("HM1/008J-4CT4-ANK0", &back), ERR_FORMAT);
    snprintf(p.state, sizeof p.state, "a/b");
    CHECK_ERR(wire_proof_write(&p, k->keys.feed_secret, text), ERR_TOO_BIG);
}

/* --- asked for -------------------------------------------------------------------------------- */

static struct account_sheet pension = {
    .part = ACCOUNT_PENSION, .scheme = "resident", .state = "paying", .since = 2012, .months = 168
};

static bool insured(struct office_kit *k)
{
    struct account p = { .certified_day = 0, .facts = "{}" };
    struct db *db = kit_db(k);
    bool ok = person_mac(k->keys.person, KIT_IDNO, p.person) &&
              card_mac(k->keys.person, KIT_IDNO, KIT_CARD, p.card) && db_begin(db) == OK &&
              db_account_put(db, &p) == OK && db_account_sheet_put(db, &p, &pension) == OK &&
              db_commit(db) == OK;
    return test_check(__FILE__, __LINE__, ok, "insured");
}

#define MINE "\"id\":\"" KIT_IDNO "\",\"card\":\"" KIT_CARD "\""

/* The code of the answer, "" for null. */
static const char *code(struct office_kit *k, const char *more)
{
    struct json *root = NULL;
    const char *s = "";
    char *answer = NULL;
    if (kit_mine(k, "proof", more, &answer) != 200)
        return "refused";
    if (json_parse(answer, strlen(answer), &root) == OK && json_get_str(root, "proof", &s) == OK)
        s = arena_strdup(&k->arena, s);
    json_free(root);
    return s;
}

TEST_BOTH(a_proof_is_given_to_the_own_card_once_a_day_for_each_purpose)
{
    struct office_kit *k = kit_start();
    struct wire_keyset keys = feed_keys(k);
    struct wire_proof p;
    char who[WIRE_PROOF_WHO + 1];
    CHECK(insured(k));
    const char *first = code(k, MINE ",\"part\":\"pension\",\"purpose\":\"loan\"");
    CHECK_ERR(wire_proof_read(first, &p), OK);
    CHECK_ERR(wire_proof_verify(&p, &keys), OK);
    CHECK_EQ(p.months, 168);
    CHECK_EQ(p.from, clock_today());
    CHECK_EQ(p.until, clock_today() + 30);
    wire_proof_who(p.number, KIT_IDNO, who);
    CHECK_STR(p.who, who);
    CHECK_STR(code(k, MINE ",\"part\":\"pension\",\"purpose\":\"loan\""), first);
    const char *other = code(k, MINE ",\"part\":\"pension\",\"purpose\":\"school\"");
    CHECK(strcmp(other, first) != 0);
    CHECK_STR(code(k, MINE ",\"part\":\"housing\",\"purpose\":\"loan\""), "");
    CHECK_STR(code(k, MINE ",\"part\":\"pension\",\"purpose\":\"gift\""), "refused");
    CHECK_STR(code(k, MINE ",\"part\":\"pension\""), "refused");
    CHECK(kit_visit(k, "B00000000"));
    CHECK_STR(code(k, "\"id\":\"" KIT_IDNO "\",\"card\":\"B00000000\",\"part\":\"pension\","
                      "\"purpose\":\"loan\""),
              "");
}

TEST_BOTH(a_proof_is_verified_without_a_line_and_not_after_its_time)
{
    struct office_kit *k = kit_start();
    CHECK(insured(k));
    char *text = arena_strdup(&k->arena, code(k, MINE ",\"part\":\"pension\",\"purpose\":\"job\""));
    struct verb_order o = { .verb = "proof", .word = { "verify", text }, .words = 2 };
    CHECK_EQ(verb_proof(&o, &k->conf), 0);
    text[5] = '3'; /* another year's number */
    CHECK_EQ(verb_proof(&o, &k->conf), 1);
    text[5] = '2';
    clock_hold(k->now + 31 * 86400000LL);
    CHECK_EQ(verb_proof(&o, &k->conf), 1);
    o.word[0] = "show";
    CHECK_EQ(verb_proof(&o, &k->conf), 2);
}
