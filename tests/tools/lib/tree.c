/* tree.c - the answer to `tree` as plain structs. */
#include "tests/tools/lib/tree.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *str(const struct json *o, const char *key)
{
    const char *s = "";
    return json_get_str(o, key, &s) == OK ? s : "";
}

static int num(const struct json *o, const char *key)
{
    int64_t v = 0;
    return json_get_int(o, key, &v) == OK ? (int)v : 0;
}

static bool yes(const struct json *o, const char *key)
{
    bool v = false;
    return json_get_bool(o, key, &v) == OK && v;
}

static struct box box(const struct json *o, const char *key)
{
    const struct json *a;
    int64_t v[4] = { 0 };
    if (json_get(o, key, &a) == OK)
        for (size_t i = 0; i < 4 && i < json_count(a); i++)
            if (json_int(json_at(a, i), &v[i]) != OK)
                v[i] = 0;
    return (struct box){ (int)v[0], (int)v[1], (int)v[2], (int)v[3] };
}

static uint32_t color(const char *s)
{
    return s && *s == '#' ? (uint32_t)strtoul(s + 1, NULL, 16) : 0;
}

static bool has_state(const struct json *o, const char *state)
{
    const struct json *a;
    if (json_get(o, "state", &a) != OK)
        return false;
    for (size_t i = 0; i < json_count(a); i++) {
        const char *s = json_str(json_at(a, i));
        if (s && strcmp(s, state) == 0)
            return true;
    }
    return false;
}

static struct tree_node read_node(const struct json *o)
{
    struct tree_node n = { .id = str(o, "id"),
                           .parent = str(o, "parent"),
                           .role = str(o, "role"),
                           .name = str(o, "name"),
                           .rect = box(o, "rect"),
                           .seen = box(o, "seen"),
                           .visible = yes(o, "visible"),
                           .target = yes(o, "target"),
                           .elided = yes(o, "elided"),
                           .overflow = yes(o, "overflow"),
                           .enabled = has_state(o, "enabled"),
                           .focused = has_state(o, "focused"),
                           .main = has_state(o, "main"),
                           .focus = num(o, "focus"),
                           .text_px = num(o, "text_px"),
                           .fg = color(str(o, "fg")),
                           .bg = color(str(o, "bg")) };
    const struct json *painted;
    n.painted = json_get(o, "painted", &painted) == OK && json_count(painted) == 2;
    if (n.painted) {
        n.dark = color(json_str(json_at(painted, 0)));
        n.light = color(json_str(json_at(painted, 1)));
    }
    return n;
}

bool tree_get(struct client *c, const char *command, struct tree *out)
{
    struct json *answer;
    const struct json *nodes;
    if (client_ask(c, command, &answer) != OK)
        return false;
    if (!yes(answer, "ok") || json_get(answer, "nodes", &nodes) != OK ||
        json_get_real(answer, "px_per_mm", &out->px_per_mm) != OK) {
        json_free(answer);
        return false;
    }
    out->answer = answer;
    out->screen = str(answer, "screen");
    out->lang = str(answer, "lang");
    out->theme = str(answer, "theme");
    out->modal = *str(answer, "modal") ? str(answer, "modal") : NULL;
    out->count = 0;
    for (size_t i = 0; i < json_count(nodes) && out->count < TREE_NODES; i++)
        out->node[out->count++] = read_node(json_at(nodes, i));
    return true;
}

void tree_free(struct tree *t)
{
    json_free(t->answer);
    t->answer = NULL;
    t->count = 0;
}

const struct tree_node *tree_find(const struct tree *t, const char *id)
{
    for (int i = 0; i < t->count; i++)
        if (strcmp(t->node[i].id, id) == 0)
            return &t->node[i];
    return NULL;
}

static double linear(uint32_t c, int shift)
{
    double v = (double)(c >> shift & 255) / 255;
    return v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4);
}

static double luminance(uint32_t c)
{
    return 0.2126 * linear(c, 16) + 0.7152 * linear(c, 8) + 0.0722 * linear(c, 0);
}

double contrast_of(uint32_t a, uint32_t b)
{
    double x = luminance(a) + 0.05, y = luminance(b) + 0.05;
    return x > y ? x / y : y / x;
}
