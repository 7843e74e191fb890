/* account_test.c - citizens' social security: sums agree, rules hold, only the own card is told. */
#include "platform/account.h"

#include <stdio.h>
#include <string.h>

#include "hal/base/clock.h"
#include "platform/account_facts.h"
#include "platform/application.h"
#include "platform/db_account.h"
#include "platform/files.h"
#include "platform/verbs.h"
#include "tests/test.h"
#include "tests/unit/db_kit.h"
#include "tests/unit/office_kit.h"

static const char rules_text[] =
    "{\"rule\":\"interest\",\"key\":\"pension\",\"n\":2024,\"a\":250}\n"
    "{\"rule\":\"interest\",\"key\":\"pension\",\"n\":2025,\"a\":300}\n"
    "{\"rule\":\"interest\",\"key\":\"medical\",\"n\":2025,\"a\":35}\n"
    "{\"rule\":\"settle\",\"key\":\"resident.outpatient\",\"n\":2,\"a\":2000,\"b\":50}\n"
    "{\"rule\":\"settle\",\"key\":\"resident.inpatient\",\"n\":2,\"a\":50000,\"b\":75}\n"
    "{\"rule\":\"certify\",\"key\":\"sb-test\",\"n\":1,\"a\":1}\n"
    "{\"rule\":\"hospital\",\"n\":1,\"a\":2,\"name\":\"试医院\"}\n";

#define PERSON                                                                                       \
    "{\"idno\":\"" KIT_IDNO "\",\"card\":\"" KIT_CARD "\",\"certified_months_ago\":11,"              \
    "\"facts\":{\"has\":[\"elder_card\"],\"event\":\"newborn\",\"event_days_ago\":12,"               \
    "\"child_days_old\":40,\"student\":false},"                                                      \
    "\"pension\":{\"scheme\":\"resident\",\"from\":2023,\"to\":2024,\"own\":100000,"                 \
    "\"other\":5000,\"draw\":2025,\"draw_month\":6,\"base\":20000},"                                 \
    "\"medical\":{\"scheme\":\"resident\",\"from\":2023,\"own\":6000,\"other\":4000,\"visits\":9}"   \
    ","                                                                                              \
    "\"referrals\":[{\"days_ago\":4,\"title\":\"骨科\",\"who\":\"甲院\",\"place\":\"乙院\"}]," \
    "\"credit\":{\"since\":2019,\"loans\":[{\"days_ago\":90,\"years\":3,\"title\":\"贷款\","       \
    "\"who\":\"丙行\",\"total\":900,\"owed\":700,\"late\":1},{\"days_ago\":95,\"years\":1,"        \
    "\"title\":\"卡\",\"who\":\"丁行\",\"total\":50,\"owed\":20}],"                               \
    "\"looks\":[{\"days_ago\":91,\"title\":\"审批\",\"who\":\"丙行\"}]}"                         \
    "}\n"

static struct account_sheet sheet;

/* The person's pension or medical sheet on 24 November 2026. */
static bool ledger(struct arena *a, enum account_part part, struct account_rules *rules)
{
    struct json *o = NULL;
    char *text = arena_strdup(a, rules_text);
    bool ok = account_rules_read(a, text, "rules", rules) == OK &&
              json_parse(PERSON, strlen(PERSON), &o) == OK &&
              account_ledger(o, part, rules, 7, clock_day_from_civil(2026, 11, 24), &sheet) == OK;
    json_free(o);
    return test_check(__FILE__, __LINE__, ok, "ledger");
}

TEST(a_pension_grows_by_the_published_rate_and_pays_until_it_is_empty)
{
    struct account_rules rules;
    struct arena a;
    arena_init(&a, 1 << 16, 1 << 20);
    CHECK(ledger(&a, ACCOUNT_PENSION, &rules));
    CHECK_EQ(sheet.year_count, 4);
    CHECK_EQ(sheet.year[0].balance, 105000);
    CHECK_EQ(sheet.year[1].interest, 2625); /* 1,050.00 at 2.50 % */
    CHECK_EQ(sheet.year[1].balance, 212625);
    CHECK_EQ(sheet.from_account, 212625 / 139);
    CHECK_EQ(sheet.year[2].paid, 7 * (212625 / 139)); /* June to December */
    CHECK_EQ(sheet.year[2].interest, 6378);
    CHECK_EQ(sheet.year[3].interest, 0); /* the year is not over */
    CHECK_EQ(sheet.balance, sheet.year[3].balance);
    CHECK_EQ(sheet.monthly, 20000 + 212625 / 139);
    CHECK_STR(sheet.state, "drawing");
    CHECK(account_check(&sheet, &rules) == NULL);
    arena_finish(&a);
}

TEST(a_bill_is_shared_by_the_rule_to_the_last_fen)
{
    struct account_rules rules;
    struct arena a;
    int64_t paid = 0;
    arena_init(&a, 1 << 16, 1 << 20);
    CHECK(ledger(&a, ACCOUNT_MEDICAL, &rules));
    CHECK(sheet.settle_count > 9);
    for (int i = 0; i < sheet.settle_count; i++) {
        const struct account_settle *b = &sheet.settle[i];
        bool bed = strcmp(b->kind, "inpatient") == 0;
        CHECK_EQ(b->fund + b->account + b->cash, b->total);
        CHECK_EQ(b->fund, account_fund(b->total, bed ? 50000 : 2000, bed ? 75 : 50));
        paid += b->account;
    }
    for (int i = 0; i < sheet.year_count; i++)
        paid -= sheet.year[i].paid;
    CHECK_EQ(paid, 0);
    CHECK_EQ(account_fund(1999, 2000, 50), 0);
    CHECK_EQ(account_fund(2003, 2000, 50), 1); /* whole fen, never more than the rule gives */
    CHECK(account_check(&sheet, &rules) == NULL);
    arena_finish(&a);
}

TEST(a_sheet_with_one_wrong_figure_is_found)
{
    struct account_rules rules;
    struct arena a;
    arena_init(&a, 1 << 16, 1 << 20);
    CHECK(ledger(&a, ACCOUNT_MEDICAL, &rules));
    struct account_settle *b = &sheet.settle[3];
    int64_t *figures[] = { &sheet.balance,
                           &sheet.year[0].own,
                           &sheet.year[1].other,
                           &sheet.year[2].interest,
                           &sheet.year[2].paid,
                           &sheet.year[2].balance,
                           &b->total,
                           &b->fund,
                           &b->account,
                           &b->cash,
                           &b->deductible };
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++) {
        ++*figures[i];
        CHECK(account_check(&sheet, &rules) != NULL);
        --*figures[i];
    }
    sheet.months++;
    CHECK(account_check(&sheet, &rules) != NULL);
    sheet.months--;
    sheet.year[2].rate = 0;
    CHECK(account_check(&sheet, &rules) != NULL);
    arena_finish(&a);
}

TEST(a_credit_report_agrees_with_its_loans_and_a_referral_names_its_hospital)
{
    struct account_rules rules;
    struct arena a;
    arena_init(&a, 1 << 16, 1 << 20);
    CHECK(ledger(&a, ACCOUNT_CREDIT, &rules));
    CHECK_EQ(sheet.balance, 720);
    CHECK_EQ(sheet.entry_count, 3);
    CHECK_STR(sheet.state, "paying");
    CHECK(account_check(&sheet, &rules) == NULL);
    sheet.entry[1].owed++;
    CHECK(account_check(&sheet, &rules) != NULL);
    sheet.entry[1].owed = sheet.entry[1].total + 1;
    sheet.balance = sheet.entry[0].owed + sheet.entry[1].owed;
    CHECK(account_check(&sheet, &rules) != NULL);
    CHECK(ledger(&a, ACCOUNT_MEDICAL, &rules));
    CHECK_EQ(sheet.entry_count, 1);
    CHECK_EQ(sheet.entry[0].until, clock_day_from_civil(2026, 12, 20));
    CHECK(account_check(&sheet, &rules) == NULL);
    sheet.entry[0].place[0] = '\0';
    CHECK(account_check(&sheet, &rules) != NULL);
    arena_finish(&a);
}

TEST(a_rule_that_is_none_is_refused)
{
    static const char *const bad[] = { "{\"rule\":\"interest\",\"key\":\"pension\",\"a\":1}\n",
                                       "{\"n\":1,\"a\":1}\n",
                                       "{\"rule\":\"interest\",\"n\":1,\"a\":-1}\n", "[]\n",
                                       "x\n" };
    struct account_rules rules;
    struct arena a;
    arena_init(&a, 1 << 16, 4 << 20);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        CHECK(account_rules_read(&a, arena_strdup(&a, bad[i]), "rules", &rules) != OK);
    arena_finish(&a);
}

/* --- asked for -------------------------------------------------------------------------------- */

static bool seeded(struct office_kit *k)
{
    char *rules = arena_printf(&k->arena, "%s/account_rules.jsonl", test_dir());
    char *people = arena_printf(&k->arena, "%s/account_people.jsonl", test_dir());
    struct verb_order o = { .verb = "account", .word = { "seed", test_dir() }, .words = 2 };
    return test_check(__FILE__, __LINE__,
                      file_write(rules, rules_text, strlen(rules_text), 0600) == OK &&
                          file_write(people, PERSON, strlen(PERSON), 0600) == OK &&
                          verb_account(&o, &k->conf) == 0,
                      "seeded");
}

#define ME "\"id\":\"" KIT_IDNO "\",\"card\":\"" KIT_CARD "\""

TEST_BOTH(an_account_is_told_to_its_own_card_only)
{
    struct office_kit *k = kit_start();
    char *answer = NULL;
    CHECK(seeded(k));
    CHECK_EQ(kit_mine(k, "account", ME ",\"part\":\"pension\"", &answer), 200);
    CHECK(strstr(answer, "\"part\":\"pension\"") != NULL);
    CHECK(strstr(answer, "[2023,12,100000,5000,0,0,0,105000]") != NULL);
    CHECK_EQ(kit_mine(k, "account", ME ",\"part\":\"medical\"", &answer), 200);
    CHECK(strstr(answer, "试医院") != NULL);
    CHECK(strstr(answer, "\"kind\":\"referral\"") != NULL);
    CHECK(strstr(answer, "乙院") != NULL);
    CHECK_EQ(kit_mine(k, "account", ME ",\"part\":\"credit\"", &answer), 200);
    CHECK(strstr(answer, "\"balance\":720") != NULL);
    CHECK(strstr(answer, "丁行") != NULL);
    CHECK_EQ(kit_mine(k, "proof", ME ",\"part\":\"credit\",\"purpose\":\"loan\"", &answer), 400);
    CHECK_EQ(kit_mine(k, "account", ME ",\"part\":\"housing\"", &answer), 200);
    CHECK(strstr(answer, "\"account\":null") != NULL);
    CHECK_EQ(kit_mine(k, "account", ME ",\"part\":\"salary\"", &answer), 400);
    CHECK_EQ(kit_mine(k, "account", ME, &answer), 400);
    CHECK(kit_visit(k, "B00000000"));
    CHECK_EQ(kit_mine(k, "account",
                      "\"id\":\"" KIT_IDNO "\",\"card\":\"B00000000\",\"part\":\"pension\"",
                      &answer),
             200);
    CHECK(strstr(answer, "\"account\":null") != NULL);
}

TEST_BOTH(facts_for_suggestions_follow_from_the_account_and_the_day)
{
    struct office_kit *k = kit_start();
    char *answer = NULL;
    CHECK(seeded(k));
    CHECK_EQ(kit_mine(k, "suggest", ME, &answer), 200);
    CHECK(strstr(answer, "\"has\":[\"elder_card\",\"pension\"]") != NULL);
    CHECK(strstr(answer, "\"enrolled\":[\"any_pension\",\"resident_pension\"]") != NULL);
    CHECK(strstr(answer, "\"event\":\"newborn\",\"days_since_event\":12") != NULL);
    CHECK(strstr(answer, "\"child_age_months\":1") != NULL);
    CHECK(strstr(answer, "\"months_since_verification\":11") != NULL);
    CHECK(kit_visit(k, "B00000000"));
    CHECK_EQ(kit_mine(k, "suggest", "\"id\":\"" KIT_IDNO "\",\"card\":\"B00000000\"", &answer),
             200);
    CHECK(strstr(answer, "facts") == NULL);
}

TEST_BOTH(a_changed_balance_in_the_database_is_found_by_the_check)
{
    struct office_kit *k = kit_start();
    struct verb_order o = { .verb = "account", .word = { "check" }, .words = 1 };
    struct account p = { .certified_day = 0 };
    struct db *db = kit_db(k);
    CHECK(seeded(k));
    CHECK_EQ(verb_account(&o, &k->conf), 0);
    CHECK(person_mac(k->keys.person, KIT_IDNO, p.person));
    CHECK(card_mac(k->keys.person, KIT_IDNO, KIT_CARD, p.card));
    CHECK_ERR(db_account_sheet(db, &p, ACCOUNT_PENSION, &sheet), OK);
    CHECK_EQ(sheet.year_count, 4);
    sheet.part = ACCOUNT_HOUSING; /* the same figures by another's rules: no interest there */
    CHECK_ERR(db_begin(db), OK);
    CHECK_ERR(db_account_sheet_put(db, &p, &sheet), OK);
    CHECK_ERR(db_commit(db), OK);
    CHECK_EQ(verb_account(&o, &k->conf), 1);
}

TEST(an_account_is_found_in_no_file_by_name_or_number)
{
    struct office_kit *k = kit_start();
    char *answer = NULL, *bytes = NULL;
    size_t n = 0;
    CHECK(seeded(k));
    CHECK_EQ(kit_mine(k, "account", ME ",\"part\":\"pension\"", &answer), 200);
    char *wal = arena_printf(&k->arena, "%s-wal", k->conf.db);
    const char *files[] = { k->conf.db, wal };
    for (int i = 0; i < 2; i++) {
        if (file_read(&k->arena, files[i], 16 << 20, &bytes, &n) != OK)
            continue;
        CHECK(memmem(bytes, n, KIT_IDNO, strlen(KIT_IDNO)) == NULL);
        CHECK(memmem(bytes, n, KIT_CARD, strlen(KIT_CARD)) == NULL);
    }
    CHECK(bytes != NULL);
}

/* The card was in, and a clerk has accepted the case: never a face alone. */
TEST_BOTH(a_certification_counts_from_the_day_a_clerk_accepts_it)
{
    struct office_kit *k = kit_start();
    struct wire_item item = kit_item(k, KIT_IDNO, NULL);
    struct wire_ack *ack = NULL;
    char *answer = NULL;
    CHECK(seeded(k));
    CHECK_EQ(kit_post(k, &item, 1, &ack), 200);
    CHECK_EQ(kit_mine(k, "suggest", ME, &answer), 200);
    CHECK(strstr(answer, "\"months_since_verification\":11") != NULL);
    struct verb_order o = { .verb = "case", .word = { "accept", ack->ref }, .words = 2 };
    CHECK_EQ(verb_case(&o, &k->conf), 0);
    CHECK_EQ(kit_mine(k, "suggest", ME, &answer), 200);
    CHECK(strstr(answer, "\"months_since_verification\":0") != NULL);
}
