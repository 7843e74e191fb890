/* tree.h - the answer to `tree` as plain structs. */
#ifndef TESTS_TOOLS_LIB_TREE_H
#define TESTS_TOOLS_LIB_TREE_H

#include "tests/tools/lib/client.h"

#include <stdbool.h>
#include <stdint.h>

enum { TREE_NODES = 1024 };

struct box {
    int x, y, w, h;
};
struct tree_node {
    const char *id, *parent, *role, *name;
    struct box rect, seen;
    bool visible, target, enabled, focused, main, elided, overflow;
    int focus, text_px;
    uint32_t fg, bg;
    bool painted; /* dark and light are known */
    uint32_t dark, light;
};
/* Texts live in the answer. */
struct tree {
    struct json *answer;
    const char *screen, *lang, *theme, *modal; /* modal NULL: none */
    double px_per_mm;
    int count;
    struct tree_node node[TREE_NODES];
};

/* command: "tree" or "tree pixels". False: no answer, or not what a tree looks like. */
bool tree_get(struct client *c, const char *command, struct tree *out);
void tree_free(struct tree *t);
const struct tree_node *tree_find(const struct tree *t, const char *id); /* NULL: none */
/* The contrast of two colours by WCAG 2.2, 1 to 21. */
double contrast_of(uint32_t a, uint32_t b);

#endif
