/* village_words.c - what a village says: posts, its book, lists of subsidies, its grid workers. */
#include "screens/village_words.h"
#include "screens/frame.h"

#include "app/i18n.h"
#include "app/say.h"
#include "app/widgets.h"

#include <string.h>

static void title(struct ui *ui, const char *key)
{
    ui_label(ui, &(struct ui_text){ .text = T(key), .type = TYPE_H3, .heading = true });
}

static const char *yuan(struct ui *ui, int64_t fen)
{
    struct arena *a = ui_arena(ui);
    return i18n_fmt(a, "village.yuan", "yuan", say_yuan(a, fen), NULL);
}

/* --- posts -------------------------------------------------------------------------------- */

static uint32_t kind_icon(const char *kind)
{
    static const struct {
        const char *kind;
        uint32_t icon;
    } icons[] = {
        { "party", ICON_FLAG },         { "activity", ICON_EVENT }, { "decision", ICON_DRAW },
        { "notice", ICON_CAMPAIGN },    { "wanted", ICON_SEARCH },  { "buying", ICON_STOREFRONT },
        { "offered", ICON_STOREFRONT }, { "parcel", ICON_OUTBOX },
    };
    for (size_t i = 0; i < sizeof icons / sizeof *icons; i++)
        if (strcmp(icons[i].kind, kind) == 0)
            return icons[i].icon;
    return ICON_INFO;
}

/* Who says it and where to call, and when it was said. */
static const char *who_and_when(struct ui *ui, const struct app *app, const struct village_post *p)
{
    struct arena *a = ui_arena(ui);
    const char *day = say_day(a, p->day, app->today);
    const char *who = p->who && p->phone ? i18n_fmt(a, "say.pair", "a", p->who, "b", p->phone, NULL)
                      : p->who           ? p->who
                                         : p->phone;
    return who ? i18n_fmt(a, "say.pair", "a", who, "b", day, NULL) : day;
}

static void post(struct ui *ui, const struct app *app, const struct village_post *p, int i)
{
    UI(ui, .dir = UI_ROW, .w = UI_FILL, .pad = UI_PAD2(28, 20), .gap = 24, .cross = UI_START,
       .id = frame_id(ui, "village.post", i))
    {
        ui_icon(ui, kind_icon(p->kind), ui_icon_dp(ui, 40), TOK_JUJUBE);
        UI(ui, .dir = UI_COL, .w = UI_FILL, .gap = 6)
        {
            ui_label(ui, &(struct ui_text){ .text = p->title, .type = TYPE_LEADB });
            if (p->text)
                ui_say(ui, TYPE_BODY, p->text);
            ui_say_in(ui, TYPE_CAP, TOK_INK2, who_and_when(ui, app, p));
        }
    }
}

static int count(const struct village *v, const char *kind)
{
    int n = 0;
    for (int i = 0; i < v->post_count; i++)
        n += strcmp(v->post[i].kind, kind) == 0;
    return n;
}

static void posts(struct ui *ui, const struct app *app, const char *key, const char *kind)
{
    const struct village *v = app->village;
    if (count(v, kind) == 0)
        return;
    title(ui, key);
    UI_CARD(ui, .w = UI_FILL, .divider = true, .role = ROLE_LIST, .name = T(key),
            .id = arena_printf(ui_arena(ui), "village.posts.%s", kind))
    for (int i = 0; i < v->post_count; i++)
        if (strcmp(v->post[i].kind, kind) == 0)
            post(ui, app, &v->post[i], i);
}

/* What can be said or asked here goes in as any other application. */
void village_actions(struct ui *ui, const struct app *app)
{
    const struct village *v = app->village;
    bool two = ui_theme(ui)->portrait && !ui_big(ui);
    UI(ui, .dir = UI_GRID, .cols = two ? 2 : 1, .w = UI_FILL, .gap = 16, .cross = UI_STRETCH)
    {
        for (int i = 0; i < v->action_count; i++)
            if (v->action[i].tab == v->tab)
                ui_button(ui,
                          &(struct ui_button){ .id = frame_id(ui, "village.action", i),
                                               .label = v->action[i].name,
                                               .kind = BUTTON_QUIET,
                                               .main = true,
                                               .w = UI_FILL,
                                               .on = UI_GO_TO("service", v->action[i].service) });
        ui_button(ui, &(struct ui_button){ .id = "village.other",
                                           .label = T("village.other"),
                                           .icon = ICON_PLACE,
                                           .kind = BUTTON_SECONDARY,
                                           .w = UI_FILL,
                                           .on = UI_GO_TO("village", VILLAGE_CHOOSE) });
    }
}

/* --- the book ----------------------------------------------------------------------------- */

static void money(struct ui *ui, const char *id, const char *text, int64_t fen, bool strong)
{
    ui_row(ui, &(struct ui_row){ .id = id,
                                 .title = text,
                                 .plain = !strong,
                                 .tight = true,
                                 .right = yuan(ui, fen),
                                 .right_type = strong ? TYPE_LEADB : TYPE_BODY });
}

static void lines(struct ui *ui, const struct village_book *b, bool out)
{
    for (int i = 0; i < b->line_count; i++)
        if (b->line[i].out == out)
            money(ui, frame_id(ui, "village.line", i), b->line[i].text, b->line[i].fen, false);
    money(ui, out ? "village.out" : "village.in", T(out ? "village.all_out" : "village.all_in"),
          out ? b->out : b->in, true);
}

static void objections(struct ui *ui, const struct app *app, const struct village_book *b)
{
    struct arena *a = ui_arena(ui);
    bool open = b->object_day >= app->today;
    ui_banner(ui, &(struct ui_banner){
                      .id = "village.objections",
                      .kind = BANNER_INFO,
                      .title = i18n_fmt(a, open ? "village.object_until" : "village.object_over",
                                        "day", say_date(a, b->object_day), NULL),
                      .line = T(open ? "village.object_how" : "village.object_still") });
}

static void book(struct ui *ui, const struct app *app)
{
    const struct village_book *b = app->village->book;
    struct arena *a = ui_arena(ui);
    title(ui, "village.book");
    if (!b) {
        ui_say(ui, TYPE_BODY, T("village.no_book"));
        return;
    }
    ui_say_in(ui, TYPE_BODY, TOK_INK2,
              i18n_fmt(a, "village.book_days", "from", say_date(a, b->from_day), "to",
                       say_date(a, b->to_day), NULL));
    UI_CARD(ui, .w = UI_FILL, .divider = true, .id = "village.book", .role = ROLE_LIST)
    {
        money(ui, "village.opening", T("village.opening"), b->opening, false);
        lines(ui, b, false);
        lines(ui, b, true);
        money(ui, "village.closing", T("village.closing"), b->closing, true);
    }
    ui_say_in(ui, TYPE_CAP, TOK_INK2, i18n_fmt(a, "village.signed", "who", b->signed_by, NULL));
    objections(ui, app, b);
}

static void subsidies(struct ui *ui, const struct app *app)
{
    const struct village *v = app->village;
    struct arena *a = ui_arena(ui);
    if (v->subsidy_count == 0)
        return;
    title(ui, "village.subsidies");
    ui_say_in(ui, TYPE_CAP, TOK_INK2, T("village.subsidies_note"));
    UI_CARD(ui, .w = UI_FILL, .divider = true, .id = "village.subsidies", .role = ROLE_LIST)
    for (int i = 0; i < v->subsidy_count; i++) {
        const struct village_subsidy *b = &v->subsidy[i];
        ui_row(ui, &(struct ui_row){ .id = frame_id(ui, "village.subsidy", i),
                                     .title = b->name,
                                     .caption = i18n_fmt(a, "say.pair", "a", b->title, "b",
                                                         say_date(a, b->day), NULL),
                                     .right = yuan(ui, b->fen),
                                     .right_type = TYPE_BODYB });
    }
}

/* --- grid workers ------------------------------------------------------------------------- */

static void grids(struct ui *ui, const struct app *app)
{
    const struct village *v = app->village;
    title(ui, "village.grids");
    if (v->grid_count == 0) {
        ui_say(ui, TYPE_BODY, T("village.no_grids"));
        return;
    }
    UI_CARD(ui, .w = UI_FILL, .divider = true, .id = "village.grids", .role = ROLE_LIST)
    for (int i = 0; i < v->grid_count; i++)
        ui_row(ui, &(struct ui_row){ .id = frame_id(ui, "village.grid", i),
                                     .icon = ICON_PHONE,
                                     .icon_color = TOK_JUJUBE,
                                     .title = v->grid[i].worker,
                                     .caption = v->grid[i].name,
                                     .right = v->grid[i].phone,
                                     .right_type = TYPE_LEADB });
}

void village_page(struct ui *ui, const struct app *app)
{
    switch (app->village->tab) {
    case VILLAGE_PARTY:
        posts(ui, app, "village.party_posts", "party");
        posts(ui, app, "village.activities", "activity");
        break;
    case VILLAGE_AFFAIRS:
        book(ui, app);
        posts(ui, app, "village.decisions", "decision");
        subsidies(ui, app);
        break;
    case VILLAGE_SERVICES:
        posts(ui, app, "village.notices", "notice");
        grids(ui, app);
        break;
    default:
        posts(ui, app, "village.buying", "buying");
        posts(ui, app, "village.offered", "offered");
        posts(ui, app, "village.wanted", "wanted");
        posts(ui, app, "village.parcels", "parcel");
        break;
    }
}
