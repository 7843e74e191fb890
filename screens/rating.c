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
        ui_label(ui, &(struct ui_text){ .text = r->ask, .type = TYPE_H3, .heading = true });
        faces(ui, r);
        ui_say_in(ui, TYPE_CAP, TOK_INK2, r->err == OK ? r->secret : T("rating.again"));
    }
}
