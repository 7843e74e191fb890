/* console.c - one request of the clerks' page: is it from the page, whose is it, may they. */
#include "platform/console_part.h"

#include "hal/base/clock.h"
#include "hal/base/log.h"
#include "hal/base/wipe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char api[] = "/console/api/";

/* One line a call: who may, and what it does. role 0: whoever is logged in; -1: everybody. */
static const struct {
    const char *name;
    int role;
    console_call *run;
} calls[] = {
    { "login", -1, console_login },
    { "me", 0, console_me },
    { "logout", 0, console_logout },
    { "passwd", 0, console_passwd },
    { "cases", ROLE_CLERK, console_cases },
    { "case", ROLE_CLERK, console_case },
    { "case_id", ROLE_CLERK, console_case_id },
    { "case_do", ROLE_CLERK, console_case_do },
    { "case_tick", ROLE_CLERK, console_case_tick },
    { "notices", ROLE_PUBLISHER, console_notices },
    { "notice", ROLE_PUBLISHER, console_notice },
    { "withdraw", ROLE_PUBLISHER, console_withdraw },
    { "sheet", ROLE_PUBLISHER, console_sheet },
    { "sheet_publish", ROLE_PUBLISHER, console_sheet_publish },
    { "fleet", ROLE_OPERATOR, console_fleet },
    { "revoke", ROLE_OPERATOR, console_revoke },
    { "audit", ROLE_OPERATOR, console_audit },
    { "clerks", ROLE_OPERATOR, console_clerks },
    { "clerk_add", ROLE_OPERATOR, console_clerk_add },
    { "clerk_do", ROLE_OPERATOR, console_clerk_do },
};

/* Without a configured origin only this machine's names are the page's: a stranger's name that
 * leads here is not (DNS rebinding). */
enum err console_create(const struct conf *conf, int port, struct console **out)
{
    struct console *c = calloc(1, sizeof *c);
    enum err e = c ? crypto_init() : ERR_NOMEM;
    if (e != OK) {
        free(c);
        return e;
    }
    c->conf = *conf;
    c->proxied = conf->origin[0] != '\0';
    c->secure = strncmp(conf->origin, "https://", 8) == 0;
    snprintf(c->origin[0], CONF_TEXT, "http://127.0.0.1:%d", port);
    snprintf(c->origin[1], CONF_TEXT, "http://localhost:%d", port);
    for (int i = 0; i < 2 && c->proxied; i++)
        memcpy(c->origin[i], conf->origin, sizeof conf->origin);
    *out = c;
    return OK;
}

void console_destroy(struct console *c)
{
    if (!c)
        return;
    db_close(c->db);
    free(c);
}

/* Keys are made by the first publication, never by a server. */
enum err console_db(const struct conf *c, struct db **out)
{
    char path[CONF_TEXT + 16];
    snprintf(path, sizeof path, "%s/seal.key", c->keys);
    return access(path, R_OK) == 0 ? db_open(c->db, out) : ERR_NO_KEY;
}

enum err console_refuse(struct call *c, int status, const char *code)
{
    c->reply->status = status;
    c->reply->body = arena_printf(c->arena, "{\"error\":\"%s\"}", code);
    return ERR_REFUSED;
}

/* Ours, or the call's. */
static enum err fault(struct call *c, enum err e)
{
    if (e == ERR_REFUSED && c->reply->body)
        return e;
    switch (e) {
    case ERR_NOT_FOUND:
        return console_refuse(c, 404, "not_found");
    case ERR_ARG:
    case ERR_FORMAT:
    case ERR_TYPE:
        return console_refuse(c, 400, "bad_format");
    case ERR_TOO_BIG:
        return console_refuse(c, 413, "too_big");
    default:
        log_error("console_fault", "err=%s", err_name(e));
        return console_refuse(c, 503,
                              e == ERR_NO_KEY    ? "not_ready"
                              : e == ERR_REFUSED ? "fault"
                                                 : "busy");
    }
}

enum err console_text(struct call *c, const char *key, size_t cap, const char **out)
{
    *out = "";
    enum err e = json_get_str(c->in, key, out);
    if (e == ERR_NOT_FOUND)
        return OK;
    return e == OK && strlen(*out) >= cap ? ERR_TOO_BIG : e;
}

int64_t console_number(struct call *c, const char *key)
{
    int64_t n = 0;
    return json_get_int(c->in, key, &n) == OK ? n : 0;
}

enum err console_end(struct call *c, enum err e)
{
    if (e == OK)
        e = db_commit(c->console->db);
    if (e != OK)
        db_rollback(c->console->db);
    return e;
}

/* The page itself asks, and no other: a browser always says where a call comes from, and no page
 * of another place can say ours. */
static bool from_page(const struct console *c, const struct console_request *q)
{
    const char *origin = q->origin ? q->origin : "";
    return q->type && strncmp(q->type, "application/json", 16) == 0 &&
           (strcmp(origin, c->origin[0]) == 0 || strcmp(origin, c->origin[1]) == 0);
}

static enum err may(struct call *c, int role)
{
    if (role < 0)
        return OK;
    enum err e = session_find(c);
    if (e == ERR_NOT_FOUND)
        return console_refuse(c, 401, "login");
    if (e != OK)
        return e;
    bool telling = strcmp(c->q->path, "/console/api/me") == 0; /* it tells the token */
    if (!telling &&
        (!c->q->token || strlen(c->q->token) != 64 || !crypto_same(c->q->token, c->token, 64)))
        return console_refuse(c, 403, "token");
    return role == 0 || (c->clerk.roles & role) ? OK : console_refuse(c, 403, "role");
}

/* What was put into the writer is the answer; the writer's copy is wiped: it may name people. */
static enum err finish(struct call *c, enum err e)
{
    json_close(&c->w, '}');
    const char *text = json_out_text(&c->w);
    if (e == OK && text) {
        c->reply->status = 200;
        c->reply->body = arena_strndup(c->arena, text, c->w.len);
    }
    if (text)
        explicit_bzero(c->w.buf, c->w.len);
    json_out_finish(&c->w);
    return e == OK && !c->reply->body ? ERR_NOMEM : e;
}

static enum err run(struct call *c, int i)
{
    enum err e = json_parse(c->q->body, c->q->body_n, &c->in);
    if (e == OK && !json_is_object(c->in))
        e = ERR_TYPE;
    if (e == OK)
        e = may(c, calls[i].role);
    if (e != OK)
        return e;
    json_out_start(&c->w);
    json_open(&c->w, NULL, '{');
    return finish(c, calls[i].run(c));
}

static enum err answer(struct call *c, const char *name)
{
    enum err e = c->console->db ? OK : console_db(&c->console->conf, &c->console->db);
    for (size_t i = 0; e == OK && i < sizeof calls / sizeof *calls; i++)
        if (strcmp(calls[i].name, name) == 0)
            return run(c, (int)i);
    return e == OK ? ERR_NOT_FOUND : e;
}

static bool page_file(const struct console_request *q, struct console_reply *out)
{
    if (strcmp(q->method, "GET") != 0 && strcmp(q->method, "HEAD") != 0)
        return false;
    if (strcmp(q->path, "/") == 0 || strcmp(q->path, "/console") == 0) {
        *out = (struct console_reply){ .status = 303, .location = "/console/" };
        return true;
    }
    return console_file(q->path, out);
}

void console_answer(struct console *console, struct arena *a, const struct console_request *q,
                    struct console_reply *out)
{
    struct call c = {
        .console = console, .arena = a, .q = q, .now_ms = clock_wall_ms(), .reply = out
    };
    *out = (struct console_reply){ .status = 503 };
    if (page_file(q, out))
        return;
    enum err e = ERR_NOT_FOUND;
    if (strncmp(q->path, api, strlen(api)) != 0)
        e = fault(&c, e);
    else if (strcmp(q->method, "POST") != 0)
        e = console_refuse(&c, 405, "only_post");
    else if (q->body_n > CONSOLE_BODY_MAX)
        e = fault(&c, ERR_TOO_BIG);
    else if (!from_page(console, q))
        e = console_refuse(&c, 403, "origin");
    else
        e = answer(&c, q->path + strlen(api));
    if (e != OK)
        e = fault(&c, e);
    json_free(c.in);
    out->type = "application/json; charset=utf-8";
    out->body_n = out->body ? strlen(out->body) : 0;
    if (e != OK)
        log_info("console_refused", "who=%s status=%d", c.who[0] ? c.who : "-", out->status);
    wipe_stack();
}
