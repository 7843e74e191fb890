/* clerk.c - accounts of the console: made, changed, locked; and how long a wrong try waits. */
#include "platform/clerk.h"

#include "platform/db_case.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    int bit;
} roles_known[ROLES] = { { "clerk", ROLE_CLERK },
                         { "publisher", ROLE_PUBLISHER },
                         { "operator", ROLE_OPERATOR } };

enum { PASSWORD_LEAST = 10, PASSWORD_MOST = 127, WAIT_MAX_S = 900, DOUBLINGS = 10 };

static int role_of(const char *name, size_t n)
{
    for (int i = 0; i < ROLES; i++)
        if (strlen(roles_known[i].name) == n && strncmp(roles_known[i].name, name, n) == 0)
            return roles_known[i].bit;
    return 0;
}

enum err clerk_roles_read(const char *text, int *out)
{
    int roles = 0;
    for (const char *p = text;; p++) {
        size_t n = strcspn(p, ",");
        int bit = role_of(p, n);
        if (!bit)
            return ERR_ARG;
        roles |= bit;
        p += n;
        if (!*p)
            break;
    }
    *out = roles;
    return OK;
}

void clerk_roles_write(int roles, char out[48])
{
    int n = 0;
    out[0] = '\0';
    for (int i = 0; i < ROLES; i++)
        if (roles & roles_known[i].bit)
            n += snprintf(out + n, 48 - (size_t)n, "%s%s", n ? "," : "", roles_known[i].name);
}

bool clerk_name_ok(const char *name)
{
    size_t n = strlen(name);
    return n > 0 && n < CLERK_NAME && strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789._-") == n;
}

bool clerk_password_ok(const char *password)
{
    size_t n = strlen(password);
    return n >= PASSWORD_LEAST && n <= PASSWORD_MOST;
}

/* Stores the account, ends its sessions, and says who did what. */
static enum err store(struct db *db, const char *who, const struct clerk *c, const char *what)
{
    enum err e = db_clerk_put(db, c);
    if (e == OK)
        e = db_sessions_end(db, c->name);
    return e == OK ? db_audit_add(db, c->changed_ms, who, "clerk %s %s", what, c->name) : e;
}

static enum err end(struct db *db, enum err e)
{
    if (e == OK)
        return db_commit(db);
    db_rollback(db);
    return e;
}

static enum err add(struct db *db, const char *who, const struct clerk *c, const char *roles)
{
    struct clerk other;
    char what[64];
    enum err e = db_clerk_get(db, c->name, &other);
    if (e != ERR_NOT_FOUND)
        return e == OK ? ERR_BUSY : e;
    snprintf(what, sizeof what, "add %s", roles);
    return store(db, who, c, what);
}

enum err clerk_add(struct db *db, const char *who, const char *name, int roles,
                   const char *password, int64_t now_ms)
{
    struct clerk c = { .roles = roles, .added_ms = now_ms, .changed_ms = now_ms };
    char text[48];
    if (!clerk_name_ok(name) || !clerk_password_ok(password) || !roles)
        return ERR_ARG;
    snprintf(c.name, sizeof c.name, "%s", name);
    clerk_roles_write(roles, text);
    enum err e = crypto_login_hash(password, c.hash);
    if (e == OK)
        e = db_begin(db);
    return e == OK ? end(db, add(db, who, &c, text)) : e;
}

enum err clerk_password(struct db *db, const char *who, const char *name, const char *password,
                        int64_t now_ms)
{
    struct clerk c;
    char hash[CRYPTO_PASSWORD];
    if (!clerk_password_ok(password))
        return ERR_ARG;
    enum err e = crypto_login_hash(password, hash);
    if (e == OK)
        e = db_begin(db);
    if (e != OK)
        return e;
    e = db_clerk_get(db, name, &c);
    if (e == OK) {
        memcpy(c.hash, hash, sizeof c.hash);
        c.changed_ms = now_ms;
        e = store(db, who, &c, "passwd");
    }
    return end(db, e);
}

enum err clerk_lock(struct db *db, const char *who, const char *name, bool locked, int64_t now_ms)
{
    struct clerk c;
    enum err e = db_begin(db);
    if (e != OK)
        return e;
    e = db_clerk_get(db, name, &c);
    if (e == OK) {
        c.locked = locked;
        c.changed_ms = now_ms;
        e = store(db, who, &c, locked ? "lock" : "unlock");
    }
    return end(db, e);
}

int64_t clerk_wait_ms(const struct console_try *t, int free, int64_t now_ms)
{
    if (t->fails < free)
        return 0;
    int64_t over = t->fails - free;
    int64_t s = over >= DOUBLINGS ? WAIT_MAX_S : 1LL << over;
    int64_t left = t->last_ms + (s < WAIT_MAX_S ? s : WAIT_MAX_S) * 1000 - now_ms;
    return left > 0 ? left : 0;
}
