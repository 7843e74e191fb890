/* warnings_banner.c - what is urgent today, in one line over a page. */
#include "screens/warnings_banner.h"
#include "screens/frame.h"

#include "app/i18n.h"
#include "app/say.h"
#include "app/warnings.h"
#include "app/widgets.h"
#include "hal/base/log.h"

#include <stdlib.h>

enum { ICON_WARNING = 0xe002, VILLAGE_DIGITS = 1000 };

void warnings_reload(struct app *app)
{
    int64_t township = strtoll(app->config->terminal_village, NULL, 10) / VILLAGE_DIGITS;
    enum err e = warnings_load(app->warnings, app->store, township, app->today);
    if (e != OK)
        log_warn("warnings_not_loaded", "err=%s", err_name(e));
}

const char *warning_level_word(const struct warning *w)
{
    static const char *const key[] = { "warning.blue", "warning.yellow", "warning.orange",
                                       "warning.red" };
    int i = w->level - 1;
    return T(key[i < 0 ? 0 : i >= WARNING_RED ? WARNING_RED - 1 : i]);
}

static const char *line(struct ui *ui, const struct app *app, const struct warning *w, int more)
{
    struct arena *a = ui_arena(ui);
    const char *until = i18n_fmt(a, "warning.until", "when",
                                 say_when(a, w->until_day, w->until_min, app->today), NULL);
    const char *both = i18n_fmt(a, "say.pair", "a", warning_level_word(w), "b", until, NULL);
    if (more == 0)
        return both;
    return i18n_fmt(a, "say.pair", "a", both, "b",
                    i18n_fmt(a, "warning.more", "n", say_number(a, more), NULL), NULL);
}

void warnings_banner(struct ui *ui, const struct app *app)
{
    int more;
    const struct warning *w = warnings_first(app->warnings, app->now_ms, &more);
    if (!w)
        return;
    UI_CARD(ui, .w = UI_FILL, .fill = w->level > 2 ? TOK_BADWASH : TOK_PEELWASH,
            .id = "warning.banner", .role = ROLE_BUTTON, .name = w->title, .main_target = true,
            .dir = UI_ROW, .pad = UI_PAD2(28, 18), .gap = 20, .cross = UI_CENTER,
            .on = UI_GO_TO("warning", w->id))
    {
        enum tok color = w->level > 2 ? TOK_BAD : TOK_PEELINK;
        ui_icon(ui, ICON_WARNING, ui_icon_dp(ui, 48), color);
        UI(ui, .dir = UI_COL, .w = UI_FILL, .gap = 4)
        {
            ui_label(ui, &(struct ui_text){ .text = w->title, .type = TYPE_LEADB });
            ui_say_in(ui, TYPE_CAP, color, line(ui, app, w, more));
        }
        ui_icon(ui, ICON_CHEVRON_RIGHT, ui_icon_dp(ui, 40), color);
    }
}
