/* office_test.c - what the platform does with items: taken once, refused with the right word. */
#include "tests/unit/office_kit.h"

#include <stdio.h>
#include <string.h>

#include "hal/base/clock.h"
#include "hal/json.h"
#include "tests/test.h"
#include "tests/unit/db_kit.h"

static enum err count_case(void *ctx, const struct case_row *c)
{
    (void)c;
    ++*(int *)ctx;
    return OK;
}

static int cases_of(struct office_kit *k)
{
    int n = 0;
    return db_cases(kit_db(k), count_case, &n) == OK ? n : -1;
}

static bool says(const char *body, const char *code)
{
    char want[64];
    snprintf(want, sizeof want, "{\"error\":\"%s\"", code);
    return strncmp(body, want, strlen(want)) == 0;
}

TEST_BOTH(an_item_becomes_a_case_and_its_answer_is_signed)
{
    struct office_kit *k = kit_start();
    struct wire_item item = kit_item(k, KIT_IDNO, NULL);
    struct wire_ack *ack = NULL;
    struct case_row c;
    CHECK_EQ(kit_post(k, &item, 1, &ack), 200);
    CHECK_EQ(ack->outcome, WIRE_ACCEPTED);
    CHECK_STR(ack->why, "");
    CHECK_ERR(db_case_find(kit_db(k), ack->ref, &c), OK);
    CHECK_STR(c.id, item.id);
    CHECK_STR(c.state, "received");
    CHECK_STR(c.identity, "card");
}

TEST_BOTH(an_item_sent_again_is_told_its_first_outcome)
{
    struct office_kit *k = kit_start();
    struct wire_item item = kit_item(k, KIT_IDNO, NULL);
    struct wire_ack *first = NULL, *again = NULL;
    CHECK_EQ(kit_post(k, &item, 1, &first), 200);
    CHECK_EQ(kit_post(k, &item, 1, &again), 200);
    CHECK_EQ(again->outcome, WIRE_DUPLICATE);
    CHECK_STR(again->ref, first->ref);
    CHECK_EQ(cases_of(k), 1);
}

TEST_BOTH(one_id_twice_in_one_request_is_refused_whole)
{
    struct office_kit *k = kit_start();
    struct wire_item items[2];
    struct wire_ack *ack = NULL;
    items[0] = items[1] = kit_item(k, KIT_IDNO, NULL);
    CHECK_EQ(kit_post(k, items, 2, &ack), 400);
    CHECK_EQ(cases_of(k), 0);
}

TEST_BOTH(another_box_under_a_used_id_is_refused)
{
    struct office_kit *k = kit_start();
    struct wire_item item = kit_item(k, KIT_IDNO, NULL);
    struct wire_ack *ack = NULL;
    CHECK_EQ(kit_post(k, &item, 1, &ack), 200);
    kit_reseal(k, &item, kit_application(k, item.id, "420506197001010017"));
    CHECK_EQ(kit_post(k, &item, 1, &ack), 200);
    CHECK_EQ(ack->outcome, WIRE_REJECTED);
    CHECK_STR(ack->why, "id_reuse");
    CHECK_EQ(cases_of(k), 1);
}

TEST_BOTH(a_forged_item_is_refused_and_its_number_does_not_count)
{
    struct office_kit *k = kit_start();
    struct wire_item item = kit_item(k, KIT_IDNO, NULL);
    struct wire_ack *ack = NULL;
    struct terminal t;
    item.n = 900;
    CHECK_EQ(kit_post(k, &item, 1, &ack), 200);
    CHECK_EQ(ack->outcome, WIRE_REJECTED);
    CHECK_STR(ack->why, "bad_signature");
    CHECK_ERR(db_terminal_find(kit_db(k), "hall-1", &t), OK);
    CHECK_EQ(t.last_n, 0);
    CHECK_EQ(cases_of(k), 0);
}

TEST_BOTH(what_does_not_open_or_is_no_application_is_refused_for_good)
{
    struct office_kit *k = kit_start();
    struct wire_item items[4];
    struct wire_ack *ack = NULL;
    for (int i = 0; i < 4; i++)
        items[i] = kit_item(k, KIT_IDNO, i == 1 ? "{\"v\":1,\"type\":\"apply\"}" : NULL);
    items[0].box_n -= 1;
    wire_item_sign(&items[0], k->item_secret);
    snprintf(items[2].kid, sizeof items[2].kid, "p-old");
    wire_item_sign(&items[2], k->item_secret);
    kit_reseal(k, &items[3], kit_application(k, items[2].id, KIT_IDNO)); /* another's receipt */
    CHECK_EQ(kit_post(k, items, 4, &ack), 200);
    CHECK_STR(ack[0].why, "cannot_open");
    CHECK_STR(ack[1].why, "bad_item");
    CHECK_STR(ack[2].why, "cannot_open");
    CHECK_STR(ack[3].why, "bad_item");
    CHECK_EQ(cases_of(k), 0);
}

TEST_BOTH(a_person_who_applies_again_is_taken_and_told)
{
    struct office_kit *k = kit_start();
    struct wire_item items[3];
    struct wire_ack *ack = NULL;
    struct case_row c;
    items[0] = kit_item(k, "42050619650307123X", NULL);
    items[1] = kit_item(k, "42050619650307123x", NULL);
    items[2] = kit_item(k, "", NULL);
    CHECK_EQ(kit_post(k, items, 3, &ack), 200);
    CHECK_EQ(ack[1].outcome, WIRE_ACCEPTED);
    CHECK_STR(ack[1].why, "again");
    CHECK_STR(ack[2].why, "");
    CHECK_ERR(db_case_find(kit_db(k), ack[1].ref, &c), OK);
    CHECK_STR(c.duplicate_of, ack[0].ref);
    CHECK_EQ(cases_of(k), 3);
}

TEST_BOTH(after_the_decision_a_new_application_is_not_again)
{
    struct office_kit *k = kit_start();
    struct wire_item items[2];
    struct wire_ack *ack = NULL;
    items[0] = kit_item(k, KIT_IDNO, NULL);
    items[1] = kit_item(k, KIT_IDNO, NULL);
    CHECK_EQ(kit_post(k, items, 1, &ack), 200);
    CHECK_ERR(db_case_decide(kit_db(k), ack->ref, "returned", "x", k->now), OK);
    CHECK_EQ(kit_post(k, items + 1, 1, &ack), 200);
    CHECK_STR(ack->why, "");
}

TEST_BOTH(a_gap_in_the_numbers_stands_in_the_audit)
{
    struct office_kit *k = kit_start();
    struct wire_item item;
    struct wire_ack *ack = NULL;
    int64_t lines = 0;
    char hash[65];
    k->n = 6;
    item = kit_item(k, KIT_IDNO, NULL);
    CHECK_EQ(kit_post(k, &item, 1, &ack), 200);
    CHECK_ERR(db_audit_verify(kit_db(k), &lines, hash), OK);
    CHECK_EQ(lines, 2); /* the gap, and the item */
}

TEST_BOTH(a_request_that_comes_twice_is_refused_the_second_time)
{
    struct office_kit *k = kit_start();
    struct wire_item item = kit_item(k, KIT_IDNO, NULL);
    struct kit_headers h;
    char *json = NULL;
    const char *body;
    CHECK_ERR(wire_post_write(&k->arena, &item, 1, &json), OK);
    kit_sign(k, "POST", "/v1/outbox", json, &h);
    CHECK_EQ(kit_ask(k, "POST", "/v1/outbox", json, &h, &body), 200);
    CHECK_EQ(kit_ask(k, "POST", "/v1/outbox", json, &h, &body), 401);
    CHECK(says(body, "replayed"));
    office_destroy(k->office); /* a restart forgets nothing */
    k->office = NULL;
    CHECK_ERR(office_create(&k->conf, &k->office), OK);
    CHECK_EQ(kit_ask(k, "POST", "/v1/outbox", json, &h, &body), 401);
    CHECK(says(body, "replayed"));
}

TEST_BOTH(who_is_not_known_or_signs_wrongly_is_told_so)
{
    static const char path[] = "/v1/status?since=0";
    struct office_kit *k = kit_start();
    struct kit_headers h, other;
    const char *body;
    kit_sign(k, "GET", path, "", &h);
    other = h;
    other.line[0] = h.line[0] == 'A' ? 'B' : 'A';
    CHECK_EQ(kit_ask(k, "GET", path, "", &other, &body), 401);
    CHECK(says(body, "unknown_terminal"));
    CHECK_EQ(kit_ask(k, "GET", "/v1/status?since=1", "", &h, &body), 401);
    CHECK(says(body, "bad_signature"));
    other = h;
    other.signature[0] = '\0';
    CHECK_EQ(kit_ask(k, "GET", path, "", &other, &body), 401);
    CHECK(says(body, "bad_signature"));
    CHECK_EQ(kit_ask(k, "GET", path, "", &h, &body), 200);
}

TEST_BOTH(a_clock_that_is_off_is_told_the_time)
{
    static const char path[] = "/v1/status?since=0";
    struct office_kit *k = kit_start();
    struct kit_headers h;
    const char *body;
    char want[64];
    snprintf(want, sizeof want, "{\"error\":\"clock\",\"now\":%lld}", (long long)k->now);
    k->now -= WIRE_CLOCK_MS + 1;
    kit_sign(k, "GET", path, "", &h);
    CHECK_EQ(kit_ask(k, "GET", path, "", &h, &body), 401);
    CHECK_STR(body, want);
    k->now += 1;
    kit_sign(k, "GET", path, "", &h);
    CHECK_EQ(kit_ask(k, "GET", path, "", &h, &body), 200);
}

TEST_BOTH(a_revoked_terminal_is_shut_out_at_once)
{
    static const char path[] = "/v1/status?since=0";
    struct office_kit *k = kit_start();
    struct kit_headers h;
    const char *body;
    kit_sign(k, "GET", path, "", &h);
    CHECK_ERR(db_terminal_revoke(kit_db(k), "hall-1"), OK);
    CHECK_EQ(kit_ask(k, "GET", path, "", &h, &body), 403);
    CHECK(says(body, "revoked"));
}

TEST_BOTH(what_is_no_post_of_items_is_refused_whole)
{
    static const char *const bad[] = { "", "[]", "{\"v\":2,\"items\":[]}", "{\"v\":1}",
                                       "{\"v\":1,\"items\":[{\"id\":\"x\"}]}" };
    struct office_kit *k = kit_start();
    struct kit_headers h;
    const char *body;
    for (int i = 0; i < 5; i++) {
        kit_sign(k, "POST", "/v1/outbox", bad[i], &h);
        CHECK_EQ(kit_ask(k, "POST", "/v1/outbox", bad[i], &h, &body), 400);
    }
    char *large = arena_alloc(&k->arena, WIRE_POST_MAX + 2);
    memset(large, ' ', WIRE_POST_MAX + 1);
    kit_sign(k, "POST", "/v1/outbox", large, &h);
    CHECK_EQ(kit_ask(k, "POST", "/v1/outbox", large, &h, &body), 413);
    CHECK(says(body, "too_big"));
}

/* Reads the states beyond since; the count, or -1. */
static int states(struct office_kit *k, int64_t since, int64_t *seq, struct wire_status **rows)
{
    char path[64];
    const char *body;
    struct kit_headers h;
    bool more;
    int n = -1;
    snprintf(path, sizeof path, "/v1/status?since=%lld", (long long)since);
    kit_sign(k, "GET", path, "", &h);
    if (kit_ask(k, "GET", path, "", &h, &body) != 200 ||
        wire_statuses_read(&k->arena, body, strlen(body), seq, &more, rows, &n) != OK)
        return -1;
    return n;
}

TEST_BOTH(a_decision_is_seen_by_the_terminal_that_asks)
{
    struct office_kit *k = kit_start();
    struct wire_item items[2];
    struct wire_ack *ack = NULL;
    struct wire_status *rows = NULL;
    int64_t seq = 0;
    items[0] = kit_item(k, KIT_IDNO, NULL);
    items[1] = kit_item(k, "", NULL);
    CHECK_EQ(kit_post(k, items, 2, &ack), 200);
    CHECK_EQ(states(k, 0, &seq, &rows), 2);
    CHECK_EQ(states(k, seq, &seq, &rows), 0);
    CHECK_ERR(db_case_decide(kit_db(k), ack[0].ref, "accepted", "", k->now + 5), OK);
    CHECK_EQ(states(k, seq, &seq, &rows), 1);
    CHECK_STR(rows[0].id, items[0].id);
    CHECK_STR(rows[0].state, "accepted");
    CHECK_EQ(rows[0].at_ms, k->now + 5);
    CHECK_EQ(states(k, seq + 1000, &seq, &rows),
             2); /* restored from a backup: from the beginning */
}

TEST_BOTH(a_citizen_sees_their_cases_with_their_own_card_only)
{
    struct office_kit *k = kit_start();
    struct wire_item item = kit_item(k, KIT_IDNO, NULL);
    struct wire_ack *ack = NULL;
    char *answer = NULL;
    CHECK_EQ(kit_post(k, &item, 1, &ack), 200);
    CHECK_EQ(kit_mine(k, "cases", "\"id\":\"" KIT_IDNO "\",\"card\":\"" KIT_CARD "\"", &answer),
             200);
    CHECK(strstr(answer, "\"service_name\":\"试办\"") != NULL);
    CHECK(strstr(answer, "\"state\":\"received\"") != NULL);
    CHECK_EQ(kit_mine(k, "cases", "\"id\":\"" KIT_IDNO "\",\"card\":\"\"", &answer), 403);
    CHECK(kit_visit(k, "B00000000"));
    CHECK_EQ(kit_mine(k, "cases", "\"id\":\"" KIT_IDNO "\",\"card\":\"B00000000\"", &answer), 200);
    CHECK(strstr(answer, "\"cases\":[]") != NULL);
}

TEST_BOTH(a_receipt_number_tells_state_and_dates_and_no_more)
{
    struct office_kit *k = kit_start();
    struct wire_item item = kit_item(k, KIT_IDNO, NULL);
    struct wire_ack *ack = NULL;
    char receipt[WIRE_RECEIPT + 1], more[64], *answer = NULL;
    CHECK_EQ(kit_post(k, &item, 1, &ack), 200);
    wire_receipt(item.id, receipt);
    snprintf(more, sizeof more, "\"receipt\":\"%s\"", receipt);
    CHECK_EQ(kit_query(k, "receipt", more, &answer), 200);
    CHECK(strstr(answer, "\"state\":\"received\"") != NULL);
    CHECK(strstr(answer, "service") == NULL);
    CHECK_EQ(kit_query(k, "receipt", "\"receipt\":\"0000-0000-0000\"", &answer), 200);
    CHECK(strstr(answer, "\"cases\":[]") != NULL);
}

TEST_BOTH(a_changed_audit_line_is_found)
{
    struct office_kit *k = kit_start();
    int64_t n = 0;
    char hash[65];
    struct db *db = kit_db(k);
    CHECK_ERR(db_audit_add(db, 1, "a", "one"), OK);
    CHECK_ERR(db_audit_add(db, 2, "a", "two"), OK);
    CHECK_ERR(db_audit_verify(db, &n, hash), OK);
    CHECK_EQ(n, 2);
    CHECK(dbkit_sql(k->conf.db, "UPDATE audit SET what = 'won' WHERE n = 1"));
    CHECK_ERR(db_audit_verify(db, &n, hash), ERR_HASH);
    CHECK_EQ(n, 1);
}

TEST_BOTH(a_missing_audit_line_is_found)
{
    struct office_kit *k = kit_start();
    int64_t n = 0;
    char hash[65];
    struct db *db = kit_db(k);
    for (int i = 1; i <= 3; i++)
        CHECK_ERR(db_audit_add(db, i, "a", "line %d", i), OK);
    CHECK(dbkit_sql(k->conf.db, "DELETE FROM audit WHERE n = 2"));
    CHECK_ERR(db_audit_verify(db, &n, hash), ERR_HASH);
    CHECK_EQ(n, 2);
}

/* 1795400000000 is 2026-11-23, a Monday. */
TEST_BOTH(a_case_says_by_which_day_it_is_promised_and_what_the_law_says)
{
    struct office_kit *k = kit_start();
    struct db *db = kit_db(k);
    struct wire_item item = kit_item(k, KIT_IDNO, NULL);
    struct wire_ack *ack = NULL;
    char *out = NULL, want[96], more[64];
    int monday = clock_day_of(k->now);
    CHECK_ERR(db_begin(db), OK);
    CHECK_ERR(db_row_put(db, 40, "sb-test",
                         "[\"p\",\"service\",\"sb-test\",{\"id\":\"sb-test\",\"legal_days\":10,"
                         "\"promised_days\":3,\"day_unit\":\"工作日\"}]"),
              OK);
    CHECK_ERR(db_row_put(db, 42, "x",
                         arena_printf(&k->arena, "[\"p\",\"holiday\",%d,0,\"试日\"]", monday + 1)),
              OK);
    CHECK_ERR(db_commit(db), OK);
    CHECK_EQ(kit_post(k, &item, 1, &ack), 200);
    snprintf(more, sizeof more, "\"receipt\":\"%.14s\"",
             strstr(kit_application(k, item.id, KIT_IDNO), "receipt\":\"") + 10);
    CHECK_EQ(kit_query(k, "receipt", more, &out), 200);
    /* Tuesday is none: Wednesday, Thursday, Friday; ten end on the Tuesday after next */
    snprintf(want, sizeof want, "\"due\":%d,\"legal\":%d,\"working\":true", monday + 4,
             monday + 15);
    CHECK(strstr(out, want) != NULL);
    /* nothing stays open on the office's connection: the clerk writes, then the next item comes */
    CHECK_ERR(db_begin(db), OK);
    CHECK_ERR(db_case_decide(db, ack->ref, "accepted", "", k->now), OK);
    CHECK_ERR(db_commit(db), OK);
    item = kit_item(k, KIT_IDNO, NULL);
    CHECK_EQ(kit_post(k, &item, 1, &ack), 200);
}

TEST(a_number_beyond_all_is_refused)
{
    struct office_kit *k = kit_start();
    struct wire_ack *acks = NULL;
    k->n = INT64_MAX - 1;
    struct wire_item item = kit_item(k, KIT_IDNO, NULL);
    CHECK_EQ(kit_post(k, &item, 1, &acks), 400);
    k->n = 5;
    item = kit_item(k, KIT_IDNO, NULL);
    CHECK_EQ(kit_post(k, &item, 1, &acks), 200);
}
