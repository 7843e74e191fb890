/* verb_terminal.c - which terminals may speak to the platform; and the audit's own verb. */
#include "hal/base/clock.h"
#include "platform/files.h"
#include "platform/input.h"
#include "platform/publish.h"
#include "platform/tables.h"
#include "platform/verbs.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { KEY_FILE_MAX = 4096 };

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
    if (access(c->db, F_OK) != 0) {
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

static bool name_ok(const char *name)
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

static enum err publish_row(const struct terminal *t, struct input *in)
{
    char item[64], name[WIRE_NAME_MAX], revoked[2] = { t->revoked ? '1' : '0', '\0' };
    snprintf(name, sizeof name, "%s", t->name);
    crypto_base64(t->item, sizeof t->item, item, sizeof item);
    char *values[] = { name, item, revoked };
    return input_table_row(in, "terminal", 0, table_find("terminal"), values, true, false);
}

static enum err add_terminal(void *ctx, struct db *db, struct input *in)
{
    const struct terminal *t = ctx;
    enum err e = db_terminal_add(db, t);
    if (e == OK)
        e = db_audit_add(db, t->added_ms, verb_who(), "terminal add %s", t->name);
    return e == OK ? publish_row(t, in) : e;
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
        e = db_audit_add(db, clock_wall_ms(), order->who, "terminal revoke %s", t.name);
    t.revoked = true;
    return e == OK ? publish_row(&t, in) : e;
}

enum err terminal_revoke(const struct conf *c, const char *who, const char *name,
                         struct publish_result *out)
{
    struct ending order = { .who = who, .name = name };
    return publish_changed(c, end_terminal, &order, out);
}

static int do_add(const struct verb_order *o, const struct conf *c)
{
    struct publish_result r;
    struct terminal t = { .added_ms = clock_wall_ms() };
    if (!name_ok(o->word[1]))
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
    if (strcmp(o->word[0], "revoke") == 0 && o->words == 2)
        return do_revoke(o, c);
    if (strcmp(o->word[0], "list") == 0 && o->words == 1)
        return do_list(o, c);
    return verb_wrong("terminal", "expected add NAME KEYFILE, list or revoke NAME");
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
