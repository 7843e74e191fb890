/* account_sheet.c - figures, bills and years of one kind of insurance, masked until asked for. */
#include "screens/account.h"
#include "screens/frame.h"

#include "app/i18n.h"
#include "app/proof.h"
#include "app/say.h"
#include "app/widgets.h"

enum { YEARS_FIRST = 5, CERTIFY_DAYS = 335 };

static const struct social_sheet *sheet_of(const struct app *app)
{
    return &app->social->sheet[app->social->part];
}

/* While it is asked whether anybody is there, nobody may be. */
static bool shown(const struct app *app)
{
    return app->social->shown && !app->asking;
}

const char *account_yuan(struct ui *ui, const struct app *app, int64_t fen)
{
    struct arena *a = ui_arena(ui);
    if (!shown(app))
        return "＊＊＊";
    return i18n_fmt(a, "account.yuan", "yuan", say_yuan(a, fen), NULL);
}

static void title(struct ui *ui, const char *key)
{
    ui_label(ui, &(struct ui_text){ .text = T(key), .type = TYPE_H3, .heading = true });
}

static void fact(struct ui *ui, const char *id, uint32_t icon, const char *label, const char *value)
{
    ui_row(ui, &(struct ui_row){ .id = id,
                                 .icon = icon,
                                 .title = label,
                                 .plain = true,
                                 .right = value,
                                 .right_type = TYPE_BODYB });
}

/* --- the one figure -----------------------------------------------------------------------------
 */

static const char *figure_label(const struct app *app)
{
    const struct social_sheet *s = sheet_of(app);
    switch (app->social->part) {
    case SOCIAL_PENSION:
        return T(s->state == SOCIAL_DRAWING ? "account.draws" : "account.balance");
    case SOCIAL_UNEMPLOYMENT:
        return T("account.months_paid");
    case SOCIAL_MEDICAL:
        return T("account.medical_balance");
    case SOCIAL_CREDIT:
        return T("credit.owed");
    default:
        return T("account.balance");
    }
}

static const char *months(struct ui *ui, int n)
{
    struct arena *a = ui_arena(ui);
    return i18n_fmt(a, "account.months", "n", say_number(a, n), NULL);
}

static const char *figure(struct ui *ui, const struct app *app)
{
    const struct social_sheet *s = sheet_of(app);
    if (app->social->part == SOCIAL_UNEMPLOYMENT)
        return months(ui, s->months);
    bool drawing = app->social->part == SOCIAL_PENSION && s->state == SOCIAL_DRAWING;
    return account_yuan(ui, app, drawing ? s->monthly : s->balance);
}

static const char *state_words(const struct app *app)
{
    const struct social_sheet *s = sheet_of(app);
    static const char *const key[] = { "account.paying", "account.drawing", "account.stopped" };
    return T(key[s->state]);
}

static const char *scheme_words(const struct app *app)
{
    static const char *const key[SOCIAL_PARTS][2] = {
        { "account.pension_resident", "account.pension_worker" },
        { "account.medical_resident", "account.medical_worker" },
        { "account.unemployment", "account.unemployment" },
        { "account.housing", "account.housing" },
        { "credit.about", "credit.about" },
    };
    return T(key[app->social->part][sheet_of(app)->worker]);
}

static const char *certified(struct ui *ui, const struct social_sheet *s, int today)
{
    struct arena *a = ui_arena(ui);
    bool due = s->certified_day == 0 || today - s->certified_day > CERTIFY_DAYS;
    if (due)
        return s->certified_day
                   ? i18n_fmt(a, "account.certify_due", "day", say_date(a, s->certified_day), NULL)
                   : T("account.certify_never");
    return say_date(a, s->certified_day);
}

static void more_facts(struct ui *ui, const struct app *app)
{
    const struct social_sheet *s = sheet_of(app);
    bool drawing = app->social->part == SOCIAL_PENSION && s->state == SOCIAL_DRAWING;
    struct arena *a = ui_arena(ui);
    if (app->social->part == SOCIAL_CREDIT) {
        account_credit_facts(ui, app);
        return;
    }
    if (drawing) {
        fact(ui, "account.left", ICON_SAVE, T("account.left"), account_yuan(ui, app, s->balance));
        fact(ui, "account.certified", ICON_VERIFIED, T("account.certified"),
             certified(ui, s, app->today));
    } else if (s->monthly > 0) {
        bool both = s->year_count > 0 && s->year[0].other > 0;
        fact(ui, "account.monthly", ICON_EVENT, T(both ? "account.monthly" : "account.monthly_own"),
             account_yuan(ui, app, s->monthly));
    }
    if (app->social->part != SOCIAL_UNEMPLOYMENT)
        fact(ui, "account.months", ICON_HISTORY, T("account.paid_for"),
             s->worker
                 ? months(ui, s->months)
                 : i18n_fmt(a, "account.whole_years", "n", say_number(a, s->months / 12), NULL));
    fact(ui, "account.state", ICON_INFO, T("account.state"), state_words(app));
}

static void show_button(struct ui *ui, const struct app *app, bool whole)
{
    ui_button(ui, &(struct ui_button){ .id = "account.show",
                                       .label = T(shown(app) ? "account.hide" : "account.show"),
                                       .icon = ICON_VISIBILITY,
                                       .kind = shown(app) ? BUTTON_SECONDARY : BUTTON_PRIMARY,
                                       .main = true,
                                       .w = whole ? UI_FILL : (struct ui_len){ .how = UI_FIT },
                                       .on = UI_PICK_ON("account.show", 0) });
}

/* The figure, and beside it what shows it: on every panel without scrolling. */
static void top(struct ui *ui, const struct app *app)
{
    bool column = ui_big(ui) ? !frame_wide(ui) : !i18n_chinese();
    UI(ui, .dir = column ? UI_COL : UI_ROW, .w = UI_FILL, .pad = UI_PAD2(32, 24), .gap = 16,
       .cross = column ? UI_STRETCH : UI_CENTER)
    {
        UI(ui, .dir = UI_COL, .w = UI_FILL, .gap = 8)
        {
            ui_say_in(ui, TYPE_BODY, TOK_INK2, scheme_words(app));
            ui_label(ui, &(struct ui_text){
                             .text = figure_label(app), .type = TYPE_H3, .heading = true });
            ui_label(ui, &(struct ui_text){ .id = "account.figure",
                                            .text = figure(ui, app),
                                            .type = ui_big(ui) ? TYPE_H2 : TYPE_H1,
                                            .tabular = true });
        }
        if (app->social->part != SOCIAL_UNEMPLOYMENT)
            show_button(ui, app, column);
    }
}

void account_figures(struct ui *ui, const struct app *app)
{
    UI_CARD(ui, .w = UI_FILL, .id = "account.figures", .divider = true)
    {
        top(ui, app);
        more_facts(ui, app);
    }
    if (app->social->part == SOCIAL_UNEMPLOYMENT)
        ui_say(ui, TYPE_BODY, T("account.unemployment_line"));
    if (app->social->part != SOCIAL_CREDIT)
        ui_button(ui, &(struct ui_button){ .id = "account.proof",
                                           .label = i18n_fmt(ui_arena(ui), "account.proof", "what",
                                                             proof_title(app->social->part), NULL),
                                           .icon = ICON_PRINT,
                                           .kind = BUTTON_SECONDARY,
                                           .main = true,
                                           .w = UI_FILL,
                                           .on = UI_GO_TO("proof", app->social->part) });
}

/* --- bills --------------------------------------------------------------------------------------
 */

static const char *bill_words(struct ui *ui, const struct app *app, const struct social_bill *b)
{
    struct arena *a = ui_arena(ui);
    return i18n_fmt(a, b->account > 0 ? "account.bill" : "account.bill_cash", "day",
                    say_date(a, b->day), "kind",
                    T(b->inpatient ? "account.inpatient" : "account.outpatient"), "total",
                    account_yuan(ui, app, b->total), "fund", account_yuan(ui, app, b->fund),
                    "account", account_yuan(ui, app, b->account), NULL);
}

static void bill(struct ui *ui, const struct app *app, int i)
{
    const struct social_bill *b = &sheet_of(app)->bill[i];
    ui_row(ui, &(struct ui_row){ .id = frame_id(ui, "account.bill", i),
                                 .title = b->hospital,
                                 .plain = true,
                                 .caption = bill_words(ui, app, b),
                                 .right = account_yuan(ui, app, b->cash),
                                 .right_type = TYPE_LEADB,
                                 .right_caption = T("account.cash") });
}

void account_bills(struct ui *ui, const struct app *app)
{
    const struct social_sheet *s = sheet_of(app);
    if (app->social->part != SOCIAL_MEDICAL)
        return;
    UI(ui, .dir = UI_COL, .w = UI_FILL, .gap = 12)
    {
        title(ui, "account.bills");
        if (s->bill_count == 0)
            ui_say(ui, TYPE_BODY, T("account.no_bills"));
        else
            UI_CARD(ui, .w = UI_FILL, .id = "account.bills", .role = ROLE_LIST, .divider = true)
        for (int i = 0; i < s->bill_count; i++)
            bill(ui, app, i);
    }
}

/* --- years --------------------------------------------------------------------------------------
 */

static const char *rate(struct arena *a, int per_10000)
{
    return arena_printf(a, "%d.%02d%%", per_10000 / 100, per_10000 % 100);
}

/* What came in and went out, in words; only what there was. */
static const char *year_words(struct ui *ui, const struct app *app, const struct social_year *y)
{
    struct arena *a = ui_arena(ui);
    const char *sep = T("account.sep"), *words = "";
    const struct {
        int64_t fen;
        const char *key;
    } part[] = { { y->own, "account.own" },
                 { y->other, sheet_of(app)->worker ? "account.employer" : "account.subsidy" },
                 { y->interest, "account.interest" },
                 { y->paid,
                   app->social->part == SOCIAL_MEDICAL ? "account.spent" : "account.paid" } };
    for (size_t i = 0; i < sizeof part / sizeof *part; i++)
        if (part[i].fen > 0)
            words =
                arena_printf(a, "%s%s%s", words, *words ? sep : "",
                             i18n_fmt(a, part[i].key, "yuan", account_yuan(ui, app, part[i].fen),
                                      "rate", rate(a, y->rate), NULL));
    return *words ? words : T("account.nothing");
}

static void year(struct ui *ui, const struct app *app, int i)
{
    const struct social_year *y = &sheet_of(app)->year[i];
    struct arena *a = ui_arena(ui);
    bool fund = app->social->part == SOCIAL_UNEMPLOYMENT;
    ui_row(ui,
           &(struct ui_row){
               .id = frame_id(ui, "account.year", y->year),
               .title = i18n_fmt(a, "account.year", "year", arena_printf(a, "%d", y->year), NULL),
               .caption = fund ? NULL : year_words(ui, app, y),
               .right = fund ? months(ui, y->months) : account_yuan(ui, app, y->balance),
               .right_type = TYPE_BODYB,
               .right_caption = fund ? NULL : T(i == 0 ? "account.by_now" : "account.year_end") });
}

/* An account that is empty since long begins with the year in which it last moved. */
static int first_year(const struct social_sheet *s)
{
    int i = 0;
    while (i + 1 < s->year_count && s->year[i].balance == 0 && s->year[i].months == 0 &&
           s->year[i].paid == 0 && s->year[i].own + s->year[i].other == 0)
        i++;
    return i;
}

void account_years(struct ui *ui, const struct app *app)
{
    const struct social_sheet *s = sheet_of(app);
    int first = first_year(s), count = s->year_count - first;
    bool all = app->social->all || count <= YEARS_FIRST + 1;
    int last = all ? s->year_count : first + YEARS_FIRST;
    struct arena *a = ui_arena(ui);
    if (app->social->part == SOCIAL_CREDIT)
        return;
    UI(ui, .dir = UI_COL, .w = UI_FILL, .gap = 12)
    {
        title(ui, "account.years");
        UI_CARD(ui, .w = UI_FILL, .id = "account.years", .role = ROLE_LIST, .divider = true)
        for (int i = first; i < last; i++)
            year(ui, app, i);
        if (!all)
            ui_button(ui, &(struct ui_button){
                              .id = "account.all",
                              .label = i18n_fmt(a, "account.all", "n", say_number(a, count), NULL),
                              .icon = ICON_EXPAND_MORE,
                              .kind = BUTTON_QUIET,
                              .no_chevron = true,
                              .w = UI_FILL,
                              .on = UI_PICK_ON("account.all", 0) });
    }
}

void account_source(struct ui *ui, const struct app *app)
{
    bool credit = app->social->part == SOCIAL_CREDIT;
    struct arena *a = ui_arena(ui);
    ui_say_in(ui, TYPE_CAP, TOK_INK2,
              i18n_fmt(a, credit ? "credit.source" : "account.source", "when",
                       say_time(a, sheet_of(app)->asked_ms, app->today), NULL));
    ui_say_in(ui, TYPE_CAP, TOK_INK2, T("account.forgotten"));
}
