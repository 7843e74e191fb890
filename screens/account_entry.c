/* account_entry.c - referrals beside the bills; loans and enquiries of the credit report. */
#include "screens/account.h"
#include "screens/frame.h"

#include "app/i18n.h"
#include "app/say.h"
#include "app/widgets.h"

static const struct social_sheet *sheet_of(const struct app *app)
{
    return &app->social->sheet[app->social->part];
}

static int count(const struct social_sheet *s, enum social_kind kind)
{
    int n = 0;
    for (int i = 0; i < s->entry_count; i++)
        n += s->entry[i].kind == kind;
    return n;
}

static void referral(struct ui *ui, const struct app *app, const struct social_entry *e, int i)
{
    struct arena *a = ui_arena(ui);
    bool valid = app->today <= e->until;
    ui_row(ui, &(struct ui_row){
                   .id = frame_id(ui, "account.referral", i),
                   .icon = ICON_ARROW_FORWARD,
                   .title = i18n_fmt(a, "account.referral_to", "place", e->place, "title", e->title,
                                     NULL),
                   .caption = i18n_fmt(a, "account.referral_when", "who", e->who, "day",
                                       say_date(a, e->day), "until", say_date(a, e->until), NULL),
                   .chip = T(valid ? "account.referral_valid" : "account.referral_over"),
                   .chip_kind = valid ? CHIP_OK : CHIP_MUTE,
                   .chip_icon = valid ? ICON_CHECK_CIRCLE : ICON_HISTORY });
}

static void loan(struct ui *ui, const struct app *app, const struct social_entry *e, int i)
{
    struct arena *a = ui_arena(ui);
    const char *words =
        i18n_fmt(a, "credit.loan", "day", say_date(a, e->day), "total",
                 account_yuan(ui, app, e->total), "until", say_date(a, e->until), NULL);
    bool paid = e->owed == 0;
    ui_row(ui,
           &(struct ui_row){ .id = frame_id(ui, "account.loan", i),
                             .title = i18n_fmt(a, "say.pair", "a", e->who, "b", e->title, NULL),
                             .plain = true,
                             .caption = e->late ? i18n_fmt(a, "credit.with_late", "words", words,
                                                           "n", say_number(a, e->late), NULL)
                                                : words,
                             .right = paid ? T("credit.paid_up") : account_yuan(ui, app, e->owed),
                             .right_type = TYPE_BODYB,
                             .right_caption = paid ? NULL : T("credit.left") });
}

static void look(struct ui *ui, const struct app *app, const struct social_entry *e, int i)
{
    (void)app;
    ui_row(ui, &(struct ui_row){ .id = frame_id(ui, "account.look", i),
                                 .icon = ICON_VISIBILITY,
                                 .title = e->who,
                                 .plain = true,
                                 .caption = e->title,
                                 .right = say_date(ui_arena(ui), e->day),
                                 .right_type = TYPE_BODY });
}

static const struct {
    const char *title, *none, *id;
    void (*row)(struct ui *ui, const struct app *app, const struct social_entry *e, int i);
} kinds[] = {
    [SOCIAL_REFERRAL] = { "account.referrals", "account.no_referrals", "account.referrals",
                          referral },
    [SOCIAL_LOAN] = { "credit.loans", "credit.no_loans", "account.loans", loan },
    [SOCIAL_LOOK] = { "credit.looks", "credit.no_looks", "account.looks", look },
};

static void list(struct ui *ui, const struct app *app, enum social_kind kind)
{
    const struct social_sheet *s = sheet_of(app);
    UI(ui, .dir = UI_COL, .w = UI_FILL, .gap = 12)
    {
        ui_label(ui, &(struct ui_text){
                         .text = T(kinds[kind].title), .type = TYPE_H3, .heading = true });
        if (count(s, kind) == 0)
            ui_say(ui, TYPE_BODY, T(kinds[kind].none));
        else
            UI_CARD(ui, .w = UI_FILL, .id = kinds[kind].id, .role = ROLE_LIST, .divider = true)
        for (int i = 0; i < s->entry_count; i++)
            if (s->entry[i].kind == kind)
                kinds[kind].row(ui, app, &s->entry[i], i);
    }
}

void account_entries(struct ui *ui, const struct app *app)
{
    if (app->social->part == SOCIAL_MEDICAL) {
        list(ui, app, SOCIAL_REFERRAL);
    } else if (app->social->part == SOCIAL_CREDIT) {
        list(ui, app, SOCIAL_LOAN);
        list(ui, app, SOCIAL_LOOK);
        ui_say_in(ui, TYPE_BODY, TOK_INK2, T("credit.dispute"));
    }
}

void account_credit_facts(struct ui *ui, const struct app *app)
{
    const struct social_sheet *s = sheet_of(app);
    struct arena *a = ui_arena(ui);
    int late = 0;
    for (int i = 0; i < s->entry_count; i++)
        late += s->entry[i].late;
    ui_row(ui, &(struct ui_row){
                   .id = "account.late",
                   .icon = late ? ICON_INFO : ICON_VERIFIED,
                   .title = T("credit.late"),
                   .plain = true,
                   .right = late ? i18n_fmt(a, "credit.late_times", "n", say_number(a, late), NULL)
                                 : T("credit.late_none"),
                   .right_type = TYPE_BODYB });
    ui_row(ui, &(struct ui_row){ .id = "account.loan_count",
                                 .icon = ICON_CREDIT_CARD,
                                 .title = T("credit.count"),
                                 .plain = true,
                                 .right = i18n_fmt(a, "credit.count_n", "n",
                                                   say_number(a, count(s, SOCIAL_LOAN)), NULL),
                                 .right_type = TYPE_BODYB });
}
