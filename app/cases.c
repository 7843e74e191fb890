/* cases.c - asks the platform for this citizen's applications and keeps the answer for the visit.
 */
#include "app/cases.h"

#include "app/app.h"
#include "app/errand.h"
#include "app/outbox.h"
#include "app/store.h"
#include "hal/base/log.h"

#include <stdio.h>
#include <string.h>

static void name_of(struct app *app, const char *service, char *out, size_t cap)
{
    struct query *q = store_query(app->store, "SELECT json_extract(json, '$.name') FROM service "
                                              "WHERE id = ?");
    query_text(q, 1, service);
    if (query_step(q))
        snprintf(out, cap, "%s", query_col_text(q, 0));
    if (query_done(q) != OK)
        log_debug("service_not_named", "err=%s", err_name(ERR_IO));
}

static void state_here(struct app *app, struct case_row *r)
{
    struct outbox_row own;
    if (!app->dev.outbox || outbox_find(app->dev.outbox, r->receipt, &own) != OK)
        return;
    const char *state = *own.case_state                ? own.case_state
                        : own.state == OUTBOX_ACCEPTED ? "received"
                                                       : outbox_state_name(own.state);
    snprintf(r->state, sizeof r->state, "%s", state);
}

static bool listed(const struct cases *c, const char *receipt)
{
    for (int i = 0; i < c->count; i++)
        if (strcmp(c->row[i].receipt, receipt) == 0)
            return true;
    return false;
}

/* What this person handed in here since the machine started, unless the platform named it. */
static void add_handed(struct app *app)
{
    struct cases *c = app->cases;
    struct handed handed[CASES_ROWS];
    int n = handed_find(app->session.face->id, NULL, handed, CASES_ROWS);
    for (int i = 0; i < n && c->count < CASES_ROWS; i++) {
        if (listed(c, handed[i].receipt))
            continue;
        struct case_row *r = &c->row[c->count++];
        *r = (struct case_row){ .at_ms = handed[i].at_ms, .here = true };
        memcpy(r->receipt, handed[i].receipt, sizeof r->receipt);
        name_of(app, handed[i].service, r->service, sizeof r->service);
        state_here(app, r);
    }
    explicit_bzero(handed, sizeof handed);
}

void cases_ask(struct app *app)
{
    struct cases *c = app->cases;
    const struct card_face *face = app->session.face;
    if (!c || !face || !*face->id)
        return;
    c->count = 0;
    add_handed(app);
    errand_ask(app, &c->ask, "cases", NULL, true);
}

void cases_changed(struct app *app)
{
    for (int i = 0; app->cases && i < app->cases->count; i++)
        if (app->cases->row[i].here)
            state_here(app, &app->cases->row[i]);
}

static void copy_text(const struct json *o, const char *key, char *out, size_t cap)
{
    const char *s;
    out[0] = '\0';
    if (json_get_str(o, key, &s) == OK)
        snprintf(out, cap, "%s", s);
}

static int64_t number(const struct json *o, const char *key)
{
    int64_t v = 0;
    return json_get_int(o, key, &v) == OK ? v : 0;
}

static void take_row(struct case_row *r, const struct json *o)
{
    r->here = false;
    copy_text(o, "receipt", r->receipt, sizeof r->receipt);
    copy_text(o, "service_name", r->service, sizeof r->service);
    copy_text(o, "state", r->state, sizeof r->state);
    copy_text(o, "reason", r->reason, sizeof r->reason);
    r->at_ms = number(o, "at");
    r->decided_ms = number(o, "decided_at");
}

void cases_answer(struct app *app, int64_t q)
{
    struct cases *c = app->cases;
    struct json *root = NULL;
    const struct json *rows;
    if (!c || ask_take(app, &c->ask, q, &root) != OK)
        return;
    if (json_get(root, "cases", &rows) == OK && json_is_array(rows)) {
        c->count = json_count(rows) < CASES_ROWS ? (int)json_count(rows) : CASES_ROWS;
        for (int i = 0; i < c->count; i++)
            take_row(&c->row[i], json_at(rows, (size_t)i));
        add_handed(app);
    } else {
        log_warn("answer_unreadable", "err=%s", err_name(ERR_FORMAT));
        c->ask.state = ASK_FAILED;
        c->ask.err = ERR_FORMAT;
    }
    json_free(root);
}
