/* papers.c - a paper is laid under the camera, photographed, looked at, kept or taken again. */
#include "app/papers.h"

#include "screens/form.h"
#include "screens/frame.h"
#include "screens/screens.h"

#include "app/app.h"
#include "app/form.h"
#include "app/i18n.h"
#include "app/say.h"
#include "app/widgets.h"
#include "hal/base/clock.h"

#include <string.h>

enum { SIDE = 48, DOUBLE_TAP_MS = 500, ICON_NO_CAMERA = 0xe04c };

/* --- what happens -------------------------------------------------------------------------------
 */

static bool open_here(const struct app *app)
{
    return form_open(app->form) && papers_offered(app) && app->papers->material >= 0;
}

static void papers_enter(struct app *app, int64_t n)
{
    (void)n;
    frame_load(app);
    app->papers->err = OK;
    app->papers->held_ms = 0;
    app->papers->material = papers_next(app, -1, 1);
}

static void papers_changed(struct app *app, const char *channel)
{
    (void)channel;
    frame_load(app);
}

static void look_again(struct app *app)
{
    app->papers->err = OK;
    app->papers->held_ms = 0;
    doccam_again(app->dev.doccam);
}

static void onward(struct app *app)
{
    int next = papers_next(app, app->papers->material, 1);
    look_again(app);
    if (next >= 0) {
        app->papers->material = next;
        return;
    }
    app->papers->asked = true;
    form_screen_review(app);
}

static bool papers_back(struct app *app)
{
    struct doccam_view v;
    if (!open_here(app))
        return false;
    doccam_look(app->dev.doccam, &v);
    int before = papers_next(app, app->papers->material, -1);
    look_again(app);
    if (v.mode == DOCCAM_HOLDING)
        return true;
    if (before < 0)
        return false;
    app->papers->material = before;
    return true;
}

static bool papers_steps(const struct app *app)
{
    return open_here(app);
}

static void take(struct app *app)
{
    struct papers *p = app->papers;
    p->held_ms = 0;
    p->err = papers_room(app);
    if (p->err == OK)
        doccam_shoot(app->dev.doccam);
}

/* The button lies where the one before it lay: who pressed that twice has seen nothing yet. */
static void use(struct app *app)
{
    struct papers *p = app->papers;
    if (p->held_ms == 0 || clock_timer_ms() - p->held_ms < DOUBLE_TAP_MS)
        return;
    papers_keep(app);
    p->held_ms = p->err == OK ? 0 : p->held_ms;
}

static void note_still(struct app *app)
{
    struct doccam_view v;
    doccam_look(app->dev.doccam, &v);
    if (v.mode == DOCCAM_HOLDING && app->papers->held_ms == 0)
        app->papers->held_ms = clock_timer_ms();
}

static void papers_event(struct app *app, const struct event *ev)
{
    if (!open_here(app) || app->form->busy)
        return;
    if (ev->type == EV_DOCCAM)
        note_still(app);
    if (ev->type != EV_PICK)
        return;
    if (strcmp(ev->what, "papers.take") == 0)
        take(app);
    else if (strcmp(ev->what, "papers.use") == 0)
        use(app);
    else if (strcmp(ev->what, "papers.again") == 0)
        look_again(app);
    else if (strcmp(ev->what, "papers.next") == 0)
        onward(app);
    else if (strcmp(ev->what, "papers.remove") == 0)
        papers_remove(app, app->papers->material, (int)ev->n);
}

static void papers_head(struct ui *ui, const struct app *app, struct screen_head *out)
{
    (void)ui;
    out->area = AREA_SERVICES;
    if (form_open(app->form))
        out->subtitle = service_called(app->form->service->name, app->form->service->name_en);
}

/* --- what is said -------------------------------------------------------------------------------
 */

/* Words need more room than there is beside the picture. */
static bool tight(const struct ui *ui)
{
    return frame_low(ui) || (!ui_theme(ui)->portrait && ui_xbig(ui));
}

static void which(struct ui *ui, const struct app *app)
{
    struct arena *a = ui_arena(ui);
    int all = 0, at = papers_place(app, app->papers->material, &all);
    ui_label(ui, &(struct ui_text){ .text = i18n_fmt(a, "papers.place", "n", say_number(a, at),
                                                     "all", say_number(a, all), NULL),
                                    .type = TYPE_BODY,
                                    .color = TOK_INK2,
                                    .id = "papers.place" });
}

static void question(struct ui *ui, const struct app *app)
{
    bool low = tight(ui);
    UI(ui, .dir = low ? UI_ROW : UI_COL, .w = UI_FILL, .gap = low ? 24 : 12,
       .cross = low ? UI_CENTER : UI_STRETCH)
    {
        if (!low)
            which(ui, app);
        ui_label(
            ui, &(struct ui_text){ .text = app->form->service->material[app->papers->material].name,
                                   .type = frame_low(ui) ? TYPE_H3 : TYPE_H2,
                                   .heading = true,
                                   .w = UI_FILL,
                                   .id = "papers.name" });
        if (low)
            which(ui, app);
    }
}

/* A sheet on the table, writing up, all of it within the corners. */
static void figure(struct ui *ui)
{
    UI(ui, .dir = UI_ROW, .w = UI_DP(132), .h = UI_DP(132), .main = UI_CENTER, .fill = TOK_WASH,
       .border = TOK_EDGE, .border_dp = 3, .radius = 12)
    UI(ui, .w = UI_DP(76), .h = UI_DP(104), .pad = UI_PAD2(10, 12), .gap = 10, .fill = TOK_SHEET,
       .border = TOK_INK, .border_dp = 2)
    for (int i = 0; i < 5; i++)
        UI(ui, .w = i == 4 ? UI_DP(30) : UI_FILL, .h = UI_DP(6), .fill = TOK_INK2)
        {
        }
}

static void how(struct ui *ui)
{
    UI(ui, .dir = UI_ROW, .w = UI_FILL, .gap = 24)
    {
        if (!tight(ui))
            figure(ui);
        ui_label(ui, &(struct ui_text){ .text = T("papers.how"),
                                        .type = frame_low(ui) ? TYPE_BODY : TYPE_LEAD,
                                        .w = UI_FILL });
    }
}

static void say(struct ui *ui, enum banner_kind kind, const char *id, const char *title,
                const char *line)
{
    bool gone = strcmp(id, "papers.gone") == 0;
    ui_banner(ui, &(struct ui_banner){ .id = id,
                                       .kind = kind,
                                       .icon = gone ? ICON_NO_CAMERA : ICON_INFO,
                                       .title = title,
                                       .line = line });
}

static void why_not_kept(struct ui *ui, enum err e)
{
    if (e == ERR_TOO_BIG)
        say(ui, BANNER_INFO, "papers.full", T("papers.enough"), T("papers.enough_line"));
    else if (e == ERR_FULL || e == ERR_READONLY)
        say(ui, BANNER_WARN, "papers.full", T("papers.no_room"), T("papers.no_room_line"));
    else
        say(ui, BANNER_BAD, "papers.failed", T("papers.failed"), T("papers.failed_line"));
}

static void judged(struct ui *ui, const struct doccam_view *v)
{
    enum paper_advice advice = papers_advice(&v->look);
    if (v->shot_err != OK)
        say(ui, BANNER_WARN, "papers.no_still", T("papers.no_still"), T("papers.no_still_line"));
    else if (advice == PAPER_LOOKS_DARK)
        say(ui, BANNER_WARN, "papers.dark", T("papers.dark"), T("papers.dark_line"));
    else if (advice == PAPER_LOOKS_BLURRED)
        say(ui, BANNER_WARN, "papers.blurred", T("papers.blurred"), T("papers.blurred_line"));
    else
        ui_label(ui, &(struct ui_text){ .text = T("papers.clear"),
                                        .type = TYPE_LEADB,
                                        .w = UI_FILL,
                                        .id = "papers.clear" });
}

static bool is_gone(enum doccam_state s)
{
    return s == DOCCAM_ABSENT || s == DOCCAM_DENIED || s == DOCCAM_BUSY;
}

static void told(struct ui *ui, const struct app *app, const struct doccam_view *v)
{
    if (app->papers->err != OK)
        why_not_kept(ui, app->papers->err);
    else if (v->mode == DOCCAM_HOLDING)
        judged(ui, v);
    else if (is_gone(v->state))
        say(ui, BANNER_WARN, "papers.gone", T("papers.gone"), T("papers.gone_line"));
    else if (papers_count(app->papers, app->papers->material) == 0)
        how(ui);
}

/* --- what is seen -------------------------------------------------------------------------------
 */

static void waiting(struct ui *ui, float w, float h)
{
    UI(ui, .w = UI_DP(w), .h = UI_DP(h), .fill = TOK_WASH, .main = UI_CENTER, .cross = UI_CENTER,
       .gap = 12, .radius = 12, .id = "papers.waiting", .role = ROLE_STATUS)
    {
        if (!tight(ui))
            ui_icon(ui, ICON_HOURGLASS, 64, TOK_INK2);
        ui_say_in(ui, TYPE_BODY, TOK_INK, T("papers.waiting"));
    }
}

/* Nothing of the paper is seen while the idle question stands over it. */
static void picture(struct ui *ui, const struct app *app, const struct doccam_view *v, float w,
                    float h)
{
    const struct theme *t = ui_theme(ui);
    if (app->asking || is_gone(v->state) || (v->mode == DOCCAM_HOLDING && v->shot_err != OK))
        return;
    doccam_watch(app->dev.doccam, ui_px(ui, w), ui_px(ui, h));
    const struct draw_image *im = doccam_image(app->dev.doccam);
    if (!im) {
        waiting(ui, w, h);
        return;
    }
    float dp = (float)t->w_dp / (float)t->w_px;
    UI(ui, .dir = UI_ROW, .w = UI_FILL, .main = UI_CENTER)
    ui_picture(ui,
               &(struct ui_picture){ .id = "papers.picture",
                                     .name = T(v->mode == DOCCAM_HOLDING ? "papers.picture_taken"
                                                                         : "papers.picture_now"),
                                     .image = im,
                                     .w = (float)im->w * dp,
                                     .h = (float)im->h * dp });
}

static void page_row(struct ui *ui, int k)
{
    struct arena *a = ui_arena(ui);
    const char *label = i18n_fmt(a, "papers.page", "n", say_number(a, k + 1), NULL);
    UI(ui, .dir = UI_ROW, .w = UI_FILL, .h = UI_ATLEAST(96), .pad = UI_PAD2(28, 12), .gap = 16,
       .id = frame_id(ui, "papers.kept", k), .role = ROLE_ROW)
    {
        ui_icon(ui, ICON_CHECK_CIRCLE, ui_icon_dp(ui, 44), TOK_TEA);
        ui_label(ui, &(struct ui_text){ .text = label, .type = TYPE_LEADB, .w = UI_FILL });
        ui_button(ui, &(struct ui_button){ .id = frame_id(ui, "papers.remove", k),
                                           .label = T("papers.remove"),
                                           .name = i18n_fmt(a, "papers.remove_page", "n",
                                                            say_number(a, k + 1), NULL),
                                           .kind = BUTTON_SECONDARY,
                                           .small = true,
                                           .on = UI_PICK_ON("papers.remove", k) });
    }
}

static void pages(struct ui *ui, const struct app *app, const struct doccam_view *v)
{
    int count = papers_count(app->papers, app->papers->material);
    if (count == 0 || v->mode != DOCCAM_SHOWING)
        return;
    UI_CARD(ui, .w = UI_FILL, .divider = true, .id = "papers.kept")
    for (int k = 0; k < count; k++)
        page_row(ui, k);
    ui_say_in(ui, TYPE_CAP, TOK_INK2, T("papers.sealed"));
}

/* --- what is pressed ----------------------------------------------------------------------------
 */

static void button(struct ui *ui, const char *id, const char *label, bool main)
{
    ui_button(ui, &(struct ui_button){ .id = id,
                                       .label = label,
                                       .kind = main ? BUTTON_PRIMARY : BUTTON_SECONDARY,
                                       .main = main && !frame_low(ui),
                                       .w = UI_FILL,
                                       .on = UI_PICK_ON(id, 0) });
}

static const char *next_words(const struct app *app)
{
    bool last = papers_next(app, app->papers->material, 1) < 0;
    return T(last ? "papers.to_review" : "papers.to_next");
}

static void buttons(struct ui *ui, const struct app *app, const struct doccam_view *v)
{
    bool kept = papers_count(app->papers, app->papers->material) > 0;
    const char *skip = kept ? next_words(app) : T("papers.skip");
    if (v->mode == DOCCAM_SHOOTING) {
        ui_button(ui, &(struct ui_button){ .id = "papers.take",
                                           .label = T("papers.taking"),
                                           .kind = BUTTON_PRIMARY,
                                           .main = !frame_low(ui),
                                           .busy = true,
                                           .w = UI_FILL });
    } else if (v->mode == DOCCAM_HOLDING && v->shot_err == OK && app->papers->err == OK) {
        bool good = papers_advice(&v->look) == PAPER_LOOKS_GOOD; /* else the large one is: again */
        button(ui, good ? "papers.use" : "papers.again", T(good ? "papers.use" : "papers.again"),
               true);
        button(ui, good ? "papers.again" : "papers.use", T(good ? "papers.again" : "papers.use"),
               false);
    } else if (is_gone(v->state) || app->papers->err != OK) {
        button(ui, "papers.next", skip, true);
    } else if (kept && v->mode == DOCCAM_SHOWING) {
        button(ui, "papers.next", skip, true);
        button(ui, "papers.take", T("papers.take_more"), false);
    } else {
        button(ui, "papers.take",
               T(v->mode == DOCCAM_HOLDING ? "papers.take_again" : "papers.take"), true);
        button(ui, "papers.next", skip, false);
    }
}

/* The picture never pushes the buttons out of sight: what stands above and below it is longer in
 * larger type, and a card's visit has its dock. */
static float picture_height(const struct ui *ui, const struct app *app, const struct doccam_view *v)
{
    const struct theme *t = ui_theme(ui);
    bool kept = papers_count(app->papers, app->papers->material) > 0;
    float rest = t->portrait ? (ui_xbig(ui)  ? 1440
                                : ui_big(ui) ? 1280
                                             : 1120)
                             : (ui_xbig(ui) ? 640 : 520);
    float h = (float)t->h_dp - rest;
    if (t->portrait && kept && v->mode == DOCCAM_SHOWING) /* room for what is kept */
        h *= 0.75f;
    return h > 240 ? h : 240;
}

static void side_by_side(struct ui *ui, const struct app *app, const struct doccam_view *v)
{
    float share = tight(ui) ? 0.4f : 0.5f;
    float w = ((float)ui_theme(ui)->w_dp - 2 * SIDE) * share;
    UI(ui, .dir = UI_ROW, .w = UI_FILL, .h = UI_FILL, .gap = 24, .cross = UI_STRETCH)
    {
        UI(ui, .w = UI_DP(w + 24), .h = UI_FILL, .pad = { .l = 12, .t = 12 }, .clip = true)
        picture(ui, app, v, w, picture_height(ui, app, v));
        UI(ui, .w = UI_FILL, .h = UI_FILL, .gap = 12)
        {
            FRAME_SCROLL(ui, "papers.page")
            {
                question(ui, app);
                told(ui, app, v);
                pages(ui, app, v);
            }
            FRAME_FIXED(ui)
            buttons(ui, app, v);
        }
    }
}

static void one_below_the_other(struct ui *ui, const struct app *app, const struct doccam_view *v)
{
    UI(ui, .w = UI_FILL, .h = UI_FILL, .gap = 12)
    {
        FRAME_SCROLL(ui, "papers.page")
        {
            question(ui, app);
            told(ui, app, v);
            picture(ui, app, v, (float)ui_theme(ui)->w_dp - 2 * SIDE, picture_height(ui, app, v));
            pages(ui, app, v);
        }
        FRAME_FIXED(ui)
        buttons(ui, app, v);
    }
}

static void papers_build(struct ui *ui, const struct app *app)
{
    struct doccam_view v;
    if (!open_here(app)) {
        ui_empty(ui, ICON_ASSIGNMENT, T("form.none"), NULL);
        return;
    }
    doccam_look(app->dev.doccam, &v);
    if (ui_theme(ui)->portrait)
        one_below_the_other(ui, app, &v);
    else
        side_by_side(ui, app, &v);
}

const struct screen screen_papers = { .name = "papers",
                                      .title = "papers.title",
                                      .enter = papers_enter,
                                      .head = papers_head,
                                      .build = papers_build,
                                      .event = papers_event,
                                      .back = papers_back,
                                      .steps = papers_steps,
                                      .changed = papers_changed };
