/* paper.c - opens a photographed paper of a case, and notes who did. */
#include "platform/paper.h"

#include "platform/db_case.h"

#include <string.h>

struct finding {
    int64_t no;
    struct blob_row row;
    bool found;
};

static enum err look(void *ctx, const struct blob_row *b)
{
    struct finding *f = ctx;
    if (b->no == f->no) {
        f->row = *b;
        f->found = true;
    }
    return OK;
}

static enum err count(void *ctx, const struct blob_row *b)
{
    struct paper_count *c = ctx;
    c->pages++;
    c->whole += b->done_ms > 0;
    return OK;
}

enum err paper_counts(struct db *db, const char *ref, struct paper_count *out)
{
    *out = (struct paper_count){ 0 };
    return db_blobs_of(db, ref, count, out);
}

struct gathering {
    unsigned char *at;
    size_t left;
};

static enum err gather(void *ctx, const void *data, size_t n)
{
    struct gathering *g = ctx;
    if (n > g->left)
        return ERR_CORRUPT;
    memcpy(g->at, data, n);
    g->at += n;
    g->left -= n;
    return OK;
}

static enum err note(struct db *db, const struct blob_row *b, const char *who, int64_t now_ms)
{
    enum err e = db_begin(db);
    if (e == OK)
        e = db_audit_add(db, now_ms, who, "paper_opened %s %lld", b->ref, (long long)b->no);
    if (e == OK)
        return db_commit(db);
    db_rollback(db);
    return e;
}

enum err paper_open(struct db *db, const struct keys *keys, const char *ref, int64_t no,
                    const char *who, int64_t now_ms, struct arena *a, unsigned char **out_jpeg,
                    size_t *out_n)
{
    struct finding f = { .no = no };
    enum err e = db_blobs_of(db, ref, look, &f);
    if (e == OK && !f.found)
        e = ERR_NOT_FOUND;
    if (e == OK && !f.row.done_ms)
        e = ERR_GAP;
    if (e == OK && !keys_opens(keys, f.row.page.kid))
        e = ERR_NO_KEY;
    if (e != OK)
        return e;
    size_t n = (size_t)f.row.page.bytes;
    unsigned char *box = arena_alloc(a, n), *plain = arena_alloc(a, n);
    struct gathering g = { box, n };
    if (!box || !plain)
        return ERR_NOMEM;
    e = db_blob_read(db, &f.row, gather, &g);
    if (e == OK && g.left)
        e = ERR_CORRUPT;
    if (e == OK)
        e = keys_open(keys, f.row.page.kid, box, n, plain);
    if (e == OK)
        e = note(db, &f.row, who, now_ms);
    if (e != OK)
        return e;
    *out_jpeg = plain;
    *out_n = n - CRYPTO_SEAL_EXTRA;
    return OK;
}
