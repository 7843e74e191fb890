/* setup.c - a terminal is set up by those who put it there: one question a page. */
#include "app/setup.h"
#include "screens/setup_part.h"

#include "screens/enrol.h"
#include "screens/frame.h"
#include "screens/screens.h"

#include "app/i18n.h"
#include "app/say.h"
#include "app/services.h"
#include "app/typing.h"
#include "app/visit.h"
#include "app/widgets.h"
#include "hal/base/log.h"

#include <string.h>

/* n = 1: the staff opens it again; SETUP_AT and a page: that one, for whoever looks at all of them.
 */
static void setup_enter_screen(struct app *app, int64_t n)
{
    frame_load(app);
    if (!setup_may(app)) {
        app_go(app, "staff", 0); /* there is no way here but through the door */
        return;
    }
    if (!setup_open(app) && n == 1 && !app->came_back)
        setup_enter(app);
    else if (n >= SETUP_AT && n < SETUP_AT + SETUP_PAGES && !app->came_back)
        setup_show(app, (enum setup_page)(n - SETUP_AT));
}

static void setup_head(struct ui *ui, const struct app *app, struct screen_head *out)
{
    (void)ui;
    out->area = AREA_SERVICES;
    out->icon = ICON_BADGE;
    out->subtitle = T(setup_open(app) ? "setup.subtitle" : "setup.subtitle_again");
}

/* --- what happens ------------------------------------------------------------------------------
 */

/* A page that is all typing begins with its keyboard; what is wrong is typed anew. */
static void open_first(struct app *app)
{
    const struct setup *s = app->setup;
    if (s->wrong && s->wrong_field < SETUP_FIELDS)
        setup_write(app, s->wrong_field);
    else if (s->page == SETUP_PIN && !s->pin_asked && !s->pin_there)
        setup_write(app, SETUP_PIN_NEW);
    else if (s->page == SETUP_NET_HOW && s->net == NET_STATIC && !*s->field[SETUP_ADDRESS])
        setup_write(app, SETUP_ADDRESS);
    else if (s->page == SETUP_NET_HOW && s->net == NET_WIFI && !*s->field[SETUP_SSID])
        setup_write(app, SETUP_SSID);
}

static void forward(struct app *app)
{
    enum setup_page was = app->setup->page;
    setup_next(app);
    if (app->setup->page != was || app->setup->wrong)
        open_first(app);
}

static void pick_from(struct app *app, int64_t township)
{
    enum err e = app->store ? services_pick(app->services, app->store, township) : ERR_NOT_FOUND;
    if (e != OK)
        log_warn("places_not_loaded", "err=%s", err_name(e));
    app->setup->picking = e == OK;
    app->setup->wrong = e == OK ? NULL : "setup.wrong.list";
    app->setup->wrong_field = SETUP_FIELDS;
    typing_end(app->typing);
}

static void pick_village(struct app *app, int64_t i)
{
    const struct services *v = app->services;
    if (i < 0 || i >= v->choice_count || !v->choice_township)
        return;
    char place[SETUP_TEXT_CAP];
    size_t town = strnlen(v->choice_name, 70), name = strnlen(v->choice[i].name, 70);
    memcpy(place, v->choice_name, town);
    place[town] = ' ';
    memcpy(place + town + 1, v->choice[i].name, name);
    place[town + 1 + name] = '\0';
    setup_pick_village(app, v->choice[i].code, place);
}

static void choose(struct app *app, const struct event *ev)
{
    struct setup *s = app->setup;
    if (strcmp(ev->what, "setup.lang") == 0)
        visit_lang(ev->n ? "en" : "zh_CN");
    else if (strcmp(ev->what, "setup.size") == 0)
        s->size = (int)ev->n;
    else if (strcmp(ev->what, "setup.turn") == 0)
        setup_pick_turn(app, (int)ev->n);
    else if (strcmp(ev->what, "setup.net") == 0)
        s->net = (enum setup_net)ev->n;
    else if (strcmp(ev->what, "setup.pick") == 0)
        pick_from(app, ev->n);
    else if (strcmp(ev->what, "setup.village") == 0)
        pick_village(app, ev->n);
    else
        return;
    if (strcmp(ev->what, "setup.pick") != 0)
        s->wrong = NULL;
    if (s->page == SETUP_SIZE && s->size == SETUP_SIZES && !*s->field[SETUP_W])
        setup_write(app, SETUP_W);
}

static void setup_event(struct app *app, const struct event *ev)
{
    struct setup *s = app->setup;
    if (!setup_may(app) || ev->type == EV_PIN)
        return;
    if (ev->type == EV_PICK)
        setup_turn_kept(app);
    if (s->page == SETUP_ENROL && (ev->type != EV_PICK || strncmp(ev->what, "enrol.", 6) == 0)) {
        enrol_event(app, ev);
    } else if (ev->type != EV_PICK || strncmp(ev->what, "kb.", 3) == 0) {
        (void)setup_typed(app, ev);
    } else if (strcmp(ev->what, "setup.next") == 0) {
        forward(app);
    } else if (strcmp(ev->what, "setup.back") == 0) {
        if (!setup_back(app))
            app_back(app);
    } else if (strcmp(ev->what, "setup.write") == 0 && ev->n >= 0 && ev->n < SETUP_FIELDS) {
        setup_write(app, (enum setup_field)ev->n);
    } else if (strcmp(ev->what, "setup.again") == 0) {
        if (s->page == SETUP_APPLY)
            setup_ask(app);
    } else if (!setup_check_picked(app, ev)) {
        choose(app, ev);
    }
}

static bool setup_step_back(struct app *app)
{
    return app->setup && setup_back(app);
}

static bool setup_steps(const struct app *app)
{
    return app->setup && !setup_first(app);
}

static bool setup_whole_panel(const struct app *app)
{
    return app->setup && app->setup->whole != WHOLE_NOT;
}

static void setup_changed(struct app *app, const char *channel)
{
    (void)channel;
    frame_load(app);
}

/* --- a page -------------------------------------------------------------------------------------
 */

static const struct {
    const char *question, *why;
    void (*build)(struct ui *ui, const struct app *app);
} pages[SETUP_PAGES] = {
    [SETUP_LANG] = { "setup.q.lang", "setup.w.lang", setup_build_lang },
    [SETUP_SIZE] = { "setup.q.size", "setup.w.size", setup_build_size },
    [SETUP_TURN] = { "setup.q.turn", "setup.w.turn", setup_build_turn },
    [SETUP_NAME] = { "setup.q.name", "setup.w.name", setup_build_name },
    [SETUP_PLACE] = { "setup.q.place", "setup.w.place", setup_build_place },
    [SETUP_NET] = { "setup.q.net", "setup.w.net", setup_build_net },
    [SETUP_NET_HOW] = { "setup.q.net_how", "setup.w.net_how", setup_build_net_how },
    [SETUP_NTP] = { "setup.q.ntp", "setup.w.ntp", setup_build_ntp },
    [SETUP_PLATFORM] = { "setup.q.platform", "setup.w.platform", setup_build_platform },
    [SETUP_APPLY] = { "setup.q.apply", "setup.w.apply", setup_build_apply },
    [SETUP_PIN] = { "setup.q.pin", "setup.w.pin", setup_build_pin },
    [SETUP_ENROL] = { "setup.q.enrol", "setup.w.enrol", enrol_question },
    [SETUP_TEST] = { "setup.q.test", "setup.w.test", setup_build_test },
    [SETUP_REPORT] = { "setup.q.report", "setup.w.report", setup_build_report },
};

static void step(struct ui *ui, const struct app *app)
{
    struct arena *a = ui_arena(ui);
    int of, n = setup_step(app, &of);
    UI(ui, .dir = UI_ROW, .w = UI_FILL, .gap = 20)
    {
        ui_say_in(ui, TYPE_CAP, TOK_INK2,
                  i18n_fmt(a, "setup.step", "n", say_number(a, n), "of", say_number(a, of), NULL));
        UI(ui, .w = UI_FILL)
        ui_meter(ui, (float)n / (float)of, 10, TOK_TEA, TOK_MUTE);
    }
}

/* The keyboard takes room where there is little: then the reason goes, the question stays. */
static void question(struct ui *ui, const struct app *app)
{
    const struct setup *s = app->setup;
    bool room = !(frame_low(ui) && (ui_big(ui) || s->page == SETUP_ENROL)) &&
                (!frame_typing(app) || (ui_theme(ui)->portrait && !ui_xbig(ui)));
    const char *why = pages[s->page].why, *what = pages[s->page].question;
    if (s->page == SETUP_NET_HOW && s->net == NET_WIFI)
        why = "setup.w.wifi";
    if (s->page == SETUP_APPLY && s->wait != WISH_ASKED)
        what = "setup.q.applied";
    if (s->page == SETUP_PIN && s->pin_there) {
        what = "setup.q.pin_other";
        why = "setup.w.pin_other";
    }
    UI(ui, .w = UI_FILL, .gap = 6)
    {
        ui_label(ui, &(struct ui_text){ .text = T(what),
                                        .type = frame_low(ui) ? TYPE_H3 : TYPE_H2,
                                        .heading = true,
                                        .w = UI_FILL,
                                        .id = "setup.question" });
        if (s->page == SETUP_TURN && s->turn_ms) /* beside the arrow there is little room */
            ui_iconed(ui, ICON_CHECK_CIRCLE, 36, TOK_TEA, TYPE_BODYB, TOK_INK, T("setup.turned"));
        else if (room)
            ui_label(ui, &(struct ui_text){ .text = T(why),
                                            .type = frame_low(ui) ? TYPE_CAP : TYPE_BODY,
                                            .color = TOK_INK2,
                                            .w = UI_FILL });
    }
}

/* What is wrong and belongs to no field. */
static void wrong_line(struct ui *ui, const struct setup *s)
{
    if (!s->wrong || s->wrong_field < SETUP_FIELDS)
        return;
    UI(ui, .dir = UI_ROW, .w = UI_FILL, .gap = 12, .id = "setup.wrong", .role = ROLE_STATUS)
    {
        ui_icon(ui, ICON_ERROR, ui_icon_dp(ui, 36), TOK_BAD);
        ui_label(ui, &(struct ui_text){
                         .text = T(s->wrong), .type = TYPE_BODYB, .color = TOK_BAD, .w = UI_FILL });
    }
}

static const char *next_words(const struct app *app)
{
    const struct setup *s = app->setup;
    if (s->page == SETUP_ENROL && !app->enrol.done)
        return T("setup.later");
    return T("setup.next");
}

static void back_button(struct ui *ui)
{
    ui_button(ui, &(struct ui_button){ .id = "setup.back",
                                       .label = T("setup.back"),
                                       .kind = BUTTON_SECONDARY,
                                       .main = !frame_low(ui),
                                       .w = UI_FILL,
                                       .on = UI_PICK_ON("setup.back", 0) });
}

static void finish_button(struct ui *ui)
{
    ui_button(ui, &(struct ui_button){ .id = "setup.finish",
                                       .label = T("setup.finish"),
                                       .icon = ICON_CHECK,
                                       .kind = BUTTON_PRIMARY,
                                       .main = true,
                                       .w = UI_SHARE(2),
                                       .on = UI_PICK_ON("setup.finish", 0) });
}

static void next_button(struct ui *ui, const struct app *app)
{
    bool waits = app->setup->wait == WISH_ASKED || app->setup->pin_asked;
    ui_button(ui, &(struct ui_button){ .id = "setup.next",
                                       .label = waits ? T("setup.wait") : next_words(app),
                                       .icon_after = waits ? ICON_NONE : ICON_ARROW_FORWARD,
                                       .kind = BUTTON_PRIMARY,
                                       .busy = waits,
                                       .main = !frame_low(ui),
                                       .w = UI_SHARE(2),
                                       .on = UI_PICK_ON("setup.next", 0) });
}

/* Under what is read, or at its right: reading order stays back, next. */
static void buttons(struct ui *ui, const struct app *app, bool aside)
{
    const struct setup *s = app->setup;
    bool next = s->page != SETUP_REPORT && s->page != SETUP_TURN && !s->picking;
    bool back = !setup_first(app) || s->picking;
    UI(ui, .dir = aside ? UI_COL : UI_ROW, .w = UI_FILL, .gap = 16, .cross = UI_STRETCH)
    {
        if (back)
            back_button(ui);
        if (next)
            next_button(ui, app);
        if (s->page == SETUP_REPORT)
            finish_button(ui);
    }
}

/* A field that is written anew, or is wrong, is brought into sight, once. */
static void bring_into_sight(struct ui *ui, const struct app *app)
{
    static int brought;
    const struct setup *s = app->setup;
    if (s->shouts == brought)
        return;
    brought = s->shouts;
    if (frame_typing(app))
        ui_focus(ui, arena_strdup(ui_arena(ui), app->typing->field));
    else if (s->wrong && s->wrong_field < SETUP_FIELDS)
        ui_focus(ui, setup_field_id(s->wrong_field));
}

static void content(struct ui *ui, const struct app *app)
{
    UI(ui, .id = "setup.page", .scroll = true, .w = UI_FILL, .h = UI_FILL,
       .gap = frame_low(ui) ? 12 : 24, .pad = { .l = 12, .r = FRAME_EDGE, .b = 12 })
    {
        step(ui, app);
        question(ui, app);
        wrong_line(ui, app->setup);
        pages[app->setup->page].build(ui, app);
    }
}

/* A panel that lies has its width to spare, not its height. */
static void page(struct ui *ui, const struct app *app, bool pad)
{
    bool aside = !ui_theme(ui)->portrait && !frame_typing(app) && !pad;
    UI(ui, .dir = aside ? UI_ROW : UI_COL, .w = UI_FILL, .h = UI_FILL, .gap = aside ? 8 : 16,
       .cross = UI_STRETCH)
    {
        UI(ui, .w = UI_FILL, .h = UI_FILL, .gap = 12)
        {
            content(ui, app);
            if (!frame_typing(app) && !pad)
                frame_pager(ui, app, "setup.page");
        }
        UI(ui, .w = aside ? UI_DP(ui_xbig(ui) ? 400 : 320) : UI_FILL,
           .pad = { .l = aside ? 0 : 12, .t = aside ? 16 : 0, .r = FRAME_EDGE })
        buttons(ui, app, aside);
    }
}

static void setup_build(struct ui *ui, const struct app *app)
{
    if (!setup_may(app)) {
        ui_empty(ui, ICON_BADGE, T("setup.not_here"), NULL);
        return;
    }
    if (app->setup->whole != WHOLE_NOT) {
        setup_build_whole(ui, app);
        return;
    }
    bool enrols = app->setup->page == SETUP_ENROL;
    bool beside = enrols && !ui_theme(ui)->portrait && ui_theme(ui)->h_dp < 1200;
    UI(ui, .dir = beside ? UI_ROW : UI_COL, .w = UI_FILL, .h = UI_FILL, .gap = 16,
       .cross = UI_STRETCH)
    {
        page(ui, app, beside);
        if (enrols)
            enrol_pad(ui, app, beside);
    }
    bring_into_sight(ui, app);
}

const struct screen screen_setup = { .name = "setup",
                                     .title = "setup.title",
                                     .enter = setup_enter_screen,
                                     .head = setup_head,
                                     .build = setup_build,
                                     .event = setup_event,
                                     .back = setup_step_back,
                                     .steps = setup_steps,
                                     .changed = setup_changed,
                                     .whole = setup_whole_panel };
