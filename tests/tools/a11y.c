/* a11y.c - can everybody read it and reach it? Walks all screens, themes and languages and
 * measures.
 */
#include "tests/tools/lib/tree.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The figures are the table of design/contracts.md; the names A1 … A12 those of the checklist it
 * refers to (EN 301 549 and Section 508 in testable words). */
#define CAPITAL_EM   0.733 /* capital height of Noto Sans CJK */
#define TEXT_MM      4.3
#define TEXT_XL_MM   6.1
#define MAIN_MM      15.0
#define TARGET_MM    12.7
#define GAP_MM       2.54
#define CONTRAST     7.0
#define CONTRAST_HI  15.0
#define PAINTED_PART 0.9 /* of the promised contrast must be found among the pixels */

enum rule { A1, A2, A3, A4, A5, A12, RULES };
enum { STATES = 48, STEPS = 400, FAULTS_SHOWN = 12 };

static const char *const rule_name[RULES] = { "A1 contrast",       "A2 painted contrast",
                                              "A3 text size",      "A4 targets",
                                              "A5 keypad reaches", "A12 nothing cut off" };
static int tried[RULES], faults[RULES];

static struct client *client;
static const char *panel;
static struct tree tree; /* large */

static bool check(enum rule r, const char *id, bool good, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
static bool check(enum rule r, const char *id, bool good, const char *fmt, ...)
{
    tried[r]++;
    if (good)
        return true;
    if (faults[r]++ >= FAULTS_SHOWN)
        return false;
    va_list ap;
    va_start(ap, fmt);
    printf("  %s %s %s %s %s %s: ", rule_name[r], panel, tree.screen, tree.lang, tree.theme, id);
    vprintf(fmt, ap);
    putchar('\n');
    va_end(ap);
    return false;
}

static void ask_or_die(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
static void ask_or_die(const char *fmt, ...)
{
    char line[200];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(line, sizeof line, fmt, ap);
    va_end(ap);
    if (!client_do(client, line)) {
        printf("FAIL a11y %s: stopped at: %s\n", panel, line);
        exit(1);
    }
}

static void look_at_tree(const char *command)
{
    tree_free(&tree);
    if (!tree_get(client, command, &tree)) {
        printf("FAIL a11y %s: no tree\n", panel);
        exit(1);
    }
}

/* --- the states to look at ------------------------------------------------------------------ */

/* What to do to get there, from anywhere. */
struct state {
    char go[64], then[64];
};
static struct state states[STATES];
static int state_count;

static void add_state(const char *then, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void add_state(const char *then, const char *fmt, ...)
{
    struct state *s = &states[state_count++];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(s->go, sizeof s->go, fmt, ap);
    va_end(ap);
    snprintf(s->then, sizeof s->then, "%s", then);
}

enum { SCROLLS = 30 };
static const char *scroll = "drag 500 900 500 600 200";

/* What does not fit is scrolled to: the strip of a line that fails takes a second row, a
 * low panel has many. */
static void enter(const struct state *s)
{
    ask_or_die("%s", s->go);
    if (!*s->then || client_do(client, s->then))
        return;
    for (int i = 0; i < SCROLLS; i++) {
        ask_or_die("%s", scroll);
        ask_or_die("wait idle");
        if (client_do(client, s->then))
            return;
    }
    printf("FAIL a11y %s: out of reach: %s\n", panel, s->then);
    exit(1);
}

/* The number behind the first id on the screen that begins so; 0 = none. */
static long number_of(const char *stem)
{
    size_t n = strlen(stem);
    look_at_tree("tree");
    for (int i = 0; i < tree.count; i++)
        if (strncmp(tree.node[i].id, stem, n) == 0)
            return strtol(tree.node[i].id + n, NULL, 10);
    printf("FAIL a11y %s: nothing named %s\n", panel, stem);
    exit(1);
}

/* How the terminal addresses a service: FNV-1a of its id, cut to 63 bits. */
static long long key_of(const char *id)
{
    unsigned long long h = 14695981039346656037u;
    for (; *id; id++)
        h = (h ^ (unsigned char)*id) * 1099511628211u;
    return (long long)(h & 0x7fffffffffffffff);
}

static void make_states(void)
{
    ask_or_die("go prices");
    add_state("", "go home");
    add_state("", "go prices");
    add_state("", "go price %ld", number_of("prices.row."));
    ask_or_die("go notices");
    add_state("", "go notices");
    add_state("", "go notice %ld", number_of("notices.row."));
    ask_or_die("go places");
    long township = number_of("places.township.");
    add_state("", "go places");
    add_state("", "go places %ld", township);
    ask_or_die("go places %ld", township);
    add_state("", "go place %ld", number_of("places.row."));
    add_state("", "go village");
    add_state("tap village.tab.affairs", "go village");
    add_state("", "go village 420506101");
    add_state("", "go around");
    add_state("", "go warning 1");
    add_state("", "go food");
    add_state("", "go food 420");
    add_state("", "go map");
    ask_or_die("go cameras");
    add_state("", "go cameras");
    add_state("", "go camera %ld", number_of("cameras.tile."));
    add_state("", "go search");
    add_state("text \"cy\"", "go search");
    add_state("", "go help");
    add_state("", "go services");
    add_state("", "go service %lld", key_of("yl-youdai"));
    add_state("tap service.begin", "go service %lld", key_of("jz-linshi"));
    add_state("", "go progress");
    add_state("text \"B5Z8VNVPP051\"", "go progress");
    add_state("", "go account");
    add_state("", "go staff");
    add_state("", "go out_of_service");
    add_state("clock set +61", "go prices"); /* the idle question */
}

/* Each page of setting up (SETUP_AT and its number), with and without its keyboard. */
static void make_setup_states(void)
{
    scroll = "drag 400 380 400 300 300"; /* also on a low panel */
    static const char *const then[] = {
        "", "tap setup.size.8", "", "tap setup.name_zh", "tap setup.place", "tap setup.net.3"
    };
    for (int p = 0; p < 6; p++) {
        add_state("", "go setup %d", 10 + p);
        if (*then[p])
            add_state(then[p], "go setup %d", 10 + p);
    }
    add_state("tap setup.ssid", "go setup 16");  /* wireless */
    add_state("tap kb.mode.signs", "wait idle"); /* on from there */
    add_state("tap setup.net.2", "go setup 15");
    add_state("", "go setup 16"); /* an address of its own */
    add_state("tap setup.next", "go setup 16");
    for (int p = 17; p < 24; p++)
        add_state("", "go setup %d", p);
    add_state("tap setup.url", "go setup 18");
    add_state("tap setup.pin", "go setup 20");
    if (!strstr(panel, "portrait"))
        return; /* their buttons would have to be scrolled to, by luck */
    add_state("tap setup.touch", "go setup 22");
    add_state("tap setup.colours", "go setup 22");
}

/* --- reading: A1, A2, A3, A12 ------------------------------------------------------------------
 */

static bool same_box(struct box a, struct box b)
{
    return a.x == b.x && a.y == b.y && a.w == b.w && a.h == b.h;
}

static void check_reading(const struct tree_node *n)
{
    bool high = strstr(tree.theme, "contrast"), xlarge = strstr(tree.theme, "xlarge");
    double need = high ? CONTRAST_HI : CONTRAST, have = contrast_of(n->fg, n->bg);
    check(A1, n->id, have >= need, "#%06x on #%06x is %.2f, not %.0f", n->fg, n->bg, have, need);
    if (n->painted && same_box(n->rect, n->seen)) {
        double seen = contrast_of(n->dark, n->light);
        check(A2, n->id, seen >= have * PAINTED_PART, "%.2f promised, %.2f painted", have, seen);
    }
    double mm = n->text_px * CAPITAL_EM / tree.px_per_mm, least = xlarge ? TEXT_XL_MM : TEXT_MM;
    check(A3, n->id, mm >= least, "capitals of %.2f mm, not %.1f", mm, least);
}

/* A row may end in … because a tap shows the whole; no other control may, and nothing may stick
 * out. */
static void check_cut_off(const struct tree_node *n)
{
    bool row = n->target && strcmp(n->role, "row") == 0;
    check(A12, n->id, !n->overflow, "does not fit: %s", n->name);
    if (n->target && !row)
        check(A12, n->id, !n->elided, "ends in …: %s", n->name);
}

/* What holds other things repeats what is said of them. */
static bool holds_others(const struct tree_node *n)
{
    for (int i = 0; i < tree.count && !n->target; i++)
        if (&tree.node[i] != n && strcmp(tree.node[i].parent, n->id) == 0)
            return true;
    return false;
}

/* --- touching: A4 ----------------------------------------------------------------------------- */

static bool inside(const struct tree_node *n, const char *id)
{
    for (int depth = 0; n && depth < 32; depth++) {
        if (strcmp(n->parent, id) == 0)
            return true;
        n = tree_find(&tree, n->parent);
    }
    return false;
}

static int apart(int a, int a_len, int b, int b_len)
{
    return b >= a + a_len ? b - (a + a_len) : a >= b + b_len ? a - (b + b_len) : -1;
}

static void check_neighbours(const struct tree_node *a, const struct tree_node *b)
{
    int dx = apart(a->seen.x, a->seen.w, b->seen.x, b->seen.w);
    int dy = apart(a->seen.y, a->seen.h, b->seen.y, b->seen.h);
    if (inside(a, b->id) || inside(b, a->id))
        return;
    if (!check(A4, a->id, dx >= 0 || dy >= 0, "lies over %s", b->id))
        return;
    bool rows = strcmp(a->role, "row") == 0 && strcmp(b->role, "row") == 0;
    if (rows && strcmp(a->parent, b->parent) == 0)
        return;
    double mm = hypot(dx > 0 ? dx : 0, dy > 0 ? dy : 0) / tree.px_per_mm;
    double half_px = 0.5 / tree.px_per_mm; /* both edges stand on whole pixels */
    check(A4, a->id, mm + half_px >= GAP_MM, "%.2f mm from %s, not %.2f", mm, b->id, GAP_MM);
}

static void check_touching(const struct tree_node *n)
{
    double least = n->main ? MAIN_MM : TARGET_MM, half_px = 0.5 / tree.px_per_mm;
    double w = n->rect.w / tree.px_per_mm + half_px, h = n->rect.h / tree.px_per_mm + half_px;
    check(A4, n->id, w >= least && h >= least, "%.1f x %.1f mm, not %.1f", w, h, least);
    check(A4, n->id, *n->name != '\0', "has no name");
    for (const struct tree_node *m = n + 1; m < tree.node + tree.count; m++)
        if (m->visible && m->target)
            check_neighbours(n, m);
}

static void check_screen(void)
{
    for (int i = 0; i < tree.count; i++) {
        const struct tree_node *n = &tree.node[i];
        if (!n->visible || holds_others(n))
            continue;
        if (n->text_px)
            check_reading(n);
        check_cut_off(n);
        if (n->target)
            check_touching(n);
    }
}

static void leave_modal(void)
{
    if (tree.modal)
        ask_or_die("key back"); /* the safe answer, even where a button cannot be pressed */
}

/* A citizen's own pages: a card is in, and the platform has answered for each of them. */
static void make_card_states(void)
{
    static const char *const figure[] = { "账户里有", "医保账户里有", "您一共交了", "账户里有" };
    ask_or_die("sync");
    ask_or_die("card in assets/sim/cards/yi-zhetao.apdu");
    ask_or_die("wait screen citizen");
    add_state("tap service.begin", "go service %lld", key_of("yb-gongji")); /* its papers: */
    add_state("", "go papers");
    add_state("tap papers.take", "go papers");
    add_state("", "go citizen");
    for (int part = 0; part < 4; part++) {
        ask_or_die("go account %d", part);
        ask_or_die("wait text \"%s\"", figure[part]);
        bool low = !strstr(panel, "portrait"); /* there it may have to be scrolled to */
        add_state(part == 2 || low ? "" : "tap account.show", "go account %d", part);
    }
}

static void check_look(const char *lang, const char *theme)
{
    ask_or_die("look %s %s", lang, theme);
    for (int i = 0; i < state_count; i++) {
        ask_or_die("tap 2 2"); /* somebody is there; the corner does nothing */
        enter(&states[i]);
        look_at_tree("tree pixels");
        check_screen();
        leave_modal();
    }
}

/* --- the keypad: A5 ------------------------------------------------------------------------- */

struct ids {
    int count;
    char id[TREE_NODES][64];
};

static bool has_id(const struct ids *s, const char *id)
{
    for (int i = 0; i < s->count; i++)
        if (strcmp(s->id[i], id) == 0)
            return true;
    return false;
}

static void add_id(struct ids *s, const char *id)
{
    if (!has_id(s, id) && s->count < TREE_NODES)
        snprintf(s->id[s->count++], sizeof s->id[0], "%s", id);
}

static const char *focused(void)
{
    for (int i = 0; i < tree.count; i++)
        if (tree.node[i].focused)
            return tree.node[i].id;
    return "";
}

/* A pager only scrolls, which walking does by itself: at the last row there is no next page. */
static bool is_pager(const char *id)
{
    const char *dot = strrchr(id, '.');
    return dot && (strcmp(dot, ".next") == 0 || strcmp(dot, ".prev") == 0);
}

/* Everything a finger could press, now or after scrolling. A dialog keeps what lies below away. */
static void add_touchable(struct ids *s)
{
    for (int i = 0; i < tree.count; i++) {
        const struct tree_node *n = &tree.node[i];
        if (n->target && n->enabled && !is_pager(n->id) && (!tree.modal || n->visible))
            add_id(s, n->id);
    }
}

/* Next, again and again, must come by everything and return to where it began. */
static void walk(const struct state *s)
{
    static struct ids touchable, reached;
    touchable.count = reached.count = 0;
    bool closed = false;
    enter(s);
    for (int i = 0; i < STEPS && !closed; i++) {
        ask_or_die("key next");
        look_at_tree("tree");
        add_touchable(&touchable);
        closed = reached.count > 1 && strcmp(focused(), reached.id[0]) == 0;
        if (*focused())
            add_id(&reached, focused());
    }
    check(A5, "key next", closed, "does not come back to %s within %d steps",
          reached.count ? reached.id[0] : "anything", STEPS);
    for (int i = 0; i < touchable.count; i++)
        check(A5, touchable.id[i], has_id(&reached, touchable.id[i]), "only a finger reaches it");
    leave_modal();
}

/* Aids change the look, not the place; aids.tour presses them. */
static bool is_aid(const char *id)
{
    return strcmp(id, "bar.lang") == 0 || strcmp(id, "bar.size") == 0 ||
           strcmp(id, "bar.contrast") == 0;
}

/* One of a kind: "prices.row.7" and "prices.row.8" lead to the same place. */
static bool worth_pressing(const struct tree_node *n, struct ids *kinds)
{
    char kind[64];
    snprintf(kind, sizeof kind, "%s", n->id);
    char *dot = strrchr(kind, '.');
    if (!n->target || !n->visible || !n->focus || !dot)
        return false;
    if (strncmp(n->id, "pad.", 4) == 0 || strncmp(n->id, "kb.", 3) == 0 || is_pager(n->id) ||
        strcmp(n->role, "tab") == 0 || is_aid(n->id))
        return false; /* these stay on the screen and change what the next press finds */
    if (dot[1] >= '0' && dot[1] <= '9')
        *dot = '\0';
    if (has_id(kinds, kind))
        return false;
    add_id(kinds, kind);
    return true;
}

static void land(char *out, size_t cap)
{
    look_at_tree("tree");
    snprintf(out, cap, "%s", tree.screen);
}

static void walk_to(const char *id)
{
    for (int i = 0; i < STEPS; i++) {
        ask_or_die("key next");
        look_at_tree("tree");
        if (strcmp(focused(), id) == 0)
            return;
    }
}

/* What a finger opens, OK opens too; and two keys are enough to be home again. */
static void press(const struct state *s, const char *id)
{
    char by_touch[64], by_key[64], home[64];
    enter(s);
    ask_or_die("tap %s", id);
    land(by_touch, sizeof by_touch);
    enter(s);
    walk_to(id);
    ask_or_die("key ok");
    land(by_key, sizeof by_key);
    check(A5, id, strcmp(by_touch, by_key) == 0, "a finger opens %s, OK opens %s", by_touch,
          by_key);
    ask_or_die("key home");
    land(home, sizeof home);
    if (strcmp(home, "home") != 0) {
        ask_or_die("key home");
        land(home, sizeof home);
    }
    check(A5, id, strcmp(home, "home") == 0, "two keys lead to %s, not home", home);
}

static void press_all(const struct state *s)
{
    static char names[TREE_NODES][64];
    static struct ids kinds;
    int count = 0;
    kinds.count = 0;
    enter(s);
    look_at_tree("tree");
    if (tree.modal || strcmp(tree.screen, "out_of_service") == 0) {
        leave_modal();
        return;
    }
    for (int i = 0; i < tree.count; i++)
        if (worth_pressing(&tree.node[i], &kinds))
            snprintf(names[count++], sizeof names[0], "%s", tree.node[i].id);
    for (int i = 0; i < count; i++)
        press(s, names[i]);
}

static void check_keypad(void)
{
    ask_or_die("look zh_CN normal");
    for (int i = 0; i < state_count; i++) {
        ask_or_die("tap 2 2");
        walk(&states[i]);
        press_all(&states[i]);
    }
}

/* --- all ---------------------------------------------------------------------------------------
 */

static int report(void)
{
    int bad = 0;
    for (int r = 0; r < RULES; r++) {
        if (!tried[r])
            continue;
        bad += faults[r] != 0;
        printf("%s a11y %s %s: %d checks, %d faults\n", faults[r] ? "FAIL" : "ok", panel,
               rule_name[r], tried[r], faults[r]);
    }
    return bad ? 1 : 0;
}

int main(int argc, char **argv)
{
    static const char *const langs[] = { "zh_CN", "en", "xx" };
    static const char *const themes[] = { "normal",          "large",          "xlarge",
                                          "normal+contrast", "large+contrast", "xlarge+contrast" };
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (argc < 3) {
        fprintf(stderr, "usage: a11y SOCKET PANEL_NAME [keypad|card|setup]\n");
        return 2;
    }
    panel = argv[2];
    if (client_connect(argv[1], 10000, &client) != OK) {
        printf("FAIL a11y %s: nobody answers\n", panel);
        return 1;
    }
    bool card = argc > 3 && strcmp(argv[3], "card") == 0;
    bool setup = argc > 3 && strcmp(argv[3], "setup") == 0;
    if (card)
        make_card_states();
    else if (setup)
        make_setup_states();
    else
        make_states();
    for (size_t l = 0; l < sizeof langs / sizeof *langs; l++)
        for (size_t t = 0; t < sizeof themes / sizeof *themes; t++)
            check_look(langs[l], themes[t]);
    if (argc > 3 && !card && !setup)
        check_keypad();
    tree_free(&tree);
    client_close(client);
    return report();
}
