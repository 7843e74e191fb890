/* outbox_blob.c - photographed papers on their way into outbox.db, in one commit with their item.
 */
#include "app/outbox_blob.h"

#include <stdlib.h>
#include <string.h>

enum { CHUNK = WIRE_BLOB_PART };

/* The bytes lie in chunks, so that a part is read without the whole page. done: the platform has
 * it, and the chunks are gone. */
const char outbox_blob_tables[] =
    "CREATE TABLE blob(hash TEXT PRIMARY KEY NOT NULL, item_n INTEGER NOT NULL,"
    " no INTEGER NOT NULL, bytes INTEGER NOT NULL, sent INTEGER NOT NULL DEFAULT 0,"
    " tries INTEGER NOT NULL DEFAULT 0, next_at INTEGER NOT NULL DEFAULT 0,"
    " done INTEGER NOT NULL DEFAULT 0) STRICT;"
    "CREATE INDEX blob_item ON blob(item_n);"
    "CREATE INDEX blob_waiting ON blob(done, tries, item_n, no);"
    "CREATE TABLE blob_part(hash TEXT NOT NULL, off INTEGER NOT NULL, data BLOB NOT NULL,"
    " PRIMARY KEY(hash, off)) STRICT;"
    "PRAGMA user_version=3";

struct outbox_blobs {
    int count;
    struct outbox_page page[WIRE_BLOB_PAGES]; /* sealed: into bytes */
    unsigned char bytes[];
};

struct outbox_blobs *outbox_blobs_copy(const struct outbox_page *pages, int count)
{
    size_t all = 0;
    if (count <= 0 || count > WIRE_BLOB_PAGES)
        return NULL;
    for (int i = 0; i < count; i++)
        all += (size_t)pages[i].page.bytes;
    struct outbox_blobs *b = malloc(sizeof *b + all);
    if (!b)
        return NULL;
    unsigned char *to = b->bytes;
    b->count = count;
    for (int i = 0; i < count; i++) {
        b->page[i] = pages[i];
        b->page[i].sealed = memcpy(to, pages[i].sealed, (size_t)pages[i].page.bytes);
        to += pages[i].page.bytes;
    }
    return b;
}

void outbox_blobs_free(struct outbox_blobs *b)
{
    free(b);
}

static enum err insert_chunks(struct store *s, const struct outbox_page *p)
{
    enum err e = OK;
    for (int64_t off = 0; off < p->page.bytes && e == OK; off += CHUNK) {
        int64_t n = p->page.bytes - off < CHUNK ? p->page.bytes - off : CHUNK;
        struct query *q =
            store_query(s, "INSERT INTO blob_part(hash, off, data) VALUES(?1, ?2, ?3)");
        query_text(q, 1, p->page.hash);
        query_int(q, 2, off);
        query_blob(q, 3, p->sealed + off, (size_t)n);
        query_step(q);
        e = query_done(q);
    }
    return e;
}

enum err outbox_blobs_insert(struct store *s, int64_t item_n, const struct outbox_blobs *b)
{
    enum err e = OK;
    for (int i = 0; b && i < b->count && e == OK; i++) {
        struct query *q =
            store_query(s, "INSERT INTO blob(hash, item_n, no, bytes) VALUES(?1, ?2, ?3, ?4)");
        query_text(q, 1, b->page[i].page.hash);
        query_int(q, 2, item_n);
        query_int(q, 3, i + 1);
        query_int(q, 4, b->page[i].page.bytes);
        query_step(q);
        e = query_done(q);
        if (e == OK)
            e = insert_chunks(s, &b->page[i]);
    }
    return e;
}

enum err outbox_blobs_waiting(struct store *s, int64_t *out)
{
    struct query *q = store_query(s, "SELECT coalesce(sum(bytes), 0) FROM blob WHERE done = 0");
    int64_t n = 0;
    if (query_step(q))
        n = query_col_int(q, 0);
    enum err e = query_done(q);
    if (e == OK)
        *out = n;
    return e;
}
