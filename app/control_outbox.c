/* control_outbox.c - what lies in the outbox, item by item: state, reason, age, tries, next try. */
#include "app/control_call.h"

#if CONTROL

#include "app/app.h"
#include "app/line.h"
#include "app/outbox.h"
#include "hal/base/arena.h"
#include "hal/base/clock.h"

enum { ROWS = 50, ARENA_CAP = 1 << 20 };

static void put_row(struct json_out *w, const struct outbox_row *r, int64_t now_ms)
{
    bool waits = r->state == OUTBOX_WAITING || r->state == OUTBOX_STUCK;
    json_open(w, NULL, '{');
    json_put_int(w, "n", r->n);
    json_put_str(w, "receipt", r->receipt);
    json_put_str(w, "kind", r->kind);
    json_put_str(w, "state", outbox_state_name(r->state));
    json_put_str(w, "reason", r->reason);
    json_put_int(w, "age_s", now_ms > r->at_ms ? (now_ms - r->at_ms) / 1000 : 0);
    json_put_int(w, "tries", r->tries);
    json_put_int(w, "faults", r->faults);
    json_put_int(w, "next_s", waits && r->next_ms > now_ms ? (r->next_ms - now_ms) / 1000 : 0);
    json_put_bool(w, "carried", r->carried_ms > 0);
    json_close(w, '}');
}

static void put_carry(struct json_out *w, const struct line_carry *c)
{
    if (c->at_ms == 0)
        return;
    json_open(w, "carry", '{');
    json_put_str(w, "err", err_name(c->err));
    json_put_int(w, "written", c->written);
    json_put_int(w, "taken", c->taken);
    json_put_int(w, "spoilt", c->spoilt);
    json_close(w, '}');
}

/* err: what is the matter with all of it; items: the newest first. */
void control_outbox(struct call *call)
{
    const struct app *app = call->host->app;
    struct outbox_row *rows = NULL;
    struct arena a;
    int n = 0;
    arena_init(&a, 64 * 1024, ARENA_CAP);
    enum err e = app->dev.outbox ? outbox_list(app->dev.outbox, &a, &rows, &n) : ERR_IO;
    if (e != OK) {
        control_fail(call->out, "io", err_name(e));
    } else {
        control_begin_ok(call->out);
        json_put_str(call->out, "err", err_name(app->line.outbox));
        put_carry(call->out, &app->line.carry);
        json_open(call->out, "items", '[');
        for (int i = 0; i < n && i < ROWS; i++)
            put_row(call->out, &rows[i], clock_wall_ms());
        json_close(call->out, ']');
        control_end_ok(call->out);
    }
    arena_finish(&a);
}

#endif
