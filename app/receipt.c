/* receipt.c - what a receipt says, on small paper: number, state, what to bring, whom to ask. */
#include "app/app.h"
#include "app/handin.h"
#include "app/i18n.h"
#include "app/paper.h"
#include "app/say.h"
#include "app/services.h"
#include "hal/base/clock.h"
#include "hal/base/log.h"

#include <string.h>

enum { LINES_KEPT = 8 /* at the end, whatever is to be shown */, WORDS = 16 * 1024 };

/* --- how far it is ---------------------------------------------------------------------------- */

void receipt_look(struct app *app)
{
    struct receipt *r = app->receipt;
    if (!r || !*r->number || !app->dev.outbox)
        return;
    enum err e = outbox_find(app->dev.outbox, r->number, &r->row);
    r->looked = e == OK;
    if (e != OK)
        log_warn("receipt_not_found", "err=%s", err_name(e));
}

/* Nothing is claimed that is not known: whatever could not be looked up waits. */
enum receipt_state receipt_state(const struct receipt *r)
{
    if (r->looked && r->row.state == OUTBOX_ACCEPTED)
        return RECEIPT_ACCEPTED;
    return r->looked && r->row.state == OUTBOX_REJECTED ? RECEIPT_REJECTED : RECEIPT_WAITING;
}

int receipt_last_day(const struct app *app, int day, int days, bool working_days)
{
    if (!working_days)
        return day + days;
    return workday_after(&app->services->holidays.days, day, days);
}

const char *receipt_slot(const struct receipt *r)
{
    if (receipt_state(r) != RECEIPT_ACCEPTED)
        return T("slot.asked");
    return strcmp(r->row.reason, "slot_booked") == 0 ? T("slot.stands") : T("slot.full");
}

const char *receipt_why(const char *reason)
{
    static const struct {
        const char *code, *key;
    } known[] = { { "id_reuse", "receipt.why.id_reuse" },
                  { "bad_signature", "receipt.why.bad_signature" },
                  { "cannot_open", "receipt.why.cannot_open" },
                  { "bad_item", "receipt.why.bad_item" },
                  { "again", "receipt.why.again" },
                  { "offline", "receipt.why.offline" },
                  { "timeout", "receipt.why.timeout" },
                  { "too_slow", "receipt.why.timeout" },
                  { "cut_off", "receipt.why.cut_off" },
                  { "server_error", "receipt.why.server_error" },
                  { "unknown_terminal", "receipt.why.unknown_terminal" },
                  { "not_a_feed", "receipt.why.not_a_feed" },
                  { "too_big", "receipt.why.too_big" },
                  { "revoked", "receipt.why.revoked" },
                  { "no_key", "receipt.why.no_key" } };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(known[i].code, reason) == 0)
            return T(known[i].key);
    return T("receipt.why.other");
}

const char *receipt_why_waiting(const char *reason)
{
    return strcmp(reason, "bad_signature") == 0 ? T("receipt.why.forged") : receipt_why(reason);
}

/* Only what is known: that it is tried again, when, and why it has not gone yet. */
const char *receipt_waits(const struct app *app, struct arena *a, const struct outbox_row *row)
{
    const char *why = receipt_why_waiting(row->reason);
    if (row->state == OUTBOX_STUCK)
        return i18n_fmt(a, "receipt.stuck", "why", why, NULL);
    if (row->carried_ms > 0)
        return i18n_fmt(a, "receipt.carried", "when", say_time(a, row->carried_ms, app->today),
                        NULL);
    if (app->line.outbox == ERR_REVOKED)
        return T("err.revoked");
    if (app->line.state != LINE_ONLINE)
        return T("receipt.waiting_offline");
    if (row->tries > 0 && row->next_ms > app->now_ms)
        return i18n_fmt(a, "receipt.waiting_until", "why", why, "when",
                        say_time(a, row->next_ms, app->today), NULL);
    return T("receipt.waiting_next");
}

/* --- the paper -------------------------------------------------------------------------------- */

static void what(struct paper *p, struct arena *a, const struct app *app)
{
    const struct receipt *r = app->receipt;
    struct civil c = clock_civil(r->at_ms);
    const char *day =
        arena_printf(a, "%04d-%02d-%02d %02d:%02d", c.year, c.month, c.day, c.hour, c.minute);
    paper_say(p, PAPER_CENTER, T("receipt.number"));
    paper_say(p, PAPER_BIG, r->number);
    paper_say(p, PAPER_BOLD, r->service);
    if (*r->name)
        paper_say(p, PAPER_PLAIN, i18n_fmt(a, "paper.name", "name", r->name, NULL));
    if (*r->slot) {
        paper_say(p, PAPER_BOLD, receipt_slot(r));
        paper_say(p, PAPER_PLAIN, r->slot);
    }
    paper_say(p, PAPER_PLAIN, i18n_fmt(a, "paper.at", "when", day ? day : "", NULL));
    paper_add(p, PAPER_RULE, "");
}

static void how_far(struct paper *p, struct arena *a, const struct app *app)
{
    const struct receipt *r = app->receipt;
    enum receipt_state s = receipt_state(r);
    if (s == RECEIPT_ACCEPTED) {
        const char *when = say_time(a, r->row.delivered_ms, app->today);
        paper_say(p, PAPER_BOLD, T("receipt.accepted"));
        paper_say(p, PAPER_PLAIN,
                  i18n_fmt(a, "receipt.received", "department", r->department, "when", when, NULL));
    } else if (s == RECEIPT_REJECTED) {
        paper_say(p, PAPER_BOLD, T("receipt.rejected"));
        paper_say(p, PAPER_PLAIN, receipt_why(r->row.reason));
    } else {
        paper_say(p, PAPER_BOLD, T("receipt.waiting"));
        paper_say(p, PAPER_PLAIN, T("receipt.waiting_next"));
    }
}

static void promised(struct paper *p, struct arena *a, const struct app *app)
{
    const struct receipt *r = app->receipt;
    const char *n = say_number(a, r->promised_days);
    if (r->promised_days <= 0 || receipt_state(r) == RECEIPT_REJECTED)
        return;
    if (receipt_state(r) == RECEIPT_ACCEPTED) {
        int last = receipt_last_day(app, clock_day_of(r->row.delivered_ms), r->promised_days,
                                    r->working_days);
        paper_say(p, PAPER_PLAIN,
                  i18n_fmt(a, "receipt.last_day", "day", say_date_and_weekday(a, last), NULL));
    } else {
        paper_say(
            p, PAPER_PLAIN,
            i18n_fmt(a, r->working_days ? "receipt.days_working" : "receipt.days", "n", n, NULL));
    }
}

static void to_show(struct paper *p, struct arena *a, const struct app *app)
{
    const struct receipt *r = app->receipt;
    const struct config *c = app->config;
    const char *here = i18n_pick(c->terminal_place_zh, c->terminal_place_en);
    if (!r->show_count || receipt_state(r) == RECEIPT_REJECTED)
        return;
    paper_say(p, PAPER_BOLD, T("paper.show"));
    for (int i = 0; i < r->show_count; i++) {
        if (p->count >= PAPER_LINES - LINES_KEPT - 2) {
            paper_say(p, PAPER_PLAIN,
                      i18n_fmt(a, "paper.more", "n", say_number(a, r->show_count - i), NULL));
            break;
        }
        paper_say(p, PAPER_PLAIN, i18n_fmt(a, "paper.item", "what", r->show[i], NULL));
    }
    paper_say(
        p, PAPER_PLAIN,
        i18n_fmt(a, "receipt.show_where", "where", *r->show_where ? r->show_where : here, NULL));
    if (r->show_days > 0)
        paper_say(p, PAPER_PLAIN,
                  i18n_fmt(a, "receipt.show_days", "n", say_number(a, r->show_days), NULL));
}

static void foot(struct paper *p, struct arena *a, const struct app *app)
{
    paper_add(p, PAPER_RULE, "");
    paper_whom_to_ask(p, a, app);
    paper_say(p, PAPER_CENTER, T("receipt.anywhere"));
    p->qr = app->receipt->qr;
}

void receipt_paper(const struct app *app, struct paper *out)
{
    struct arena a;
    memset(out, 0, sizeof *out);
    if (arena_init_locked(&a, WORDS) != OK)
        return;
    paper_head(out, app, T("paper.title"));
    what(out, &a, app);
    how_far(out, &a, app);
    promised(out, &a, app);
    to_show(out, &a, app);
    foot(out, &a, app);
    arena_finish(&a);
}
