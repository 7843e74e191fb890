/* proof.c - 参保证明: for what, then what it says, its code, and the paper. */
#include "app/proof.h"

#include "screens/account.h"
#include "screens/frame.h"
#include "screens/screens.h"

#include "app/i18n.h"
#include "app/say.h"
#include "app/widgets.h"

#include <string.h>

static void proof_enter(struct app *app, int64_t n)
{
    frame_load(app);
    if (!app->came_back || n != app->proof->part)
        proof_forget(app);
    proof_open(app, (enum social_part)(n >= 0 && n < SOCIAL_CREDIT ? n : 0));
}

static void proof_changed(struct app *app, const char *channel)
{
    (void)channel;
    frame_load(app);
}

static void proof_head(struct ui *ui, const struct app *app, struct screen_head *out)
{
    const struct card_face *f = app->session.face;
    out->area = AREA_SERVICES;
    out->icon = ICON_VERIFIED;
    out->title = proof_title(app->proof->part);
    if (f && *f->name)
        out->subtitle = i18n_fmt(ui_arena(ui), "account.subtitle", "name",
                                 mask_name(ui_arena(ui), f->name), NULL);
}

static void proof_event(struct app *app, const struct event *ev)
{
    if (ev->type != EV_PICK)
        return;
    if (strcmp(ev->what, "proof.for") == 0)
        proof_ask(app, (int)ev->n);
    else if (strcmp(ev->what, "proof.again") == 0)
        proof_retry(app);
    else if (strcmp(ev->what, "proof.print") == 0)
        proof_print(app);
    else if (strcmp(ev->what, "proof.other") == 0)
        proof_forget(app);
}

static bool proof_steps(const struct app *app)
{
    return app->proof->chosen;
}

static bool proof_back(struct app *app)
{
    if (!app->proof->chosen)
        return false;
    proof_forget(app);
    return true;
}

/* --- for what -----------------------------------------------------------------------------------
 */

static void purposes(struct ui *ui)
{
    int cols = ui_xbig(ui) && !frame_wide(ui) ? 1 : frame_wide(ui) ? 3 : 2;
    UI(ui, .dir = UI_GRID, .cols = cols, .w = UI_FILL, .gap = 16)
    for (int i = 0; wire_proof_purpose(i); i++)
        ui_button(ui, &(struct ui_button){ .id = arena_printf(ui_arena(ui), "proof.for.%d", i),
                                           .label = T(proof_purpose_key(wire_proof_purpose(i))),
                                           .kind = BUTTON_SECONDARY,
                                           .main = true,
                                           .w = UI_FILL,
                                           .on = UI_PICK_ON("proof.for", i) });
}

static void choose(struct ui *ui)
{
    ui_label(ui, &(struct ui_text){ .text = T("proof.ask"), .type = TYPE_H2, .heading = true });
    ui_say_in(ui, TYPE_BODY, TOK_INK2, T("proof.ask_line"));
    purposes(ui);
    UI_CARD(ui, .w = UI_FILL, .id = "proof.about", .divider = true)
    {
        ui_row(ui, &(struct ui_row){ .icon = ICON_ASSIGNMENT, .title = T("proof.holds") });
        ui_row(ui, &(struct ui_row){ .icon = ICON_EVENT, .title = T("proof.valid") });
        ui_row(ui, &(struct ui_row){ .icon = ICON_VERIFIED, .title = T("proof.check_how") });
    }
}

/* --- the proof ----------------------------------------------------------------------------------
 */

static void code_card(struct ui *ui, const struct app *app)
{
    const struct proof *p = app->proof;
    struct arena *a = ui_arena(ui);
    bool column = ui_big(ui) && !frame_wide(ui);
    UI_CARD(ui, .dir = column ? UI_COL : UI_ROW, .w = UI_FILL, .pad = UI_PAD2(36, 28), .gap = 40,
            .cross = column ? UI_START : UI_CENTER)
    {
        ui_qr(ui, &p->qr, 0, "proof.qr", T("proof.qr"));
        UI(ui, .dir = UI_COL, .w = UI_FILL, .gap = 8)
        {
            ui_say_in(ui, TYPE_BODY, TOK_INK2, T("proof.number"));
            ui_label(ui, &(struct ui_text){ .text = p->is.number,
                                            .type = TYPE_H2,
                                            .tabular = true,
                                            .id = "proof.number" });
            ui_label(
                ui, &(struct ui_text){ .id = "proof.until",
                                       .text = i18n_fmt(a, "proof.valid_until", "day",
                                                        say_date_and_weekday(a, p->is.until), NULL),
                                       .type = TYPE_LEADB });
            ui_say(ui, TYPE_BODY, T("proof.check"));
        }
    }
}

static void fact(struct ui *ui, uint32_t icon, const char *label, const char *value)
{
    ui_row(ui, &(struct ui_row){ .icon = icon,
                                 .title = label,
                                 .plain = true,
                                 .right = value,
                                 .right_type = TYPE_BODYB });
}

static void facts(struct ui *ui, const struct app *app)
{
    const struct wire_proof *is = &app->proof->is;
    const struct card_face *f = app->session.face;
    struct arena *a = ui_arena(ui);
    UI_CARD(ui, .w = UI_FILL, .id = "proof.facts", .divider = true)
    {
        fact(ui, ICON_PERSON, T("proof.name"), mask_name(a, f->name));
        fact(ui, ICON_BADGE, T("citizen.id"), mask_number(a, f->id));
        fact(ui, ICON_ASSIGNMENT, T("proof.insurance"), proof_scheme(is));
        fact(ui, ICON_INFO, T("proof.state"), proof_state(is));
        fact(ui, ICON_HISTORY, T("account.paid_for"),
             i18n_fmt(a, "proof.since_year", "year", arena_printf(a, "%d", is->since), "n",
                      proof_duration(a, is), NULL));
        fact(ui, ICON_FLAG, T("proof.for"), T(proof_purpose_key(is->purpose)));
    }
}

static void print_words(struct ui *ui, const struct proof *p)
{
    const char *key = p->printed == ERR_PAPER   ? "receipt.print.paper"
                      : p->printed == ERR_COVER ? "receipt.print.cover"
                                                : "receipt.print.no_answer";
    if (!p->print_asked || p->printed == ERR_BUSY)
        return;
    if (p->printed == OK)
        ui_banner(ui, &(struct ui_banner){ .id = "proof.printed",
                                           .kind = BANNER_OK,
                                           .title = T("proof.printed"),
                                           .line = T("proof.printed_line") });
    else
        ui_banner(ui, &(struct ui_banner){ .id = "proof.not_printed",
                                           .kind = BANNER_WARN,
                                           .icon = ICON_PRINT,
                                           .title = T(key),
                                           .line = T("proof.photo") });
}

static bool can_print(const struct app *app)
{
    return app->dev.printer && printer_state(app->dev.printer) != PRINTER_ABSENT;
}

static void print_button(struct ui *ui, const struct app *app)
{
    const struct proof *p = app->proof;
    bool busy = p->print_asked && p->printed == ERR_BUSY;
    if (p->print_asked && p->printed == OK)
        return;
    if (!can_print(app) && !p->print_asked) {
        ui_banner(ui, &(struct ui_banner){ .id = "proof.no_printer",
                                           .kind = BANNER_INFO,
                                           .icon = ICON_PRINT,
                                           .title = T("receipt.print.absent"),
                                           .line = T("proof.photo") });
        return;
    }
    ui_button(ui, &(struct ui_button){ .id = "proof.print",
                                       .label = T(busy ? "receipt.print.busy" : "proof.print"),
                                       .icon = ICON_PRINT,
                                       .kind = BUTTON_PRIMARY,
                                       .main = true,
                                       .busy = busy,
                                       .w = UI_FILL,
                                       .on = UI_PICK_ON("proof.print", 0) });
}

static void doing(struct ui *ui, const struct app *app)
{
    print_words(ui, app->proof);
    print_button(ui, app);
    ui_button(ui, &(struct ui_button){ .id = "proof.other",
                                       .label = T("proof.other"),
                                       .icon = ICON_UNDO,
                                       .kind = BUTTON_QUIET,
                                       .no_chevron = true,
                                       .w = UI_FILL,
                                       .on = UI_PICK_ON("proof.other", 0) });
}

static void given(struct ui *ui, const struct app *app)
{
    bool wide = frame_wide(ui) && !ui_big(ui);
    UI(ui, .dir = wide ? UI_ROW : UI_COL, .w = UI_FILL, .gap = wide ? 40 : 24,
       .cross = wide ? UI_START : UI_STRETCH)
    {
        UI(ui, .w = wide ? UI_SHARE(960) : UI_FILL, .gap = 24)
        {
            code_card(ui, app);
            if (wide)
                doing(ui, app);
        }
        UI(ui, .w = wide ? UI_SHARE(824) : UI_FILL, .gap = 24)
        facts(ui, app);
        if (!wide)
            doing(ui, app);
    }
}

/* --- the page -----------------------------------------------------------------------------------
 */

/* While it is asked whether anybody is there, nobody may be. */
static void page(struct ui *ui, const struct app *app)
{
    const struct proof *p = app->proof;
    if (!social_can_ask(app))
        account_nobody(ui, app);
    else if (!p->chosen)
        choose(ui);
    else if (p->known && p->none)
        account_none(ui, app, p->part);
    else if (p->known && !app->asking)
        given(ui, app);
    else if (proof_failed(p) != OK)
        account_not_now(ui, app, proof_failed(p), UI_PICK_ON("proof.again", 0));
    else if (proof_busy(p))
        ui_iconed(ui, ICON_HOURGLASS, 36, TOK_TEA, TYPE_LEAD, TOK_INK, T("account.asking"));
}

static void proof_build(struct ui *ui, const struct app *app)
{
    UI(ui, .dir = UI_COL, .w = UI_FILL, .h = UI_FILL, .gap = 16)
    {
        FRAME_SCROLL(ui, "proof.page")
        page(ui, app);
        frame_pager(ui, app, "proof.page");
    }
}

const struct screen screen_proof = { .name = "proof",
                                     .title = "proof.title",
                                     .enter = proof_enter,
                                     .head = proof_head,
                                     .build = proof_build,
                                     .event = proof_event,
                                     .back = proof_back,
                                     .steps = proof_steps,
                                     .changed = proof_changed };
