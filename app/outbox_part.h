/* outbox_part.h - what the files of the outbox share; nobody else includes it. */
#ifndef APP_OUTBOX_PART_H
#define APP_OUTBOX_PART_H

#include "app/outbox.h"
#include "app/outbox_blob.h"
#include "app/store.h"

#include <stdbool.h>
#include <stddef.h>

/* In the column `state`: the first four of enum outbox_state. Stuck is not kept: it is waiting,
 * seen from a time. */
enum { OUTBOX_PATH = 512 };

/* huimin-sync's end. One thread. Nobody else marks items as sending. */
struct outbox_line {
    struct store *store;
    char dir[OUTBOX_PATH];
};
/* Ends the transaction that is open: commits when e is OK. */
MUST_CHECK enum err outbox_line_end(struct outbox_line *o, enum err e);

/* Opens or makes DATA/outbox.db (0660) and brings its tables up to date; never backwards, never
 * dropped. ERR_FORMAT: made by a newer program. */
MUST_CHECK enum err outbox_db_open(const char *data_dir, struct store **out);
MUST_CHECK enum err outbox_db_path(const char *data_dir, const char *name, char out[OUTBOX_PATH]);

/* The disk is full: gives the reserve back to it. False when it is gone already. */
bool outbox_db_free_reserve(const char *data_dir);

/* One item, in one transaction: gets the next n, is signed, lies on the disk when it returns OK.
 * On any error nothing of it is there and n is not used up. item: n, sig are filled. */
MUST_CHECK enum err outbox_db_put(struct store *s, const unsigned char secret[CRYPTO_SECRET],
                                  struct wire_item *item, char out_receipt[WIRE_RECEIPT + 1]);
/* The same with its photographed pages (NULL: none), in the same transaction. */
MUST_CHECK enum err outbox_db_put_pages(struct store *s, const unsigned char secret[CRYPTO_SECRET],
                                        struct wire_item *item, const struct outbox_blobs *pages,
                                        char out_receipt[WIRE_RECEIPT + 1]);

/* outbox_number.c: the last number given, kept beside the database too. check: if the database is
 * an old copy, goes on from there. */
void outbox_number_keep(const char *data_dir, int64_t n);
MUST_CHECK enum err outbox_number_check(struct store *s, const char *data_dir);

/* Reading, for screens. */
MUST_CHECK enum err outbox_db_counts(struct store *s, int64_t now_ms, struct outbox_counts *out);
MUST_CHECK enum err outbox_db_list(struct store *s, int64_t now_ms, struct arena *a,
                                   struct outbox_row **out_rows, int *out_count);
MUST_CHECK enum err outbox_db_find(struct store *s, int64_t now_ms, const char *receipt,
                                   struct outbox_row *out);

#endif
