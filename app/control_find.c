/* control_find.c - which node of the screen a test means by a name. */
#include "app/control_find.h"

#include <string.h>

bool control_visible(const struct ui_view *v)
{
    return v->seen.w > 0 && v->seen.h > 0 && !v->under_modal;
}

enum step { BY_ID, BY_NAME_OF_TARGET, BY_NAME, BY_PART_OF_TARGET, BY_PART, STEPS };

static bool same(const char *a, const char *b)
{
    return a && strcmp(a, b) == 0;
}

static bool part(const char *a, const char *b)
{
    return a && strstr(a, b);
}

static bool matches(const struct ui_view *v, const char *what, enum step step)
{
    switch (step) {
    case BY_ID:
        return same(v->id, what);
    case BY_NAME_OF_TARGET:
        return v->target && same(v->name, what);
    case BY_NAME:
        return same(v->name, what);
    case BY_PART_OF_TARGET:
        return v->target && (part(v->id, what) || part(v->name, what));
    case BY_PART:
        return part(v->id, what) || part(v->name, what);
    default:
        return false;
    }
}

/* One step. A match that cannot be pressed ends the search: going on would press something else. */
static enum control_found look(const struct ui_view *views, int count, const char *what,
                               enum step step, struct control_hits *out)
{
    bool hidden = false, disabled = false;
    struct control_hits hits = { 0 };
    for (int i = 0; i < count; i++) {
        const struct ui_view *v = &views[i];
        if (!matches(v, what, step))
            continue;
        if (!control_visible(v))
            hidden = true;
        else if (!v->enabled)
            disabled = true;
        else if (hits.count < CONTROL_HITS)
            hits.index[hits.count++] = i;
    }
    *out = hits;
    if (hits.count > 0)
        return hits.count == 1 ? FOUND_ONE : FOUND_MANY;
    return disabled ? FOUND_DISABLED : hidden ? FOUND_HIDDEN : FOUND_NONE;
}

enum control_found control_find(const struct ui_view *views, int count, const char *what,
                                struct control_hits *out)
{
    for (int step = BY_ID; *what && step < STEPS; step++) {
        enum control_found found = look(views, count, what, (enum step)step, out);
        if (found != FOUND_NONE)
            return found;
    }
    return FOUND_NONE;
}
