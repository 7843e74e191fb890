/* receipt.c - what a receipt says, on small paper: number, state, what to bring, whom to ask. */
#include "app/app.h"
#include "app/handin.h"
#include "app/i18n.h"
#include "app/say.h"
#include "app/services.h"
#include "hal/base/clock.h"
#include "hal/base/log.h"
#include "hal/base/utf8.h"

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
                  { "no_key", "receipt.why.no_key" } };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(known[i].code, reason) == 0)
            return T(known[i].key);
    return T("receipt.why.other");
}

/* --- lines of 32 cells ------------------------------------------------------------------------ */

static bool one_of(uint32_t cp, const char *set)
{
    for (uint32_t c; (c = utf8_next(&set)) != 0;)
        if (c == cp)
            return true;
    return false;
}

static bool opens(uint32_t cp)
{
    return one_of(cp, "（《“‘【〈");
}

static bool closes(uint32_t cp)
{
    return one_of(cp, "，。；：、？）》”’】〉…");
}

static int cells(uint32_t cp)
{
    return cp < 0x80 ? 1 : 2;
}

/* The next piece that is never broken: a word of letters, or one hanzi with the marks that may not
 * stand at the start of a line after it. Returns its end. */
static const char *piece(const char *s, int *out_cells)
{
    const char *end = s, *next = s;
    uint32_t cp = utf8_next(&next), before = 0;
    *out_cells = 0;
    while (cp && cp != ' ') {
        bool glued = end == s || closes(cp) || opens(before) || (cp < 0x80 && before < 0x80);
        if (!glued)
            break;
        *out_cells += cells(cp);
        end = next;
        before = cp;
        cp = utf8_next(&next);
    }
    return end;
}

struct wrap {
    struct paper *paper;
    enum paper_style style;
    char line[PAPER_TEXT];
    size_t n;
    int used, room; /* cells */
};

static void end_line(struct wrap *w)
{
    while (w->n && w->line[w->n - 1] == ' ')
        w->n--;
    w->line[w->n] = '\0';
    if (w->n)
        paper_add(w->paper, w->style, w->line);
    w->n = 0;
    w->used = 0;
}

static void put_char(struct wrap *w, const char **s)
{
    const char *from = *s;
    int wide = cells(utf8_next(s));
    if (w->used + wide > w->room || w->n + 5 > sizeof w->line)
        end_line(w);
    memcpy(w->line + w->n, from, (size_t)(*s - from));
    w->n += (size_t)(*s - from);
    w->used += wide;
}

static void say(struct paper *p, enum paper_style style, const char *text)
{
    struct wrap w = { .paper = p,
                      .style = style,
                      .room = style == PAPER_BIG ? PAPER_COLUMNS / 2 : PAPER_COLUMNS };
    while (*text) {
        int wide;
        const char *end = piece(text, &wide);
        if (end == text) { /* a space; none at the start of a line */
            if (w.n && w.used < w.room)
                put_char(&w, &text);
            else
                text++;
            continue;
        }
        if (w.used && w.used + wide > w.room)
            end_line(&w);
        while (text < end)
            put_char(&w, &text);
    }
    end_line(&w);
    explicit_bzero(&w, sizeof w);
}

/* --- the paper -------------------------------------------------------------------------------- */

static void head(struct paper *p, const struct app *app)
{
    const struct config *c = app->config;
    say(p, PAPER_CENTER, i18n_pick(c->terminal_name_zh, c->terminal_name_en));
    say(p, PAPER_CENTER, i18n_pick(c->terminal_place_zh, c->terminal_place_en));
    say(p, PAPER_BIG, T("paper.title"));
    paper_add(p, PAPER_RULE, "");
}

static void what(struct paper *p, struct arena *a, const struct app *app)
{
    const struct receipt *r = app->receipt;
    struct civil c = clock_civil(r->at_ms);
    const char *day =
        arena_printf(a, "%04d-%02d-%02d %02d:%02d", c.year, c.month, c.day, c.hour, c.minute);
    say(p, PAPER_CENTER, T("receipt.number"));
    say(p, PAPER_BIG, r->number);
    say(p, PAPER_BOLD, r->service);
    if (*r->name)
        say(p, PAPER_PLAIN, i18n_fmt(a, "paper.name", "name", r->name, NULL));
    if (*r->slot) {
        say(p, PAPER_BOLD, receipt_slot(r));
        say(p, PAPER_PLAIN, r->slot);
    }
    say(p, PAPER_PLAIN, i18n_fmt(a, "paper.at", "when", day ? day : "", NULL));
    paper_add(p, PAPER_RULE, "");
}

static void how_far(struct paper *p, struct arena *a, const struct app *app)
{
    const struct receipt *r = app->receipt;
    enum receipt_state s = receipt_state(r);
    if (s == RECEIPT_ACCEPTED) {
        const char *when = say_time(a, r->row.delivered_ms, app->today);
        say(p, PAPER_BOLD, T("receipt.accepted"));
        say(p, PAPER_PLAIN,
            i18n_fmt(a, "receipt.received", "department", r->department, "when", when, NULL));
    } else if (s == RECEIPT_REJECTED) {
        say(p, PAPER_BOLD, T("receipt.rejected"));
        say(p, PAPER_PLAIN, receipt_why(r->row.reason));
    } else {
        say(p, PAPER_BOLD, T("receipt.waiting"));
        say(p, PAPER_PLAIN, T("receipt.waiting_next"));
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
        say(p, PAPER_PLAIN,
            i18n_fmt(a, "receipt.last_day", "day", say_date_and_weekday(a, last), NULL));
    } else {
        say(p, PAPER_PLAIN,
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
    say(p, PAPER_BOLD, T("paper.show"));
    for (int i = 0; i < r->show_count; i++) {
        if (p->count >= PAPER_LINES - LINES_KEPT - 2) {
            say(p, PAPER_PLAIN,
                i18n_fmt(a, "paper.more", "n", say_number(a, r->show_count - i), NULL));
            break;
        }
        say(p, PAPER_PLAIN, i18n_fmt(a, "paper.item", "what", r->show[i], NULL));
    }
    say(p, PAPER_PLAIN,
        i18n_fmt(a, "receipt.show_where", "where", *r->show_where ? r->show_where : here, NULL));
    if (r->show_days > 0)
        say(p, PAPER_PLAIN,
            i18n_fmt(a, "receipt.show_days", "n", say_number(a, r->show_days), NULL));
}

static void foot(struct paper *p, struct arena *a, const struct app *app)
{
    const struct config *c = app->config;
    paper_add(p, PAPER_RULE, "");
    if (*c->help_phone)
        say(p, PAPER_PLAIN,
            i18n_fmt(a, "paper.phone", "name",
                     i18n_pick(c->help_phone_name_zh, c->help_phone_name_en), "phone",
                     c->help_phone, NULL));
    say(p, PAPER_CENTER, T("receipt.anywhere"));
    p->qr = app->receipt->qr;
}

void receipt_paper(const struct app *app, struct paper *out)
{
    struct arena a;
    memset(out, 0, sizeof *out);
    if (arena_init_locked(&a, WORDS) != OK)
        return;
    head(out, app);
    what(out, &a, app);
    how_far(out, &a, app);
    promised(out, &a, app);
    to_show(out, &a, app);
    foot(out, &a, app);
    arena_finish(&a);
}
