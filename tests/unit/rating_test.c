/* rating_test.c - 好差评 on the platform: one for each case, nobody can read who said what. */
#include "platform/rating.h"

#include <stdio.h>
#include <string.h>

#include "hal/json.h"
#include "tests/test.h"
#include "tests/unit/db_kit.h"
#include "tests/unit/office_kit.h"

static struct wire_item rates(struct office_kit *k, const char *receipt, int level)
{
    char *text = arena_printf(
        &k->arena, "{\"v\":1,\"type\":\"rating\",\"receipt\":\"%s\",\"level\":%d}", receipt, level);
    struct wire_item item = kit_item(k, KIT_IDNO, text);
    snprintf(item.kind, sizeof item.kind, "rating");
    wire_item_sign(&item, k->item_secret);
    return item;
}

static enum err only_row(void *ctx, const char *service, const int64_t count[6])
{
    char *out = ctx;
    snprintf(out, 64, "%s %d %d %d %d %d", service, (int)count[1], (int)count[2], (int)count[3],
             (int)count[4], (int)count[5]);
    return OK;
}

TEST_BOTH(a_case_is_rated_once_and_only_the_count_of_its_service_is_known)
{
    struct office_kit *k = kit_start();
    struct wire_item item = kit_item(k, KIT_IDNO, NULL), again;
    struct wire_ack *ack = NULL;
    char receipt[WIRE_RECEIPT + 1], row[64] = "", more[64], *out = NULL;
    wire_receipt(item.id, receipt);
    CHECK_EQ(kit_post(k, &item, 1, &ack), 200);
    item = rates(k, receipt, 2);
    CHECK_EQ(kit_post(k, &item, 1, &ack), 200);
    CHECK_EQ(ack->outcome, WIRE_ACCEPTED);
    CHECK_STR(ack->ref, "");
    CHECK_EQ(kit_post(k, &item, 1, &ack), 200);
    CHECK_EQ(ack->outcome, WIRE_DUPLICATE); /* sent twice counts once */
    again = rates(k, receipt, 5);
    CHECK_EQ(kit_post(k, &again, 1, &ack), 200);
    CHECK_EQ(ack->outcome, WIRE_REJECTED);
    CHECK_STR(ack->why, "rated");
    CHECK_ERR(db_ratings(kit_db(k), only_row, row), OK);
    CHECK_STR(row, "sb-test 0 1 0 0 0");
    snprintf(more, sizeof more, "\"receipt\":\"%s\"", receipt);
    CHECK_EQ(kit_query(k, "receipt", more, &out), 200);
    CHECK(strstr(out, "\"rated\":true") != NULL);
}

TEST_BOTH(a_rating_of_a_case_nobody_has_or_of_another_level_is_refused)
{
    struct office_kit *k = kit_start();
    struct wire_item item = rates(k, "008J-4CT4-ANK0", 5);
    struct wire_ack *ack = NULL;
    CHECK_EQ(kit_post(k, &item, 1, &ack), 200);
    CHECK_STR(ack->why, "no_case");
    item = rates(k, "008J-4CT4-ANK0", 6);
    CHECK_EQ(kit_post(k, &item, 1, &ack), 200);
    CHECK_STR(ack->why, "bad_item");
    item = rates(k, "008J-4CT4-ANK1", 5);
    CHECK_EQ(kit_post(k, &item, 1, &ack), 200);
    CHECK_STR(ack->why, "bad_item");
}

static enum err only_reason(void *ctx, const char *reason, int64_t count)
{
    char *out = ctx;
    size_t n = strlen(out);
    snprintf(out + n, 64 - n, "%s %d ", reason, (int)count);
    return OK;
}

/* How a rating with these reasons is answered: why, "" when it is accepted. */
static const char *with_reasons(struct office_kit *k, int level, const char *reasons)
{
    struct wire_item item = kit_item(k, KIT_IDNO, NULL);
    struct wire_ack *ack = NULL;
    char receipt[WIRE_RECEIPT + 1];
    wire_receipt(item.id, receipt);
    if (kit_post(k, &item, 1, &ack) != 200)
        return "not posted";
    char *text = arena_printf(&k->arena,
                              "{\"v\":1,\"type\":\"rating\",\"receipt\":\"%s\",\"level\":%d,"
                              "\"reasons\":%s}",
                              receipt, level, reasons);
    item = kit_item(k, KIT_IDNO, text);
    snprintf(item.kind, sizeof item.kind, "rating");
    wire_item_sign(&item, k->item_secret);
    return kit_post(k, &item, 1, &ack) == 200 ? ack->why : "not posted";
}

TEST_BOTH(reasons_of_bad_ratings_are_counted_for_the_service_and_nothing_else)
{
    struct office_kit *k = kit_start();
    char said[64] = "";
    CHECK_STR(with_reasons(k, 1, "[\"wait\",\"trips\"]"), "");
    CHECK_STR(with_reasons(k, 2, "[\"wait\"]"), "");
    CHECK_STR(with_reasons(k, 2, "[]"), "");
    CHECK_STR(with_reasons(k, 4, "[\"wait\"]"), "bad_item"); /* a good one has none */
    CHECK_STR(with_reasons(k, 1, "[\"wait\",\"wait\"]"), "bad_item");
    CHECK_STR(with_reasons(k, 1, "[\"Wait!\"]"), "bad_item");
    CHECK_STR(with_reasons(k, 1, "[7]"), "bad_item");
    CHECK_STR(with_reasons(k, 1, "\"wait\""), "bad_item");
    CHECK_STR(with_reasons(k, 1, "[\"a\",\"b\",\"c\",\"d\",\"e\",\"f\",\"g\",\"h\",\"i\"]"),
              "bad_item");
    CHECK_ERR(db_rating_reasons(kit_db(k), "sb-test", only_reason, said), OK);
    CHECK_STR(said, "wait 2 trips 1 ");
}

TEST_BOTH(neither_the_box_nor_the_receipt_of_a_rating_stays_with_the_platform)
{
    struct office_kit *k = kit_start();
    struct wire_item item = kit_item(k, KIT_IDNO, NULL);
    struct wire_ack *ack = NULL;
    char receipt[WIRE_RECEIPT + 1];
    unsigned char *box = NULL;
    size_t n = 1;
    wire_receipt(item.id, receipt);
    CHECK_EQ(kit_post(k, &item, 1, &ack), 200);
    item = rates(k, receipt, 1);
    CHECK_EQ(kit_post(k, &item, 1, &ack), 200);
    enum err e = db_inbox_box(kit_db(k), &k->arena, k->terminal.name, item.id, &box, &n);
    CHECK(e != OK || n == 0);
}
