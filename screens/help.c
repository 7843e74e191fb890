/* help.c - what the page before was for, whom to call, who is here today, how this terminal is. */
#include "app/help.h"

#include "screens/frame.h"
#include "screens/screens.h"

#include "app/i18n.h"
#include "app/say.h"
#include "app/widgets.h"

#include <string.h>

static void help_enter(struct app *app, int64_t n)
{
    (void)n;
    frame_load(app);
}

static void help_changed(struct app *app, const char *channel)
{
    (void)channel;
    frame_load(app);
}

static void help_head(struct ui *ui, const struct app *app, struct screen_head *out)
{
    (void)ui;
    (void)app;
    out->area = AREA_SERVICES;
    out->icon = ICON_SUPPORT_AGENT;
    out->subtitle = T("help.subtitle");
}

/* --- the page we came from ---------------------------------------------------------------- */

static const struct screen *asked_about(const struct app *app)
{
    return app->depth > 1 ? app->stack[app->depth - 2].screen : screens[0];
}

static const char *purpose(const char *screen)
{
    static const struct {
        const char *screen, *key;
    } known[] = {
        { "home", "help.for.home" },         { "prices", "help.for.prices" },
        { "price", "help.for.price" },       { "notices", "help.for.notices" },
        { "notice", "help.for.notice" },     { "places", "help.for.places" },
        { "place", "help.for.place" },       { "search", "help.for.search" },
        { "help", "help.for.home" },         { "out_of_service", "help.for.out_of_service" },
        { "citizen", "help.for.citizen" },   { "card_pin", "help.for.card_pin" },
        { "account", "help.for.account" },   { "proof", "help.for.account" },
        { "services", "help.for.services" }, { "service", "help.for.services" },
        { "form", "help.for.form" },         { "review", "help.for.form" },
        { "papers", "help.for.papers" },     { "progress", "help.for.progress" },
        { "purse", "help.for.purse" },
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(known[i].screen, screen) == 0)
            return T(known[i].key);
    return NULL;
}

static void what_for(struct ui *ui, const struct app *app)
{
    const struct screen *s = asked_about(app);
    UI_CARD(ui, .w = UI_FILL, .pad = UI_PAD(36), .gap = 12, .id = "help.for")
    {
        ui_label(ui, &(struct ui_text){
                         .text = i18n_fmt(ui_arena(ui), "help.about", "page", T(s->title), NULL),
                         .type = TYPE_H3,
                         .heading = true });
        if (purpose(s->name))
            ui_say(ui, TYPE_BODY, purpose(s->name));
        ui_say_in(ui, TYPE_BODY, TOK_INK2, T("help.bar"));
    }
}

/* --- people ------------------------------------------------------------------------------- */

static void number(struct ui *ui, const char *id, uint32_t icon, const char *name, const char *note,
                   const char *phone)
{
    ui_row(ui, &(struct ui_row){ .id = id,
                                 .icon = icon,
                                 .icon_color = TOK_TEA,
                                 .title = name,
                                 .caption = note,
                                 .right = phone });
}

static void contact(struct ui *ui, const struct contact *c)
{
    uint32_t icon = c->today ? ICON_SUPPORT_AGENT : ICON_PHONE;
    const char *note = c->note;
    if (c->today)
        note = note ? i18n_fmt(ui_arena(ui), "say.pair", "a", T("help.on_duty"), "b", note, NULL)
                    : T("help.on_duty");
    number(ui, frame_id(ui, "help.contact", c->id), icon, c->name, note, c->phone);
}

static bool anybody_on_duty(const struct help *h)
{
    for (int i = 0; i < h->contact_count; i++)
        if (h->contact[i].today)
            return true;
    return false;
}

/* Whoever is here today, or everybody else; the terminal's own number is said once. */
static void contacts(struct ui *ui, const struct app *app, bool today)
{
    for (int i = 0; i < app->help->contact_count; i++) {
        const struct contact *c = &app->help->contact[i];
        bool own = c->phone && strcmp(c->phone, app->config->help_phone) == 0;
        if (c->today == today && !own)
            contact(ui, c);
    }
}

static void people(struct ui *ui, const struct app *app)
{
    const struct help *h = app->help;
    const struct config *c = app->config;
    UI_CARD(ui, .w = UI_FILL, .divider = true, .id = "help.people", .role = ROLE_LIST,
            .name = T("help.people"))
    {
        UI(ui, .dir = UI_COL, .w = UI_FILL, .pad = UI_PAD2(32, 20))
        {
            ui_label(ui, &(struct ui_text){
                             .text = T("help.people"), .type = TYPE_H3, .heading = true });
            if (!anybody_on_duty(h))
                ui_say_in(ui, TYPE_CAP, TOK_INK2, T("help.nobody_on_duty"));
        }
        contacts(ui, app, true);
        if (*c->help_phone)
            number(ui, "help.phone", ICON_PHONE,
                   i18n_pick(c->help_phone_name_zh, c->help_phone_name_en), T("help.phone_note"),
                   c->help_phone);
        contacts(ui, app, false);
    }
}

/* --- this terminal ------------------------------------------------------------------------ */

static const char *err_sentence(enum err e)
{
    static const char *const key[] = {
#define ERR_KEY(sym, name) "err." name,
        ERR_LIST(ERR_KEY)
#undef ERR_KEY
    };
    return T(key[e]);
}

static const char *line_sentence(const struct app *app)
{
    if (app->line.state == LINE_OFFLINE)
        return err_sentence(app->line.err == OK ? ERR_OFFLINE : app->line.err);
    if (app->line.state == LINE_ONLINE)
        return app->line.err == OK ? T("help.line_online") : err_sentence(app->line.err);
    return T(app->line.state == LINE_NEVER ? "help.line_never" : "help.line_stopped");
}

/* NULL for a channel no screen shows yet. */
static const char *channel_word(const char *channel)
{
    static const struct {
        const char *channel, *key;
    } known[] = { { "price", "help.data.price" },
                  { "place", "help.data.place" },
                  { "notice", "help.data.notice" } };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (channel && strcmp(known[i].channel, channel) == 0)
            return T(known[i].key);
    return NULL;
}

static void terminal(struct ui *ui, const struct app *app)
{
    const struct help *h = app->help;
    struct arena *a = ui_arena(ui);
    bool well = app->line.state == LINE_ONLINE && app->line.err == OK;
    UI_CARD(ui, .w = UI_FILL, .divider = true, .id = "help.terminal")
    {
        UI(ui, .dir = UI_COL, .w = UI_FILL, .pad = UI_PAD2(32, 20), .gap = 8)
        {
            ui_label(ui, &(struct ui_text){
                             .text = T("help.terminal"), .type = TYPE_H3, .heading = true });
            ui_iconed(ui, well ? ICON_CLOUD_DONE : ICON_CLOUD_OFF, 36, TOK_TEA, TYPE_BODY, TOK_INK,
                      line_sentence(app));
            if (app->seed)
                ui_say(ui, TYPE_BODY, T("help.seed"));
        }
        for (int i = 0; i < h->age_count; i++) {
            if (!channel_word(h->age[i].channel))
                continue;
            ui_row(ui, &(struct ui_row){
                           .id = arena_printf(a, "help.data.%s", h->age[i].channel),
                           .icon = ICON_SCHEDULE,
                           .title = channel_word(h->age[i].channel),
                           .plain = true,
                           .right = say_first_large(a, say_time(a, h->age[i].as_of_ms, app->today)),
                           .right_type = TYPE_BODY });
        }
    }
}

static void help_build(struct ui *ui, const struct app *app)
{
    UI(ui, .dir = UI_COL, .w = UI_FILL, .h = UI_FILL, .gap = 16)
    {
        FRAME_SCROLL(ui, "help.page")
        {
            bool wide = frame_wide(ui) && !ui_xbig(ui);
            UI(ui, .dir = wide ? UI_ROW : UI_COL, .w = UI_FILL, .gap = wide ? 40 : 24,
               .cross = wide ? UI_START : UI_STRETCH)
            {
                UI(ui, .dir = UI_COL, .w = wide ? UI_SHARE(960) : UI_FILL, .gap = 24)
                {
                    people(ui, app);
                    what_for(ui, app);
                }
                UI(ui, .dir = UI_COL, .w = wide ? UI_SHARE(824) : UI_FILL, .gap = 24)
                {
                    terminal(ui, app);
                    ui_button(ui, &(struct ui_button){ .id = "help.staff",
                                                       .label = T("help.staff"),
                                                       .icon = ICON_BADGE,
                                                       .kind = BUTTON_QUIET,
                                                       .w = UI_FILL,
                                                       .on = UI_GO_TO("staff", 0) });
                }
            }
        }
        frame_pager(ui, app, "help.page");
    }
}

const struct screen screen_help = { .name = "help",
                                    .title = "help.title",
                                    .enter = help_enter,
                                    .head = help_head,
                                    .build = help_build,
                                    .changed = help_changed };
