/* staff.c - for the people of the service centre: what waits, what is broken, open or closed. */
#include "app/staff.h"

#include "app/check.h"
#include "app/handin.h"
#include "app/help.h"
#include "app/i18n.h"
#include "app/options.h"
#include "app/papers.h"
#include "app/say.h"
#include "app/setup.h"
#include "app/widgets.h"
#include "hal/base/log.h"
#include "screens/frame.h"
#include "screens/screens.h"
#include "screens/staff_outbox.h"

#include <string.h>

static void staff_enter(struct app *app, int64_t n)
{
    (void)n;
    frame_load(app);
    if (app->dev.staff)
        staff_look(app->dev.staff);
}

static void staff_head(struct ui *ui, const struct app *app, struct screen_head *out)
{
    (void)ui;
    out->area = AREA_SERVICES;
    out->icon = ICON_BADGE;
    out->subtitle = T(app->staff_in ? "staff.inside" : "staff.door");
}

/* --- what happens ------------------------------------------------------------------------- */

static void type(struct app *app, const char *s)
{
    size_t n = strlen(app->pin);
    app->pin_err = OK;
    for (; *s >= '0' && *s <= '9' && n < STAFF_PIN_MAX; s++)
        app->pin[n++] = *s;
    app->pin[n] = '\0';
}

static void try_pin(struct app *app)
{
    if (!app->dev.staff || app->pin_judging)
        return;
    app->pin_err = staff_try(app->dev.staff, app->pin);
    app->pin_judging = app->pin_err == OK;
    explicit_bzero(app->pin, sizeof app->pin);
}

static void open_or_close(struct app *app)
{
    enum err e = staff_close(app->config->data_dir, !app->closed_by_staff);
    if (e != OK) {
        log_error("closed_not_kept", "err=%s", err_name(e));
        return;
    }
    app->closed_by_staff = !app->closed_by_staff;
    log_info(app->closed_by_staff ? "closed_by_staff" : "opened_by_staff", "by=pin");
    app_update(app, &(struct event){ .type = EV_DONE });
}

static void staff_event(struct app *app, const struct event *ev)
{
    size_t n = strlen(app->pin);
    if (ev->type == EV_TEXT)
        type(app, ev->s);
    else if (ev->type == EV_ERASE && n)
        app->pin[n - 1] = '\0';
    else if (ev->type != EV_PICK)
        return;
    else if (strcmp(ev->what, "staff.ok") == 0)
        try_pin(app);
    else if (app->staff_in && strcmp(ev->what, "staff.closed") == 0)
        open_or_close(app);
    else if (app->staff_in && staff_outbox_picked(app, ev->what))
        return;
    else if (app->staff_in && strcmp(ev->what, "staff.sync") == 0 && app->dev.link &&
             line_sync(app->dev.link) != OK)
        log_info("sync_not_ordered", "why=no_sync");
}

/* --- the door ----------------------------------------------------------------------------- */

static const char *door_fault(struct ui *ui, const struct app *app)
{
    int wait = app->dev.staff ? staff_wait_s(app->dev.staff) : 0;
    if (wait > 0)
        return i18n_fmt(ui_arena(ui), "staff.wait", "n", say_number(ui_arena(ui), wait), NULL);
    return app->pin_err == ERR_REFUSED ? T("staff.wrong") : NULL;
}

static const char *who(const struct app *app)
{
    if (app->pin_judging)
        return "staff.judging";
    return setup_open(app) ? "setup.door" : "staff.who";
}

static void door(struct ui *ui, const struct app *app)
{
    static const char dots[] = "●●●●●●●●●●●●";
    bool beside = !ui_theme(ui)->portrait && ui_theme(ui)->h_dp < 1200;
    UI(ui, .dir = beside ? UI_ROW : UI_COL, .w = UI_FILL, .h = UI_FILL, .gap = 16,
       .cross = UI_STRETCH)
    {
        FRAME_SCROLL(ui, "staff.door")
        {
            ui_field(ui, &(struct ui_field){
                             .id = "staff.pin",
                             .label = T("staff.pin"),
                             .name = T("staff.pin"),
                             .value = arena_strndup(ui_arena(ui), dots, strlen(app->pin) * 3),
                             .placeholder = T("staff.pin_digits"),
                             .error = door_fault(ui, app),
                             .focused = true,
                             .question = true });
            ui_say_in(ui, TYPE_BODY, TOK_INK2, T(who(app)));
        }
        ui_keypad(ui, &(struct ui_keypad){ .field = "staff.pin",
                                           .digits = true,
                                           .only = true,
                                           .beside = beside,
                                           .done_label = T("pin.confirm"),
                                           .done = UI_PICK_ON("staff.ok", 0) });
    }
}

/* --- inside ------------------------------------------------------------------------------- */

static void device_row(void *ctx, const struct check_line *l)
{
    struct ui *ui = ctx;
    struct arena *a = ui_arena(ui);
    const char *todo = l->well ? NULL : arena_strdup(a, l->todo);
    ui_row(ui, &(struct ui_row){ .icon = l->well ? ICON_CHECK_CIRCLE : ICON_ERROR,
                                 .icon_color = l->well ? TOK_TEA : TOK_BAD,
                                 .title = l->name,
                                 .caption = todo ? todo : arena_strdup(a, l->state),
                                 .plain = true,
                                 .tight = true });
}

static void scanner_row(struct ui *ui, const struct app *app)
{
    struct check_line l = { .name = "scanner" };
    scan_device(app, &l.state, &l.todo, &l.well);
    device_row(ui, &l);
}

static void doccam_row(struct ui *ui, const struct app *app)
{
    struct check_line l = { .name = "doccam", .todo = "cable, group video, doccam" };
    l.state = papers_device(app, &l.well);
    device_row(ui, &l);
}

/* What nobody has seen on a real card or module yet: the staff must know it before a citizen does.
 */
static void proved(struct ui *ui)
{
    static const struct {
        const char *title, *line;
    } row[] = {
        { "staff.proved_ssc", "staff.proved_spec" },
        { "staff.proved_genuine", "staff.proved_emulator" },
        { "staff.proved_purse", "staff.proved_recorded" },
        { "staff.proved_health", "staff.proved_spec" },
        { "staff.proved_idcard", "staff.proved_emulator" },
        { "staff.proved_ecard", "staff.proved_emulator" },
        { "staff.proved_scanner", "staff.proved_keys" },
        { "staff.proved_pinpad", "staff.proved_pad" },
        { "staff.proved_doccam", "staff.proved_folder" },
    };
    UI_CARD(ui, .w = UI_FILL, .divider = true, .id = "staff.proved", .role = ROLE_LIST)
    {
        UI(ui, .dir = UI_ROW, .w = UI_FILL, .pad = UI_PAD2(32, 18))
        ui_label(ui,
                 &(struct ui_text){ .text = T("staff.proved"), .type = TYPE_H3, .heading = true });
        UI(ui, .dir = UI_ROW, .w = UI_FILL, .pad = UI_PAD2(32, 18))
        ui_say(ui, TYPE_BODY, T("staff.proved_what"));
        for (size_t i = 0; i < sizeof row / sizeof *row; i++)
            ui_row(ui, &(struct ui_row){ .icon = ICON_INFO,
                                         .icon_color = TOK_PEELINK,
                                         .title = T(row[i].title),
                                         .caption = T(row[i].line),
                                         .plain = true,
                                         .tight = true });
    }
}

/* The feed, in the log's words: which channel is refused and why, what the stick was good for, and
 * since when nothing new was had. */
static void feed_row(struct ui *ui, const struct app *app)
{
    const struct line_status *l = &app->line;
    struct arena *a = ui_arena(ui);
    int64_t at = l->last_ok_ms > app->help->last_ok_ms ? l->last_ok_ms : app->help->last_ok_ms;
    const char *state =
        arena_printf(a, "%s%s%s, %s", line_state_name(l->state), *l->stick ? ", stick " : "",
                     l->stick, at ? say_time(a, at, app->today) : "-");
    const char *why = *l->bad ? l->bad : err_name(l->err);
    device_row(ui, &(struct check_line){ "feed", state, arena_printf(a, "%s: %s", state, why),
                                         l->err == OK && !*l->bad });
}

static void devices(struct ui *ui, const struct app *app)
{
    UI_CARD(ui, .w = UI_FILL, .divider = true, .id = "staff.devices", .role = ROLE_LIST)
    {
        UI(ui, .dir = UI_ROW, .w = UI_FILL, .pad = UI_PAD2(32, 18))
        ui_label(ui,
                 &(struct ui_text){ .text = T("staff.devices"), .type = TYPE_H3, .heading = true });
        check_readers(app->dev.readers, device_row, ui);
        enum printer_state p = app->dev.printer ? printer_state(app->dev.printer) : PRINTER_ABSENT;
        bool none = strcmp(app->config->printer, "none") == 0;
        device_row(ui,
                   &(struct check_line){ "printer", none ? "none is set" : printer_state_name(p),
                                         printer_state_name(p),
                                         none || p == PRINTER_READY || p == PRINTER_BUSY });
        scanner_row(ui, app);
        doccam_row(ui, app);
        check_pinpad(app->dev.pinpad, device_row, ui);
        check_running(app->config, device_row, ui);
        feed_row(ui, app);
        device_row(ui, &(struct check_line){ "huimin", HUIMIN_VERSION, "", true });
    }
}

static void orders(struct ui *ui, const struct app *app)
{
    UI(ui, .dir = ui_big(ui) ? UI_COL : UI_ROW, .w = UI_FILL, .gap = 16, .cross = UI_STRETCH)
    {
        ui_button(ui, &(struct ui_button){ .id = "staff.sync",
                                           .label = T("staff.sync"),
                                           .icon = ICON_SYNC,
                                           .kind = BUTTON_PRIMARY,
                                           .main = true,
                                           .w = UI_FILL,
                                           .on = UI_PICK_ON("staff.sync", 0) });
        ui_button(ui, &(struct ui_button){
                          .id = "staff.closed",
                          .label = T(app->closed_by_staff ? "staff.open" : "staff.close"),
                          .icon = ICON_PAUSE,
                          .kind = app->closed_by_staff ? BUTTON_SECONDARY : BUTTON_DANGER,
                          .main = true,
                          .w = UI_FILL,
                          .on = UI_PICK_ON("staff.closed", 0) });
        ui_button(ui, &(struct ui_button){ .id = "staff.enrol",
                                           .label = T("staff.enrol"),
                                           .icon = ICON_BADGE,
                                           .kind = BUTTON_SECONDARY,
                                           .main = true,
                                           .w = UI_FILL,
                                           .on = UI_GO_TO("enrol", 0) });
    }
    if (app->setup)
        ui_button(ui, &(struct ui_button){ .id = "staff.setup",
                                           .label = T("staff.setup"),
                                           .kind = BUTTON_QUIET,
                                           .w = UI_FILL,
                                           .on = UI_GO_TO("setup", 1) });
}

static void staff_build(struct ui *ui, const struct app *app)
{
    if (!app->staff_in && (!app->dev.staff || !staff_has_pin(app->dev.staff))) {
        ui_empty(ui, ICON_BADGE, T("staff.no_pin"), T("staff.no_pin_how"));
        return;
    }
    if (!app->staff_in) {
        door(ui, app);
        return;
    }
    FRAME_SCROLL(ui, "staff.page")
    {
        orders(ui, app);
        staff_outbox(ui, app);
        devices(ui, app);
        proved(ui);
    }
    frame_pager(ui, app, "staff.page");
}

const struct screen screen_staff = { .name = "staff",
                                     .title = "help.staff",
                                     .enter = staff_enter,
                                     .head = staff_head,
                                     .build = staff_build,
                                     .event = staff_event };
