/* fuzz_post.c - any bytes as what goes up, comes back, and is typed in or photographed. */
#include "hal/wire_item.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void must(bool ok)
{
    if (!ok)
        abort();
}

static void post(struct arena *a, const uint8_t *data, size_t n)
{
    struct wire_item *items = NULL;
    char *text = NULL;
    int count = 0;
    if (wire_post_read(a, data, n, &items, &count) != OK)
        return;
    must(count >= 0 && count <= WIRE_POST_ITEMS);
    for (int i = 0; i < count; i++)
        must(strlen(items[i].id) == WIRE_ID && items[i].n > 0 && items[i].box_n > 0 &&
             items[i].box_n <= WIRE_BOX_MAX && items[i].box[items[i].box_n - 1] <= 255);
    must(wire_post_write(a, items, count, &text) == OK);
    must(wire_post_read(a, text, strlen(text), &items, &count) == OK);
}

static void acks(struct arena *a, const uint8_t *data, size_t n)
{
    struct wire_ack *list = NULL;
    char *text = NULL;
    int count = 0;
    if (wire_acks_read(a, data, n, &list, &count) != OK)
        return;
    must(count >= 0 && count <= WIRE_POST_ITEMS);
    must(wire_acks_write(a, list, count, &text) == OK);
    must(wire_acks_read(a, text, strlen(text), &list, &count) == OK);
}

static void statuses(struct arena *a, const uint8_t *data, size_t n)
{
    struct wire_status *rows = NULL;
    char *text = NULL;
    int64_t seq = -1;
    bool more = false;
    int count = 0;
    if (wire_statuses_read(a, data, n, &seq, &more, &rows, &count) != OK)
        return;
    must(seq >= 0 && count >= 0);
    must(wire_statuses_write(a, seq, more, rows, count, &text) == OK);
}

static void typed(const char *text)
{
    char receipt[WIRE_RECEIPT + 1], again[WIRE_RECEIPT + 1];
    struct wire_qr qr;
    if (wire_receipt_clean(text, receipt) == OK) {
        must(strlen(receipt) == WIRE_RECEIPT);
        must(wire_receipt_clean(receipt, again) == OK && strcmp(receipt, again) == 0);
    }
    if (wire_qr_read(text, &qr) == OK)
        must(strlen(qr.receipt) == WIRE_RECEIPT && strlen(qr.key) == 8 && qr.at_s >= 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena a;
    must(crypto_init() == OK);
    arena_init(&a, 65536, 16 << 20);
    post(&a, data, n);
    acks(&a, data, n);
    statuses(&a, data, n);
    char *text = arena_strndup(&a, (const char *)data, n);
    must(text != NULL);
    typed(text);
    arena_finish(&a);
    return 0;
}
