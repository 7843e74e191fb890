/* outbox_blob.h - photographed papers in the outbox: sealed pages beside the item that names them.
 *
 * They are saved in the item's own transaction, and go up after it was accepted, part by part. */
#ifndef APP_OUTBOX_BLOB_H
#define APP_OUTBOX_BLOB_H

#include "app/outbox.h"
#include "app/store.h"
#include "hal/wire_blob.h"

/* One sealed page; sealed: page.bytes bytes. */
struct outbox_page {
    struct wire_page page;
    const unsigned char *sealed;
};
/* Of one item; of all that have not gone up yet. */
enum { OUTBOX_PAGES_BYTES = 8 << 20, OUTBOX_BLOBS_BYTES = 64 << 20 };

/* --- huimin --------------------------------------------------------------------------------- */
/* [ui] outbox_put() with the pages the item names; all is copied. ERR_TOO_BIG: over one of the
 * limits. All is saved, or nothing. */
MUST_CHECK enum err outbox_put_pages(struct outbox *o, const struct wire_item *item,
                                     const struct outbox_page *pages, int count);
/* [ui] Is there room for so many bytes of pages? ERR_FULL: the papers are shown to the clerk. */
MUST_CHECK enum err outbox_pages_room(struct outbox *o, int64_t bytes);

/* Copies of pages on their way to the store thread. NULL: no pages, or no memory. */
struct outbox_blobs;
struct outbox_blobs *outbox_blobs_copy(const struct outbox_page *pages, int count);
void outbox_blobs_free(struct outbox_blobs *b); /* accepts NULL */
/* [store] Into the transaction that is open; NULL: none. */
MUST_CHECK enum err outbox_blobs_insert(struct store *s, int64_t item_n,
                                        const struct outbox_blobs *b);
/* [any] Bytes that have not gone up. */
MUST_CHECK enum err outbox_blobs_waiting(struct store *s, int64_t *out);
/* Version 2 of outbox.db. */
extern const char outbox_blob_tables[];

/* --- huimin-sync ------------------------------------------------------------------------------ */
/* What goes up next: bytes off … off + n of a page; n 0: all is there but the platform's word. */
struct outbox_part {
    char hash[WIRE_HASH_HEX + 1];
    int64_t bytes, off;
    const unsigned char *data;
    size_t n;
};
/* The next part (at most `most` bytes) of the next page of an accepted item; in the arena.
 * ERR_NOT_FOUND: nothing may go now. */
MUST_CHECK enum err outbox_blob_next(struct store *s, struct arena *a, int64_t now_ms, size_t most,
                                     struct outbox_part *out);
/* The platform has so much of it. */
MUST_CHECK enum err outbox_blob_sent(struct store *s, const char *hash, int64_t have);
/* This page waits, others go on. */
MUST_CHECK enum err outbox_blob_later(struct store *s, const char *hash, int64_t next_ms);
/* The platform's word that it has the whole: verified, then the bytes are deleted here.
 * ERR_SIGNATURE changes nothing. */
MUST_CHECK enum err outbox_blob_done(struct store *s, const struct wire_blob_ack *ack,
                                     const struct wire_keyset *keys);
/* When the next page may go (wall ms); 0 now, -1 none waits. */
MUST_CHECK enum err outbox_blob_due(struct store *s, int64_t now_ms, int64_t *out_ms);

#endif
