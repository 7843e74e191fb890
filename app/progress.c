/* progress.c - looks an application up by its receipt number: in our outbox, and on the platform.
 */
#include "app/progress.h"

#include "app/app.h"
#include "app/errand.h"
#include "hal/base/log.h"
#include "hal/base/utf8.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct progress *progress_create(void)
{
    return calloc(1, sizeof(struct progress));
}

void progress_destroy(struct progress *p)
{
    if (!p)
        return;
    progress_forget(p);
    free(p);
}

void progress_forget(struct progress *p)
{
    if (p)
        explicit_bzero(p, sizeof *p);
}

/* What was found before belongs to another number. */
static void unlook(struct progress *p)
{
    char typed[sizeof p->typed];
    memcpy(typed, p->typed, sizeof typed);
    explicit_bzero(p, sizeof *p);
    memcpy(p->typed, typed, sizeof typed);
}

/* Groups of four as they are typed; at twelve the check character is judged. */
void progress_type(struct progress *p, const char *utf8)
{
    unlook(p);
    for (const char *s = utf8; *s; s++) {
        size_t n = strlen(p->typed);
        if (!isalnum((unsigned char)*s) || n >= WIRE_RECEIPT)
            continue;
        if (n == 4 || n == 9)
            p->typed[n++] = '-';
        p->typed[n] = (char)toupper((unsigned char)*s);
        p->typed[n + 1] = '\0';
    }
    char clean[WIRE_RECEIPT + 1];
    if (strlen(p->typed) == WIRE_RECEIPT)
        p->wrong = wire_receipt_clean(p->typed, clean);
}

void progress_erase(struct progress *p)
{
    unlook(p);
    size_t n = strlen(p->typed);
    if (n)
        p->typed[--n] = '\0';
    if (n && p->typed[n - 1] == '-')
        p->typed[n - 1] = '\0';
}

static void look_here(struct app *app)
{
    struct progress *p = app->progress;
    p->here = app->dev.outbox && outbox_find(app->dev.outbox, p->typed, &p->own) == OK;
}

void progress_look(struct app *app)
{
    struct progress *p = app->progress;
    char clean[WIRE_RECEIPT + 1];
    unlook(p);
    p->wrong = wire_receipt_clean(p->typed, clean);
    if (p->wrong != OK)
        return;
    memcpy(p->typed, clean, sizeof clean);
    p->looked = true;
    look_here(app);
    const char *more = arena_printf(&app->session.arena, "\"receipt\":\"%s\"", clean);
    if (more)
        errand_ask(app, &p->ask, "receipt", more, false);
}

static int day(const struct json *o, const char *key)
{
    int64_t n = 0;
    return json_get_int(o, key, &n) == OK && n > 0 && n < 100000 ? (int)n : 0;
}

static void take_slot(struct progress *p, const struct json *o)
{
    const struct json *slot = NULL, *list = NULL;
    const char *state = "";
    p->slot[0] = '\0';
    p->free_count = 0;
    if (json_get(o, "slot", &slot) != OK || json_get_str(slot, "state", &state) != OK)
        return;
    snprintf(p->slot, sizeof p->slot, "%s", state);
    p->slot_day = day(slot, "day");
    p->slot_minute = day(slot, "minute");
    if (json_get(slot, "free", &list) != OK)
        return;
    for (size_t i = 0; i < json_count(list) && p->free_count < 3; i++) {
        int64_t on = 0, at = 0;
        if (json_int(json_at(json_at(list, i), 0), &on) != OK ||
            json_int(json_at(json_at(list, i), 1), &at) != OK || on > 100000 || at >= 1440)
            continue;
        p->free_day[p->free_count] = (int)on;
        p->free_minute[p->free_count++] = (int)at;
    }
}

static void take(struct progress *p, const struct json *o)
{
    const char *state;
    if (json_get_str(o, "state", &state) == OK)
        snprintf(p->state, sizeof p->state, "%s", state);
    if (json_get_int(o, "at", &p->at_ms) != OK)
        p->at_ms = 0;
    if (json_get_int(o, "decided_at", &p->decided_ms) != OK)
        p->decided_ms = 0;
    p->due_day = day(o, "due");
    p->legal_day = day(o, "legal");
    if (json_get_bool(o, "working", &p->working) != OK)
        p->working = false;
    if (json_get_bool(o, "rated", &p->rated) != OK)
        p->rated = false;
    take_slot(p, o);
}

void progress_answer(struct app *app, int64_t q)
{
    struct progress *p = app->progress;
    struct json *root = NULL;
    const struct json *rows = NULL;
    if (!p->looked || ask_take(app, &p->ask, q, &root) != OK)
        return;
    if (json_get(root, "cases", &rows) == OK && json_count(rows) == 1)
        take(p, json_at(rows, 0));
    json_free(root);
}

void progress_changed(struct app *app)
{
    if (app->progress->looked)
        look_here(app);
}
