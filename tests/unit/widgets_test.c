/* widgets_test.c - each part is large enough to touch, can be read, and is named as it looks. */
#include "tests/test.h"

#include "app/widgets.h"
#include "tests/unit/ui_kit.h"

#include <string.h>

static void all_parts(struct ui *ui)
{
    UI(ui, .id = "page", .scroll = true, .h = UI_FILL, .pad = UI_PAD(48), .gap = 20)
    {
        ui_button(ui,
                  &(struct ui_button){
                      .id = "main", .label = "现在申请", .main = true, .on = UI_SEND(EV_STAY) });
        ui_button(ui, &(struct ui_button){ .id = "small",
                                           .label = "看全文",
                                           .small = true,
                                           .kind = BUTTON_SECONDARY,
                                           .on = UI_SEND(EV_STAY) });
        ui_button(ui, &(struct ui_button){ .id = "quiet",
                                           .label = "养老待遇资格认证",
                                           .kind = BUTTON_QUIET,
                                           .on = UI_SEND(EV_STAY) });
        ui_button(ui, &(struct ui_button){ .id = "danger",
                                           .label = "撤回",
                                           .kind = BUTTON_DANGER,
                                           .on = UI_SEND(EV_STAY) });
        ui_button(ui, &(struct ui_button){
                          .id = "busy", .label = "正在交…", .busy = true, .on = UI_SEND(EV_STAY) });
        ui_tile(ui, &(struct ui_tile){ .id = "tile",
                                       .title = "看价格",
                                       .fact = "鸡蛋最低 4.98元/斤",
                                       .time = "今天采价",
                                       .area = AREA_PRICES,
                                       .on = UI_GO_TO("prices", 0) });
        UI_CARD(ui, .divider = true)
        {
            ui_row(ui, &(struct ui_row){ .id = "row",
                                         .title = "猪肉，五花",
                                         .caption = "带皮・元/斤",
                                         .middle = "便宜 0.50",
                                         .right = "13.80",
                                         .right_caption = "今天 乐天溪超市",
                                         .chevron = true,
                                         .on = UI_GO_TO("price", 2) });
            ui_row(ui, &(struct ui_row){ .id = "read",
                                         .title = "雾渡河集市",
                                         .right = "这次没报价",
                                         .right_type = TYPE_LEAD,
                                         .selected = true });
        }
        for (int k = CHIP_SEL; k <= CHIP_MUTE; k++)
            ui_chip(ui, (enum chip_kind)k, ICON_CHECK, "已办好");
        for (int k = BANNER_OK; k <= BANNER_INFO; k++)
            ui_banner(ui, &(struct ui_banner){ .kind = (enum banner_kind)k,
                                               .title = "网络断了",
                                               .line = "网一通就自动交上去" });
        ui_field(ui, &(struct ui_field){ .id = "field",
                                         .label = "联系电话",
                                         .value = "138",
                                         .error = "少了8位，手机号要11位" });
        ui_tab(ui, &(struct ui_tab){ .id = "tab",
                                     .label = "肉蛋禽",
                                     .area = AREA_PRICES,
                                     .selected = true,
                                     .on = UI_PICK_ON("cat", 1) });
        ui_bar_cell(ui, &(struct ui_bar_cell){ .id = "back",
                                               .label = "返回",
                                               .dark = true,
                                               .icon = ICON_ARROW_BACK,
                                               .on = UI_SEND(EV_BACK) });
    }
    ui_keypad(ui, &(struct ui_keypad){ .field = "field",
                                       .done = UI_SEND(EV_STAY),
                                       .hide = UI_SEND(EV_STAY),
                                       .letters = UI_SEND(EV_STAY),
                                       .digits_on = UI_SEND(EV_STAY) });
}

static bool is_key(const struct ui_view *v)
{
    return strncmp(v->id, "pad.", 4) == 0;
}

static bool large_enough(const struct ui_view *v)
{
    int least = v->main_target ? 61 : 52; /* 15 and 12.7 mm at 4.03 px/mm */
    return v->rect.h >= least && v->rect.w >= least;
}

TEST(every_part_is_large_enough_to_touch_and_nothing_is_cut_in_any_taste)
{
    for (int size = SIZE_NORMAL; size <= SIZE_XLARGE; size++)
        for (int contrast = 0; contrast < 2; contrast++) {
            struct ui *ui = kit_ui((enum text_size)size, contrast);
            kit_build(all_parts);
            CHECK_EQ(ui_overflows(ui), 0);
            for (int i = 0; i < ui_view_count(ui); i++) {
                struct ui_view v = ui_view_at(ui, i);
                CHECK(!v.elided);
                CHECK(!v.target || large_enough(&v));
                CHECK(!is_key(&v) || *v.name);
            }
        }
}

TEST(a_text_and_its_ground_are_never_the_same_colour)
{
    for (int contrast = 0; contrast < 2; contrast++) {
        struct ui *ui = kit_ui(SIZE_NORMAL, contrast);
        kit_build(all_parts);
        for (int i = 0; i < ui_view_count(ui); i++)
            CHECK(ui_view_at(ui, i).fg != ui_view_at(ui, i).bg);
    }
}

TEST(a_part_is_named_by_its_words_in_reading_order)
{
    kit_ui(SIZE_NORMAL, false);
    kit_build(all_parts);
    CHECK_STR(kit_view("tile").name, "看价格 鸡蛋最低 4.98元/斤 今天采价");
    CHECK_STR(kit_view("row").name, "猪肉，五花 带皮・元/斤 便宜 0.50 13.80 今天 乐天溪超市");
    CHECK_STR(kit_view("main").name, "现在申请");
    CHECK_STR(kit_view("field").value, "138");
    CHECK_EQ(kit_view("row").role, ROLE_ROW);
    CHECK_EQ(kit_view("tab").role, ROLE_TAB);
    CHECK(kit_view("tab").selected);
    CHECK(kit_view("main").main_target);
}

TEST(a_busy_button_takes_no_press_and_no_focus)
{
    kit_ui(SIZE_NORMAL, false);
    kit_build(all_parts);
    CHECK_EQ(kit_view("busy").focus, 0);
    CHECK_EQ(kit_tap("busy").type, EV_NONE);
    CHECK_EQ(kit_tap("main").type, EV_STAY);
}

TEST(an_area_speaks_only_with_its_own_accent)
{
    CHECK_EQ(area_accent(AREA_PRICES), TOK_WOOD);
    CHECK_EQ(area_wash(AREA_SCENERY), TOK_RIVERWASH);
    kit_ui(SIZE_NORMAL, false);
    kit_build(all_parts);
    CHECK_EQ(kit_view("tab").bg, 0xFF583714);
}

static struct ui_row sample(void)
{
    return (struct ui_row){ .id = "one",
                            .title = "鸡蛋，鲜",
                            .caption = "散装・元/斤",
                            .middle = "贵 0.12",
                            .right = "4.98",
                            .right_caption = "今天 三斗坪超市",
                            .chevron = true,
                            .one_line = true,
                            .on = UI_GO_TO("price", 1) };
}

static void list_row(struct ui *ui, const void *ctx, int i)
{
    struct ui_row r = sample();
    (void)ctx;
    (void)i;
    ui_row(ui, &r);
}

static void a_list(struct ui *ui)
{
    struct ui_row r = sample();
    ui_list(ui, &(struct ui_list){
                    .id = "list", .count = 1, .row_dp = ui_row_dp(ui, &r), .build_row = list_row });
}

TEST(the_height_told_for_a_row_holds_the_row_at_every_text_size)
{
    for (int size = SIZE_NORMAL; size <= SIZE_XLARGE; size++) {
        struct ui *ui = kit_ui((enum text_size)size, false);
        kit_build(a_list);
        CHECK_EQ(ui_overflows(ui), 0);
        CHECK(kit_view("one").rect.h >= 104);
    }
}
