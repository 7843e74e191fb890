/* widgets.h - the parts every screen is made of: buttons, tiles, rows, chips, fields, the letter
 * pad.
 */
#ifndef APP_WIDGETS_H
#define APP_WIDGETS_H

#include "app/ui.h"
#include "hal/draw.h"

#include <stdbool.h>
#include <stdint.h>

/* Each part is one function on top of ui.h, with the measures and states of design/look.md §3. Zero
 * in a struct means "not there". All lengths in dp, all colours from tokens. Everything [ui].
 * Strings must live until the next ui_begin, ids and `what` of events too. */

/* Code points of the icon font, by the names of look.md §2.4. */
enum icon {
    ICON_NONE,
    ICON_ASSIGNMENT = 0xe85d,
    ICON_STOREFRONT = 0xea12,
    ICON_LANDSCAPE = 0xe3f7,
    ICON_GROUPS = 0xf233,
    ICON_CAMPAIGN = 0xef49,
    ICON_SEARCH = 0xe8b6,
    ICON_DRAW = 0xe746,
    ICON_KEYBOARD = 0xe312,
    ICON_DIALPAD = 0xe0bc,
    ICON_KEYBOARD_HIDE = 0xe31a,
    ICON_CHEVRON_RIGHT = 0xe5cc,
    ICON_EXPAND_MORE = 0xe5cf,
    ICON_EXPAND_LESS = 0xe5ce,
    ICON_ARROW_BACK = 0xe5c4,
    ICON_ARROW_FORWARD = 0xe5c8,
    ICON_HOME = 0xe88a,
    ICON_FORMAT_SIZE = 0xe245,
    ICON_CONTRAST = 0xeb37,
    ICON_TRANSLATE = 0xe8e2,
    ICON_SUPPORT_AGENT = 0xf0e2,
    ICON_CLOUD_DONE = 0xe2bf,
    ICON_CLOUD_OFF = 0xe2c1,
    ICON_SCHEDULE = 0xe8b5,
    ICON_OUTBOX = 0xef5f,
    ICON_CHECK = 0xe5ca,
    ICON_CHECK_CIRCLE = 0xe86c,
    ICON_CANCEL = 0xe5c9,
    ICON_CLOSE = 0xe5cd,
    ICON_ERROR = 0xe000,
    ICON_INFO = 0xe88e,
    ICON_HISTORY = 0xe889,
    ICON_HOURGLASS = 0xea5b,
    ICON_DRAFTS = 0xe151,
    ICON_VERIFIED = 0xef76,
    ICON_ARROW_UPWARD = 0xe5d8,
    ICON_ARROW_DOWNWARD = 0xe5db,
    ICON_REMOVE = 0xe15b,
    ICON_UNDO = 0xe166,
    ICON_REFRESH = 0xe5d5,
    ICON_BACKSPACE = 0xe14a,
    ICON_FRONT_HAND = 0xe769,
    ICON_SYNC = 0xe627,
    ICON_FLAG = 0xe153,
    ICON_PLACE = 0xe55f,
    ICON_PHONE = 0xe0cd,
    ICON_LOGOUT = 0xe9ba,
    ICON_PERSON = 0xe7fd,
    ICON_CREDIT_CARD = 0xe870,
    ICON_SOUTH_EAST = 0xf1e4,
    ICON_MANAGE_SEARCH = 0xf02f,
    ICON_PRINT = 0xe8ad,
    ICON_RECEIPT = 0xef6e,
    ICON_SAVE = 0xe161,
    ICON_EVENT = 0xe614,
    ICON_BADGE = 0xea67,
    ICON_FACE_1 = 0xe814, /* very dissatisfied … very satisfied */
    ICON_FACE_2 = 0xe811,
    ICON_FACE_3 = 0xe812,
    ICON_FACE_4 = 0xe813,
    ICON_FACE_5 = 0xe815,
    ICON_PAUSE = 0xe034,
    ICON_VISIBILITY = 0xe8f4,
    ICON_ADD = 0xe145,
    ICON_BUS = 0xe530,
    ICON_LOCK = 0xe897,
    ICON_QR_CODE_SCANNER = 0xf206
};

/* The four areas of the terminal, each with its own accent and wash. */
enum area { AREA_SERVICES, AREA_PRICES, AREA_SCENERY, AREA_VILLAGE };
enum tok area_accent(enum area a);
enum tok area_wash(enum area a);
uint32_t area_icon(enum area a);

/* Events, short: UI_GO_TO("price", 7), UI_PICK("prices.cat", 3), UI_SEND(EV_LANG). */
#define UI_GO_TO(screen_, n_) ((struct event){ .type = EV_GO, .what = (screen_), .n = (n_) })
#define UI_PICK_ON(what_, n_) ((struct event){ .type = EV_PICK, .what = (what_), .n = (n_) })
#define UI_SEND(type_)        ((struct event){ .type = (type_) })
#define UI_PAGE_BY(list_, n_) ((struct event){ .type = EV_PAGE, .what = (list_), .n = (n_) })

bool ui_big(const struct ui *ui);  /* 大字 or 特大: cards become one column */
bool ui_xbig(const struct ui *ui); /* 特大 */

/* An icon grows with the text beside it: its dp at the chosen text size. */
float ui_icon_dp(const struct ui *ui, float dp);

/* Button. Height 96 (main 120, small 72, huge 152: the primary of a dialog); it grows when the
 * words need two lines. Busy: hourglass and the label given, sends nothing. */
enum button_kind { BUTTON_PRIMARY, BUTTON_SECONDARY, BUTTON_QUIET, BUTTON_DANGER };
struct ui_button {
    const char *id, *label;
    const char *name;          /* spoken, when the label says too little; NULL = label */
    uint32_t icon, icon_after; /* before and after the words; QUIET has a chevron by itself */
    enum button_kind kind;
    bool small, main, huge, busy, no_chevron;
    struct ui_len w; /* default: as wide as its words; UI_FILL to stretch */
    struct event on;
};
void ui_button(struct ui *ui, const struct ui_button *b);

/* Tile of the home page: badge and title, one fact, its time. The whole card is the target. */
struct ui_tile {
    const char *id, *title, *fact, *time;
    enum area area;
    uint32_t icon; /* 0: the area's own */
    struct ui_len w, h;
    struct event on;
};
void ui_tile(struct ui *ui, const struct ui_tile *t);

/* Chip: a small word with an icon; never a target. */
enum chip_kind { CHIP_SEL, CHIP_OK, CHIP_WARN, CHIP_BAD, CHIP_MUTE };
void ui_chip(struct ui *ui, enum chip_kind kind, uint32_t icon, const char *text);

/* Row of a list: icon | title, caption | middle | right, right caption | chevron. The whole row is
 * the target when `on` is set (>= 104 high), else it is read only (>= 80). At 大字 and 特大 the
 * middle and the right caption go on lines of their own. */
struct ui_row {
    const char *id, *name; /* name: spoken; NULL = the texts joined */
    uint32_t icon;
    enum tok icon_color; /* default ink2 */
    const char *title, *caption;
    uint32_t middle_icon;
    const char *middle;
    const char *chip; /* an age in a column of its own, between the title and the middle */
    enum chip_kind chip_kind;
    uint32_t chip_icon;
    const char *right, *right_caption;
    enum type right_type; /* default TYPE_H3; TYPE_LEAD for words such as 没有报价 */
    bool plain;           /* title regular, not bold */
    bool tight;           /* read only: a table of many rows, >= 84 high */
    bool chevron;
    bool one_line; /* in a ui_list: each text one line, cut with … since a tap shows the whole */
    bool selected; /* a mark on the left and a wash: the cheapest, the chosen */
    struct ui_len h;
    struct event on;
};
void ui_row(struct ui *ui, const struct ui_row *r);
/* The height one such row needs with every text on one line: row_dp of a ui_list. */
float ui_row_dp(const struct ui *ui, const struct ui_row *like);

/* Banner: one per page. lines may be NULL, up to two. icon 0: the kind's own. */
enum banner_kind { BANNER_OK, BANNER_WARN, BANNER_BAD, BANNER_INFO };
struct ui_banner {
    const char *id, *title, *line, *line2;
    enum banner_kind kind;
    uint32_t icon;
};
void ui_banner(struct ui *ui, const struct ui_banner *b);

/* Card: sheet, radius 24, hairline and shadow (high contrast: border). ui_card_close = ui_close.
 * UI_CARD(ui, .pad = UI_PAD(28), .gap = 12) { … } takes any ui_box field; dir default UI_COL. */
void ui_card_open(struct ui *ui, const struct ui_box *box);
void ui_card_close(struct ui *ui);
#define UI_CARD(ui, ...)                                                                  \
    for (int UI_ONCE = (ui_card_open((ui), &(struct ui_box){ __VA_ARGS__ }), 1); UI_ONCE; \
         UI_ONCE = 0, ui_card_close(ui))

/* Badge 80×80 (size 0) or smaller. */
void ui_badge(struct ui *ui, enum area area, uint32_t icon, float size);

/* Field with its focused look and cursor. `focused`: it takes what is typed (the pad is open),
 * which the screen knows; a tap sends `on`. Error: line above with icon, 5 px bad border. The inner
 * button is left out when inner.id is NULL; `clear` shows 清空 while there is something to clear.
 */
struct ui_field {
    const char *id, *label, *name;
    const char *value, *placeholder, *error, *note; /* note: cap text at the right, e.g. 现在10位 */
    uint32_t icon;                                  /* e.g. ICON_SEARCH */
    bool focused, question;                         /* question: 120 high */
    struct event on; /* a tap on the field, e.g. opens the pad; it takes typed text anyway */
    struct {
        const char *id, *label;
        uint32_t icon;
        struct event on;
    } inner;
};
void ui_field(struct ui *ui, const struct ui_field *f);

/* One item of the rail at the left (look/04) or of a row of tabs: selected = area colour. */
struct ui_tab {
    const char *id, *label;
    enum area area;
    bool selected;
    struct ui_len w, h;
    struct event on;
};
void ui_tab(struct ui *ui, const struct ui_tab *t);

/* 第1页，共2页 and the two buttons; says nothing when everything is on one page. Ids: LIST.prev and
 * LIST.next. Keys pager.page {page} {pages}, pager.prev, pager.next. */
void ui_pager(struct ui *ui, const char *list_id);

/* One key of a pad or keyboard. FIRST: the candidate the space bar takes. */
enum key_look { KEY_PLAIN, KEY_DARK, KEY_TEA, KEY_MODE, KEY_FIRST };
struct ui_key {
    const char *id, *label, *name; /* name: spoken, NULL = label */
    uint32_t icon;
    enum key_look look;
    bool selected;
    bool large;    /* h3: digits on high keys */
    bool small;    /* body instead of lead: low panels at the larger sizes */
    bool one_line; /* never broken; cut only when it alone is longer than the row */
    struct ui_len w;
    float h;
    struct event on;
};
void ui_key(struct ui *ui, const struct ui_key *k);

/* The letter and digit pad (look/07a without candidates). Keys send EV_TEXT / EV_ERASE with what =
 * `field`; 写好了 sends `done`, 字母/数字 send `letters`/`digits` (screens keep the mode), 收起
 * sends `hide`. Ids: pad.a … pad.z, pad.0 … pad.9, pad.erase, pad.done, pad.mode.letters,
 * pad.mode.digits, pad.hide. Keys pad.letters pad.digits pad.hide pad.done pad.erase. */
struct ui_keypad {
    const char *field;
    bool digits;
    bool only;              /* one of the two modes, and no way to the other */
    bool beside;            /* a column at the right of what is read, over the whole height */
    const char *done_label; /* NULL: 写好了 */
    struct event done, hide, letters, digits_on;
};
void ui_keypad(struct ui *ui, const struct ui_keypad *k);
float ui_keypad_dp(const struct ui *ui, bool digits); /* its height */

/* The keyboard (look/07a): pinyin with its candidates, English, digits, digits with X, by what
 * `typing` says. Its keys send EV_PICK "kb.key" (n = the code point), "kb.cand", "kb.turn",
 * "kb.mode", "kb.shift", "kb.space", "kb.hide", "kb.done" and EV_ERASE: typing_event understands
 * them all. Ids: kb.a … kb.z, kb.0 … kb.9, kb.x, kb.erase, kb.space, kb.shift, kb.done, kb.hide,
 * kb.mode.pinyin|english|digits, kb.cand.0 … kb.cand.11, kb.cand.next, kb.cand.prev, kb.at, kb.dot,
 * kb.dash, kb.apostrophe, kb.comma, kb.stop, kb.pause, kb.question, kb.exclamation. */
struct typing;
struct ui_keyboard {
    const struct typing *typing;
    bool beside; /* a column at the right of what is read, over the whole height */
    bool masked; /* the idle question stands over it: what is composed is not shown */
};
void ui_keyboard(struct ui *ui, const struct ui_keyboard *k);

/* Nothing found, none yet: an icon and a sentence in the middle, a hint under it (NULL: none). */
void ui_empty(struct ui *ui, uint32_t icon, const char *sentence, const char *hint);

/* A cell of the bar at the foot: icon over word (beside it at 特大). active: an aid that is on;
 * dark: 返回. */
struct ui_bar_cell {
    const char *id, *label;
    uint32_t icon;
    bool active, dark;
    bool stacked; /* icon over word at 特大 too, where the panel has no room beside */
    struct ui_len w;
    struct event on;
};
void ui_bar_cell(struct ui *ui, const struct ui_bar_cell *c);

/* An icon and a word side by side, e.g. in the status line. */
void ui_iconed(struct ui *ui, uint32_t icon, float icon_dp, enum tok icon_color, enum type type,
               enum tok color, const char *text);

/* A picture of pixels, painted as it is: made in the size ui_px gives of w and h. It must live
 * until the frame is shown. */
struct ui_picture {
    const char *id, *name;
    const struct draw_image *image;
    float w, h; /* dp */
};
void ui_picture(struct ui *ui, const struct ui_picture *p);
/* A QR code: black on white in every theme, quiet zone of 4, at least 3 px a module and 60 mm wide
 * (module_dp 0: just that). Role image; the name says what it is for. The code must live until the
 * next ui_begin. */
struct qr;
void ui_qr(struct ui *ui, const struct qr *qr, float module_dp, const char *id, const char *name);

#endif
