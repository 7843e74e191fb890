/* console_session.c - in and out: a name and a password, then a cookie that says who it is. */
#include "platform/console_part.h"

#include "hal/base/log.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum {
    FREE_ACCOUNT = 3, /* wrong passwords before an account waits */
    FREE_ADDRESS = 20,
    USED_AGAIN_MS = 60000, /* how exactly it is remembered when a session was used last */
    FORGET_TRIES_MS = 24 * 3600 * 1000,
};
static const char cookie_name[] = "huimin=";

void session_token(const unsigned char secret[32], char out[65])
{
    static const char what[] = "huimin-console-token-1";
    unsigned char mac[CRYPTO_MAC];
    crypto_mac(what, sizeof what - 1, secret, mac);
    crypto_hex(mac, sizeof mac, out);
}

/* The 64 digits of our cookie among whatever the browser holds. */
static bool read_cookie(const char *cookies, unsigned char out[32])
{
    char hex[65];
    for (const char *p = cookies; p && *p; p += strspn(p, "; ")) {
        size_t n = strcspn(p, ";");
        if (strncmp(p, cookie_name, strlen(cookie_name)) == 0 && n == strlen(cookie_name) + 64) {
            snprintf(hex, sizeof hex, "%s", p + strlen(cookie_name));
            return crypto_unhex(hex, out, 32) == OK;
        }
        p += n;
    }
    return false;
}

static enum err note_used(struct call *c, const struct console_session *s)
{
    if (c->now_ms - s->used_ms < USED_AGAIN_MS)
        return OK;
    enum err e = db_begin(c->console->db);
    return e == OK ? console_end(c, db_session_used(c->console->db, s->hash, c->now_ms)) : e;
}

static bool over(const struct call *c, const struct console_session *s)
{
    return c->now_ms - s->used_ms > SESSION_IDLE_MS || c->now_ms - s->begun_ms > SESSION_MOST_MS;
}

enum err session_find(struct call *c)
{
    unsigned char secret[32];
    struct console_session s;
    if (!read_cookie(c->q->cookie, secret))
        return ERR_NOT_FOUND;
    crypto_hash_of(secret, sizeof secret, c->session);
    session_token(secret, c->token);
    explicit_bzero(secret, sizeof secret);
    enum err e = db_session_get(c->console->db, c->session, &s);
    if (e == OK && over(c, &s))
        e = ERR_NOT_FOUND;
    if (e == OK)
        e = db_clerk_get(c->console->db, s.clerk, &c->clerk);
    if (e == OK && c->clerk.locked)
        e = ERR_NOT_FOUND;
    if (e != OK)
        return e;
    snprintf(c->who, sizeof c->who, "console/%s", c->clerk.name);
    return note_used(c, &s);
}

/* --- login ------------------------------------------------------------------------------------ */

/* Whom to make wait: this account, and whoever sits at this address. */
struct tries {
    char account[CLERK_NAME + 2], address[80];
    struct console_try by_account, by_address;
};

/* Only a proxy of ours (there is an origin) may say who came; it adds its word at the end. */
static void address_of(const struct call *c, char *out, size_t cap)
{
    const char *from = c->q->peer ? c->q->peer : "-";
    if (c->console->proxied && c->q->forwarded) {
        const char *comma = strrchr(c->q->forwarded, ',');
        from = comma ? comma + 1 : c->q->forwarded;
    }
    from += strspn(from, " ");
    snprintf(out, cap, "i:%.60s", from);
}

static enum err load_tries(struct call *c, const char *name, struct tries *t)
{
    snprintf(t->account, sizeof t->account, "a:%s", name);
    address_of(c, t->address, sizeof t->address);
    enum err e = db_try_get(c->console->db, t->account, &t->by_account);
    return e == OK ? db_try_get(c->console->db, t->address, &t->by_address) : e;
}

static enum err must_wait(struct call *c, const struct tries *t)
{
    int64_t a = clerk_wait_ms(&t->by_account, FREE_ACCOUNT, c->now_ms);
    int64_t b = clerk_wait_ms(&t->by_address, FREE_ADDRESS, c->now_ms);
    int64_t wait = a > b ? a : b;
    if (wait == 0)
        return OK;
    c->reply->status = 429;
    c->reply->body =
        arena_printf(c->arena, "{\"error\":\"wait\",\"s\":%lld}", (long long)(wait + 999) / 1000);
    return ERR_REFUSED;
}

/* What was typed as a name may be a password: only names of accounts are written down. */
static enum err wrong(struct call *c, struct tries *t, bool known, const char *name)
{
    struct db *db = c->console->db;
    t->by_account = (struct console_try){ t->by_account.fails + 1, c->now_ms };
    t->by_address = (struct console_try){ t->by_address.fails + 1, c->now_ms };
    enum err e = db_begin(db);
    if (e != OK)
        return e;
    e = db_try_put(db, t->account, &t->by_account);
    if (e == OK)
        e = db_try_put(db, t->address, &t->by_address);
    if (e == OK)
        e = db_audit_add(db, c->now_ms, "console", "login refused %s", known ? name : "-");
    e = console_end(c, e);
    return e == OK ? console_refuse(c, 401, "wrong") : e;
}

static enum err begin(struct call *c, const struct tries *t, unsigned char secret[32])
{
    struct db *db = c->console->db;
    struct console_session s = { .begun_ms = c->now_ms, .used_ms = c->now_ms };
    static const struct console_try none;
    crypto_random(secret, 32);
    crypto_hash_of(secret, 32, s.hash);
    memcpy(s.clerk, c->clerk.name, sizeof s.clerk);
    enum err e = db_begin(db);
    if (e != OK)
        return e;
    e = db_sessions_forget(db, c->now_ms - SESSION_MOST_MS, c->now_ms - SESSION_IDLE_MS);
    if (e == OK)
        e = db_tries_forget(db, c->now_ms - FORGET_TRIES_MS);
    if (e == OK)
        e = db_try_put(db, t->account, &none);
    if (e == OK)
        e = db_session_add(db, &s);
    if (e == OK)
        e = db_audit_add(db, c->now_ms, c->who, "login");
    return console_end(c, e);
}

static void put_me(struct call *c)
{
    char roles[48];
    clerk_roles_write(c->clerk.roles, roles);
    json_put_str(&c->w, "name", c->clerk.name);
    json_put_str(&c->w, "roles", roles);
    json_put_str(&c->w, "token", c->token);
    json_put_int(&c->w, "now", c->now_ms);
}

static void set_cookie(struct call *c, const char *value, int seconds)
{
    c->reply->cookie =
        arena_printf(c->arena, "%s%s; Path=/console; HttpOnly; SameSite=Strict; Max-Age=%d%s",
                     cookie_name, value, seconds, c->console->secure ? "; Secure" : "");
}

/* A password is always reckoned, so that the time does not tell which names there are. */
static enum err judge(struct call *c, const char *name, const char *password, bool *out_known)
{
    static char nobody[CRYPTO_PASSWORD];
    enum err e = OK;
    if (!*nobody)
        e = crypto_login_hash("nobody has this password", nobody);
    if (e == OK)
        e = db_clerk_get(c->console->db, name, &c->clerk);
    *out_known = e == OK;
    if (e != OK && e != ERR_NOT_FOUND)
        return e;
    e = crypto_password_check(*out_known ? c->clerk.hash : nobody, password);
    return e == OK && *out_known && !c->clerk.locked ? OK : ERR_REFUSED;
}

enum err console_login(struct call *c)
{
    const char *name = "", *password = "";
    unsigned char secret[32];
    char hex[65];
    struct tries t = { .account = "" };
    bool known = false;
    enum err e = console_text(c, "name", CLERK_NAME, &name);
    if (e == OK)
        e = console_text(c, "password", CRYPTO_PASSWORD, &password);
    if (e == OK && !clerk_name_ok(name))
        name = "-";
    if (e == OK)
        e = load_tries(c, name, &t);
    if (e == OK)
        e = must_wait(c, &t);
    if (e != OK)
        return e;
    e = judge(c, name, password, &known);
    if (e != OK)
        return e == ERR_REFUSED ? wrong(c, &t, known, name) : e;
    snprintf(c->who, sizeof c->who, "console/%s", c->clerk.name);
    e = begin(c, &t, secret);
    if (e != OK)
        return e;
    session_token(secret, c->token);
    crypto_hex(secret, sizeof secret, hex);
    explicit_bzero(secret, sizeof secret);
    set_cookie(c, hex, SESSION_MOST_MS / 1000);
    put_me(c);
    return OK;
}

enum err console_me(struct call *c)
{
    put_me(c);
    return OK;
}

enum err console_logout(struct call *c)
{
    struct db *db = c->console->db;
    enum err e = db_begin(db);
    if (e != OK)
        return e;
    e = db_session_end(db, c->session);
    if (e == OK)
        e = db_audit_add(db, c->now_ms, c->who, "logout");
    set_cookie(c, "", 0);
    return console_end(c, e);
}

/* One's own, with the old one: whoever finds an open page must not be able to keep it. A wrong old
 * one counts as a wrong login. */
enum err console_passwd(struct call *c)
{
    const char *old = "", *password = "";
    struct tries t = { .account = "" };
    enum err e = console_text(c, "old", CRYPTO_PASSWORD, &old);
    if (e == OK)
        e = console_text(c, "password", CRYPTO_PASSWORD, &password);
    if (e == OK)
        e = load_tries(c, c->clerk.name, &t);
    if (e == OK)
        e = must_wait(c, &t);
    if (e != OK)
        return e;
    if (!clerk_password_ok(password))
        return console_refuse(c, 400, "password");
    if (crypto_password_check(c->clerk.hash, old) != OK)
        return wrong(c, &t, true, c->clerk.name);
    set_cookie(c, "", 0);
    return clerk_password(c->console->db, c->who, c->clerk.name, password, c->now_ms);
}
