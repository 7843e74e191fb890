/* console_case.c - the clerk's cases: the list, one opened, and what is done with it. */
#include "platform/console_part.h"

#include "hal/base/clock.h"
#include "platform/booking.h"
#include "platform/case_act.h"
#include "platform/case_open.h"
#include "platform/console_row.h"
#include "platform/db_desk.h"
#include "platform/deadline.h"

#include <stdio.h>
#include <string.h>

enum { PAGE_ROWS = 25, SOON_DAYS = 3, KEPT_LAST = 4 };

/* --- the list --------------------------------------------------------------------------------- */

struct listing {
    struct json_out *w;
    int64_t total;
};

static enum err put_row(void *ctx, const struct desk_row *r)
{
    struct listing *l = ctx;
    l->total = r->total;
    json_open(l->w, NULL, '{');
    json_put_str(l->w, "ref", r->ref);
    json_put_str(l->w, "receipt", r->receipt);
    json_put_str(l->w, "service", r->service_name);
    json_put_str(l->w, "terminal", r->terminal);
    json_put_str(l->w, "state", r->state);
    json_put_str(l->w, "again", r->duplicate_of);
    json_put_int(l->w, "received", r->received_ms);
    json_put_int(l->w, "decided", r->decided_ms);
    json_put_int(l->w, "due", r->promised_day);
    json_put_int(l->w, "legal", r->legal_day);
    json_close(l->w, '}');
    return OK;
}

static enum err put_pair(void *ctx, const char *id, const char *name)
{
    json_open(ctx, NULL, '[');
    json_put_str(ctx, NULL, id);
    json_put_str(ctx, NULL, name);
    json_close(ctx, ']');
    return OK;
}

static enum err put_terminal(void *ctx, const struct terminal *t)
{
    json_put_str(ctx, NULL, t->name);
    return OK;
}

/* What the filters offer. */
static enum err put_choices(struct call *c)
{
    json_open(&c->w, "services", '[');
    enum err e = db_desk_services(c->console->db, put_pair, &c->w);
    json_close(&c->w, ']');
    json_open(&c->w, "terminals", '[');
    if (e == OK)
        e = db_terminals(c->console->db, put_terminal, &c->w);
    json_close(&c->w, ']');
    return e;
}

static int64_t due_day(const char *due)
{
    int today = clock_today();
    return strcmp(due, "soon") == 0 ? today + SOON_DAYS : strcmp(due, "over") == 0 ? today - 1 : 0;
}

static enum err read_filter(struct call *c, struct desk_filter *f)
{
    const char *due = "";
    int64_t page = console_number(c, "page");
    enum err e = console_text(c, "state", 16, &f->state);
    if (e == OK)
        e = console_text(c, "service", 64, &f->service);
    if (e == OK)
        e = console_text(c, "terminal", WIRE_NAME_MAX, &f->terminal);
    if (e == OK)
        e = console_text(c, "due", 8, &due);
    if (e == OK)
        e = console_text(c, "find", 64, &f->ref);
    f->due_day = due_day(due);
    f->count = PAGE_ROWS;
    f->from = page > 0 && page < 1000000 ? page * PAGE_ROWS : 0;
    return e;
}

enum err console_cases(struct call *c)
{
    struct desk_filter f = { .state = "" };
    struct listing l = { .w = &c->w };
    struct case_row found;
    enum err e = read_filter(c, &f);
    if (e == OK && *f.ref) {
        e = case_find(c->console->db, f.ref, &found);
        if (e == ERR_HASH)
            return console_refuse(c, 400, "mistyped");
        f = (struct desk_filter){ .state = "", .service = "", .terminal = "", .count = 1 };
        f.ref = e == OK ? found.receipt : "-";
        e = e == ERR_NOT_FOUND ? OK : e;
    }
    json_open(&c->w, "cases", '[');
    if (e == OK)
        e = db_desk(c->console->db, &f, put_row, &l);
    json_close(&c->w, ']');
    json_put_int(&c->w, "total", l.total);
    json_put_int(&c->w, "rows", PAGE_ROWS);
    json_put_int(&c->w, "today", clock_today());
    return e == OK ? put_choices(c) : e;
}

/* --- one, opened ------------------------------------------------------------------------------ */

/* Only the last four, as on the terminal. */
static const char *masked(struct call *c, const char *number)
{
    size_t n = strlen(number);
    char *out = arena_strdup(c->arena, number);
    for (size_t i = 0; out && i + KEPT_LAST < n; i++)
        out[i] = '*';
    return out ? out : "";
}

/* A field may repeat the person's number: it is covered there too. */
static void put_fields(struct call *c, const struct opened *x, const char *idno, const char *card)
{
    const struct json *list = opened_member(x->root, "fields");
    json_open(&c->w, "fields", '[');
    for (size_t i = 0; i < json_count(list); i++) {
        const struct json *f = json_at(list, i);
        const char *value = opened_text(f, "value");
        bool hide = *value && (strcmp(value, idno) == 0 || strcmp(value, card) == 0);
        json_open(&c->w, NULL, '{');
        json_put_str(&c->w, "label", opened_text(f, "label"));
        json_put_str(&c->w, "value", hide ? masked(c, value) : value);
        json_put_str(&c->w, "from", opened_text(f, "from"));
        json_close(&c->w, '}');
    }
    json_close(&c->w, ']');
}

static void put_person(struct call *c, const struct opened *x)
{
    const struct json *person = opened_member(x->root, "person");
    const struct json *card = opened_member(x->root, "card");
    const char *idno = opened_text(person, "idno");
    const char *no = card && !json_is_null(card) ? opened_text(card, "no") : "";
    json_put_str(&c->w, "name", opened_text(person, "name"));
    json_put_str(&c->w, "idno", masked(c, idno));
    json_put_str(&c->w, "card", masked(c, no));
    json_put_str(&c->w, "consent", opened_text(x->root, "consent"));
    console_put_name(c, "village", "village", opened_text(x->root, "village"));
    put_fields(c, x, idno, no);
}

static enum err put_days(struct call *c, const struct case_row *row)
{
    struct deadline due = { .promised_day = 0 };
    struct booking b;
    enum err e = db_deadline_get(c->console->db, row->ref, &due);
    if (e != OK)
        return e;
    json_put_int(&c->w, "due", due.promised_day);
    json_put_int(&c->w, "legal", due.legal_day);
    json_put_bool(&c->w, "working", due.working);
    json_put_int(&c->w, "today", clock_today());
    e = db_booking_get(c->console->db, row->ref, &b);
    if (e != OK)
        return e == ERR_NOT_FOUND ? OK : e;
    json_open(&c->w, "slot", '{');
    json_put_str(&c->w, "state", b.state);
    json_put_int(&c->w, "day", b.day);
    json_put_int(&c->w, "minute", b.minute);
    console_put_name(c, "place", "place", arena_printf(c->arena, "%lld", (long long)b.place));
    json_close(&c->w, '}');
    return OK;
}

static void put_case(struct json_out *w, const struct case_row *r)
{
    json_put_str(w, "ref", r->ref);
    json_put_str(w, "receipt", r->receipt);
    json_put_str(w, "service", r->service_name);
    json_put_str(w, "terminal", r->terminal);
    json_put_str(w, "identity", r->identity);
    json_put_str(w, "state", r->state);
    json_put_str(w, "reason", r->reason);
    json_put_str(w, "again", r->duplicate_of);
    json_put_int(w, "at", r->at_ms);
    json_put_int(w, "received", r->received_ms);
    json_put_int(w, "decided", r->decided_ms);
    json_open(w, "may", '[');
    for (int i = 0; i < CASE_ORDERS; i++)
        if (case_may(&case_orders[i], r->state))
            json_put_str(w, NULL, case_orders[i].name);
    json_close(w, ']');
}

static enum err put_all(struct call *c, const struct case_row *row, const struct opened *x)
{
    put_case(&c->w, row);
    put_person(c, x);
    enum err e =
        opened_put_papers(&c->w, c->console->db, row->ref, opened_member(x->root, "materials"));
    if (e == OK)
        e = put_days(c, row);
    json_open(&c->w, "history", '[');
    if (e == OK)
        e = db_audit_of(c->console->db, row->ref, row->received_ms, console_put_audit, &c->w);
    json_close(&c->w, ']');
    return e;
}

/* The case the call names, and a line that somebody looked, before anything is told. */
static enum err look(struct call *c, const char *what, struct case_row *row)
{
    const char *ref = "";
    struct db *db = c->console->db;
    enum err e = console_text(c, "ref", WIRE_NAME_MAX, &ref);
    if (e == OK)
        e = db_case_find(db, ref, row);
    if (e == OK)
        e = db_begin(db);
    if (e != OK)
        return e;
    return console_end(c, db_audit_add(db, c->now_ms, c->who, "%s %s", what, row->ref));
}

enum err console_case(struct call *c)
{
    struct case_row row;
    struct opened x;
    enum err e = look(c, "opened", &row);
    if (e == OK)
        e = opened_open(&x, &c->console->conf, c->console->db, &row);
    if (e != OK)
        return e;
    e = put_all(c, &row, &x);
    opened_close(&x);
    return e;
}

/* The whole numbers, asked for on purpose. */
enum err console_case_id(struct call *c)
{
    struct case_row row;
    struct opened x;
    enum err e = look(c, "numbers", &row);
    if (e == OK)
        e = opened_open(&x, &c->console->conf, c->console->db, &row);
    if (e != OK)
        return e;
    const struct json *card = opened_member(x.root, "card");
    json_put_str(&c->w, "idno", opened_text(opened_member(x.root, "person"), "idno"));
    json_put_str(&c->w, "card", card && !json_is_null(card) ? opened_text(card, "no") : "");
    opened_close(&x);
    return OK;
}

/* --- what is done with it --------------------------------------------------------------------- */

enum err console_case_do(struct call *c)
{
    const char *ref = "", *name = "", *reason = "";
    struct case_row row;
    enum err e = console_text(c, "ref", WIRE_NAME_MAX, &ref);
    if (e == OK)
        e = console_text(c, "do", 16, &name);
    if (e == OK)
        e = console_text(c, "reason", sizeof row.reason, &reason);
    const struct case_order *o = e == OK ? case_order_find(name) : NULL;
    if (e == OK && !o)
        e = ERR_ARG;
    if (e != OK)
        return e;
    if (o->reason && reason[strspn(reason, " \t\r\n")] == '\0')
        return console_refuse(c, 400, "reason");
    e = case_act(c->console->db, c->who, ref, o, reason, c->now_ms);
    if (e == ERR_REFUSED)
        return console_refuse(c, 409, "state");
    json_put_str(&c->w, "state", o->state);
    return e;
}

enum err console_case_tick(struct call *c)
{
    const char *ref = "", *name = "";
    struct case_row row;
    struct opened x;
    enum err e = console_text(c, "ref", WIRE_NAME_MAX, &ref);
    if (e == OK)
        e = console_text(c, "paper", 512, &name);
    if (e == OK)
        e = db_case_find(c->console->db, ref, &row);
    if (e == OK)
        e = opened_open(&x, &c->console->conf, c->console->db, &row);
    if (e != OK)
        return e;
    const char *paper = opened_paper(opened_member(x.root, "materials"), name);
    e = paper ? case_tick(c->console->db, c->who, row.ref, paper, c->now_ms) : ERR_NOT_FOUND;
    opened_close(&x);
    return e;
}
