/* control_world.c - the control port moving the world around the terminal: time, line, place. */
#include "app/control_call.h"

#if CONTROL

#include "app/app.h"
#include "app/i18n.h"
#include "app/line.h"
#include "app/screen.h"
#include "hal/base/clock.h"
#include "hal/readers.h"
#include "hal/scanner.h"

#include <string.h>

/* Without huimin-sync there is nobody to tell, and the clock here is right all the same. */
static void tell_sync(enum err e)
{
    (void)e;
}

void control_clock(struct call *call)
{
    const struct control_host *h = call->host;
    const char *to = call->args.text[1];
    int64_t v;
    bool set = strcmp(call->args.text[0], "set") == 0;
    if (set && to[0] == '+' && control_number(to + 1, &v) == OK && v >= 0 && v <= 400 * 86400L) {
        if (h->line)
            tell_sync(line_clock_advance(h->line, v));
        h->advance(v * 1000);
        (void)control_port_probe_taken(call->c->port); /* it would count the leap as a gap */
    } else if (set && clock_parse_rfc3339(to, &v) == OK) {
        if (h->line)
            tell_sync(line_clock_hold(h->line, v));
        h->hold(v);
    } else {
        control_fail(call->out, "bad_argument", "clock set RFC3339|+SECONDS");
        return;
    }
    h->settle();
    control_ok(call->out);
}

static void answer_order(struct call *call, enum err e)
{
    call->host->settle();
    if (e == OK)
        control_ok(call->out);
    else
        control_fail(call->out, "busy", "huimin-sync does not answer");
}

void control_net(struct call *call)
{
    bool online = strcmp(call->args.text[0], "online") == 0;
    struct line *l = call->host->line;
    if (!online && strcmp(call->args.text[0], "offline") != 0)
        control_fail(call->out, "bad_argument", "net online|offline");
    else
        answer_order(call, l ? line_net(l, online) : ERR_OFFLINE);
}

void control_sync(struct call *call)
{
    struct line *l = call->host->line;
    answer_order(call, l ? line_sync(l) : ERR_OFFLINE);
}

void control_card(struct call *call)
{
    const struct control_words *a = &call->args;
    struct app *app = call->host->app;
    bool in = strcmp(a->text[0], "in") == 0 && a->count == 2;
    bool out = strcmp(a->text[0], "out") == 0 && a->count == 1;
    if (!in && !out)
        control_fail(call->out, "bad_argument", "card in FILE|out");
    else if (!app->dev.readers || strcmp(app->config->reader, "sim") != 0)
        control_fail(call->out, "disabled", "card needs --reader sim");
    else if (readers_sim_card(app->dev.readers, in ? a->text[1] : NULL) != OK)
        control_fail(call->out, "io", "no such card file");
    else {
        call->host->settle();
        control_ok(call->out);
    }
}

/* As the device would: the same slot, the same event. */
void control_scan(struct call *call)
{
    struct scanner *s = call->host->app->dev.scanner;
    const char *text = call->args.text[0];
    size_t n = strlen(text);
    if (!s) {
        control_fail(call->out, "disabled", "the scanner was not started");
        return;
    }
    scanner_give(s, n <= SCAN_MAX ? text : NULL, n);
    call->host->settle();
    control_ok(call->out);
}

void control_go(struct call *call)
{
    const struct screen *s = screen_find(call->args.text[0]);
    int64_t n = 0;
    if (!s || (call->args.count == 2 && control_number(call->args.text[1], &n) != OK)) {
        control_fail(call->out, "bad_argument", "go SCREEN [N]");
        return;
    }
    call->host->send((struct event){ .type = EV_GO, .what = s->name, .n = n });
    call->host->settle();
    control_ok(call->out);
}

static void send_and_settle(const struct control_host *h, enum ev type)
{
    h->send((struct event){ .type = type });
    h->settle();
}

/* By the same events as the bar sends; only the test language has no button. */
void control_look(struct call *call)
{
    const struct control_host *h = call->host;
    struct taste want;
    if (theme_parse(call->args.text[1], &want) != OK || i18n_set(call->args.text[0]) != OK) {
        control_fail(call->out, "bad_argument", "look LANG THEME");
        return;
    }
    h->redraw();
    h->send((struct event){ .type = EV_CHANGED }); /* rows may be in the other language */
    for (int i = 0; i < 3 && h->app->taste.size != want.size; i++)
        send_and_settle(h, EV_SIZE);
    if (h->app->taste.contrast != want.contrast)
        send_and_settle(h, EV_CONTRAST);
    h->settle();
    control_ok(call->out);
}

#endif
