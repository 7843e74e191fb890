/* control_find.h - which node of the screen a test means by a name. */
#ifndef APP_CONTROL_FIND_H
#define APP_CONTROL_FIND_H

#include "app/ui.h"

#include <stdbool.h>

enum control_found { FOUND_ONE, FOUND_NONE, FOUND_HIDDEN, FOUND_DISABLED, FOUND_MANY };
enum { CONTROL_HITS = 32 };
struct control_hits {
    int count; /* at most CONTROL_HITS are kept */
    int index[CONTROL_HITS];
};

/* Can be touched where it stands: some part is in view and no dialog lies over it. */
bool control_visible(const struct ui_view *v);
/* An id, else the exact name, else a unique part of either; among the names those that can be
 * pressed come first. FOUND_ONE and FOUND_MANY fill out. */
enum control_found control_find(const struct ui_view *views, int count, const char *what,
                                struct control_hits *out);

#endif
