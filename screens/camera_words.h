/* camera_words.h - what the wall and the single picture say alike. */
#ifndef SCREENS_CAMERA_WORDS_H
#define SCREENS_CAMERA_WORDS_H

#include "app/app.h"
#include "app/live.h"
#include "app/ui.h"

/* "现在 09:41", "停在 09:12", "正在连接…": icon, colour and words of one picture's state. */
void camera_state(struct ui *ui, const struct app *app, const struct live_view *v, const char *id);
/* The picture, or a quiet place that says why there is none. dp. */
void camera_picture(struct ui *ui, const struct app *app, int slot, const struct camera_row *c,
                    const char *id, float w, float h);
/* One sentence on why there is no live picture; NULL: there is one. */
const char *camera_why(struct ui *ui, const struct live_view *v);
/* "12秒后再试" */
const char *camera_next_try(struct ui *ui, const struct live_view *v);
/* "三峡大坝旅游区 · 坛子岭" */
const char *camera_name(struct ui *ui, const struct camera_row *c);
/* "游客 6,240人，车 810辆"; NULL: nothing was told. */
const char *camera_counts(struct ui *ui, const struct spot *s);

#endif
