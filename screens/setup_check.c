/* setup_check.c - setting up: the self-test, the panel's colours and touch, the report. */
#include "screens/setup_part.h"

#include "screens/frame.h"

#include "app/i18n.h"
#include "app/say.h"
#include "app/widgets.h"

#include <string.h>

/* --- the self-test ------------------------------------------------------------------------------
 */

static const struct {
    uint32_t icon;
    enum tok color;
    enum chip_kind chip;
    const char *word;
} looks[] = {
    [RESULT_OK] = { ICON_CHECK_CIRCLE, TOK_TEA, CHIP_OK, "setup.test.ok" },
    [RESULT_TODO] = { ICON_ERROR, TOK_PEELINK, CHIP_WARN, "setup.test.todo" },
    [RESULT_NOT_THERE] = { ICON_REMOVE, TOK_INK2, CHIP_MUTE, "setup.test.not_there" },
};

static void row_button(struct ui *ui, const char *id, const char *label, bool busy)
{
    ui_button(ui, &(struct ui_button){ .id = id,
                                       .label = label,
                                       .kind = BUTTON_SECONDARY,
                                       .busy = busy,
                                       .small = true,
                                       .on = UI_PICK_ON(id, 0) });
}

/* What can be pressed in this row. */
static void row_act(struct ui *ui, const struct app *app, enum setup_test t, bool ok)
{
    const struct setup *s = app->setup;
    bool printer = app->dev.printer && strcmp(app->config->printer, "none") != 0;
    if (t == TEST_SCREEN)
        row_button(ui, "setup.colours", T(ok ? "setup.test.once_more" : "setup.test.look"), false);
    else if (t == TEST_TOUCH)
        row_button(ui, "setup.touch", T(ok ? "setup.test.once_more" : "setup.test.begin"), false);
    else if (t == TEST_PRINTER && printer)
        row_button(ui, "setup.print", T(ok ? "setup.test.once_more" : "setup.test.print"),
                   s->printing);
}

static void test_row(struct ui *ui, const struct app *app, enum setup_test t)
{
    const char *state, *todo;
    enum setup_result r = setup_test(app, t, ui_arena(ui), &state, &todo);
    UI(ui, .dir = UI_ROW, .w = UI_FILL, .h = UI_ATLEAST(84), .pad = UI_PAD2(28, 14), .gap = 20,
       .id = frame_id(ui, "setup.row", t), .role = ROLE_ROW, .value = T(looks[r].word))
    {
        ui_icon(ui, looks[r].icon, ui_icon_dp(ui, 44), looks[r].color);
        UI(ui, .w = UI_FILL, .gap = 2)
        {
            UI(ui, .dir = UI_ROW, .gap = 16, .w = UI_FILL)
            {
                ui_label(ui, &(struct ui_text){ .text = setup_test_name(t), .type = TYPE_LEADB });
                ui_chip(ui, looks[r].chip, ICON_NONE, T(looks[r].word));
            }
            ui_label(ui, &(struct ui_text){
                             .text = state, .type = TYPE_CAP, .color = TOK_INK2, .w = UI_FILL });
            if (todo)
                ui_label(ui,
                         &(struct ui_text){
                             .text = todo, .type = TYPE_CAPB, .color = TOK_PEELINK, .w = UI_FILL });
        }
        row_act(ui, app, t, r == RESULT_OK);
    }
}

void setup_build_test(struct ui *ui, const struct app *app)
{
    UI_CARD(ui, .w = UI_FILL, .divider = true, .id = "setup.tests", .role = ROLE_LIST)
    for (int t = 0; t < SETUP_TESTS; t++)
        test_row(ui, app, (enum setup_test)t);
}

/* --- the whole panel ----------------------------------------------------------------------------
 */

/* After the last colour: what the eye said. */
static void colours_question(struct ui *ui)
{
    UI(ui, .w = UI_FILL, .h = UI_FILL, .main = UI_CENTER, .pad = UI_PAD(48), .gap = 24)
    {
        ui_label(ui,
                 &(struct ui_text){
                     .text = T("setup.even_q"), .type = TYPE_H2, .heading = true, .w = UI_FILL });
        ui_button(ui, &(struct ui_button){ .id = "setup.even",
                                           .label = T("setup.even_yes"),
                                           .icon = ICON_CHECK,
                                           .kind = BUTTON_PRIMARY,
                                           .main = true,
                                           .w = UI_FILL,
                                           .on = UI_PICK_ON("setup.even", 1) });
        ui_button(ui, &(struct ui_button){ .id = "setup.uneven",
                                           .label = T("setup.even_no"),
                                           .kind = BUTTON_SECONDARY,
                                           .main = true,
                                           .w = UI_FILL,
                                           .on = UI_PICK_ON("setup.even", 0) });
        ui_button(ui, &(struct ui_button){ .id = "setup.colours",
                                           .label = T("setup.even_again"),
                                           .kind = BUTTON_SECONDARY,
                                           .main = true,
                                           .w = UI_FILL,
                                           .on = UI_PICK_ON("setup.colours", 0) });
    }
}

static void colours(struct ui *ui, const struct setup *s)
{
    static const enum tok fill[SETUP_COLOURS] = { TOK_PURE_WHITE, TOK_PURE_RED, TOK_PURE_GREEN,
                                                  TOK_PURE_BLUE, TOK_PURE_BLACK };
    static const char *const name[SETUP_COLOURS] = { "setup.white", "setup.red", "setup.green",
                                                     "setup.blue", "setup.black" };
    if (s->colour >= SETUP_COLOURS) {
        colours_question(ui);
        return;
    }
    UI(ui, .id = "setup.colour", .role = ROLE_BUTTON, .w = UI_FILL, .h = UI_FILL,
       .fill = fill[s->colour], .pressed = fill[s->colour], .main_target = true,
       .name = T(name[s->colour]), .on = UI_PICK_ON("setup.colour", 0))
    {
    }
}

static void target(struct ui *ui, const struct setup *s, int i)
{
    bool hit = s->hit & 1u << i;
    UI(ui, .dir = UI_ROW, .id = frame_id(ui, "setup.target", i), .role = ROLE_BUTTON,
       .w = UI_DP(120), .h = UI_DP(120), .main = UI_CENTER, .radius = 60,
       .fill = hit ? TOK_TEA : TOK_SHEET, .pressed = TOK_TEAWASH, .border = TOK_TEA, .border_dp = 6,
       .main_target = true, .selected = hit,
       .name = i18n_fmt(ui_arena(ui), "setup.target", "n", say_number(ui_arena(ui), i + 1), NULL),
       .on = UI_PICK_ON("setup.target", i))
    ui_icon(ui, hit ? ICON_CHECK : ICON_ADD, 64, hit ? TOK_ONTEA : TOK_TEA);
}

static void two_targets(struct ui *ui, const struct setup *s, int left)
{
    UI(ui, .dir = UI_ROW, .w = UI_FILL)
    {
        target(ui, s, left);
        ui_spring(ui);
        target(ui, s, left + 1);
    }
}

static void touch(struct ui *ui, const struct setup *s)
{
    UI(ui, .w = UI_FILL, .h = UI_FILL, .pad = UI_PAD(16), .gap = 12)
    {
        two_targets(ui, s, 0);
        ui_spring(ui);
        ui_label(ui, &(struct ui_text){ .text = T("setup.touch_how"),
                                        .type = TYPE_LEADB,
                                        .align = UI_CENTER,
                                        .w = UI_FILL });
        UI(ui, .dir = UI_ROW, .w = UI_FILL, .main = UI_CENTER)
        target(ui, s, 4);
        UI(ui, .dir = UI_ROW, .w = UI_FILL, .main = UI_CENTER)
        row_button(ui, "setup.touch_end", T("setup.touch_end"), false);
        ui_spring(ui);
        two_targets(ui, s, 2);
    }
}

void setup_build_whole(struct ui *ui, const struct app *app)
{
    if (app->setup->whole == WHOLE_COLOURS)
        colours(ui, app->setup);
    else
        touch(ui, app->setup);
}

/* --- the report ---------------------------------------------------------------------------------
 */

static void report_line(struct ui *ui, const struct setup_line *l)
{
    bool low = frame_low(ui);
    UI(ui, .dir = ui_xbig(ui) ? UI_COL : UI_ROW, .w = UI_FILL, .gap = 16,
       .pad = UI_PAD2(28, low ? 4 : 8), .cross = ui_xbig(ui) ? UI_STRETCH : UI_START)
    {
        ui_label(ui, &(struct ui_text){ .text = l->name,
                                        .type = TYPE_CAP,
                                        .color = TOK_INK2,
                                        .w = ui_xbig(ui) ? UI_FILL : UI_DP(260) });
        UI(ui, .dir = UI_ROW, .gap = 10, .w = UI_FILL, .cross = UI_START)
        {
            if (l->test)
                ui_icon(ui, looks[l->result].icon, ui_icon_dp(ui, 32), looks[l->result].color);
            ui_label(ui, &(struct ui_text){ .text = l->value, .type = TYPE_CAPB, .w = UI_FILL });
        }
    }
}

static void code(struct ui *ui, const struct app *app)
{
    const struct qr *qr = setup_report_code(app, ui_arena(ui));
    if (!qr)
        return;
    UI(ui, .w = UI_FILL, .gap = 12, .cross = UI_CENTER)
    {
        ui_qr(ui, qr, 0, "setup.code", T("setup.code"));
        ui_label(ui, &(struct ui_text){ .text = T("setup.code"),
                                        .type = TYPE_CAP,
                                        .color = TOK_INK2,
                                        .align = UI_CENTER,
                                        .w = UI_FILL });
    }
}

static void paper_button(struct ui *ui, const struct app *app)
{
    ui_button(ui, &(struct ui_button){ .id = "setup.paper",
                                       .label = T("setup.paper"),
                                       .icon = ICON_PRINT,
                                       .kind = BUTTON_SECONDARY,
                                       .busy = app->setup->printing,
                                       .w = UI_FILL,
                                       .on = UI_PICK_ON("setup.paper", 0) });
}

void setup_build_report(struct ui *ui, const struct app *app)
{
    struct setup_line *line = arena_array(ui_arena(ui), struct setup_line, SETUP_LINES);
    int n = line ? setup_report(app, ui_arena(ui), line) : 0;
    bool beside = !ui_theme(ui)->portrait && !ui_big(ui);
    if (app->setup->unfinished)
        ui_banner(ui, &(struct ui_banner){ .id = "setup.unfinished",
                                           .kind = BANNER_BAD,
                                           .title = T("setup.unfinished"),
                                           .line = T("setup.wrong.disk") });
    UI(ui, .dir = beside ? UI_ROW : UI_COL, .w = UI_FILL, .gap = 24,
       .cross = beside ? UI_START : UI_STRETCH)
    {
        UI_CARD(ui, .w = beside ? UI_SHARE(2) : UI_FILL, .pad = UI_PAD2(0, 16),
                .id = "setup.report", .role = ROLE_LIST)
        for (int i = 0; i < n; i++)
            report_line(ui, &line[i]);
        UI(ui, .w = beside ? UI_FILL : (struct ui_len){ 0 }, .gap = 16)
        {
            if (app->dev.printer && strcmp(app->config->printer, "none") != 0)
                paper_button(ui, app);
            code(ui, app);
        }
    }
}

/* --- pressed ------------------------------------------------------------------------------------
 */

static void look_at_colours(struct setup *s)
{
    s->whole = WHOLE_COLOURS;
    s->colour = 0;
}

static void hit(struct setup *s, int64_t i)
{
    if (i >= 0 && i < SETUP_TARGETS)
        s->hit |= 1u << i;
    if (s->hit == (1u << SETUP_TARGETS) - 1)
        s->whole = WHOLE_NOT;
}

static void say_even(struct setup *s, bool even)
{
    s->eye = even ? EYE_EVEN : EYE_UNEVEN;
    s->whole = WHOLE_NOT;
}

bool setup_check_picked(struct app *app, const struct event *ev)
{
    struct setup *s = app->setup;
    const char *w = ev->what;
    if (s->page != SETUP_TEST && s->page != SETUP_REPORT)
        return false;
    if (strcmp(w, "setup.colours") == 0) {
        look_at_colours(s);
    } else if (strcmp(w, "setup.colour") == 0) {
        s->colour++;
    } else if (strcmp(w, "setup.even") == 0) {
        say_even(s, ev->n == 1);
    } else if (strcmp(w, "setup.touch") == 0) {
        s->whole = WHOLE_TOUCH;
        s->hit = 0;
    } else if (strcmp(w, "setup.target") == 0) {
        hit(s, ev->n);
    } else if (strcmp(w, "setup.touch_end") == 0) {
        s->whole = WHOLE_NOT;
    } else if (strcmp(w, "setup.print") == 0) {
        s->printed = false;
        setup_print_test(app);
    } else if (strcmp(w, "setup.paper") == 0) {
        setup_print_report(app);
    } else if (strcmp(w, "setup.finish") == 0) {
        setup_finish(app);
    } else {
        return false;
    }
    return true;
}
