/* control.c - a socket through which a test acts like a citizen and sees what the citizen sees. */
#include "app/control_call.h"

#if CONTROL

#include "app/control_find.h"
#include "app/control_tree.h"
#include "app/screen.h"
#include "app/stats.h"
#include "app/ui.h"
#include "hal/base/clock.h"
#include "hal/display.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WAIT_MS = 5000, LOOK_AGAIN_MS = 20 };

void control_begin_ok(struct json_out *w)
{
    json_open(w, NULL, '{');
    json_put_bool(w, "ok", true);
}

void control_end_ok(struct json_out *w)
{
    json_close(w, '}');
}

void control_ok(struct json_out *w)
{
    control_begin_ok(w);
    control_end_ok(w);
}

void control_fail(struct json_out *w, const char *code, const char *text)
{
    json_open(w, NULL, '{');
    json_put_bool(w, "ok", false);
    json_put_str(w, "error", code);
    json_put_str(w, "text", text);
    json_close(w, '}');
}

/* --- waiting ---------------------------------------------------------------------------------- */

static bool on_screen(const struct ui *ui, const char *text)
{
    for (int i = 0; i < ui_view_count(ui); i++) {
        struct ui_view v = ui_view_at(ui, i);
        if (control_visible(&v) &&
            ((v.name && strstr(v.name, text)) || (v.value && strstr(v.value, text))))
            return true;
    }
    return false;
}

static bool came_true(const struct control *c, const struct control_host *host)
{
    switch (c->wait_for) {
    case WAIT_IDLE:
        return !display_pending() && !ui_animating(host->ui) && host->idle();
    case WAIT_TEXT:
        return on_screen(host->ui, c->text);
    case WAIT_GONE:
        return !on_screen(host->ui, c->text);
    case WAIT_SCREEN:
        return strcmp(ui_screen_name(host->ui), c->text) == 0;
    }
    return false;
}

static bool wait_named(const char *s, enum wait_for *out)
{
    static const char *const names[] = { "idle", "text", "gone", "screen" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(s, names[i]) == 0) {
            *out = (enum wait_for)i;
            return true;
        }
    return false;
}

static void cmd_wait(struct call *call)
{
    struct control *c = call->c;
    const struct control_words *a = &call->args;
    int64_t ms = WAIT_MS;
    bool good = wait_named(a->text[0], &c->wait_for);
    int plain = good && c->wait_for == WAIT_IDLE ? 1 : 2;
    good = good && a->count >= plain && a->count <= plain + 1;
    if (good && a->count > plain)
        good = control_number(a->text[plain], &ms) == OK && ms >= 0 && ms <= 600000;
    if (good && plain == 2 && c->wait_for == WAIT_SCREEN)
        good = screen_find(a->text[1]) != NULL;
    if (!good) {
        control_fail(call->out, "bad_argument", "wait idle|text \"S\"|gone \"S\"|screen NAME [MS]");
        return;
    }
    snprintf(c->text, sizeof c->text, "%s", plain == 2 ? a->text[1] : "");
    c->job = JOB_WAIT;
    c->end_us = clock_timer_us() + ms * 1000;
    call->pending = true;
}

/* --- looking ---------------------------------------------------------------------------------- */

static void cmd_tree(struct call *call)
{
    bool pixels = call->args.count == 1;
    if (pixels && strcmp(call->args.text[0], "pixels") != 0) {
        control_fail(call->out, "bad_argument", "tree [pixels]");
        return;
    }
    control_begin_ok(call->out);
    control_put_tree(call->out, call->host->ui, pixels);
    control_end_ok(call->out);
}

static void cmd_screen(struct call *call)
{
    control_begin_ok(call->out);
    control_put_screen(call->out, call->host->ui, call->host->app);
    control_end_ok(call->out);
}

static void cmd_shot(struct call *call)
{
    call->host->settle();
    enum err e = display_shot(call->args.text[0]);
    if (e == OK)
        control_ok(call->out);
    else
        control_fail(call->out, "io", err_name(e));
}

static void cmd_stats(struct call *call)
{
    const struct control_host *h = call->host;
    bool reset = call->args.count == 1;
    if (reset && strcmp(call->args.text[0], "reset") != 0) {
        control_fail(call->out, "bad_argument", "stats [reset]");
        return;
    }
    control_begin_ok(call->out);
    control_put_stats(call->out, h->stats, h->app, h->line);
    control_end_ok(call->out);
    if (reset)
        stats_reset(h->stats);
}

static void cmd_probe(struct call *call)
{
    bool on = strcmp(call->args.text[0], "on") == 0;
    if (!on && strcmp(call->args.text[0], "off") != 0) {
        control_fail(call->out, "bad_argument", "probe on|off");
        return;
    }
    control_port_probe(call->c->port, on);
    control_ok(call->out);
}

/* Paints the whole screen anew, so many times: what a full redraw costs is in stats then. */
static void cmd_redraw(struct call *call)
{
    int64_t times;
    if (control_number(call->args.text[0], &times) != OK || times < 1 || times > 10000) {
        control_fail(call->out, "bad_argument", "redraw TIMES");
        return;
    }
    for (; times > 0; times--) {
        display_forget();
        call->host->redraw();
        call->host->settle();
    }
    control_ok(call->out);
}

static void cmd_quit(struct call *call)
{
    control_ok(call->out);
    call->host->send((struct event){ .type = EV_STOP });
}

/* --- one command ------------------------------------------------------------------------------ */

static const struct command {
    const char *verb;
    int least, most; /* arguments */
    void (*run)(struct call *call);
} commands[] = {
    { "tap", 1, 2, control_tap },     { "drag", 4, 5, control_drag },
    { "key", 1, 1, control_key },     { "text", 1, 1, control_text },
    { "wait", 1, 3, cmd_wait },       { "tree", 0, 1, cmd_tree },
    { "screen", 0, 0, cmd_screen },   { "shot", 1, 1, cmd_shot },
    { "clock", 2, 2, control_clock }, { "net", 1, 1, control_net },
    { "sync", 0, 0, control_sync },   { "card", 1, 2, control_card },
    { "stats", 0, 1, cmd_stats },     { "quit", 0, 0, cmd_quit },
    { "go", 1, 2, control_go },       { "look", 2, 2, control_look },
    { "probe", 1, 1, cmd_probe },     { "redraw", 1, 1, cmd_redraw },
    { "scan", 1, 1, control_scan },   { "outbox", 0, 0, control_outbox },
};

static const struct command *command_named(const char *verb)
{
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        if (strcmp(commands[i].verb, verb) == 0)
            return &commands[i];
    return NULL;
}

static void drop_verb(struct control_words *a)
{
    a->count--;
    for (int i = 0; i < a->count; i++) {
        a->text[i] = a->text[i + 1];
        a->quoted[i] = a->quoted[i + 1];
    }
}

/* False: the answer comes later. */
static bool execute(struct call *call, char *line)
{
    struct control_words words;
    size_t n = strlen(line);
    if (n > 0 && line[n - 1] == '\r')
        line[n - 1] = '\0';
    if (control_cut(line, &words) != OK) {
        control_fail(call->out, "bad_argument", "words, or strings in quotes with JSON escapes");
        return true;
    }
    const struct command *cmd = words.count ? command_named(words.text[0]) : NULL;
    if (!cmd) {
        control_fail(call->out, "unknown_command", words.count ? words.text[0] : "an empty line");
        return true;
    }
    drop_verb(&words);
    call->args = words;
    if (words.count < cmd->least || words.count > cmd->most)
        control_fail(call->out, "bad_argument", "too few or too many words");
    else
        cmd->run(call);
    return !call->pending;
}

static void take_command(struct control *c, const struct control_host *host)
{
    char line[CONTROL_LINE];
    struct json_out out;
    if (!control_port_take(c->port, line))
        return;
    json_out_start(&out);
    struct call call = { .c = c, .host = host, .out = &out };
    if (execute(&call, line))
        control_port_answer(c->port, &out);
    else
        json_out_finish(&out);
}

/* --- from turn to turn ---------------------------------------------------------------------- */

static void finish_job(struct control *c, const char *code)
{
    struct json_out out;
    json_out_start(&out);
    if (code)
        control_fail(&out, code, "it did not come in time");
    else
        control_ok(&out);
    c->job = JOB_NONE;
    control_port_answer(c->port, &out);
}

static void go_on(struct control *c, const struct control_host *host)
{
    if (c->job == JOB_DRAG) {
        if (control_drag_on(c, host))
            finish_job(c, NULL);
        return;
    }
    if (came_true(c, host))
        finish_job(c, NULL);
    else if (clock_timer_us() >= c->end_us || control_port_gone(c->port))
        finish_job(c, "timeout");
}

void control_serve(struct control *c, const struct control_host *host)
{
    int64_t probe_us = control_port_probe_taken(c->port);
    if (probe_us)
        hist_add(&host->stats->ui_gap_us, clock_timer_us() - probe_us);
    if (c->job == JOB_NONE)
        take_command(c, host);
    if (c->job != JOB_NONE)
        go_on(c, host);
}

int control_timeout_ms(const struct control *c)
{
    switch (c->job) {
    case JOB_WAIT:
        return LOOK_AGAIN_MS;
    case JOB_DRAG: {
        int64_t left = c->next_us - clock_timer_us();
        return left <= 0 ? 0 : (int)(left / 1000) + 1;
    }
    default:
        return -1;
    }
}

enum err control_create(const char *path, struct control **out)
{
    struct control *c = calloc(1, sizeof *c);
    if (!c)
        return ERR_NOMEM;
    enum err e = control_port_create(path, display_wake, &c->port);
    if (e != OK) {
        free(c);
        return e;
    }
    *out = c;
    return OK;
}

enum err control_open(struct control *c)
{
    return control_port_open(c->port);
}

void control_destroy(struct control *c)
{
    if (!c)
        return;
    control_port_destroy(c->port);
    free(c);
}

#endif
