/* booking_test.c - appointments on the platform: never more than there is room for. */
#include <stdio.h>
#include <string.h>

#include "hal/base/clock.h"
#include "hal/json.h"
#include "tests/test.h"
#include "tests/unit/db_kit.h"
#include "tests/unit/office_kit.h"

/* 1795400000000 is Monday, 2026-11-23: one window, two half hours, one person each. */
static void open_office(struct office_kit *k)
{
    struct db *db = kit_db(k);
    bool ok = db_begin(db) == OK &&
              db_row_put(db, 22, "x", "[\"p\",\"place\",9,\"centre\",\"试办中心\"]") == OK &&
              db_row_put(db, 45, "x", "[\"p\",\"slot\",9,540,600,30,1]") == OK &&
              db_commit(db) == OK;
    test_check(__FILE__, __LINE__, ok, "the office is open");
}

/* An application that asks for this day and time: the code that came back. */
static const char *ask_for(struct office_kit *k, const char *idno, const char *day, const char *at,
                           char receipt[WIRE_RECEIPT + 1])
{
    struct wire_item item = kit_item(k, idno, NULL);
    struct wire_ack *ack = NULL;
    char *text = kit_application(k, item.id, idno), *fields = strstr(text, "\"fields\":[");
    size_t head = (size_t)(fields - text) + strlen("\"fields\":[");
    char *all = arena_printf(
        &k->arena,
        "%.*s{\"id\":\"slot_place\",\"label\":\"去哪里\",\"value\":\"试办中心\",\"from\":\"typed\"}"
        ","
        "{\"id\":\"slot_day\",\"label\":\"哪天\",\"value\":\"%s\",\"from\":\"typed\"},"
        "{\"id\":\"slot_time\",\"label\":\"几点\",\"value\":\"%s\",\"from\":\"typed\"},%s",
        (int)head, text, day, at, text + head);
    kit_reseal(k, &item, all);
    wire_receipt(item.id, receipt);
    return kit_post(k, &item, 1, &ack) == 200 && ack->outcome == WIRE_ACCEPTED ? ack->why : "?";
}

TEST_BOTH(a_slot_is_given_to_as_many_as_there_is_room_for_and_the_others_are_told_which_are_free)
{
    struct office_kit *k = kit_start();
    char first[WIRE_RECEIPT + 1], second[WIRE_RECEIPT + 1], more[64], want[96], *out = NULL;
    int monday = clock_day_of(k->now);
    open_office(k);
    CHECK_STR(ask_for(k, KIT_IDNO, "11月24日 星期二", "09:00–09:30", first), "slot_booked");
    CHECK_STR(ask_for(k, "420506197001011233", "11月24日 星期二", "09:00–09:30", second),
              "slot_full");
    snprintf(more, sizeof more, "\"receipt\":\"%s\"", second);
    CHECK_EQ(kit_query(k, "receipt", more, &out), 200);
    snprintf(want, sizeof want, "\"free\":[[%d,570],[%d,540],[%d,570]]", monday + 1, monday + 2,
             monday + 2);
    CHECK(strstr(out, "\"state\":\"full\"") != NULL);
    CHECK(strstr(out, want) != NULL);
    snprintf(more, sizeof more, "\"receipt\":\"%s\"", first);
    CHECK_EQ(kit_query(k, "receipt", more, &out), 200);
    snprintf(want, sizeof want, "\"state\":\"booked\",\"place\":9,\"day\":%d,\"minute\":540",
             monday + 1);
    CHECK(strstr(out, want) != NULL);
}

TEST_BOTH(a_returned_case_gives_its_slot_back)
{
    struct office_kit *k = kit_start();
    struct case_row c;
    char receipt[WIRE_RECEIPT + 1];
    open_office(k);
    CHECK_STR(ask_for(k, KIT_IDNO, "11月25日 星期三", "09:30–10:00", receipt), "slot_booked");
    CHECK_ERR(db_begin(kit_db(k)), OK);
    CHECK_ERR(db_case_find(kit_db(k), receipt, &c), OK);
    CHECK_ERR(db_case_decide(kit_db(k), c.ref, "returned", "不来了", k->now), OK);
    CHECK_ERR(db_commit(kit_db(k)), OK);
    CHECK_STR(ask_for(k, "420506197001011233", "11月25日 星期三", "09:30–10:00", receipt),
              "slot_booked");
}

TEST_BOTH(a_time_nobody_offers_is_not_booked)
{
    struct office_kit *k = kit_start();
    char receipt[WIRE_RECEIPT + 1];
    open_office(k);
    CHECK_STR(ask_for(k, KIT_IDNO, "11月24日 星期二", "09:10–09:40", receipt), "slot_none");
    CHECK_STR(ask_for(k, KIT_IDNO, "11月28日 星期六", "09:00–09:30", receipt), "slot_none");
    CHECK_STR(ask_for(k, KIT_IDNO, "11月23日 星期一", "09:00–09:30", receipt), "slot_none");
    CHECK_STR(ask_for(k, KIT_IDNO, "随便", "都行", receipt), "slot_none");
}
