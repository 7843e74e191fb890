/* scan.c - a code that was scanned and cannot be used here: why, and what can be done instead. */
#include "screens/frame.h"

#include "app/i18n.h"
#include "app/widgets.h"

#include <string.h>

/* One row a sentence: the keys of its title and of what to do. */
static const struct {
    const char *title, *what;
} says[SCAN_SAYS_COUNT] = {
    [SCAN_SAYS_NOTHING] = { "scan.title", "scan.other_what" },
    [SCAN_SAYS_TORN] = { "scan.torn", "scan.torn_what" },
    [SCAN_SAYS_PROOF] = { "scan.proof", "scan.proof_what" },
    [SCAN_SAYS_ECARD] = { "scan.ecard", "scan.ecard_what" },
    [SCAN_SAYS_ECARD_OFFLINE] = { "scan.ecard_offline", "scan.ecard_offline_what" },
    [SCAN_SAYS_ECARD_ASKING] = { "scan.ecard_asking", "scan.ecard_asking_what" },
    [SCAN_SAYS_ECARD_BESIDE] = { "scan.ecard_beside", "scan.ecard_beside_what" },
    [SCAN_SAYS_OTHER] = { "scan.other", "scan.other_what" },
    [SCAN_SAYS_UNSENT] = { "scan.unsent", "scan.unsent_what" },
};

bool scan_covers(const struct app *app)
{
    return app->scan_says != SCAN_SAYS_NOTHING;
}

/* Without a reader for chips there is no card to put in. */
static const char *what(const struct app *app)
{
    bool ecard = app->scan_says == SCAN_SAYS_ECARD;
    if (ecard && !app->dev.readers)
        return T("scan.ecard_no_reader");
    if (ecard && strcmp(app->config->reader_session, "tap") == 0)
        return T("scan.ecard_tap");
    return T(says[app->scan_says].what);
}

static const char *close_words(const struct app *app)
{
    const char *at = app_screen(app)->name;
    bool form = strcmp(at, "form") == 0 || strcmp(at, "papers") == 0 || strcmp(at, "review") == 0;
    return T(form ? "scan.to_form" : "scan.ok");
}

void scan_build(struct ui *ui, const struct app *app)
{
    FRAME_SCROLL(ui, "scan.page")
    {
        UI_CARD(ui, .w = UI_FILL, .pad = UI_PAD(frame_low(ui) ? 24 : 40),
                .gap = frame_low(ui) ? 12 : 24)
        {
            UI(ui, .dir = UI_ROW, .w = UI_FILL, .gap = 32)
            {
                if (!frame_low(ui)) /* the header has it, too */
                    ui_icon(ui, ICON_QR_CODE_SCANNER, ui_icon_dp(ui, 96), TOK_TEA);
                UI(ui, .dir = UI_COL, .w = UI_FILL)
                ui_label(ui, &(struct ui_text){ .text = T(says[app->scan_says].title),
                                                .type = TYPE_H1,
                                                .heading = true });
            }
            ui_say(ui, TYPE_LEAD, what(app));
        }
    }
    FRAME_FIXED(ui)
    ui_button(ui, &(struct ui_button){ .id = "scan.ok",
                                       .label = close_words(app),
                                       .icon = ICON_CHECK,
                                       .kind = BUTTON_PRIMARY,
                                       .main = true,
                                       .w = UI_FILL,
                                       .on = UI_PICK_ON("scan.ok", 0) });
}
