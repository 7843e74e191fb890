/* staff_outbox.c - what is kept here: how far, why not yet, for how long; now, or by a stick. */
#include "screens/staff_outbox.h"

#include "app/handin.h"
#include "app/i18n.h"
#include "app/line.h"
#include "app/outbox.h"
#include "app/say.h"
#include "app/widgets.h"
#include "hal/base/log.h"
#include "screens/frame.h"

#include <string.h>

enum { ROWS = 20, MINUTE_MS = 60000, HOUR_MS = 60 * MINUTE_MS, DAY_MS = 24 * HOUR_MS };

/* --- a row ----------------------------------------------------------------------------------- */

static const char *state_words(const struct outbox_row *r)
{
    static const char *const key[] = { [OUTBOX_WAITING] = "case.waiting",
                                       [OUTBOX_SENDING] = "case.sending",
                                       [OUTBOX_ACCEPTED] = "case.received",
                                       [OUTBOX_REJECTED] = "case.rejected",
                                       [OUTBOX_STUCK] = "staff.stuck" };
    return T(key[r->state]);
}

/* A clock that was put back makes no item younger than nothing. */
static const char *age(struct ui *ui, const struct app *app, int64_t at_ms)
{
    struct arena *a = ui_arena(ui);
    int64_t ms = app->now_ms > at_ms ? app->now_ms - at_ms : 0;
    if (ms < HOUR_MS)
        return i18n_fmt(a, "staff.age_minutes", "n", say_number(a, ms / MINUTE_MS), NULL);
    if (ms < 2 * (int64_t)DAY_MS)
        return i18n_fmt(a, "staff.age_hours", "n", say_number(a, ms / HOUR_MS), NULL);
    return i18n_fmt(a, "staff.age_days", "n", say_number(a, ms / DAY_MS), NULL);
}

static const char *pair(struct ui *ui, const char *a, const char *b)
{
    return b ? i18n_fmt(ui_arena(ui), "say.pair", "a", a, "b", b, NULL) : a;
}

/* Why it is not there yet, how often it was tried, when again. */
static const char *trouble(struct ui *ui, const struct app *app, const struct outbox_row *r)
{
    struct arena *a = ui_arena(ui);
    if (r->state == OUTBOX_REJECTED)
        return receipt_why(r->reason);
    if (!*r->reason || r->tries == 0)
        return NULL;
    const char *tried = i18n_fmt(a, "staff.tried", "n", say_number(a, r->tries), NULL);
    const char *again =
        r->next_ms > app->now_ms
            ? i18n_fmt(a, "staff.again", "when", say_time(a, r->next_ms, app->today), NULL)
            : NULL;
    return pair(ui, pair(ui, receipt_why_waiting(r->reason), tried), again);
}

static const char *row_words(struct ui *ui, const struct app *app, const struct outbox_row *r)
{
    struct arena *a = ui_arena(ui);
    const char *since = i18n_fmt(a, "staff.since", "when", say_time(a, r->at_ms, app->today), NULL);
    if (r->state == OUTBOX_ACCEPTED)
        return since;
    const char *words = pair(ui, pair(ui, since, age(ui, app, r->at_ms)), trouble(ui, app, r));
    if (r->carried_ms == 0 || r->state == OUTBOX_REJECTED)
        return words;
    return pair(ui, words,
                i18n_fmt(a, "staff.carried", "when", say_time(a, r->carried_ms, app->today), NULL));
}

static void row(struct ui *ui, const struct app *app, const struct outbox_row *r)
{
    bool bad = r->state == OUTBOX_STUCK || r->state == OUTBOX_REJECTED;
    ui_row(ui, &(struct ui_row){ .id = frame_id(ui, "staff.outbox.row", r->n),
                                 .icon = bad ? ICON_ERROR : 0,
                                 .icon_color = TOK_BAD,
                                 .title = r->receipt,
                                 .caption = row_words(ui, app, r),
                                 .right = state_words(r),
                                 .right_type = TYPE_BODY,
                                 .tight = true });
}

/* What is not there yet comes first. */
static int rows(struct ui *ui, const struct app *app, const struct outbox_row *r, int n)
{
    int shown = 0;
    for (int pass = 0; pass < 2; pass++)
        for (int i = 0; i < n && shown < ROWS; i++)
            if ((r[i].state == OUTBOX_ACCEPTED) == (pass == 1)) {
                row(ui, app, &r[i]);
                shown++;
            }
    return shown;
}

/* --- what is the matter with all of it, and with the stick ------------------------------------ */

static const char *carry_words(struct ui *ui, const struct line_carry *c)
{
    struct arena *a = ui_arena(ui);
    const char *wrote = i18n_fmt(a, "staff.stick.written", "n", say_number(a, c->written), NULL);
    const char *took = i18n_fmt(a, "staff.stick.taken", "n", say_number(a, c->taken), NULL);
    if (c->written > 0)
        return pair(ui, wrote, c->taken > 0 ? took : NULL);
    return c->taken > 0 ? took : T("staff.stick.nothing");
}

static const char *carry_fault_words(struct ui *ui, const struct line_carry *c)
{
    switch (c->err) {
    case OK:
        return NULL;
    case ERR_NO_DEVICE:
        return T("staff.stick.none");
    case ERR_READONLY:
        return T("staff.stick.locked");
    case ERR_FULL:
        return T("staff.stick.full");
    default:
        break;
    }
    if (c->spoilt > 0)
        return i18n_fmt(ui_arena(ui), "staff.stick.spoilt", "n",
                        say_number(ui_arena(ui), c->spoilt), NULL);
    return T("staff.stick.broken");
}

static void carry_banner(struct ui *ui, const struct app *app)
{
    const struct line_carry *c = &app->line.carry;
    if (c->at_ms == 0 || app->line.state == LINE_STOPPED)
        return;
    const char *fault = carry_fault_words(ui, c);
    bool some = c->written > 0 || c->taken > 0;
    ui_banner(ui, &(struct ui_banner){ .id = "staff.stick",
                                       .kind = fault ? BANNER_WARN : BANNER_OK,
                                       .icon = fault ? ICON_ERROR : ICON_SAVE,
                                       .title = fault && !some ? fault : carry_words(ui, c),
                                       .line = fault && some ? fault : NULL });
}

/* One reason for all of them is told once. */
static void line_banner(struct ui *ui, const struct app *app)
{
    enum err e = app->line.outbox;
    int waits = app->waiting.waiting + app->waiting.stuck;
    if (e == OK || (waits == 0 && e != ERR_REVOKED))
        return;
    ui_banner(ui, &(struct ui_banner){ .id = "staff.line",
                                       .kind = BANNER_WARN,
                                       .icon = ICON_CLOUD_OFF,
                                       .title = i18n_fmt(ui_arena(ui), "staff.nothing_goes", "why",
                                                         receipt_why_waiting(err_name(e)), NULL),
                                       .line = T("staff.safe") });
}

static void button(struct ui *ui, const char *id, const char *key, uint32_t icon)
{
    ui_button(ui, &(struct ui_button){ .id = id,
                                       .label = T(key),
                                       .icon = icon,
                                       .kind = BUTTON_SECONDARY,
                                       .w = UI_FILL,
                                       .on = UI_PICK_ON(id, 0) });
}

static void buttons(struct ui *ui, const struct app *app)
{
    bool waits = app->waiting.waiting + app->waiting.sending + app->waiting.stuck > 0;
    bool stick = app->config->carry_dir[0];
    if (!waits && !stick)
        return;
    UI(ui, .dir = ui_big(ui) ? UI_COL : UI_ROW, .w = UI_FILL, .gap = 16, .cross = UI_STRETCH)
    {
        if (waits)
            button(ui, "staff.retry", "staff.retry", ICON_REFRESH);
        if (stick)
            button(ui, "staff.carry", "staff.carry", ICON_SAVE);
    }
}

void staff_outbox(struct ui *ui, const struct app *app)
{
    struct outbox_row *r = NULL;
    int n = 0;
    enum err e = app->dev.outbox ? outbox_list(app->dev.outbox, ui_arena(ui), &r, &n) : ERR_IO;
    line_banner(ui, app);
    carry_banner(ui, app);
    buttons(ui, app);
    UI_CARD(ui, .w = UI_FILL, .divider = true, .id = "staff.outbox", .role = ROLE_LIST)
    {
        UI(ui, .dir = UI_ROW, .w = UI_FILL, .pad = UI_PAD2(32, 18))
        ui_label(ui,
                 &(struct ui_text){ .text = T("staff.outbox"), .type = TYPE_H3, .heading = true });
        if (rows(ui, app, r, e == OK ? n : 0) == 0)
            ui_row(ui, &(struct ui_row){ .icon = ICON_OUTBOX,
                                         .title = e == OK ? T("staff.outbox_empty")
                                                          : T("err.data_readonly"),
                                         .plain = true });
    }
}

bool staff_outbox_picked(struct app *app, const char *what)
{
    bool retry = strcmp(what, "staff.retry") == 0, carry = strcmp(what, "staff.carry") == 0;
    if (!retry && !carry)
        return false;
    enum err e = !app->dev.link ? ERR_OFFLINE
                 : retry        ? line_retry(app->dev.link)
                                : line_carry(app->dev.link);
    if (e != OK) /* the line's own state says on this page that huimin-sync is not there */
        log_info("order_not_taken", "order=%s err=%s", what, err_name(e));
    return true;
}
