/* enrol.c - who may become a terminal, and the certificate that says so for thirty days. */
#include "platform/enrol.h"

#include "platform/ca.h"
#include "platform/input.h"
#include "platform/publish.h"
#include "platform/tables.h"
#include "platform/terminals.h"

#include <stdio.h>
#include <string.h>

static const int64_t day_ms = 86400000LL;

/* A keyed hash: the database alone tells nobody a code. */
static void hash_code(const struct keys *keys, const char *code, char out[2 * CRYPTO_MAC + 1])
{
    char text[64];
    unsigned char mac[CRYPTO_MAC];
    int n = snprintf(text, sizeof text, "huimin-code-1\n%s\n", code);
    crypto_mac(text, (size_t)n, keys->person, mac);
    crypto_hex(mac, sizeof mac, out);
}

enum err enrol_code_make(struct db *db, const struct keys *keys, const char *name,
                         const char *village, int64_t until_ms, char out_code[WIRE_RECEIPT + 1])
{
    struct enrol_code c = { .until_ms = until_ms };
    unsigned char random[16];
    char id[WIRE_ID + 1];
    crypto_random(random, sizeof random);
    crypto_hex(random, sizeof random, id);
    wire_receipt(id, out_code);
    hash_code(keys, out_code, c.hash);
    snprintf(c.name, sizeof c.name, "%s", name);
    snprintf(c.village, sizeof c.village, "%s", village);
    return db_code_add(db, &c);
}

/* --- certificates --------------------------------------------------------------------------- */

static enum err make_cert(struct db *db, struct arena *a, const char *keys_dir,
                          const struct terminal *t, int64_t now_ms, struct certificate *out,
                          char **out_pem)
{
    struct x509_ca ca = { NULL, NULL };
    struct x509_terminal x = { .name = t->name,
                               .from_ms = now_ms - day_ms,
                               .until_ms = now_ms + ENROL_DAYS * day_ms };
    struct certificate c = { .from_ms = now_ms, .until_ms = x.until_ms };
    memcpy(x.line, t->line, sizeof x.line);
    memcpy(c.line, t->line, sizeof c.line);
    snprintf(c.terminal, sizeof c.terminal, "%s", t->name);
    crypto_random(x.serial, sizeof x.serial);
    x.serial[0] = (unsigned char)((x.serial[0] & 0x7f) | 0x10); /* two hex digits, never negative */
    crypto_hex(x.serial, sizeof x.serial, c.serial);
    enum err e = ca_load(a, keys_dir, &ca);
    if (e == OK)
        e = x509_make_terminal(a, &ca, &x, out_pem);
    ca_wipe(&ca);
    if (e == OK)
        e = db_cert_add(db, &c, *out_pem);
    *out = c;
    return e == ERR_NOT_FOUND ? ERR_NO_KEY : e;
}

enum err enrol_certify(struct db *db, struct arena *a, const char *keys_dir,
                       const struct terminal *t, int64_t now_ms, struct enrol_grant *out)
{
    struct certificate c;
    struct enrol_grant g = { .cert = NULL };
    enum err e = db_cert_newest(db, a, t->name, &c, &g.cert);
    bool fresh = e == OK && c.revoked_ms == 0 && memcmp(c.line, t->line, sizeof c.line) == 0 &&
                 now_ms < c.from_ms + ENROL_RENEW_DAYS * day_ms;
    if (e == ERR_NOT_FOUND || (e == OK && !fresh))
        e = make_cert(db, a, keys_dir, t, now_ms, &c, &g.cert);
    if (e == OK)
        e = db_code_village(db, t->name, g.village);
    if (e != OK)
        return e;
    snprintf(g.name, sizeof g.name, "%s", t->name);
    g.renew_ms = c.from_ms + ENROL_RENEW_DAYS * day_ms;
    g.until_ms = c.until_ms;
    *out = g;
    return OK;
}

/* --- a code on paper ------------------------------------------------------------------------ */

struct enrolling {
    const struct conf *conf;
    const struct keys *keys;
    struct arena *a;
    const struct wire_enrol *ask;
    int64_t now_ms;
    struct enrol_grant grant;
    const char *why; /* a word of PROTOCOL.md when it is refused */
};

static bool same_keys(const struct terminal *t, const struct wire_enrol *ask)
{
    return memcmp(t->line, ask->line, CRYPTO_PUB) == 0 &&
           memcmp(t->item, ask->item, CRYPTO_PUB) == 0;
}

static enum err refuse(struct enrolling *g, const char *why)
{
    g->why = why;
    return ERR_REFUSED;
}

/* A used code is good for nothing but its own terminal's lost answer. */
static enum err judge_code(struct enrolling *g, enum err found, const struct enrol_code *c,
                           bool known)
{
    if (found == ERR_NOT_FOUND)
        return refuse(g, "no_such_code");
    if (found != OK)
        return found;
    if (c->used_ms && !known)
        return refuse(g, "code_used");
    return g->now_ms > c->until_ms ? refuse(g, "code_over") : OK;
}

static enum err add(struct enrolling *g, struct db *db, struct input *in, struct terminal *t)
{
    t->added_ms = g->now_ms;
    memcpy(t->item, g->ask->item, CRYPTO_PUB);
    memcpy(t->line, g->ask->line, CRYPTO_PUB);
    enum err e = db_terminal_add(db, t);
    if (e == ERR_BUSY)
        return refuse(g, "other_keys"); /* these keys are another terminal's */
    return e == OK ? terminal_publish(t, in) : e;
}

static enum err enrol(void *ctx, struct db *db, struct input *in)
{
    struct enrolling *g = ctx;
    struct enrol_code c = { .used_ms = 0 };
    struct terminal t = { .revoked = false };
    char hash[2 * CRYPTO_MAC + 1];
    hash_code(g->keys, g->ask->code, hash);
    enum err found = db_code_find(db, hash, &c);
    enum err e = found == OK ? db_terminal_find(db, c.name, &t) : ERR_NOT_FOUND;
    bool there = e == OK;
    if (e != OK && e != ERR_NOT_FOUND)
        return e;
    e = judge_code(g, found, &c, there && same_keys(&t, g->ask));
    if (e == OK && there && t.revoked)
        e = refuse(g, "revoked");
    if (e == OK && there && !same_keys(&t, g->ask))
        e = refuse(g, "other_keys");
    if (e == OK && !there) {
        snprintf(t.name, sizeof t.name, "%s", c.name);
        e = add(g, db, in, &t);
    }
    if (e == OK && !c.used_ms) {
        e = db_code_use(db, hash, g->now_ms);
        if (e == OK)
            e = db_audit_add(db, g->now_ms, "enrolment", "terminal enrol %s", t.name);
    }
    return e == OK ? enrol_certify(db, g->a, g->conf->keys, &t, g->now_ms, &g->grant) : e;
}

bool enrol_code_there(struct db *db, const struct keys *keys, const char *code)
{
    struct enrol_code c;
    char hash[2 * CRYPTO_MAC + 1];
    hash_code(keys, code, hash);
    return db_code_find(db, hash, &c) != ERR_NOT_FOUND;
}

enum err enrol_by_code(const struct conf *c, const struct keys *keys, struct arena *a,
                       const struct wire_enrol *ask, int64_t now_ms, struct enrol_grant *out,
                       const char **out_why)
{
    struct publish_result r;
    struct enrolling g = {
        .conf = c, .keys = keys, .a = a, .ask = ask, .now_ms = now_ms, .why = ""
    };
    enum err e = publish_changed(c, enrol, &g, &r);
    *out_why = g.why;
    if (e == OK)
        *out = g.grant;
    return e;
}
