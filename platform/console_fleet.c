/* console_fleet.c - the operator's terminals: how each is, and shutting one out. */
#include "platform/console_part.h"

#include "platform/db_fleet.h"
#include "platform/verbs.h"

#include <string.h>

static void put_report(struct json_out *w, const struct terminal_report *r)
{
    if (r->at_ms == 0) {
        json_put_null(w, "report");
        return;
    }
    json_open(w, "report", '{');
    json_put_int(w, "at", r->at_ms);
    json_put_str(w, "version", r->version);
    json_put_int(w, "up_s", r->up_s);
    json_put_int(w, "waiting", r->waiting);
    json_put_int(w, "stuck", r->stuck);
    json_put_int(w, "rejected", r->rejected);
    json_put_int(w, "oldest", r->oldest_ms);
    json_put_str(w, "reader", r->reader);
    json_put_str(w, "printer", r->printer);
    json_put_int(w, "disk_mb", r->disk_mb);
    json_put_int(w, "index", r->index_n);
    json_put_int(w, "temp_c", r->temp_c);
    json_close(w, '}');
}

static enum err put_terminal(void *ctx, const struct fleet_row *r)
{
    json_open(ctx, NULL, '{');
    json_put_str(ctx, "name", r->name);
    json_put_bool(ctx, "revoked", r->revoked);
    json_put_int(ctx, "added", r->added_ms);
    json_put_int(ctx, "seen", r->seen_ms);
    json_put_int(ctx, "skew_ms", r->skew_ms);
    put_report(ctx, &r->report);
    json_close(ctx, '}');
    return OK;
}

enum err console_fleet(struct call *c)
{
    json_put_int(&c->w, "now", c->now_ms);
    json_open(&c->w, "terminals", '[');
    enum err e = db_fleet(c->console->db, put_terminal, &c->w);
    json_close(&c->w, ']');
    return e;
}

/* It cannot be taken back, so its name is typed, not only clicked. */
enum err console_revoke(struct call *c)
{
    const char *name = "", *typed = "";
    struct publish_result r;
    enum err e = console_text(c, "name", WIRE_NAME_MAX, &name);
    if (e == OK)
        e = console_text(c, "typed", WIRE_NAME_MAX, &typed);
    if (e != OK)
        return e;
    if (!*name || strcmp(name, typed) != 0)
        return console_refuse(c, 400, "not_typed");
    e = terminal_revoke(&c->console->conf, c->who, name, &r);
    if (e == OK)
        json_put_int(&c->w, "index", r.n);
    return e;
}
