/* verb_terminal.c - which terminals may speak to the platform; and the audit's own verb. */
#include "hal/base/clock.h"
#include "platform/ca.h"
#include "platform/db_enrol.h"
#include "platform/files.h"
#include "platform/publish.h"
#include "platform/terminals.h"
#include "platform/verbs.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { KEY_FILE_MAX = 4096, LIST_FILE_MAX = 32 << 20 };

int verb_failed(const char *what, enum err e)
{
    fprintf(stderr, "huimin-platform: %s: %s\n", what, err_name(e));
    return 1;
}

int verb_wrong(const char *what, const char *why)
{
    fprintf(stderr, "huimin-platform: %s: %s\n", what, why);
    return 2;
}

int verb_open(const struct conf *c, struct db **out)
{
    if (db_is_file(c->db) && access(c->db, F_OK) != 0) {
        fprintf(stderr, "%s: no such database; publish or add a terminal first\n", c->db);
        return 1;
    }
    enum err e = db_open(c->db, out);
    return e == OK ? 0 : verb_failed(c->db, e);
}

const char *verb_who(void)
{
    static char who[32];
    snprintf(who, sizeof who, "clerk/%u", (unsigned)getuid());
    return who;
}

int verb_print_json(struct json_out *w)
{
    const char *text = json_out_text(w);
    if (text)
        puts(text);
    int code = text ? 0 : verb_failed("--json", ERR_NOMEM);
    json_out_finish(w);
    return code;
}

bool verb_name_ok(const char *name)
{
    size_t n = strlen(name);
    return n > 0 && n < WIRE_NAME_MAX &&
           strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-") == n;
}

/* The line "NAME = BASE64". */
static enum err read_key(const char *text, const char *name, unsigned char out[CRYPTO_PUB])
{
    char key[16], value[128];
    size_t n = 0;
    for (const char *line = text; *line; line += *line == '\n') {
        if (sscanf(line, " %15[a-z] = %127s", key, value) == 2 && strcmp(key, name) == 0)
            return crypto_unbase64(value, out, CRYPTO_PUB, &n) == OK && n == CRYPTO_PUB
                       ? OK
                       : ERR_FORMAT;
        line = strchrnul(line, '\n');
    }
    return ERR_NOT_FOUND;
}

static enum err read_key_file(const char *path, struct terminal *out)
{
    struct arena a;
    char *text = NULL;
    size_t n = 0;
    arena_init(&a, KEY_FILE_MAX * 2, 1 << 20);
    enum err e = file_read(&a, path, KEY_FILE_MAX, &text, &n);
    if (e == OK)
        e = read_key(text, "item", out->item);
    if (e == OK)
        e = read_key(text, "line", out->line);
    arena_finish(&a);
    return e;
}

static enum err add_terminal(void *ctx, struct db *db, struct input *in)
{
    const struct terminal *t = ctx;
    enum err e = db_terminal_add(db, t);
    if (e == OK)
        e = db_audit_add(db, t->added_ms, verb_who(), "terminal add %s", t->name);
    return e == OK ? terminal_publish(t, in) : e;
}

/* Lines NAME ITEM LINE, the keys in base64: a whole district in one publication, or none of it. */
struct list {
    const char *text;
    int64_t now_ms;
    int count, line; /* line: where it went wrong, from 1 */
};

static enum err read_listed(const char *at, size_t n, struct terminal *out)
{
    char line[256], name[WIRE_NAME_MAX], item[64], key[64];
    size_t item_n = 0, key_n = 0;
    snprintf(line, sizeof line, "%.*s", (int)n, at);
    if (n >= sizeof line || sscanf(line, "%31s %63s %63s", name, item, key) != 3 ||
        !verb_name_ok(name) || crypto_unbase64(item, out->item, CRYPTO_PUB, &item_n) != OK ||
        item_n != CRYPTO_PUB || crypto_unbase64(key, out->line, CRYPTO_PUB, &key_n) != OK ||
        key_n != CRYPTO_PUB)
        return ERR_FORMAT;
    snprintf(out->name, sizeof out->name, "%s", name);
    return OK;
}

static enum err add_list(void *ctx, struct db *db, struct input *in)
{
    struct list *l = ctx;
    enum err e = OK;
    for (const char *at = l->text; e == OK && *at; at += *at == '\n') {
        struct terminal t = { .added_ms = l->now_ms };
        size_t n = strcspn(at, "\n");
        l->line++;
        if (n > 0) {
            e = read_listed(at, n, &t);
            if (e == OK)
                e = add_terminal(&t, db, in);
            l->count++;
        }
        at += n;
    }
    return e;
}

static int do_import(const char *path, const struct conf *c)
{
    struct arena a;
    struct publish_result r;
    struct list l = { .now_ms = clock_wall_ms() };
    char *text = NULL;
    size_t n = 0;
    arena_init(&a, KEY_FILE_MAX, 2 * LIST_FILE_MAX);
    enum err e = crypto_init();
    if (e == OK)
        e = file_read(&a, path, LIST_FILE_MAX, &text, &n);
    l.text = text;
    if (e == OK)
        e = publish_changed(c, add_list, &l, &r);
    arena_finish(&a);
    if (e != OK && l.line)
        fprintf(stderr, "%s:%d: expected NAME ITEM LINE, none of them known already\n", path,
                l.line);
    if (e != OK)
        return verb_failed(path, e);
    printf("%d terminals added, index %lld\n", l.count, (long long)r.n);
    return 0;
}

struct ending {
    const char *who, *name;
};

static enum err end_terminal(void *ctx, struct db *db, struct input *in)
{
    const struct ending *order = ctx;
    struct terminal t;
    enum err e = db_terminal_find(db, order->name, &t);
    if (e == OK)
        e = db_terminal_revoke(db, t.name);
    if (e == OK)
        e = db_certs_revoke(db, t.name, clock_wall_ms());
    if (e == OK)
        e = db_audit_add(db, clock_wall_ms(), order->who, "terminal revoke %s", t.name);
    t.revoked = true;
    return e == OK ? terminal_publish(&t, in) : e;
}

enum err terminal_revoke(const struct conf *c, const char *who, const char *name,
                         struct publish_result *out)
{
    struct ending order = { .who = who, .name = name };
    struct db *db = NULL;
    enum err e = publish_changed(c, end_terminal, &order, out);
    if (e == OK)
        e = db_open(c->db, &db);
    if (e == OK) /* the platform refuses it from now on; nginx does once it has read the list */
        e = ca_write_crl(c->keys, db, clock_wall_ms());
    db_close(db);
    return e;
}

static int do_add(const struct verb_order *o, const struct conf *c)
{
    struct publish_result r;
    struct terminal t = { .added_ms = clock_wall_ms() };
    if (!verb_name_ok(o->word[1]))
        return verb_wrong(o->word[1], "a name is 1 to 31 of A-Z a-z 0-9 . _ -");
    snprintf(t.name, sizeof t.name, "%s", o->word[1]);
    enum err e = crypto_init();
    if (e == OK)
        e = read_key_file(o->word[2], &t);
    if (e != OK)
        return verb_wrong(o->word[2], "expected lines item = BASE64 and line = BASE64");
    e = publish_changed(c, add_terminal, &t, &r);
    if (e == ERR_BUSY)
        fprintf(stderr, "%s: this name or one of its keys is known already\n", t.name);
    if (e != OK)
        return verb_failed(t.name, e);
    printf("terminal %s added, index %lld\n", t.name, (long long)r.n);
    return 0;
}

static int do_revoke(const struct verb_order *o, const struct conf *c)
{
    const char *name = o->word[1];
    struct publish_result r;
    enum err e = terminal_revoke(c, verb_who(), name, &r);
    if (e != OK)
        return verb_failed(name, e);
    printf("terminal %s revoked\n", name);
    return 0;
}

static enum err print_terminal(void *ctx, const struct terminal *t)
{
    (void)ctx;
    char at[32], hash[65];
    clock_format_rfc3339(at, sizeof at, t->added_ms);
    crypto_hash_of(t->item, sizeof t->item, hash);
    printf("%-24s %s %.8s %s last=%lld\n", t->name, at, hash, t->revoked ? "revoked" : "known",
           (long long)t->last_n);
    return OK;
}

static enum err put_terminal(void *ctx, const struct terminal *t)
{
    struct json_out *w = ctx;
    json_open(w, NULL, '{');
    json_put_str(w, "name", t->name);
    json_put_bool(w, "revoked", t->revoked);
    json_put_int(w, "added_at", t->added_ms);
    json_put_int(w, "last_n", t->last_n);
    json_close(w, '}');
    return OK;
}

static int do_list(const struct verb_order *o, const struct conf *c)
{
    struct db *db = NULL;
    struct json_out w;
    int code = verb_open(c, &db);
    if (code)
        return code;
    json_out_start(&w);
    json_open(&w, NULL, '{');
    json_open(&w, "terminals", '[');
    enum err e = db_terminals(db, o->json ? put_terminal : print_terminal, &w);
    json_close(&w, ']');
    json_close(&w, '}');
    db_close(db);
    if (e == OK && o->json)
        return verb_print_json(&w);
    json_out_finish(&w);
    return e == OK ? 0 : verb_failed("terminal list", e);
}

int verb_terminal(const struct verb_order *o, const struct conf *c)
{
    if (strcmp(o->word[0], "add") == 0 && o->words == 3)
        return do_add(o, c);
    if (strcmp(o->word[0], "import") == 0 && o->words == 2)
        return do_import(o->word[1], c);
    if (strcmp(o->word[0], "revoke") == 0 && o->words == 2)
        return do_revoke(o, c);
    if (strcmp(o->word[0], "list") == 0 && o->words == 1)
        return do_list(o, c);
    if (strcmp(o->word[0], "code") == 0 && o->words == 2)
        return verb_code(o, c);
    return verb_wrong("terminal",
                      "expected add NAME KEYFILE, import FILE, code NAME, list or revoke NAME");
}

int verb_audit(const struct verb_order *o, const struct conf *c)
{
    struct db *db = NULL;
    int64_t n = 0;
    char hash[65] = "";
    if (o->words != 1 || strcmp(o->word[0], "verify") != 0)
        return verb_wrong("audit", "expected verify");
    int code = verb_open(c, &db);
    if (code)
        return code;
    enum err e = db_audit_verify(db, &n, hash);
    db_close(db);
    if (e == ERR_HASH)
        fprintf(stderr, "audit: line %lld was changed, or one before it is missing\n",
                (long long)n);
    else if (e == OK)
        printf("audit: %lld lines, unbroken; last hash %s\n", (long long)n, hash);
    return e == OK ? 0 : e == ERR_HASH ? 1 : verb_failed("audit", e);
}
