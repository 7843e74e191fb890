/* setup_report.c - what a terminal is ready for, on one page: screen, paper, code. */
#include "app/setup.h"

#include "app/app.h"
#include "app/enrol.h"
#include "app/i18n.h"
#include "app/options.h"
#include "app/paper.h"
#include "app/say.h"
#include "app/system_state.h"
#include "hal/base/clock.h"
#include "hal/base/log.h"
#include "hal/printer.h"
#include "hal/qr.h"

#include <stdio.h>
#include <string.h>

enum { WORDS = 16 * 1024, CODE = 640 };

/* What the next start will read: the config of this run is of before. */
static const char *place_of(const struct app *app)
{
    const struct setup *s = app->setup;
    return i18n_chinese() || !*s->field[SETUP_PLACE_EN] ? s->field[SETUP_PLACE_ZH]
                                                        : s->field[SETUP_PLACE_EN];
}

static const char *name_of(const struct app *app)
{
    const struct setup *s = app->setup;
    return i18n_chinese() || !*s->field[SETUP_NAME_EN] ? s->field[SETUP_NAME_ZH]
                                                       : s->field[SETUP_NAME_EN];
}

static const char *net_words(const struct app *app)
{
    static const char *const key[] = { "setup.net.unsaid", "setup.net.dhcp",   "setup.net.static",
                                       "setup.net.wifi",   "setup.net.dongle", "setup.net.none" };
    return T(key[app->setup->net]);
}

static const char *version_words(const struct app *app, struct arena *a)
{
    struct system_state sys;
    system_state_read(app->config, &sys);
    return *sys.version ? i18n_fmt(a, "setup.report.versions", "huimin", HUIMIN_VERSION, "image",
                                   arena_strdup(a, sys.version), NULL)
                        : HUIMIN_VERSION;
}

static void add(struct setup_line *line, int *n, const char *name, const char *value)
{
    if (*n < SETUP_LINES && value)
        line[(*n)++] = (struct setup_line){ .name = name, .value = value };
}

static const char *when(const struct app *app, struct arena *a)
{
    struct civil c = clock_civil(app->now_ms);
    return arena_printf(a, "%04d-%02d-%02d %02d:%02d", c.year, c.month, c.day, c.hour, c.minute);
}

int setup_report(const struct app *app, struct arena *a, struct setup_line out[SETUP_LINES])
{
    const struct enrol_prints *p = &app->setup->prints;
    int n = 0;
    add(out, &n, T("setup.report.date"), when(app, a));
    add(out, &n, T("setup.report.version"), version_words(app, a));
    add(out, &n, T("setup.report.name"), arena_strdup(a, name_of(app)));
    add(out, &n, T("setup.report.place"), arena_strdup(a, place_of(app)));
    add(out, &n, T("setup.report.root"), *p->root ? p->root : T("setup.report.none"));
    add(out, &n, T("setup.report.keys"), *p->keys ? p->keys : T("setup.report.none"));
    add(out, &n, T("setup.report.net"), net_words(app));
    for (int t = 0; t < SETUP_TESTS && n < SETUP_LINES; t++) {
        const char *state, *todo;
        enum setup_result r = setup_test(app, (enum setup_test)t, a, &state, &todo);
        out[n++] = (struct setup_line){ setup_test_name((enum setup_test)t), state, r, true };
    }
    return n;
}

/* --- for whoever photographs it ------------------------------------------------------------------
 */

static void put(char *out, size_t cap, const char *key, const char *value)
{
    size_t n = strlen(out);
    snprintf(out + n, cap - n, "%s=%s\n", key, value);
}

void setup_report_text(const struct app *app, char *out, size_t cap)
{
    static const char *const key[SETUP_TESTS] = { "screen",  "touch", "reader", "printer",
                                                  "network", "clock", "data" };
    static const char *const word[] = { "ok", "todo", "none" };
    static const char *const net[] = { "", "dhcp", "static", "wifi", "dhcp", "none" };
    const struct enrol_prints *p = &app->setup->prints;
    struct system_state sys;
    struct arena a;
    char now[32];
    system_state_read(app->config, &sys);
    clock_format_rfc3339(now, sizeof now, app->now_ms);
    snprintf(out, cap, "huimin-report 1\n");
    put(out, cap, "time", now);
    put(out, cap, "huimin", HUIMIN_VERSION);
    put(out, cap, "image", sys.version);
    put(out, cap, "name", app->setup->field[SETUP_NAME_ZH]);
    put(out, cap, "place", app->setup->field[SETUP_PLACE_ZH]);
    put(out, cap, "root", p->root);
    put(out, cap, "keys", p->keys);
    put(out, cap, "net", net[app->setup->net]);
    arena_init(&a, WORDS, WORDS);
    for (int t = 0; t < SETUP_TESTS; t++) {
        const char *state, *todo;
        put(out, cap, key[t], word[setup_test(app, (enum setup_test)t, &a, &state, &todo)]);
    }
    arena_finish(&a);
}

const struct qr *setup_report_code(const struct app *app, struct arena *a)
{
    struct qr *qr = arena_new(a, struct qr);
    char text[CODE];
    setup_report_text(app, text, sizeof text);
    return qr && qr_make(text, qr) == OK ? qr : NULL;
}

/* --- paper ---------------------------------------------------------------------------------------
 */

void setup_print_report(struct app *app)
{
    static struct paper p; /* [ui] */
    struct setup *s = app->setup;
    struct setup_line line[SETUP_LINES];
    struct arena a;
    char code[CODE];
    if (!app->dev.printer || s->printing)
        return;
    arena_init(&a, WORDS, WORDS);
    memset(&p, 0, sizeof p);
    paper_head(&p, app, T("setup.report.title"));
    int n = setup_report(app, &a, line);
    for (int i = 0; i < n; i++)
        paper_say(
            &p, line[i].result == RESULT_TODO && line[i].test ? PAPER_BOLD : PAPER_PLAIN,
            i18n_fmt(&a, "setup.report.line", "name", line[i].name, "value", line[i].value, NULL));
    setup_report_text(app, code, sizeof code);
    if (qr_make(code, &p.qr) != OK)
        log_warn("report_without_code", "bytes=%zu", strlen(code));
    s->print_err = printer_print(app->dev.printer, &p);
    s->printing = s->print_err == OK;
    if (s->print_err != OK)
        log_warn("report_not_printed", "err=%s", err_name(s->print_err));
    arena_finish(&a);
}
