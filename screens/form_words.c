/* form_words.c - parts the guide, the form and the review page share. */
#include "screens/form_words.h"

#include "app/i18n.h"
#include "app/say.h"
#include "app/widgets.h"

/* Full or empty, it is a box; a filled one is tea with a tick. */
static void tick_box(struct ui *ui, bool on)
{
    float size = ui_icon_dp(ui, 64);
    UI(ui, .dir = UI_ROW, .main = UI_CENTER, .w = UI_DP(size), .h = UI_DP(size), .radius = 12,
       .fill = on ? TOK_TEA : TOK_SHEET, .border = on ? TOK_TEA : TOK_EDGE, .border_dp = 4)
    if (on)
        ui_icon(ui, ICON_CHECK, size - 12, TOK_ONTEA);
}

static void tick_words(struct ui *ui, const struct tick_row *t)
{
    UI(ui, .w = UI_FILL, .gap = 2)
    {
        ui_label(ui, &(struct ui_text){ .text = t->title, .type = TYPE_LEADB, .w = UI_FILL });
        if (t->caption && *t->caption)
            ui_label(ui, &(struct ui_text){ .text = t->caption,
                                            .type = t->card ? TYPE_BODY : TYPE_CAP,
                                            .color = TOK_INK2,
                                            .w = UI_FILL });
        if (t->caption2 && *t->caption2)
            ui_label(ui, &(struct ui_text){ .text = t->caption2,
                                            .type = t->card ? TYPE_BODY : TYPE_CAP,
                                            .color = TOK_INK2,
                                            .w = UI_FILL });
        if (ui_big(ui) && t->word)
            ui_say(ui, TYPE_BODY, t->word);
    }
    if (!ui_big(ui) && t->word)
        ui_say(ui, TYPE_BODY, t->word);
}

void tick_row(struct ui *ui, const struct tick_row *t)
{
    bool on = t->card && t->on;
    UI(ui, .dir = UI_ROW, .id = t->id, .role = t->sure ? ROLE_ROW : ROLE_TICK, .w = UI_FILL,
       .h = UI_ATLEAST(t->sure ? 88 : 108), .pad = UI_PAD2(28, 18), .gap = 24,
       .selected = t->on && !t->sure, .main_target = !t->sure, .on = t->press,
       .fill = on        ? TOK_TEAWASH
               : t->card ? TOK_SHEET
                         : TOK_NONE,
       .pressed = TOK_TEAWASH, .border = t->card ? (on ? TOK_TEA : TOK_EDGE) : TOK_NONE,
       .border_dp = t->card ? 4 : 0, .radius = t->card ? 20 : 0)
    {
        if (t->sure)
            ui_icon(ui, ICON_VERIFIED, ui_icon_dp(ui, 60), TOK_TEA);
        else
            tick_box(ui, t->on);
        tick_words(ui, t);
    }
}

static void one_of_two(struct ui *ui, const char *id, const char *label, bool on, struct event ev)
{
    UI(ui, .dir = UI_ROW, .id = id, .role = ROLE_CHOICE, .name = label, .w = UI_FILL,
       .h = UI_ATLEAST(84), .main = UI_CENTER, .gap = 12, .radius = 14, .selected = on,
       .fill = on ? TOK_TEA : TOK_SHEET, .pressed = on ? TOK_TEADK : TOK_TEAWASH, .border = TOK_TEA,
       .border_dp = 3, .main_target = true, .on = ev, .pad = UI_PAD2(20, 10))
    {
        if (on)
            ui_icon(ui, ICON_CHECK, ui_icon_dp(ui, 40), TOK_ONTEA);
        ui_say_in(ui, TYPE_LEADB, on ? TOK_ONTEA : TOK_TEA, label);
    }
}

void yes_no(struct ui *ui, const char *id_yes, const char *id_no, int chosen, struct event yes,
            struct event no)
{
    UI(ui, .dir = UI_ROW, .w = UI_FILL, .gap = 16)
    {
        one_of_two(ui, id_yes, T("form.yes"), chosen == ANSWER_YES, yes);
        one_of_two(ui, id_no, T("form.no"), chosen == ANSWER_NO, no);
    }
}

const char *days_words(struct ui *ui, int days, bool working)
{
    return i18n_fmt(ui_arena(ui),
                    days == 1 ? (working ? "service.working_day" : "service.day")
                              : (working ? "service.working_days" : "service.days"),
                    "n", say_number(ui_arena(ui), days), NULL);
}

void section(struct ui *ui, const char *text)
{
    ui_label(ui, &(struct ui_text){ .text = text, .type = TYPE_LEADB, .heading = true });
}
