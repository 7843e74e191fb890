/* price_words.c - the words and arrows of a price, the same on every screen that shows one. */
#include "screens/price_words.h"

#include "app/i18n.h"
#include "app/say.h"
#include "app/widgets.h"

const char *price_yuan(struct ui *ui, int fen)
{
    return i18n_fmt(ui_arena(ui), "price.yuan", "yuan", say_yuan(ui_arena(ui), fen), NULL);
}

const char *price_with_unit(struct ui *ui, int fen, const char *unit)
{
    return i18n_fmt(ui_arena(ui), "price.with_unit", "yuan", say_yuan(ui_arena(ui), fen), "unit",
                    unit, NULL);
}

const char *price_spec(struct ui *ui, const struct good_row *g)
{
    if (!*g->spec)
        return say_first_large(ui_arena(ui), g->unit);
    return i18n_fmt(ui_arena(ui), "say.pair", "a", say_first_large(ui_arena(ui), g->spec), "b",
                    g->unit, NULL);
}

uint32_t price_change_icon(const struct good_row *g)
{
    if (!g->has_change)
        return 0;
    return g->change_fen > 0   ? ICON_ARROW_UPWARD
           : g->change_fen < 0 ? ICON_ARROW_DOWNWARD
                               : ICON_REMOVE;
}

const char *price_change_words(struct ui *ui, const struct good_row *g)
{
    if (!g->has_change)
        return NULL;
    if (g->change_fen == 0)
        return T("change.same");
    int fen = g->change_fen > 0 ? g->change_fen : -g->change_fen;
    return i18n_fmt(ui_arena(ui), g->change_fen > 0 ? "change.dearer" : "change.cheaper", "yuan",
                    say_yuan(ui_arena(ui), fen), NULL);
}

static const char *who_and_when(struct ui *ui, const struct good_row *g, int today)
{
    struct arena *a = ui_arena(ui);
    const char *day = say_first_large(a, say_age(a, g->best_day, today));
    if (g->best_shared > 1)
        return i18n_fmt(a, "price.day_places", "day", day, "n", say_number(a, g->best_shared),
                        NULL);
    return i18n_fmt(a, "price.day_place", "day", day, "place", g->best_name, NULL);
}

static const char *last_known(struct ui *ui, const struct good_row *g, int today)
{
    struct arena *a = ui_arena(ui);
    if (!g->has_last)
        return NULL;
    return i18n_fmt(a, "price.last_known", "day", say_day(a, g->last_day, today), "yuan",
                    say_yuan(a, g->last_fen), NULL);
}

void price_row(struct ui *ui, const struct good_row *g, const char *id, int today)
{
    struct ui_row r = { .id = id,
                        .title = g->name,
                        .caption = price_spec(ui, g),
                        .middle_icon = price_change_icon(g),
                        .middle = price_change_words(ui, g),
                        .chevron = true,
                        .on = UI_GO_TO("price", g->id) };
    if (g->has_best) {
        r.right = price_yuan(ui, g->best_fen);
        r.right_caption = who_and_when(ui, g, today);
    } else {
        r.right = T("price.no_quote");
        r.right_caption = last_known(ui, g, today);
        r.right_type = TYPE_LEAD;
    }
    ui_row(ui, &r);
}
