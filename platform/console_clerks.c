/* console_clerks.c - the operator's other pages: accounts, and the chain of what was done. */
#include "platform/console_part.h"

#include "platform/db_desk.h"

#include <string.h>

enum { LINES = 100 };

enum err console_put_audit(void *ctx, const struct audit_entry *a)
{
    json_open(ctx, NULL, '{');
    json_put_int(ctx, "n", a->n);
    json_put_int(ctx, "at", a->at_ms);
    json_put_str(ctx, "who", a->who);
    json_put_str(ctx, "what", a->what);
    json_close(ctx, '}');
    return OK;
}

enum err console_audit(struct call *c)
{
    int64_t n = 0;
    char hash[65] = "";
    enum err e = db_audit_verify(c->console->db, &n, hash);
    if (e != OK && e != ERR_HASH)
        return e;
    json_put_bool(&c->w, "unbroken", e == OK);
    json_put_int(&c->w, "n", n);
    json_put_str(&c->w, "hash", hash);
    json_open(&c->w, "lines", '[');
    e = db_audit_last(c->console->db, LINES, console_put_audit, &c->w);
    json_close(&c->w, ']');
    return e;
}

static enum err put_clerk(void *ctx, const struct clerk *k)
{
    char roles[48];
    clerk_roles_write(k->roles, roles);
    json_open(ctx, NULL, '{');
    json_put_str(ctx, "name", k->name);
    json_put_str(ctx, "roles", roles);
    json_put_bool(ctx, "locked", k->locked);
    json_put_int(ctx, "added", k->added_ms);
    json_close(ctx, '}');
    return OK;
}

enum err console_clerks(struct call *c)
{
    json_open(&c->w, "clerks", '[');
    enum err e = db_clerks(c->console->db, put_clerk, &c->w);
    json_close(&c->w, ']');
    return e;
}

enum err console_clerk_add(struct call *c)
{
    const char *name = "", *roles = "", *password = "";
    int bits = 0;
    enum err e = console_text(c, "name", 64, &name);
    if (e == OK)
        e = console_text(c, "roles", 64, &roles);
    if (e == OK)
        e = console_text(c, "password", CRYPTO_PASSWORD, &password);
    if (e != OK)
        return e;
    if (!clerk_name_ok(name))
        return console_refuse(c, 400, "name");
    if (clerk_roles_read(roles, &bits) != OK)
        return console_refuse(c, 400, "roles");
    if (!clerk_password_ok(password))
        return console_refuse(c, 400, "password");
    e = clerk_add(c->console->db, c->who, name, bits, password, c->now_ms);
    return e == ERR_BUSY ? console_refuse(c, 409, "taken") : e;
}

/* do: lock, unlock. Nobody shuts themselves out. */
enum err console_clerk_do(struct call *c)
{
    const char *name = "", *what = "";
    enum err e = console_text(c, "name", CLERK_NAME, &name);
    if (e == OK)
        e = console_text(c, "do", 8, &what);
    if (e != OK)
        return e;
    if (strcmp(name, c->clerk.name) == 0)
        return console_refuse(c, 409, "self");
    bool lock = strcmp(what, "lock") == 0;
    if (!lock && strcmp(what, "unlock") != 0)
        return ERR_ARG;
    return clerk_lock(c->console->db, c->who, name, lock, c->now_ms);
}
