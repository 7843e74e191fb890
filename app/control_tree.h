/* control_tree.h - what the screen and the counters say, as JSON for a test. */
#ifndef APP_CONTROL_TREE_H
#define APP_CONTROL_TREE_H

#include "hal/json.h"

#include <stdbool.h>

struct app;
struct line;
struct stats;
struct ui;

/* Each writes its members into an object that is already open. [ui] */
/* With pixels, each visible text also says the darkest and lightest colour painted in its rect. */
void control_put_tree(struct json_out *w, const struct ui *ui, bool pixels);
void control_put_screen(struct json_out *w, const struct ui *ui, const struct app *app);
/* line may be NULL. */
void control_put_stats(struct json_out *w, const struct stats *stats, const struct app *app,
                       struct line *line);

#endif
