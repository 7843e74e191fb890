/* console_kit.c - a clerk at the page, without a browser. */
#include "tests/unit/console_kit.h"

#include <stdio.h>
#include <string.h>

#include "hal/base/clock.h"
#include "hal/json.h"

static struct desk desk;

static bool put_clerk(const char *name, int roles, const char *hash)
{
    struct clerk c = { .roles = roles };
    snprintf(c.name, sizeof c.name, "%s", name);
    snprintf(c.hash, sizeof c.hash, "%s", hash);
    struct db *db = kit_db(desk.k);
    return db_begin(db) == OK && db_clerk_put(db, &c) == OK && db_commit(db) == OK;
}

struct desk *desk_start(const char *origin)
{
    static const struct {
        const char *name;
        int roles;
    } clerks[] = { { "clerk", ROLE_CLERK },
                   { "publisher", ROLE_PUBLISHER },
                   { "operator", ROLE_OPERATOR },
                   { "all", ROLE_CLERK | ROLE_PUBLISHER | ROLE_OPERATOR } };
    static char hash[CRYPTO_PASSWORD]; /* a quick one, made once: a test has no time */
    desk = (struct desk){ .k = kit_start() };
    if (!*hash && crypto_password_hash(DESK_PASSWORD, hash) != OK)
        return NULL;
    snprintf(desk.k->conf.origin, sizeof desk.k->conf.origin, "%s", origin);
    for (size_t i = 0; i < sizeof clerks / sizeof *clerks; i++)
        if (!put_clerk(clerks[i].name, clerks[i].roles, hash))
            return NULL;
    if (console_create(&desk.k->conf, 8430, &desk.console) != OK)
        return NULL;
    desk.q = (struct console_request){ .method = "POST",
                                       .origin = *origin ? origin : DESK_ORIGIN,
                                       .type = "application/json",
                                       .peer = "127.0.0.1",
                                       .cookie = desk.cookie,
                                       .token = desk.token };
    return &desk;
}

void desk_stop(struct desk *d)
{
    console_destroy(d->console);
}

int desk_call(struct desk *d, const char *name, const char *json)
{
    d->q.path = arena_printf(&d->k->arena, "/console/api/%s", name);
    d->q.body = json;
    d->q.body_n = strlen(json);
    console_answer(d->console, &d->k->arena, &d->q, &d->reply);
    return d->reply.status;
}

bool desk_login(struct desk *d, const char *name)
{
    struct json *root = NULL;
    const char *token = "";
    int status = desk_call(
        d, "login",
        arena_printf(&d->k->arena, "{\"name\":\"%s\",\"password\":\"" DESK_PASSWORD "\"}", name));
    if (status != 200 || !d->reply.cookie)
        return false;
    snprintf(d->cookie, sizeof d->cookie, "%.*s", (int)strcspn(d->reply.cookie, ";"),
             d->reply.cookie);
    if (json_parse(d->reply.body, d->reply.body_n, &root) != OK ||
        json_get_str(root, "token", &token) != OK)
        return false;
    snprintf(d->token, sizeof d->token, "%s", token);
    json_free(root);
    return true;
}

bool desk_says(const struct desk *d, const char *words)
{
    return d->reply.body && strstr(d->reply.body, words) != NULL;
}
