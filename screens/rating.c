/* rating.c - the card that asks how it was: five equal faces, none chosen beforehand. */
#include "screens/rating.h"

#include "app/i18n.h"
#include "app/rating.h"
#include "app/widgets.h"
#include "hal/base/log.h"
#include "screens/frame.h"

void rating_words(struct app *app)
{
    enum err e = rating_load(app->rating, app->store);
    if (e != OK)
        log_warn("rating_words_not_loaded", "err=%s", err_name(e));
}

static void face(struct ui *ui, const struct rating *r, int level, bool row)
{
    static const uint32_t icon[] = { 0,           ICON_FACE_1, ICON_FACE_2,
                                     ICON_FACE_3, ICON_FACE_4, ICON_FACE_5 };
    UI(ui, .dir = row ? UI_ROW : UI_COL, .id = frame_id(ui, "rating", level),
       .name = r->word[level], .role = ROLE_BUTTON, .w = UI_FILL, .h = UI_ATLEAST(row ? 88 : 132),
       .pad = UI_PAD2(12, 12), .gap = row ? 20 : 6, .main = row ? UI_START : UI_CENTER,
       .cross = UI_CENTER, .radius = 16, .fill = TOK_TEAWASH, .border = TOK_EDGE, .border_dp = 2,
       .pressed = TOK_QEDGE, .on = UI_PICK_ON("rating", level))
    {
        ui_icon(ui, icon[level], ui_icon_dp(ui, 56), TOK_TEADK);
        ui_label(ui,
                 &(struct ui_text){ .text = r->word[level], .type = TYPE_CAPB, .color = TOK_INK });
    }
}

/* Side by side where five words have room, else one under the other. */
static void faces(struct ui *ui, const struct rating *r)
{
    bool row = ui_big(ui) || !i18n_chinese() || !ui_theme(ui)->portrait;
    UI(ui, .dir = row ? UI_COL : UI_ROW, .w = UI_FILL, .gap = 12, .cross = UI_STRETCH)
    for (int level = RATING_LEVELS; level >= 1; level--)
        face(ui, r, level, row);
}

/* What was bad: any number of them, or none. */
static void why(struct ui *ui, const struct rating *r)
{
    bool one = ui_xbig(ui) || (ui_big(ui) && !i18n_chinese());
    ui_say_in(ui, TYPE_BODY, TOK_INK2, T("rating.why_line"));
    UI(ui, .dir = UI_GRID, .cols = one ? 1 : 2, .w = UI_FILL, .gap = 12)
    for (int i = 0; i < r->reason_count; i++)
        ui_button(ui, &(struct ui_button){ .id = frame_id(ui, "rating.why", i),
                                           .label = r->reason[i].word,
                                           .icon = r->reason[i].chosen ? ICON_CHECK : 0,
                                           .kind = r->reason[i].chosen ? BUTTON_PRIMARY
                                                                       : BUTTON_SECONDARY,
                                           .w = UI_FILL,
                                           .on = UI_PICK_ON("rating.why", i) });
    ui_button(ui, &(struct ui_button){ .id = "rating.send",
                                       .label = T("rating.send"),
                                       .icon = ICON_CHECK,
                                       .main = true,
                                       .w = UI_FILL,
                                       .on = UI_PICK_ON("rating.send", 0) });
}

void rating_card(struct ui *ui, const struct app *app, const char *receipt, bool rated)
{
    const struct rating *r = app->rating;
    if (!r->there)
        return;
    if (rated || rating_was_given(r, receipt)) {
        ui_banner(ui, &(struct ui_banner){
                          .id = "rating.thanks", .kind = BANNER_OK, .title = r->thanks });
        return;
    }
    UI_CARD(ui, .w = UI_FILL, .pad = UI_PAD2(28, 24), .gap = 16, .id = "rating.card")
    {
        bool asks = rating_asks_why(r, receipt);
        ui_label(ui, &(struct ui_text){ .text = asks ? T("rating.why") : r->ask,
                                        .type = TYPE_H3,
                                        .heading = true });
        if (asks)
            why(ui, r);
        else
            faces(ui, r);
        ui_say_in(ui, TYPE_CAP, TOK_INK2, r->err == OK ? r->secret : T("rating.again"));
    }
}
