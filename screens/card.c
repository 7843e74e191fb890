/* card.c - a card that cannot be used, or must go back in or be taken: one picture, one sentence.
 */
#include "screens/dock.h"

#include "app/i18n.h"
#include "app/say.h"
#include "app/visit.h"
#include "app/widgets.h"
#include "screens/frame.h"

/* One row a state: the keys of its title and of what to do. */
static const struct {
    const char *title, *what;
    bool ways_out;
} says[CARD_SAYS_COUNT] = {
    [CARD_SAYS_NOTHING] = { "card.hold", "card.hold_what", false },
    [CARD_SAYS_READING] = { "card.reading", "card.reading_what", false },
    [CARD_SAYS_PULLED] = { "card.pulled", "card.pulled_what", false },
    [CARD_SAYS_MUTE] = { "card.mute", "card.mute_what", true },
    [CARD_SAYS_UPSIDE_DOWN] = { "card.upside_down", "card.upside_down_what", true },
    [CARD_SAYS_UNKNOWN] = { "card.unknown", "card.unknown_what", true },
    [CARD_SAYS_BANK] = { "card.bank", "card.bank_what", true },
    [CARD_SAYS_EXPIRED] = { "card.expired", "card.expired_what", true },
    [CARD_SAYS_LOCKED] = { "card.locked", "card.locked_what", true },
    [CARD_SAYS_REFUSED] = { "card.refused", "card.refused_what", true },
    [CARD_SAYS_MANY] = { "card.many", "card.many_what", true },
    [CARD_SAYS_TAKE] = { "card.take", "card.take_what", false },
};

bool card_covers(const struct app *app)
{
    return app->session.held || app->card_says != CARD_SAYS_NOTHING;
}

const char *card_title(const struct app *app)
{
    return T(says[app->card_says].title);
}

static void now_and_right(struct ui *ui, bool now)
{
    float scale = frame_low(ui) ? 0.55f : ui_theme(ui)->portrait ? 1 : 0.8f;
    UI_CARD(ui, .w = UI_FILL, .pad = UI_PAD(24), .gap = 20, .cross = UI_CENTER,
            .border = now ? TOK_BAD : TOK_TEA, .border_dp = 4)
    {
        dock_picture(ui, scale, now, false);
        ui_iconed(ui, now ? ICON_CANCEL : ICON_CHECK_CIRCLE, 48, now ? TOK_BAD : TOK_TEA, TYPE_H3,
                  TOK_INK, T(now ? "card.now_so" : "card.right_so"));
        if (!ui_big(ui) && !frame_low(ui))
            ui_say_in(ui, TYPE_BODY, TOK_INK2, T(now ? "card.now_line" : "card.right_line"));
    }
}

static void picture(struct ui *ui, const struct app *app)
{
    float scale = frame_low(ui) ? 0.55f : 1;
    if (app->card_says == CARD_SAYS_UPSIDE_DOWN) {
        UI(ui, .dir = UI_ROW, .w = UI_FILL, .gap = 24, .cross = UI_STRETCH)
        {
            now_and_right(ui, true);
            now_and_right(ui, false);
        }
        return;
    }
    UI_CARD(ui, .w = UI_FILL, .pad = UI_PAD(32), .cross = UI_CENTER)
    dock_picture(ui, scale, false,
                 app->card_says == CARD_SAYS_PULLED || app->card_says == CARD_SAYS_NOTHING);
}

static void countdown(struct ui *ui, const struct app *app)
{
    int left = visit_seconds_left(app);
    int all = app->session.held ? VISIT_HOLD_MS / 1000 : VISIT_TAKE_MS / 1000;
    if (left <= 0)
        return;
    ui_label(ui, &(struct ui_text){ .text = i18n_fmt(ui_arena(ui), "card.seconds", "n",
                                                     say_number(ui_arena(ui), left), NULL),
                                    .type = TYPE_H3,
                                    .tabular = true,
                                    .id = "card.seconds" });
    ui_meter(ui, (float)left / (float)all, 26, TOK_TEA, TOK_MUTE);
}

static void button(struct ui *ui, const char *id, const char *label, uint32_t icon,
                   enum button_kind kind, struct event on)
{
    ui_button(ui, &(struct ui_button){ .id = id,
                                       .label = label,
                                       .icon = icon,
                                       .kind = kind,
                                       .main = true,
                                       .w = UI_FILL,
                                       .on = on });
}

static void ways_out(struct ui *ui, const struct app *app)
{
    UI(ui, .dir = ui_theme(ui)->portrait ? UI_COL : UI_ROW, .w = UI_FILL, .gap = 16,
       .cross = UI_STRETCH)
    {
        if (app->card_says == CARD_SAYS_EXPIRED)
            button(ui, "card.renew", T("card.renew"), ICON_ASSIGNMENT, BUTTON_PRIMARY,
                   UI_PICK_ON("card.renew", 0));
        button(ui, "card.help", T("card.help"), ICON_SUPPORT_AGENT, BUTTON_SECONDARY,
               UI_GO_TO("help", 0));
        button(ui, "card.without", T("card.without"), 0, BUTTON_QUIET,
               UI_PICK_ON("card.without", 0));
    }
}

void card_build(struct ui *ui, const struct app *app)
{
    FRAME_SCROLL(ui, "card.page")
    {
        UI(ui, .dir = UI_COL, .w = UI_FILL, .gap = 12, .pad = { .t = 16 })
        {
            ui_label(
                ui, &(struct ui_text){ .text = card_title(app), .type = TYPE_H1, .heading = true });
            ui_say(ui, TYPE_H3, T(says[app->card_says].what));
        }
        picture(ui, app);
        countdown(ui, app);
        if (app->session.held)
            button(ui, "card.leave", T("card.leave"), ICON_LOGOUT, BUTTON_SECONDARY,
                   UI_SEND(EV_DONE));
        else if (says[app->card_says].ways_out)
            ways_out(ui, app);
    }
}
