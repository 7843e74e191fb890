/* frame.c - what stands around every screen: where we are, what is true now, how to get back. */
#include "screens/frame.h"
#include "screens/dock.h"

#include "app/help.h"
#include "app/i18n.h"
#include "app/say.h"
#include "app/typing.h"
#include "app/widgets.h"
#include "hal/base/clock.h"
#include "hal/base/log.h"
#include "hal/base/utf8.h"

#include <stdio.h>
#include <string.h>

enum { MARGIN = 48 };

bool frame_wide(const struct ui *ui)
{
    return !ui_theme(ui)->portrait && ui_theme(ui)->w_dp >= 1600;
}

bool frame_low(const struct ui *ui)
{
    return ui_theme(ui)->h_dp < 1000;
}

/* The keyboard types into a field of this screen. */
bool frame_typing(const struct app *app)
{
    const char *name = app_screen(app)->name;
    size_t n = strlen(name);
    return app->typing && app->typing->open && strncmp(app->typing->field, name, n) == 0 &&
           app->typing->field[n] == '.';
}

bool frame_pad_beside(const struct ui *ui, const struct app *app)
{
    return frame_typing(app) && !ui_theme(ui)->portrait && ui_theme(ui)->h_dp < 1200;
}

const char *frame_id(struct ui *ui, const char *stem, long long key)
{
    const char *s = arena_printf(ui_arena(ui), "%s.%lld", stem, key);
    return s ? s : stem;
}

void frame_load(struct app *app)
{
    enum err e = help_load(app->help, app->store, app->today);
    if (e != OK)
        log_warn("contacts_not_loaded", "err=%s", err_name(e));
}

/* --- header ------------------------------------------------------------------------------- */

/* The terminal's own sign: two hills over water, drawn on 76 x 76. */
static void mark(struct ui *ui)
{
    static const float hills[][2] = {
        { 10.4f, 46.5f }, { 27.4f, 23 }, { 39, 38.5f }, { 48.5f, 27 }, { 65.6f, 46.5f }
    };
    static const float water[][2] = {
        { 12.2f, 59 }, { 25.5f, 55.2f }, { 38, 59 }, { 50.5f, 55.2f }, { 63.8f, 59 }
    };
    float size = frame_low(ui) ? 64 : 76;
    struct ui_drawing d = { .w = size, .h = size, .scale = size / 76, .count = 5 };
    UI(ui, .dir = UI_STACK, .w = UI_DP(size), .h = UI_DP(size), .fill = TOK_TEA, .radius = size / 4)
    {
        d.points = hills, d.width_dp = 7, d.color = TOK_ONTEA;
        ui_drawing(ui, &d);
        d.points = water, d.width_dp = 5;
        d.color = ui_theme(ui)->taste.contrast ? TOK_ONTEA : TOK_PEEL;
        ui_drawing(ui, &d);
    }
}

static void clock_corner(struct ui *ui, const struct app *app)
{
    struct civil c = clock_civil(app->now_ms);
    UI(ui, .dir = UI_COL, .id = "frame.clock", .role = ROLE_TEXT)
    {
        ui_label(ui, &(struct ui_text){ .text = say_clock(ui_arena(ui), c.hour * 60 + c.minute),
                                        .type = TYPE_H3,
                                        .align = UI_END,
                                        .tabular = true });
        if (!ui_xbig(ui))
            ui_label(ui, &(struct ui_text){ .text = say_date_and_weekday(ui_arena(ui), app->today),
                                            .type = TYPE_CAP,
                                            .color = TOK_INK2,
                                            .align = UI_END });
    }
}

/* A page about a card or a scanned code stands in the screen's place. */
static bool covered(const struct app *app)
{
    return card_covers(app) || scan_covers(app);
}

static struct screen_head head_of(struct ui *ui, const struct app *app)
{
    const struct screen *s = app_screen(app);
    struct screen_head h = { 0 };
    if (card_covers(app))
        return (struct screen_head){ .area = AREA_SERVICES,
                                     .icon = ICON_CREDIT_CARD,
                                     .title = T("card.title") };
    if (scan_covers(app))
        return (struct screen_head){ .area = AREA_SERVICES,
                                     .icon = ICON_QR_CODE_SCANNER,
                                     .title = T("scan.title") };
    if (s->head)
        s->head(ui, app, &h);
    if (!h.title)
        h.title = T(s->title);
    if (!s->head) /* at the door: which terminal this is */
        h.subtitle = i18n_pick(app->config->terminal_place_zh, app->config->terminal_place_en);
    return h;
}

static void header(struct ui *ui, const struct app *app)
{
    struct screen_head h = head_of(ui, app);
    UI(ui, .dir = UI_ROW, .w = UI_FILL, .h = UI_ATLEAST(frame_low(ui) ? 72 : 128),
       .pad = UI_PAD2(MARGIN, frame_low(ui) ? 4 : 12), .gap = 24)
    {
        if (app_screen(app)->head || covered(app))
            ui_badge(ui, (enum area)h.area, h.icon, frame_low(ui) ? 64 : 0);
        else
            mark(ui);
        UI(ui, .dir = UI_COL, .w = UI_FILL)
        {
            ui_label(ui, &(struct ui_text){ .text = h.title, .type = TYPE_H3, .heading = true });
            if (h.subtitle && *h.subtitle && !ui_xbig(ui) && !frame_low(ui))
                ui_say_in(ui, TYPE_CAP, TOK_INK2, h.subtitle);
        }
        clock_corner(ui, app);
    }
}

/* --- status line -------------------------------------------------------------------------- */

/* True when the line is as it should be: then the status is quiet. */
static bool line_well(const struct app *app)
{
    return app->line.state == LINE_ONLINE;
}

static const char *line_words(struct ui *ui, const struct app *app)
{
    const char *key = app->line.state == LINE_ONLINE    ? "status.online"
                      : app->line.state == LINE_OFFLINE ? "status.offline"
                      : app->line.state == LINE_NEVER   ? "status.never"
                                                        : "status.stopped";
    if (app->line.state != LINE_OFFLINE || !app->line.since_ms)
        return app->line.state == LINE_OFFLINE ? T("status.offline_short") : T(key);
    return i18n_fmt(ui_arena(ui), key, "since",
                    say_time(ui_arena(ui), app->line.since_ms, app->today), NULL);
}

/* As of when the data is true: when huimin-sync last heard that there is nothing newer. */
static const char *data_words(struct ui *ui, const struct app *app)
{
    int64_t at = app->line.last_ok_ms;
    if (app->help->last_ok_ms > at)
        at = app->help->last_ok_ms;
    if (at == 0)
        at = app->help->newest_ms;
    if (at == 0)
        return T("status.no_data");
    return i18n_fmt(ui_arena(ui), line_well(app) ? "status.data_as_of" : "status.data_stopped_at",
                    "when", say_time(ui_arena(ui), at, app->today), NULL);
}

/* What is saved here and not delivered; an empty outbox is worth saying only during a visit. */
static const char *outbox_words(struct ui *ui, const struct app *app)
{
    int n = app->waiting.waiting + app->waiting.sending + app->waiting.stuck;
    if (n)
        return i18n_fmt(ui_arena(ui), "status.outbox", "n", say_number(ui_arena(ui), n), NULL);
    return app->dev.outbox && ui_theme(ui)->w_dp >= 1080 && !ui_big(ui) && i18n_chinese()
               ? T("status.outbox_empty")
               : NULL;
}

static void status(struct ui *ui, const struct app *app)
{
    bool well = line_well(app), contrast = ui_theme(ui)->taste.contrast;
    enum tok ink = well ? TOK_INK2 : TOK_PEELINK;
    if (contrast)
        ui_rule(ui, TOK_LINE, 2);
    UI(ui, .dir = UI_ROW, .w = UI_FILL, .h = UI_ATLEAST(56), .pad = UI_PAD2(MARGIN, 8), .gap = 32,
       .fill = well ? TOK_NONE : TOK_PEELWASH, .id = "frame.status", .role = ROLE_STATUS)
    {
        ui_iconed(ui, well ? ICON_CLOUD_DONE : ICON_CLOUD_OFF, ui_xbig(ui) ? 44 : 30,
                  well ? TOK_TEA : TOK_PEELINK, TYPE_CAP, ink, line_words(ui, app));
        ui_iconed(ui, ICON_SCHEDULE, ui_xbig(ui) ? 44 : 28, ink, TYPE_CAP, ink,
                  data_words(ui, app));
        const char *waiting = outbox_words(ui, app);
        if (waiting)
            ui_iconed(ui, ICON_OUTBOX, ui_xbig(ui) ? 44 : 28, ink, TYPE_CAP, ink, waiting);
    }
    if (contrast)
        ui_rule(ui, TOK_LINE, 2);
}

/* --- bar ---------------------------------------------------------------------------------- */

static const char *size_label(const struct app *app)
{
    static const char *const key[] = { "bar.size_large", "bar.size_xlarge", "bar.size_normal" };
    return T(key[app->taste.size]);
}

/* A word beside its icon needs more room than such a panel has for six, but for hanzi. */
static bool bar_stacked(const struct ui *ui)
{
    return !ui_theme(ui)->portrait && ui_theme(ui)->w_dp < 1600 && !i18n_chinese();
}

static void way_back(struct ui *ui, const struct app *app, bool grid)
{
    const struct screen *s = app_screen(app);
    bool step = s->steps && s->steps(app);
    ui_bar_cell(ui,
                &(struct ui_bar_cell){ .id = "bar.back",
                                       .label = T(step ? "bar.step_back" : "bar.back"),
                                       .icon = ICON_ARROW_BACK,
                                       .stacked = bar_stacked(ui),
                                       .dark = true,
                                       .w = grid ? UI_FILL : UI_SHARE(ui_xbig(ui) ? 1.2f : 1.5f),
                                       .on = UI_SEND(EV_BACK) });
    ui_bar_cell(ui, &(struct ui_bar_cell){ .id = "bar.home",
                                           .label = T("bar.home"),
                                           .icon = ICON_HOME,
                                           .stacked = bar_stacked(ui),
                                           .w = UI_FILL,
                                           .on = UI_SEND(EV_HOME) });
}

static void aids(struct ui *ui, const struct app *app)
{
    ui_bar_cell(ui, &(struct ui_bar_cell){ .id = "bar.size",
                                           .label = size_label(app),
                                           .icon = ICON_FORMAT_SIZE,
                                           .stacked = bar_stacked(ui),
                                           .active = app->taste.size != SIZE_NORMAL,
                                           .w = UI_FILL,
                                           .on = UI_SEND(EV_SIZE) });
    ui_bar_cell(ui, &(struct ui_bar_cell){ .id = "bar.contrast",
                                           .label = T("bar.contrast"),
                                           .icon = ICON_CONTRAST,
                                           .stacked = bar_stacked(ui),
                                           .active = app->taste.contrast,
                                           .w = UI_FILL,
                                           .on = UI_SEND(EV_CONTRAST) });
    ui_bar_cell(ui, &(struct ui_bar_cell){ .id = "bar.lang",
                                           .label = T("bar.lang"),
                                           .icon = ICON_TRANSLATE,
                                           .stacked = bar_stacked(ui),
                                           .w = UI_FILL,
                                           .on = UI_SEND(EV_LANG) });
}

static void help_cell(struct ui *ui, const struct app *app)
{
    if (strcmp(app_screen(app)->name, "help") == 0)
        return;
    ui_bar_cell(ui, &(struct ui_bar_cell){ .id = "bar.help",
                                           .label = T("bar.help"),
                                           .icon = ICON_SUPPORT_AGENT,
                                           .stacked = bar_stacked(ui),
                                           .w = UI_FILL,
                                           .on = UI_GO_TO("help", 0) });
}

static void bar(struct ui *ui, const struct app *app)
{
    bool grid = ui_xbig(ui) && ui_theme(ui)->portrait;
    bool inner = app->depth > 1 || covered(app);
    int cols = inner ? 3 : 2;
    ui_rule(ui, TOK_LINE, 2);
    UI(ui, .dir = grid ? UI_GRID : UI_ROW, .cols = cols, .w = UI_FILL,
       .h = UI_ATLEAST(grid ? 0 : 140), .pad = UI_PAD2(MARGIN, 14), .gap = 12, .fill = TOK_WASH,
       .id = "bar", .role = ROLE_LIST, .name = T("bar.name"))
    {
        if (inner)
            way_back(ui, app, grid);
        aids(ui, app);
        help_cell(ui, app);
    }
}

/* What was typed; stars under the idle question, since its scrim hides nothing. */
static const char *typed_words(const struct app *app)
{
    return app->asking && *app->query ? "＊＊＊＊" : app->query;
}

/* --- search field and pad ----------------------------------------------------------------- */

void frame_search_field(struct ui *ui, const struct app *app, const char *id,
                        const char *placeholder)
{
    bool typed = *app->query != '\0';
    struct ui_field f = { .id = id,
                          .name = placeholder,
                          .value = typed_words(app),
                          .placeholder = placeholder,
                          .icon = ICON_SEARCH,
                          .focused = frame_typing(app),
                          .on = UI_PICK_ON("query.write", 0) };
    if (typed) {
        f.inner.id = arena_printf(ui_arena(ui), "%s.clear", id);
        f.inner.label = T("search.clear");
        f.inner.icon = ICON_BACKSPACE;
        f.inner.on = UI_PICK_ON("query.clear", 0);
    } else if (!frame_typing(app)) {
        f.inner.id = arena_printf(ui_arena(ui), "%s.type", id);
        f.inner.label = T("search.type");
        f.inner.icon = ICON_KEYBOARD;
        f.inner.on = UI_PICK_ON("query.write", 0);
    }
    ui_field(ui, &f);
}

/* Pinyin needs the citizen's language; letters alone search as well. */
void frame_write_query(struct app *app)
{
    char field[TYPING_FIELD];
    snprintf(field, sizeof field, "%s.search", app_screen(app)->name);
    typing_begin(app->typing, field, i18n_chinese() ? TYPING_PINYIN : TYPING_ENGLISH);
}

static void clear_query(struct app *app)
{
    if (typing_composing(app->typing))
        frame_write_query(app);
    explicit_bzero(app->query, sizeof app->query);
    app->query_fixed = 0;
}

void frame_drop_query(struct app *app)
{
    typing_end(app->typing);
    clear_query(app);
}

/* Cuts nothing in half: what does not fit is left out. */
static void append(struct app *app, const char *s)
{
    size_t have = strlen(app->query), more = strlen(s);
    if (have + more < sizeof app->query)
        memcpy(app->query + have, s, more + 1);
}

/* Whoever types initials need not pick words: the letters search while they are composed. */
static void append_composed(struct app *app)
{
    const char *p = typing_composing(app->typing) ? app->typing->view.preedit : "";
    for (; *p; p++)
        if (*p != ' ')
            append(app, (char[2]){ *p, '\0' });
}

static bool type_query(struct app *app, const struct event *ev)
{
    char out[TYPING_OUT];
    bool erase = false;
    if (!typing_event(app->typing, ev, out, sizeof out, &erase))
        return false;
    app->query[app->query_fixed] = '\0';
    if (erase)
        app->query[utf8_without_last(app->query, app->query_fixed)] = '\0';
    append(app, out);
    app->query_fixed = strlen(app->query);
    append_composed(app);
    explicit_bzero(out, sizeof out);
    return true;
}

bool frame_search_event(struct app *app, const struct event *ev)
{
    if (ev->type != EV_PICK)
        return type_query(app, ev);
    if (strcmp(ev->what, "query.write") == 0) {
        frame_write_query(app);
        return false;
    }
    if (strcmp(ev->what, "query.clear") == 0) {
        clear_query(app);
        return true;
    }
    /* The letters stay as they are: they have found something already. */
    if (strcmp(ev->what, "kb.done") == 0 || strcmp(ev->what, "kb.hide") == 0) {
        app->query_fixed = strlen(app->query);
        typing_end(app->typing);
        return false;
    }
    return type_query(app, ev);
}

void frame_pager(struct ui *ui, const struct app *app, const char *id)
{
    int page, pages;
    bool room = !(frame_pad_beside(ui, app) && frame_low(ui));
    ui_pages(ui, id, &page, &pages);
    if (room && pages > 1)
        FRAME_FIXED(ui)
    ui_pager(ui, id);
    ui_lend(ui, id, room && pages > 1 ? 96 + 16 : 0); /* the pager and the gap over it */
}

void frame_top(struct ui *ui, const struct app *app, const char *id, const char *placeholder,
               const char *list_id)
{
    if (!frame_low(ui)) {
        FRAME_FIXED(ui)
        frame_search_field(ui, app, id, placeholder);
        return;
    }
    UI(ui, .dir = UI_ROW, .w = UI_FILL, .gap = 16, .pad = { .l = 12, .r = FRAME_EDGE })
    {
        UI(ui, .w = UI_FILL)
        frame_search_field(ui, app, id, placeholder);
        if (!frame_typing(app))
            UI(ui, .w = UI_FILL)
        ui_pager(ui, list_id);
    }
}

/* --- all of it ---------------------------------------------------------------------------- */

static void content(struct ui *ui, const struct app *app, bool tight)
{
    UI(ui, .dir = UI_COL, .w = UI_FILL, .h = UI_FILL,
       .pad = {
           .l = MARGIN - 12, .t = tight ? 6 : 16, .r = MARGIN - FRAME_EDGE, .b = tight ? 0 : 8 })
    {
        if (card_covers(app))
            card_build(ui, app);
        else if (scan_covers(app))
            scan_build(ui, app);
        else
            app_screen(app)->build(ui, app);
    }
}

/* What the reader has to say: tall on home while it waits for a card, a strip during a visit. */
static void dock(struct ui *ui, const struct app *app)
{
    if (card_covers(app) || app->out_of_service != OK || app_shut(app) || setup_busy(app))
        return;
    if (dock_strip_wanted(app))
        dock_strip(ui, app);
    else if (dock_wanted(app) && app->depth == 1 && ui_theme(ui)->portrait)
        dock_home(ui, app, false);
}

/* Nothing around it: what is shown is the panel itself. */
static void whole(struct ui *ui, const struct app *app)
{
    const struct screen *s = app_screen(app);
    UI(ui, .dir = UI_COL, .w = UI_FILL, .h = UI_FILL, .fill = TOK_PAPER, .id = s->name,
       .role = ROLE_SCREEN, .name = T(s->title), .cross = UI_STRETCH)
    s->build(ui, app);
    if (app->asking)
        idle_build(ui, app);
}

void frame_build(struct ui *ui, const struct app *app)
{
    const struct screen *s = app_screen(app);
    if (s->whole && s->whole(app) && !covered(app)) {
        whole(ui, app);
        return;
    }
    bool beside = frame_pad_beside(ui, app) && !covered(app);
    /* On a low panel the pad needs the header's room; where we are is said by the field. */
    bool low = beside && frame_low(ui);
    UI(ui, .dir = UI_COL, .w = UI_FILL, .h = UI_FILL, .fill = TOK_PAPER, .id = s->name,
       .role = ROLE_SCREEN, .name = T(s->title))
    {
        if (!low)
            header(ui, app);
        status(ui, app);
        UI(ui, .dir = beside ? UI_ROW : UI_COL, .w = UI_FILL, .h = UI_FILL, .cross = UI_STRETCH)
        {
            content(ui, app, low);
            if (frame_typing(app) && !covered(app))
                ui_keyboard(ui, &(struct ui_keyboard){ .typing = app->typing,
                                                       .beside = beside,
                                                       .masked = app->asking });
        }
        dock(ui, app);
        bar(ui, app);
    }
    if (app->asking)
        idle_build(ui, app);
}
