/* ui_input_test.c - a press is answered, a slip is not, and the keypad reaches everything. */
#include "tests/test.h"

#include "app/widgets.h"
#include "tests/unit/ui_kit.h"

#include <stdlib.h>
#include <string.h>

static bool with_modal;

static void button(struct ui *ui, const char *id, int n)
{
    ui_button(ui,
              &(struct ui_button){
                  .id = id, .label = id, .main = true, .w = UI_FILL, .on = UI_PICK_ON("test", n) });
}

static void pairs(struct ui *ui)
{
    UI(ui, .dir = UI_ROW, .gap = 20)
    {
        button(ui, "nw", 1);
        button(ui, "ne", 2);
    }
    UI(ui, .dir = UI_ROW, .gap = 20)
    {
        button(ui, "sw", 3);
        button(ui, "se", 4);
    }
    if (!with_modal)
        return;
    ui_modal_open(ui, "ask", "您还在吗？", UI_SEND(EV_STAY));
    button(ui, "stay", 5);
    ui_modal_close(ui);
}

static struct ui *pairs_ui(bool modal)
{
    struct ui *ui = kit_ui(SIZE_NORMAL, false);
    with_modal = modal;
    kit_build(pairs);
    return ui;
}

TEST(a_press_is_seen_at_once_and_sent_when_the_finger_leaves)
{
    pairs_ui(false);
    uint32_t before = kit_view("ne").bg;
    struct rect r = kit_view("ne").rect;
    CHECK_EQ(kit_touch(INPUT_DOWN, r.x + 9, r.y + 9, 0).type, EV_NONE);
    CHECK(kit_view("ne").bg != before);
    struct event ev = kit_touch(INPUT_UP, r.x + 9, r.y + 9, 30);
    CHECK_EQ(ev.type, EV_PICK);
    CHECK_EQ(ev.n, 2);
    CHECK_EQ(kit_view("ne").bg, before);
}

TEST(sliding_off_a_button_sends_nothing_even_after_coming_back)
{
    pairs_ui(false);
    struct rect r = kit_view("nw").rect;
    kit_touch(INPUT_DOWN, r.x + 9, r.y + 9, 0);
    kit_touch(INPUT_MOVE, r.x + 9, r.y + 900, 10);
    kit_touch(INPUT_MOVE, r.x + 9, r.y + 9, 20);
    CHECK_EQ(kit_touch(INPUT_UP, r.x + 9, r.y + 9, 30).type, EV_NONE);
}

TEST(a_cancelled_touch_sends_nothing)
{
    pairs_ui(false);
    struct rect r = kit_view("nw").rect;
    kit_touch(INPUT_DOWN, r.x + 9, r.y + 9, 0);
    kit_touch(INPUT_CANCEL, 0, 0, 10);
    CHECK_EQ(kit_touch(INPUT_UP, r.x + 9, r.y + 9, 30).type, EV_NONE);
}

TEST(next_goes_round_in_reading_order_and_arrows_go_where_they_point)
{
    pairs_ui(false);
    static const char *const order[] = { "nw", "ne", "sw", "se", "nw" };
    for (int i = 0; i < 5; i++) {
        kit_key(KEY_NEXT);
        CHECK_STR(kit_focus(), order[i]);
    }
    kit_key(KEY_DOWN);
    CHECK_STR(kit_focus(), "sw");
    kit_key(KEY_RIGHT);
    CHECK_STR(kit_focus(), "se");
    kit_key(KEY_UP);
    CHECK_STR(kit_focus(), "ne");
    kit_key(KEY_RIGHT); /* nothing there: stays */
    CHECK_STR(kit_focus(), "ne");
    CHECK_EQ(kit_key(KEY_OK).n, 2);
}

TEST(a_digit_presses_the_main_target_of_that_number)
{
    pairs_ui(false);
    CHECK_EQ(kit_key(KEY_3).n, 3);
    CHECK_EQ(kit_key(KEY_9).type, EV_NONE);
}

TEST(under_the_question_nothing_can_be_pressed_or_reached)
{
    pairs_ui(true);
    CHECK(kit_view("nw").under_modal);
    CHECK_EQ(kit_view("nw").focus, 0);
    CHECK_EQ(kit_tap("nw").type, EV_NONE);
    kit_key(KEY_NEXT);
    CHECK_STR(kit_focus(), "stay");
    kit_key(KEY_NEXT);
    CHECK_STR(kit_focus(), "stay");
    CHECK_EQ(kit_tap("stay").n, 5);
    CHECK_EQ(kit_key(KEY_BACK).type, EV_STAY);
}

TEST(back_and_home_are_events_when_no_question_is_open)
{
    pairs_ui(false);
    CHECK_EQ(kit_key(KEY_BACK).type, EV_BACK);
    CHECK_EQ(kit_key(KEY_HOME).type, EV_HOME);
}

static size_t commands(void)
{
    return (size_t)kit_build(pairs)->count;
}

TEST(the_ring_is_shown_for_the_keypad_and_hidden_by_a_touch)
{
    pairs_ui(false);
    size_t plain = commands();
    kit_key(KEY_NEXT);
    CHECK_EQ(commands(), plain + 2);
    kit_touch(INPUT_DOWN, 5, 1900, 0);
    kit_touch(INPUT_UP, 5, 1900, 10);
    CHECK_EQ(commands(), plain);
}

/* --- typing
 * ---------------------------------------------------------------------------------------- */

static bool pad_open;

static void form(struct ui *ui)
{
    ui_field(ui, &(struct ui_field){ .id = "phone", .label = "联系电话", .focused = pad_open });
    button(ui, "go", 1);
    if (pad_open)
        ui_keypad(ui, &(struct ui_keypad){ .field = "phone", .digits = true });
}

TEST(typed_text_goes_to_the_field_that_was_tapped)
{
    kit_ui(SIZE_NORMAL, false);
    pad_open = false;
    kit_build(form);
    CHECK_EQ(kit_key(KEY_ERASE).type, EV_NONE); /* nothing is focused yet */
    kit_tap("phone");
    struct event ev = kit_key(KEY_7);
    CHECK_EQ(ev.type, EV_TEXT);
    CHECK_STR(ev.what, "phone");
    CHECK_STR(ev.s, "7");
    CHECK_EQ(kit_key(KEY_ERASE).type, EV_ERASE);
}

TEST(with_the_pad_open_digits_type_wherever_the_focus_is)
{
    kit_ui(SIZE_NORMAL, false);
    pad_open = true;
    kit_build(form);
    kit_key(KEY_NEXT);
    kit_key(KEY_NEXT);
    CHECK_STR(kit_focus(), "go");
    CHECK_EQ(kit_key(KEY_1).type, EV_TEXT);
    struct event ev = kit_tap("pad.4");
    CHECK_EQ(ev.type, EV_TEXT);
    CHECK_STR(ev.s, "4");
    CHECK_STR(ev.what, "phone");
    CHECK_EQ(kit_tap("pad.erase").type, EV_ERASE);
}
