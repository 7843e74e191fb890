/* form.c - one question a page: why it is asked, where the answer goes, what is wrong with it. */
#include "app/form.h"
#include "screens/form.h"

#include "screens/form_words.h"
#include "screens/frame.h"
#include "screens/screens.h"

#include "app/i18n.h"
#include "app/papers.h"
#include "app/say.h"
#include "app/services.h"
#include "app/typing.h"
#include "app/widgets.h"
#include "hal/base/log.h"
#include "hal/base/utf8.h"

#include <stdio.h>
#include <string.h>

const struct service_field *form_field_of(const struct form *f)
{
    int page = form_open(f) ? form_page(f) : -1;
    return page >= 0 && page < FORM_FIELDS ? &f->service->field[page] : NULL;
}

bool form_is_village(const struct service_field *def)
{
    return def->type == FIELD_TEXT && def->from && strcmp(def->from, "place.village") == 0;
}

bool form_is_written(const struct service_field *def)
{
    return def->type != FIELD_CHOICE && def->type != FIELD_TICK;
}

const char *form_field_id(struct arena *a, const struct form *f)
{
    const struct service_field *def = form_field_of(f);
    const char *s = def ? arena_printf(a, "form.field.%s", def->id) : NULL;
    return s ? s : "";
}

/* --- the keyboard ------------------------------------------------------------------------- */

enum typing_mode form_typing_mode(const struct service_field *def)
{
    if (def->type == FIELD_IDNO)
        return TYPING_IDNO;
    bool words = def->type == FIELD_TEXT || def->type == FIELD_ADDRESS;
    return words ? TYPING_PINYIN : TYPING_DIGITS;
}

static void open_keyboard(struct app *app)
{
    const struct service_field *def = form_field_of(app->form);
    char id[TYPING_FIELD];
    if (!def || !form_is_written(def) || app->form->picking || !app->typing)
        return;
    snprintf(id, sizeof id, "form.field.%s", def->id);
    typing_begin(app->typing, id, form_typing_mode(def));
}

/* A new page: its keyboard is there, but where something can be picked first. */
static void turned(struct app *app)
{
    const struct service_field *def = form_field_of(app->form);
    app->form->shown_fault = FAULT_NONE;
    app->form->picking = PICK_NOT;
    if (app->typing)
        typing_end(app->typing);
    if (def && !form_is_village(def))
        open_keyboard(app);
}

static void form_enter(struct app *app, int64_t n)
{
    (void)n;
    frame_load(app);
    if (form_open(app->form))
        turned(app);
}

static void form_changed(struct app *app, const char *channel)
{
    (void)channel;
    frame_load(app);
}

/* --- going from page to page ---------------------------------------------------------------- */

/* Form, papers and review stand on the stack once each, whatever way one came. */
static void stand_below(struct app *app)
{
    while (app->depth > 1 &&
           (app_screen(app) == &screen_form || app_screen(app) == &screen_papers ||
            app_screen(app) == &screen_review))
        app->depth--;
}

static void to_review(struct app *app)
{
    app->form->reviewing = false;
    if (app->typing)
        typing_end(app->typing);
    app->form->step = app->form->asked_count ? app->form->asked_count - 1 : 0;
    app_go(app, "review", 0);
}

static void review_again(struct app *app)
{
    int step = app->form->step;
    stand_below(app);
    if (app->form->asked_count)
        app_go(app, "form", 0);
    to_review(app);
    app->form->step = step < app->form->asked_count ? step : app->form->step;
}

void form_screen_review(struct app *app)
{
    review_again(app);
}

void form_screen_papers(struct app *app)
{
    int step = app->form->step;
    stand_below(app);
    if (app->form->asked_count)
        app_go(app, "form", 0);
    app->form->step = step;
    app_go(app, "papers", 0);
}

void form_screen_begin(struct app *app)
{
    if (app->form->asked_count)
        app_go(app, "form", 0);
    else if (papers_offered(app))
        app_go(app, "papers", 0);
    else
        app_go(app, "review", 0);
}

void form_screen_open(struct app *app, int page)
{
    app->form->edit = page;
    app->form->reviewing = true;
    stand_below(app);
    app_go(app, "form", 0);
}

bool form_screen_back(struct app *app)
{
    struct form *f = app->form;
    if (!form_open(f))
        return false;
    if (f->picking) {
        f->picking = f->picking == PICK_VILLAGE ? PICK_TOWNSHIP : PICK_NOT;
        if (f->picking && services_pick(app->services, app->store, 0) != OK)
            f->picking = PICK_NOT;
        return true;
    }
    if (f->reviewing) {
        review_again(app);
        return true;
    }
    if (f->step == 0)
        return false;
    f->step--;
    turned(app);
    return true;
}

static bool form_steps(const struct app *app)
{
    const struct form *f = app->form;
    return form_open(f) && (f->picking || f->reviewing || f->step > 0);
}

static void forward(struct app *app)
{
    struct form *f = app->form;
    int page = form_page(f);
    f->shown_fault = form_check(f, page, app->today, &f->shown_n);
    if (f->shown_fault != FAULT_NONE) {
        f->shouts++;
        if (!app->typing->open)
            open_keyboard(app);
    } else if (f->reviewing) {
        review_again(app);
    } else if (f->step + 1 < f->asked_count) {
        f->step++;
        turned(app);
    } else if (papers_offered(app) && !app->papers->asked) {
        form_screen_papers(app);
    } else {
        to_review(app);
    }
}

/* --- answering -------------------------------------------------------------------------------- */

static void pick_from(struct app *app, int64_t township)
{
    struct form *f = app->form;
    enum err e = services_pick(app->services, app->store, township);
    if (e != OK)
        log_warn("places_not_loaded", "err=%s", err_name(e));
    f->picking = township ? PICK_VILLAGE : PICK_TOWNSHIP;
    if (app->typing)
        typing_end(app->typing);
}

static void settled(struct app *app)
{
    app->form->picking = PICK_NOT;
    if (!form_is_village(form_field_of(app->form)))
        open_keyboard(app);
}

static void pick_village(struct app *app, int64_t i)
{
    struct services *s = app->services;
    struct form *f = app->form;
    const struct service_field *def = form_field_of(f);
    if (!def || i < 0 || i >= s->choice_count || !s->choice_township)
        return;
    const char *place = arena_printf(f->arena, "%s%s", s->choice_name, s->choice[i].name);
    bool ok = form_is_village(def)
                  ? form_set(f, form_page(f), s->choice[i].name)
                  : place && form_settle(f, form_page(f), s->choice[i].code, place);
    if (!ok)
        log_warn("place_not_kept", "err=%s", err_name(ERR_NOMEM));
    settled(app);
}

static void pick_elsewhere(struct app *app)
{
    const struct service_field *def = form_field_of(app->form);
    if (!def)
        return;
    if (form_is_village(def)) {
        app->form->picking = PICK_NOT;
        (void)form_set(app->form, form_page(app->form), "");
        open_keyboard(app);
    } else if (form_settle(app->form, form_page(app->form), FORM_ELSEWHERE, "")) {
        settled(app);
    }
}

static void choose(struct app *app, int64_t n)
{
    struct form *f = app->form;
    int page = form_page(f);
    f->shown_fault = FAULT_NONE;
    if (page >= FORM_FIELDS && n >= 0 && n < 2)
        form_say(f, page - FORM_FIELDS, n == 0 ? ANSWER_YES : ANSWER_NO);
    else if (form_field_of(f))
        (void)form_choose(f, page, (int)n);
}

static bool picked(struct app *app, const struct event *ev)
{
    if (strcmp(ev->what, "form.next") == 0)
        forward(app);
    else if (strcmp(ev->what, "form.opt") == 0)
        choose(app, ev->n);
    else if (strcmp(ev->what, "form.write") == 0)
        open_keyboard(app);
    else if (strcmp(ev->what, "form.clear") == 0 && form_field_of(app->form))
        (void)form_set(app->form, form_page(app->form), "");
    else if (strcmp(ev->what, "form.pick") == 0)
        pick_from(app, ev->n);
    else if (strcmp(ev->what, "form.village") == 0)
        pick_village(app, ev->n);
    else if (strcmp(ev->what, "form.elsewhere") == 0)
        pick_elsewhere(app);
    else
        return false;
    return true;
}

static void write_down(struct app *app, const struct event *ev)
{
    struct form *f = app->form;
    const struct service_field *def = form_field_of(f);
    char out[TYPING_OUT];
    bool erase = false;
    if (!def || !form_is_written(def) || f->picking || !app->typing ||
        !typing_event(app->typing, ev, out, sizeof out, &erase))
        return;
    if (*out && !form_type(f, form_page(f), out))
        f->shown_fault = FAULT_LONG;
    if (erase)
        (void)form_erase(f, form_page(f));
    explicit_bzero(out, sizeof out);
}

static void form_event(struct app *app, const struct event *ev)
{
    if (!form_open(app->form) || app->form->busy)
        return;
    if (ev->type == EV_PICK && strcmp(ev->what, "form.back") == 0) {
        if (!form_screen_back(app))
            app_update(app, &(struct event){ .type = EV_BACK });
    } else if (ev->type != EV_PICK || !picked(app, ev)) {
        write_down(app, ev);
    }
}

static void form_head(struct ui *ui, const struct app *app, struct screen_head *out)
{
    out->area = AREA_SERVICES;
    if (!form_open(app->form))
        return;
    out->title = service_called(app->form->service->name, app->form->service->name_en);
    out->subtitle = app->session.face && *app->session.face->name
                        ? i18n_fmt(ui_arena(ui), "form.for", "name",
                                   mask_name(ui_arena(ui), app->session.face->name), NULL)
                        : T("form.for_typed");
}

const struct screen screen_form = { .name = "form",
                                    .title = "form.title",
                                    .enter = form_enter,
                                    .head = form_head,
                                    .build = form_page_build,
                                    .event = form_event,
                                    .back = form_screen_back,
                                    .steps = form_steps,
                                    .changed = form_changed };
