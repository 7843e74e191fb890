/* verb_case_show.c - opens a case for the clerk, and ticks the papers that were seen. */
#include "hal/base/clock.h"
#include "hal/base/wipe.h"
#include "platform/application.h"
#include "platform/db_blob.h"
#include "platform/keys.h"
#include "platform/verbs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OPEN_BYTES = 512 * 1024 };

/* An opened case. Owner: the verb; everything is wiped by opened_close. */
struct opened {
    struct keys keys;
    struct arena arena;
    struct json *root;
    struct application app;
};

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
    e = crypto_open(box, n, x->keys.seal.pub, x->keys.seal_secret, plain);
    return e == OK ? application_read((const char *)plain, n - CRYPTO_SEAL_EXTRA, row->id,
                                      x->keys.person, &x->app, &x->root)
                   : e;
}

static void opened_close(struct opened *x)
{
    json_free(x->root);
    arena_finish(&x->arena);
    keys_finish(&x->keys);
    explicit_bzero(x, sizeof *x);
    wipe_stack();
}

static enum err opened_open(struct opened *x, const struct conf *c, struct db *db,
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

static const char *str(const struct json *o, const char *key)
{
    const char *s = "";
    return o && json_get_str(o, key, &s) == OK ? s : "";
}

static const struct json *member(const struct json *o, const char *key)
{
    const struct json *v = NULL;
    return json_get(o, key, &v) == OK ? v : NULL;
}

static bool to_show(const struct json *material)
{
    bool show = false;
    return json_get_bool(material, "show", &show) == OK && show;
}

static const char *source(const char *from)
{
    return strcmp(from, "card") == 0    ? "card 卡上读出"
           : strcmp(from, "place") == 0 ? "place 本机所在地"
                                        : "typed 您填的";
}

static size_t pages_of(const struct json *material)
{
    return json_count(member(material, "pages"));
}

/* Pages of a case, numbered from 1 through all its papers: what `case paper REF N FILE` wants. */
struct pages {
    int count;
    struct blob_row row[WIRE_BLOB_PAGES];
};

static enum err add_page(void *ctx, const struct blob_row *b)
{
    struct pages *p = ctx;
    if (p->count < WIRE_BLOB_PAGES)
        p->row[p->count++] = *b;
    return OK;
}

/* The next n of them. */
static void print_pages(const struct pages *p, int *at, size_t n)
{
    for (size_t k = 0; k < n && *at < p->count; k++, ++*at)
        printf("        page %lld: %s\n", (long long)p->row[*at].no,
               p->row[*at].done_ms ? "here 已到" : "still on its way 还在路上");
}

static void print_papers(struct db *db, const struct case_row *row, const struct json *list)
{
    struct pages pages = { .count = 0 };
    int at = 0;
    if (db_blobs_of(db, row->ref, add_page, &pages) != OK)
        return;
    for (size_t i = 0; i < json_count(list); i++) {
        const struct json *m = json_at(list, i);
        bool ticked = false;
        if (db_case_ticked(db, row->ref, str(m, "name"), &ticked) != OK)
            return;
        printf("  %zu %s %s (%s)%s", i + 1,
               !to_show(m) ? "   "
               : ticked    ? "[x]"
                           : "[ ]",
               str(m, "name"), str(m, "via"), to_show(m) ? " to be shown 待出示" : "");
        puts(pages_of(m) ? " photographed 已拍照" : "");
        print_pages(&pages, &at, pages_of(m));
    }
}

static void print_fields(const struct json *list)
{
    for (size_t i = 0; i < json_count(list); i++) {
        const struct json *f = json_at(list, i);
        printf("  %s: %s (%s)\n", str(f, "label"), str(f, "value"), source(str(f, "from")));
    }
}

static void print_answers(const struct json *answers)
{
    const char *key = NULL;
    const struct json *value = NULL;
    const void *it = NULL;
    while ((it = json_next(answers, it, &key, &value)))
        printf("answer      %s = %s\n", key, json_str(value) ? json_str(value) : "");
}

static void print_text(const struct opened *x, struct db *db, const struct case_row *row)
{
    char at[32], received[32];
    const struct json *person = member(x->root, "person"), *card = member(x->root, "card");
    clock_format_rfc3339(at, sizeof at, row->at_ms);
    clock_format_rfc3339(received, sizeof received, row->received_ms);
    printf("case        %s\nreceipt     %s\nservice     %s %s\nstate       %s%s%s\n", row->ref,
           row->receipt, row->service, row->service_name, row->state, row->reason[0] ? ": " : "",
           row->reason);
    printf("handed in   %s at %s\nreceived    %s\n", at, row->terminal, received);
    printf("identity    %s\n", source(row->identity));
    printf("name        %s\nid number   %s\n", str(person, "name"), str(person, "idno"));
    if (card && !json_is_null(card))
        printf("card        %s %s\n", str(card, "kind"), str(card, "no"));
    if (row->duplicate_of[0])
        printf("again       the same person has %s open\n", row->duplicate_of);
    printf("consent     %s\nvillage     %s\n", str(x->root, "consent"), str(x->root, "village"));
    print_answers(member(x->root, "answers"));
    puts("fields");
    print_fields(member(x->root, "fields"));
    puts("materials");
    print_papers(db, row, member(x->root, "materials"));
}

static void put_pages(struct json_out *w, const struct pages *p, int *at, size_t n)
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

static enum err put_papers(struct json_out *w, struct db *db, const struct case_row *row,
                           const struct json *list)
{
    struct pages pages = { .count = 0 };
    int at = 0;
    enum err e = db_blobs_of(db, row->ref, add_page, &pages);
    json_open(w, "materials", '[');
    for (size_t i = 0; i < json_count(list) && e == OK; i++) {
        const struct json *m = json_at(list, i);
        bool ticked = false;
        e = db_case_ticked(db, row->ref, str(m, "name"), &ticked);
        json_open(w, NULL, '{');
        json_put_str(w, "name", str(m, "name"));
        json_put_str(w, "via", str(m, "via"));
        json_put_bool(w, "show", to_show(m));
        json_put_bool(w, "ticked", ticked);
        put_pages(w, &pages, &at, pages_of(m));
        json_close(w, '}');
    }
    json_close(w, ']');
    return e;
}

static void put_fields(struct json_out *w, const struct json *list)
{
    json_open(w, "fields", '[');
    for (size_t i = 0; i < json_count(list); i++) {
        const struct json *f = json_at(list, i);
        json_open(w, NULL, '{');
        json_put_str(w, "id", str(f, "id"));
        json_put_str(w, "label", str(f, "label"));
        json_put_str(w, "value", str(f, "value"));
        json_put_str(w, "from", str(f, "from"));
        json_close(w, '}');
    }
    json_close(w, ']');
}

static int print_json(const struct opened *x, struct db *db, const struct case_row *row)
{
    struct json_out w;
    const struct json *person = member(x->root, "person"), *card = member(x->root, "card");
    json_out_start(&w);
    json_open(&w, NULL, '{');
    verb_put_case(&w, row);
    json_put_str(&w, "name", str(person, "name"));
    json_put_str(&w, "idno", str(person, "idno"));
    json_put_str(&w, "card", card && !json_is_null(card) ? str(card, "no") : NULL);
    json_put_str(&w, "consent", str(x->root, "consent"));
    json_put_str(&w, "village", str(x->root, "village"));
    put_fields(&w, member(x->root, "fields"));
    enum err e = put_papers(&w, db, row, member(x->root, "materials"));
    json_close(&w, '}');
    if (e == OK)
        return verb_print_json(&w);
    json_out_finish(&w);
    return verb_failed(row->ref, e);
}

int verb_case_show(const struct verb_order *o, const struct conf *c, struct db *db,
                   const struct case_row *row)
{
    struct opened x;
    int code = 0;
    enum err e = opened_open(&x, c, db, row);
    if (e != OK)
        return verb_failed(row->ref, e);
    if (o->json)
        code = print_json(&x, db, row);
    else
        print_text(&x, db, row);
    opened_close(&x);
    return code;
}

/* By its number in `show`, or by its name. NULL: there is none, or it need not be shown. */
static const char *find_paper(const struct json *list, const char *wanted)
{
    char *end;
    long number = strtol(wanted, &end, 10);
    for (size_t i = 0; i < json_count(list); i++) {
        const struct json *m = json_at(list, i);
        bool this_one = *end == '\0' ? number == (long)i + 1 : strcmp(str(m, "name"), wanted) == 0;
        if (this_one && to_show(m))
            return str(m, "name");
    }
    return NULL;
}

static enum err tick(struct db *db, const struct case_row *row, const char *paper)
{
    char hash[65];
    int64_t now = clock_wall_ms();
    enum err e = db_begin(db);
    if (e == OK)
        e = db_case_tick(db, row->ref, paper, now);
    crypto_hash_of(paper, strlen(paper), hash);
    if (e == OK)
        e = db_audit_add(db, now, verb_who(), "tick %s paper=%.16s", row->ref, hash);
    if (e == OK)
        return db_commit(db);
    db_rollback(db);
    return e == ERR_REPLAYED ? OK : e; /* ticked before: it stays ticked */
}

int verb_case_tick(const struct verb_order *o, const struct conf *c, struct db *db,
                   const struct case_row *row)
{
    struct opened x;
    enum err e = opened_open(&x, c, db, row);
    if (e != OK)
        return verb_failed(row->ref, e);
    const char *paper = find_paper(member(x.root, "materials"), o->word[2]);
    e = paper ? tick(db, row, paper) : ERR_NOT_FOUND;
    if (e == OK && o->json)
        printf("{\"case\":\"%s\",\"ticked\":true}\n", row->ref);
    else if (e == OK)
        printf("%s [x] %s\n", row->ref, paper);
    if (!paper)
        fprintf(stderr, "%s: no paper of this case that is to be shown\n", o->word[2]);
    opened_close(&x);
    return e == OK ? 0 : paper ? verb_failed(row->ref, e) : 1;
}
