/* console_case_test.c - a case at the clerks' page, a price sheet, and what terminals report. */
#include "tests/test.h"

#include <stdio.h>
#include <string.h>

#include "hal/base/clock.h"
#include "platform/case_act.h"
#include "platform/db.h"
#include "platform/db_fleet.h"
#include "platform/db_group.h"
#include "platform/sheet_text.h"
#include "platform/tables.h"
#include "tests/unit/console_kit.h"
#include "tests/unit/db_kit.h"
#include "tests/unit/fleet_kit.h"

static bool with_case(struct desk *d, char ref[WIRE_NAME_MAX])
{
    struct wire_item item = kit_item(d->k, KIT_IDNO, NULL);
    struct wire_ack *ack = NULL;
    if (kit_post(d->k, &item, 1, &ack) != 200 || ack->outcome != WIRE_ACCEPTED)
        return false;
    snprintf(ref, WIRE_NAME_MAX, "%s", ack->ref);
    return true;
}

static int with_ref(struct desk *d, const char *call, const char *ref, const char *more)
{
    return desk_call(d, call, arena_printf(&d->k->arena, "{\"ref\":\"%s\"%s}", ref, more));
}

TEST_BOTH(an_opened_case_covers_its_numbers_until_they_are_asked_for)
{
    struct desk *d = desk_start("");
    char ref[WIRE_NAME_MAX];
    CHECK(d && with_case(d, ref) && desk_login(d, "clerk"));
    CHECK_EQ(desk_call(d, "cases", "{\"state\":\"open\"}"), 200);
    CHECK(desk_says(d, ref) && !desk_says(d, "甄试样")); /* a list names nobody */
    CHECK_EQ(with_ref(d, "case", ref, ""), 200);
    CHECK(desk_says(d, "甄试样") && desk_says(d, "**************1238"));
    CHECK(!desk_says(d, KIT_IDNO) && !desk_says(d, KIT_CARD));
    CHECK(desk_says(d, "opened"));
    CHECK_EQ(with_ref(d, "case_id", ref, ""), 200);
    CHECK(desk_says(d, KIT_IDNO));
    CHECK_EQ(with_ref(d, "case_tick", ref, ",\"paper\":\"户口簿\""), 200);
    CHECK_EQ(with_ref(d, "case_tick", ref, ",\"paper\":\"没有的\""), 404);
    CHECK_EQ(with_ref(d, "case", ref, ""), 200);
    CHECK(desk_says(d, "numbers") && desk_says(d, "\"ticked\":true"));
    CHECK_EQ(with_ref(d, "case", "2026-999999", ""), 404);
    desk_stop(d);
}

TEST_BOTH(a_case_goes_from_state_to_state_and_no_other_way)
{
    struct desk *d = desk_start("");
    char ref[WIRE_NAME_MAX];
    struct case_row row;
    CHECK(d && with_case(d, ref) && desk_login(d, "clerk"));
    CHECK_EQ(with_ref(d, "case_do", ref, ",\"do\":\"finish\""), 409);
    CHECK_EQ(with_ref(d, "case_do", ref, ",\"do\":\"ask\""), 400);
    CHECK(desk_says(d, "\"reason\""));
    CHECK_EQ(with_ref(d, "case_do", ref, ",\"do\":\"ask\",\"reason\":\" \""), 400);
    CHECK_EQ(with_ref(d, "case_do", ref, ",\"do\":\"ask\",\"reason\":\"户口簿\""), 200);
    CHECK_ERR(db_case_find(kit_db(d->k), ref, &row), OK);
    CHECK_STR(row.state, "asked");
    CHECK_STR(row.reason, "户口簿");
    char open[1][WIRE_NAME_MAX]; /* still undecided: the same person is told so */
    struct db_wish wish = { .person = row.person, .service = row.service };
    CHECK_ERR(db_cases_open(kit_db(d->k), &wish, 1, open), OK);
    CHECK_STR(open[0], ref);
    CHECK_EQ(with_ref(d, "case_do", ref, ",\"do\":\"accept\""), 200);
    CHECK_EQ(with_ref(d, "case_do", ref, ",\"do\":\"return\",\"reason\":\"x\""), 409);
    CHECK_EQ(with_ref(d, "case_do", ref, ",\"do\":\"finish\""), 200);
    CHECK_EQ(with_ref(d, "case_do", ref, ",\"do\":\"accept\""), 409);
    CHECK_EQ(with_ref(d, "case_do", ref, ",\"do\":\"erase\""), 400);
    CHECK_ERR(db_case_find(kit_db(d->k), ref, &row), OK);
    CHECK_STR(row.state, "finished");
    CHECK_STR(row.reason, "");
    desk_stop(d);
}

TEST_BOTH(what_a_terminal_reports_is_kept_and_when_it_was_heard)
{
    static const char report[] = "{\"v\":1,\"version\":\"0.1.0\",\"waiting\":3,\"stuck\":1,"
                                 "\"oldest\":5,\"reader\":\"ready\",\"printer\":\"paper_out\"}";
    struct desk *d = desk_start("");
    struct kit_headers h;
    const char *out = "";
    CHECK(d && desk_login(d, "operator"));
    kit_sign(d->k, "POST", "/v1/report", report, &h);
    CHECK_EQ(kit_ask(d->k, "POST", "/v1/report", report, &h, &out), 200);
    CHECK_EQ(desk_call(d, "fleet", "{}"), 200);
    CHECK(desk_says(d, "\"printer\":\"paper_out\"") && desk_says(d, "\"stuck\":1"));
    CHECK(desk_says(d, "\"disk_mb\":-1") && desk_says(d, "\"skew_ms\":0"));
    CHECK_EQ(kit_ask(d->k, "POST", "/v1/report", report, &h, &out), 401); /* replayed */
    static const char *const bad[] = {
        "[]", "{}", "{\"v\":2}", "{\"v\":1,\"waiting\":\"3\"}",
        "{\"v\":1,\"reader\":\"an endless word, too long to keep\"}"
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        kit_sign(d->k, "POST", "/v1/report", bad[i], &h);
        CHECK_EQ(kit_ask(d->k, "POST", "/v1/report", bad[i], &h, &out), 400);
    }
    char *large = arena_alloc(&d->k->arena, 5001);
    memset(large, ' ', 5000);
    kit_sign(d->k, "POST", "/v1/report", large, &h);
    CHECK_EQ(kit_ask(d->k, "POST", "/v1/report", large, &h, &out), 413);
    desk_stop(d);
}

static enum err first(void *ctx, const struct fleet_row *r)
{
    *(struct fleet_row *)ctx = *r;
    return OK;
}

TEST_BOTH(a_terminal_is_noted_as_heard_once_a_minute)
{
    struct office_kit *k = kit_start();
    struct db *db = kit_db(k);
    const char *name = k->terminal.name;
    struct fleet_row r;
    const int64_t at[] = { 1000000, 1030000, 1060000, 900000 },
                  seen[] = { 1000000, 1000000, 1060000, 900000 };
    for (int i = 0; i < 4; i++) { /* the last: our own clock was put back */
        CHECK_ERR(db_heard(db, name, at[i], 7), OK);
        CHECK_ERR(db_fleet(db, first, &r), OK);
        CHECK_EQ(r.seen_ms, seen[i]);
    }
    CHECK_EQ(r.skew_ms, 7);
}

TEST_BOTH(a_terminal_is_shut_out_only_by_its_name_typed)
{
    struct desk *d = desk_start("");
    struct terminal t;
    CHECK(d && desk_login(d, "operator"));
    const char *name = d->k->terminal.name;
    CHECK_EQ(desk_call(d, "revoke",
                       arena_printf(&d->k->arena, "{\"name\":\"%s\",\"typed\":\"\"}", name)),
             400);
    CHECK_ERR(db_terminal_find(kit_db(d->k), name, &t), OK);
    CHECK(!t.revoked);
    CHECK_EQ(
        desk_call(d, "revoke",
                  arena_printf(&d->k->arena, "{\"name\":\"%s\",\"typed\":\"%s\"}", name, name)),
        200);
    CHECK_ERR(db_terminal_find(kit_db(d->k), name, &t), OK);
    CHECK(t.revoked);
    desk_stop(d);
}

TEST(a_sheet_is_read_as_utf8_or_as_excel_writes_it)
{
    struct arena a;
    char *out = NULL;
    bool gbk = true;
    arena_init(&a, 4096, 1 << 20);
    CHECK_ERR(sheet_text(&a, "鸡蛋,1\n", strlen("鸡蛋,1\n"), &out, &gbk), OK);
    CHECK_STR(out, "鸡蛋,1\n");
    CHECK(!gbk);
    CHECK_ERR(sheet_text(&a, "\xbc\xa6\xb5\xb0,1\r\n2\r\n\r\n3", 14, &out, &gbk), OK);
    CHECK_STR(out, "鸡蛋,1\n2\n\n3\n");
    CHECK(gbk);
    CHECK_ERR(sheet_text(&a,
                         "\xff\xfe"
                         "1\0",
                         4, &out, &gbk),
              ERR_FORMAT); /* UTF-16 */
    CHECK_ERR(sheet_text(&a, "\xbc\xa6\xff\xff\n", 5, &out, &gbk), ERR_FORMAT);
    arena_finish(&a);
}

TEST_BOTH(a_sheet_with_faults_tells_each_once_and_publishes_nothing)
{
    struct desk *d = desk_start("");
    static const char csv[] = "day,place,good,yuan\n2026-11-23,1,1,abc\nmorgen,1,1,5.20\n";
    char base64[256];
    CHECK(d && desk_login(d, "publisher"));
    crypto_base64(csv, strlen(csv), base64, sizeof base64);
    CHECK_EQ(desk_call(d, "sheet", arena_printf(&d->k->arena, "{\"csv\":\"%s\"}", base64)), 200);
    CHECK(desk_says(d, "\"line\":2,\"why\":\"yuan: not a price like 4.98\""));
    CHECK(desk_says(d, "\"line\":3,\"why\":\"day: not a date like 2026-11-23\""));
    CHECK(desk_says(d, "\"fault_count\":3")); /* the third: no such place, told once */
    CHECK_EQ(desk_call(d, "sheet_publish",
                       arena_printf(&d->k->arena, "{\"csv\":\"%s\",\"head\":0}", base64)),
             400);
    CHECK_EQ(desk_call(d, "sheet", "{\"csv\":\"!\"}"), 400);
    desk_stop(d);
}

static int notices_out(struct desk *d)
{
    int64_t n = 0;
    return db_row_count(kit_db(d->k), 30, 30, &n) == OK ? (int)n : -1;
}

TEST_BOTH(a_notice_goes_when_its_last_day_is_over)
{
    static const char *const notice =
        "{\"title\":\"停水\",\"body\":\"明天停水\",\"sender\":\"水务局\","
        "\"kind\":\"village\",\"until\":\"%s\"}";
    struct desk *d = desk_start("");
    CHECK(d && desk_login(d, "publisher"));
    struct civil day = clock_civil(d->k->now);
    char today[32];
    snprintf(today, sizeof today, "%04d-%02d-%02d", day.year, day.month, day.day);
    CHECK_EQ(desk_call(d, "notice", "{\"title\":\"停水\"}"), 400);
    CHECK_EQ(desk_call(d, "notice", arena_printf(&d->k->arena, notice, "2001-01-01")), 400);
    CHECK(desk_says(d, "\"until\""));
    int before = notices_out(d);
    CHECK_EQ(desk_call(d, "notice", arena_printf(&d->k->arena, notice, today)), 200);
    CHECK_EQ(desk_call(d, "notice", arena_printf(&d->k->arena, notice, "")), 200);
    console_minute(&d->k->conf);
    CHECK_EQ(notices_out(d), before + 2);
    clock_hold(d->k->now + 24 * 3600 * 1000);
    console_minute(&d->k->conf);
    CHECK_EQ(notices_out(d), before + 1); /* the other stays */
    desk_stop(d);
}

/* The price office and the news office sign their own. */
static bool signed_elsewhere(struct desk *d)
{
    struct fleet f;
    fleet_init(&f, test_dir());
    f.conf = d->k->conf;
    fleet_pair(&f, "publisher", "prices");
    fleet_pair(&f, "publisher", "news");
    const char *channel = table_find("notice")->channel;
    enum err e = fleet_keys(&f,
                            arena_printf(&f.arena,
                                         "add-publisher=@/prices.pub:price"
                                         " add-publisher=@/news.pub:%s",
                                         channel),
                            "keys/root");
    fleet_finish(&f);
    return e == OK;
}

TEST(what_another_signs_is_refused_with_whose_key_it_is)
{
    static const char *const notice =
        "{\"title\":\"停水\",\"body\":\"明天停水\",\"sender\":\"水务局\",\"kind\":\"village\"}";
    struct desk *d = desk_start("");
    CHECK(d && desk_login(d, "publisher"));
    CHECK_EQ(desk_call(d, "notice", notice), 200);
    CHECK(signed_elsewhere(d));
    int before = notices_out(d);
    CHECK_EQ(desk_call(d, "sheet", "{\"csv\":\"ZGF5\"}"), 409); /* whatever stands in it */
    CHECK(desk_says(d, "{\"error\":\"prices_elsewhere\",\"by\":\"prices\"}"));
    CHECK_EQ(desk_call(d, "notice", notice), 409);
    CHECK(desk_says(d, "{\"error\":\"notices_elsewhere\",\"by\":\"news\"}"));
    CHECK_EQ(desk_call(d, "withdraw", "{\"id\":\"1\"}"), 409);
    CHECK(desk_says(d, "\"notices_elsewhere\""));
    CHECK_EQ(notices_out(d), before);
    desk_stop(d);
}
