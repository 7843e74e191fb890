/* verb_enrol.c - the authority's orders, and the sheet of paper a terminal is enrolled by. */
#include "hal/base/clock.h"
#include "platform/ca.h"
#include "platform/enrol.h"
#include "platform/verbs.h"

#include <stdio.h>
#include <string.h>

enum { CODE_DAYS = 7 };

static int ca_said(enum err e, const char *done)
{
    if (e == ERR_BUSY)
        fputs("ca.key: there is an authority; remove its files by hand if it is to be another\n",
              stderr);
    if (e == ERR_ARG)
        return verb_wrong("HOSTS", "expected names or addresses like a.example.cn,10.0.0.1");
    if (e != OK)
        return verb_failed("ca", e);
    puts(done);
    return 0;
}

static int write_crl(const struct conf *c)
{
    struct db *db = NULL;
    int code = verb_open(c, &db);
    if (code)
        return code;
    enum err e = ca_write_crl(c->keys, db, clock_wall_ms());
    db_close(db);
    return ca_said(e, "crl.pem written");
}

int verb_ca(const struct verb_order *o, const struct conf *c)
{
    enum err e = crypto_init();
    if (e != OK)
        return verb_failed("ca", e);
    if (strcmp(o->word[0], "init") == 0 && o->words == 2)
        return ca_said(ca_make(c->keys, o->word[1], clock_wall_ms()),
                       "authority made, marked TEST: ca.key ca.crt server.key server.crt crl.pem");
    if (strcmp(o->word[0], "server") == 0 && o->words == 2)
        return ca_said(ca_renew_server(c->keys, o->word[1], clock_wall_ms()),
                       "server.key server.crt made anew");
    if (strcmp(o->word[0], "crl") == 0 && o->words == 1)
        return write_crl(c);
    return verb_wrong("ca", "expected init HOSTS, server HOSTS or crl");
}

/* --- a code -------------------------------------------------------------------------------- */

static enum err make_code(const struct conf *c, struct db *db, const struct verb_order *o,
                          int64_t until_ms, char code[WIRE_RECEIPT + 1])
{
    struct keys keys;
    struct terminal t;
    const char *name = o->word[1];
    enum err e = keys_load(c->keys, &keys);
    if (e != OK)
        return e;
    e = db_begin(db);
    if (e == OK && db_terminal_find(db, name, &t) == OK && t.revoked)
        e = ERR_BUSY; /* what it handed in goes by this name for ever */
    if (e == OK)
        e = enrol_code_make(db, &keys, name, o->village ? o->village : "", until_ms, code);
    if (e == OK)
        e = db_audit_add(db, clock_wall_ms(), verb_who(), "terminal code %s", name);
    if (e == OK)
        e = db_commit(db);
    if (e != OK)
        db_rollback(db);
    keys_finish(&keys);
    return e;
}

static int print_sheet(const struct verb_order *o, const char *sheet, int64_t until_ms)
{
    char until[32];
    struct json_out w;
    clock_format_rfc3339(until, sizeof until, until_ms);
    if (o->json) {
        json_out_start(&w);
        json_open(&w, NULL, '{');
        json_put_str(&w, "name", o->word[1]);
        json_put_str(&w, "sheet", sheet);
        json_put_int(&w, "until", until_ms);
        json_close(&w, '}');
        return verb_print_json(&w);
    }
    printf("惠民终端登记单  Enrolment of a terminal\n"
           "  terminal  %s\n"
           "  village   %s\n"
           "  platform  %s\n"
           "  code      %s\n"
           "  good      once, until %s\n",
           o->word[1], o->village ? o->village : "-", o->url ? o->url : "https://…", sheet, until);
    return 0;
}

static enum err make_sheet(const struct conf *c, struct db *db, const struct verb_order *o,
                           int64_t until_ms, char out[WIRE_SHEET + 1])
{
    struct arena a;
    struct wire_sheet s = { "", "" };
    char *roots = NULL, *ca = NULL;
    arena_init(&a, 32768, 1 << 20);
    enum err e = ca_anchors(&a, c->keys, &roots, &ca);
    if (e == ERR_NOT_FOUND)
        fputs("there is no authority yet; see `ca init`\n", stderr);
    if (e == OK)
        e = make_code(c, db, o, until_ms, s.code);
    if (e == OK) {
        wire_anchor_print(roots, ca, s.print);
        wire_sheet_write(&s, out);
    }
    arena_finish(&a);
    return e;
}

int verb_code(const struct verb_order *o, const struct conf *c)
{
    struct db *db = NULL;
    char sheet[WIRE_SHEET + 1];
    int64_t until_ms = clock_wall_ms() + (o->days ? o->days : CODE_DAYS) * 86400000LL;
    if (!verb_name_ok(o->word[1]))
        return verb_wrong(o->word[1], "a name is 1 to 31 of A-Z a-z 0-9 . _ -");
    if (o->village && (strlen(o->village) != 12 || strspn(o->village, "0123456789") != 12))
        return verb_wrong("--village", "wanted the twelve digits of a village's code");
    enum err e = crypto_init();
    int code = e == OK ? verb_open(c, &db) : verb_failed("terminal code", e);
    if (code)
        return code;
    e = make_sheet(c, db, o, until_ms, sheet);
    db_close(db);
    if (e == ERR_BUSY)
        fprintf(stderr, "%s: was revoked; a new terminal needs a new name\n", o->word[1]);
    return e == OK ? print_sheet(o, sheet, until_ms) : verb_failed(o->word[1], e);
}
