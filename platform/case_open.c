/* case_open.c - opens the sealed application of a case, and reads what a clerk asks of it. */
#include "platform/case_open.h"

#include "hal/base/wipe.h"

#include <stdlib.h>
#include <string.h>

enum { OPEN_BYTES = 512 * 1024 };

static enum err open_box(struct opened *x, struct db *db, const struct case_row *row)
{
    unsigned char *box = NULL, *plain;
    size_t n = 0;
    enum err e = db_inbox_box(db, &x->arena, row->terminal, row->id, &box, &n);
    if (e != OK)
        return e;
    plain = n > CRYPTO_SEAL_EXTRA ? arena_alloc(&x->arena, n) : NULL;
    if (!plain)
        return ERR_FORMAT;
    e = keys_open(&x->keys, NULL, box, n, plain);
    return e == OK ? application_read((const char *)plain, n - CRYPTO_SEAL_EXTRA, row->id,
                                      x->keys.person, &x->app, &x->root)
                   : e;
}

void opened_close(struct opened *x)
{
    json_free(x->root);
    arena_finish(&x->arena);
    keys_finish(&x->keys);
    explicit_bzero(x, sizeof *x);
    wipe_stack();
}

enum err opened_open(struct opened *x, const struct conf *c, struct db *db,
                     const struct case_row *row)
{
    memset(x, 0, sizeof *x);
    enum err e = arena_init_locked(&x->arena, OPEN_BYTES);
    if (e == OK)
        e = keys_load(c->keys, &x->keys);
    if (e == OK)
        e = open_box(x, db, row);
    if (e != OK)
        opened_close(x);
    return e;
}

const char *opened_text(const struct json *o, const char *key)
{
    const char *s = "";
    return o && json_get_str(o, key, &s) == OK ? s : "";
}

const struct json *opened_member(const struct json *o, const char *key)
{
    const struct json *v = NULL;
    return json_get(o, key, &v) == OK ? v : NULL;
}

bool opened_to_show(const struct json *material)
{
    bool show = false;
    return json_get_bool(material, "show", &show) == OK && show;
}

size_t opened_pages(const struct json *material)
{
    return json_count(opened_member(material, "pages"));
}

static enum err add_page(void *ctx, const struct blob_row *b)
{
    struct opened_pages *p = ctx;
    if (p->count < WIRE_BLOB_PAGES)
        p->row[p->count++] = *b;
    return OK;
}

enum err opened_pages_of(struct db *db, const char *ref, struct opened_pages *out)
{
    out->count = 0;
    return db_blobs_of(db, ref, add_page, out);
}

/* The next n of them. */
static void put_pages(struct json_out *w, const struct opened_pages *p, int *at, size_t n)
{
    json_open(w, "pages", '[');
    for (size_t k = 0; k < n && *at < p->count; k++, ++*at) {
        json_open(w, NULL, '{');
        json_put_int(w, "no", p->row[*at].no);
        json_put_int(w, "bytes", p->row[*at].page.bytes);
        json_put_bool(w, "here", p->row[*at].done_ms > 0);
        json_close(w, '}');
    }
    json_close(w, ']');
}

enum err opened_put_papers(struct json_out *w, struct db *db, const char *ref,
                           const struct json *list)
{
    struct opened_pages pages;
    int at = 0;
    enum err e = opened_pages_of(db, ref, &pages);
    json_open(w, "materials", '[');
    for (size_t i = 0; i < json_count(list) && e == OK; i++) {
        const struct json *m = json_at(list, i);
        bool ticked = false;
        e = db_case_ticked(db, ref, opened_text(m, "name"), &ticked);
        json_open(w, NULL, '{');
        json_put_str(w, "name", opened_text(m, "name"));
        json_put_str(w, "via", opened_text(m, "via"));
        json_put_bool(w, "show", opened_to_show(m));
        json_put_bool(w, "ticked", ticked);
        put_pages(w, &pages, &at, opened_pages(m));
        json_close(w, '}');
    }
    json_close(w, ']');
    return e;
}

/* By its number in `show`, or by its name. NULL: there is none, or it need not be shown. */
const char *opened_paper(const struct json *list, const char *wanted)
{
    char *end;
    long number = strtol(wanted, &end, 10);
    for (size_t i = 0; i < json_count(list); i++) {
        const struct json *m = json_at(list, i);
        bool this_one =
            *end == '\0' ? number == (long)i + 1 : strcmp(opened_text(m, "name"), wanted) == 0;
        if (this_one && opened_to_show(m))
            return opened_text(m, "name");
    }
    return NULL;
}
