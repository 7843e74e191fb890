/* control_tree.c - what the screen and the counters say, as JSON for a test. */
#include "app/control_tree.h"
#include "hal/readers.h"

#if CONTROL

#include "app/app.h"
#include "app/control_find.h"
#include "app/i18n.h"
#include "app/line.h"
#include "app/outbox.h"
#include "app/stats.h"
#include "app/ui.h"
#include "hal/display.h"

#include <stdio.h>

static void put_rect(struct json_out *w, const char *key, struct rect r)
{
    json_open(w, key, '[');
    json_put_int(w, NULL, r.x);
    json_put_int(w, NULL, r.y);
    json_put_int(w, NULL, r.w);
    json_put_int(w, NULL, r.h);
    json_close(w, ']');
}

static void put_color(struct json_out *w, const char *key, uint32_t rgb)
{
    char text[8];
    snprintf(text, sizeof text, "#%06x", (unsigned)(rgb & 0xFFFFFF));
    json_put_str(w, key, text);
}

static void put_state(struct json_out *w, const struct ui_view *v)
{
    json_open(w, "state", '[');
    json_put_str(w, NULL, v->enabled ? "enabled" : "disabled");
    if (v->focused)
        json_put_str(w, NULL, "focused");
    if (v->selected)
        json_put_str(w, NULL, "selected");
    if (v->busy)
        json_put_str(w, NULL, "busy");
    if (v->main_target)
        json_put_str(w, NULL, "main");
    json_close(w, ']');
}

static int light(uint32_t c)
{
    return (int)(c >> 16 & 255) * 3 + (int)(c >> 8 & 255) * 6 + (int)(c & 255);
}

/* What a text says of its colours is a promise; this is what was painted. */
static void put_pixels(struct json_out *w, struct rect r)
{
    struct raster_target t = display_surface();
    uint32_t dark = 0xFFFFFF, bright = 0;
    for (int y = r.y; y < r.y + r.h && y < t.h; y++)
        for (int x = r.x; x < r.x + r.w && x < t.w; x++) {
            uint32_t c = t.pixels[y * t.stride + x];
            dark = light(c) < light(dark) ? c : dark;
            bright = light(c) > light(bright) ? c : bright;
        }
    json_open(w, "painted", '[');
    put_color(w, NULL, dark);
    put_color(w, NULL, bright);
    json_close(w, ']');
}

static void put_node(struct json_out *w, const struct ui_view *v, bool pixels)
{
    json_open(w, NULL, '{');
    json_put_str(w, "id", v->id ? v->id : "");
    json_put_str(w, "parent", v->parent ? v->parent : "");
    json_put_str(w, "role", ui_role_name(v->role));
    json_put_str(w, "name", v->name ? v->name : "");
    json_put_str(w, "value", v->value ? v->value : "");
    put_state(w, v);
    put_rect(w, "rect", v->rect);
    put_rect(w, "seen", v->seen);
    json_put_bool(w, "visible", control_visible(v));
    json_put_bool(w, "target", v->target);
    json_put_bool(w, "elided", v->elided);
    json_put_bool(w, "overflow", v->overflow);
    json_put_int(w, "focus", v->focus);
    put_color(w, "fg", v->fg);
    put_color(w, "bg", v->bg);
    json_put_int(w, "text_px", v->text_px);
    if (pixels && v->text_px && control_visible(v))
        put_pixels(w, v->seen);
    json_close(w, '}');
}

void control_put_tree(struct json_out *w, const struct ui *ui, bool pixels)
{
    const struct theme *t = ui_theme(ui);
    json_put_str(w, "screen", ui_screen_name(ui));
    json_put_str(w, "lang", i18n_lang());
    json_put_str(w, "theme", theme_name(t->taste));
    json_open(w, "size", '[');
    json_put_int(w, NULL, t->w_px);
    json_put_int(w, NULL, t->h_px);
    json_close(w, ']');
    json_put_real(w, "px_per_mm", t->px_per_mm);
    json_put_str(w, "modal", ui_modal_id(ui));
    json_open(w, "nodes", '[');
    for (int i = 0; i < ui_view_count(ui); i++) {
        struct ui_view v = ui_view_at(ui, i);
        put_node(w, &v, pixels);
    }
    json_close(w, ']');
}

void control_put_screen(struct json_out *w, const struct ui *ui, const struct app *app)
{
    json_put_str(w, "screen", ui_screen_name(ui));
    json_open(w, "stack", '[');
    for (int i = 0; i < app->depth; i++)
        json_put_str(w, NULL, app->stack[i].screen->name);
    json_close(w, ']');
    json_put_bool(w, "session", app->visit);
}

static void put_hist(struct json_out *w, const char *key, const struct hist *h)
{
    json_open(w, key, '{');
    json_put_int(w, "p50", hist_at(h, 500));
    json_put_int(w, "p90", hist_at(h, 900));
    json_put_int(w, "p99", hist_at(h, 990));
    json_put_int(w, "max", h->max);
    json_put_int(w, "count", h->count);
    json_close(w, '}');
}

static double percent(const struct display_damage *d)
{
    return d->cells_all ? 100.0 * d->cells_changed / d->cells_all : 0;
}

static void put_sync(struct json_out *w, const struct line_status *s)
{
    json_open(w, "sync", '{');
    json_put_str(w, "state", line_state_name(s->state));
    json_put_str(w, "err", err_name(s->err));
    json_put_int(w, "last_ok", s->last_ok_ms);
    json_put_str(w, "bad", s->bad);
    json_put_str(w, "stick", s->stick);
    json_put_int(w, "n", s->n);
    json_open(w, "ch", '{');
    for (int i = 0; i < s->channel_count; i++) {
        const struct line_channel *ch = &s->channel[i];
        json_open(w, ch->name, '{');
        json_put_str(w, "epoch", ch->epoch);
        json_put_int(w, "seq", ch->seq);
        json_put_int(w, "as_of", ch->as_of_ms);
        json_close(w, '}');
    }
    json_close(w, '}');
    json_close(w, '}');
}

static void put_reader(struct json_out *w, const struct app *app)
{
    bool expired = app->card_says == CARD_SAYS_EXPIRED;
    struct reader_status r = { .driver = "none" };
    if (app->dev.readers)
        readers_status(app->dev.readers, &r);
    json_open(w, "reader", '{');
    json_put_str(w, "driver", r.driver);
    json_put_str(w, "name", r.name);
    json_put_str(w, "state", expired ? "expired" : reader_state_name(r.state));
    json_close(w, '}');
}

static void put_outbox(struct json_out *w, const struct app *app)
{
    struct outbox_counts n = { 0 };
    if (app->dev.outbox && outbox_counts(app->dev.outbox, &n) != OK)
        n = (struct outbox_counts){ 0 };
    json_open(w, "outbox", '{');
    json_put_int(w, "waiting", n.waiting);
    json_put_int(w, "sending", n.sending);
    json_put_int(w, "accepted", n.accepted);
    json_put_int(w, "rejected", n.rejected);
    json_put_int(w, "stuck", n.stuck);
    json_close(w, '}');
}

void control_put_stats(struct json_out *w, const struct stats *stats, const struct app *app,
                       struct line *line)
{
    struct line_status status = line ? line_status(line) : app->line;
    json_put_int(w, "first_frame_ms", stats->first_frame_ms);
    json_put_int(w, "frames", stats->frames);
    put_hist(w, "frame_us", &stats->frame_us);
    put_hist(w, "tap_us", &stats->tap_us);
    put_hist(w, "ui_gap_us", &stats->ui_gap_us);
    put_hist(w, "card_us", &stats->card_us);
    json_put_int(w, "pss_kb", stats_pss_kb());
    json_put_int(w, "cpu_ms", stats_cpu_ms());
    json_open(w, "damage", '{');
    json_put_real(w, "last_pct", percent(&stats->last));
    json_put_real(w, "max_pct", percent(&stats->most));
    json_close(w, '}');
    json_put_str(w, "display", display_driver());
    put_reader(w, app);
    put_outbox(w, app);
    put_sync(w, &status);
}

#endif
