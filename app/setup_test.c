/* setup_test.c - the self-test: screen, touch, reader, printer, line, clock, disk. */
#include "app/setup.h"

#include "app/app.h"
#include "app/enrol.h"
#include "app/i18n.h"
#include "app/paper.h"
#include "app/say.h"
#include "app/system_state.h"
#include "hal/base/log.h"
#include "hal/printer.h"
#include "hal/readers.h"

#include <stdlib.h>
#include <string.h>

/* What a look found: a sentence of what is, one of what to do. */
struct look {
    struct arena *a;
    const char *state, *todo;
};

static enum setup_result found(struct look *l, enum setup_result r, const char *state,
                               const char *todo)
{
    l->state = state;
    l->todo = todo;
    return r;
}

static enum setup_result look_screen(const struct app *app, struct look *l)
{
    switch (app->setup->eye) {
    case EYE_EVEN:
        return found(l, RESULT_OK, T("setup.test.even"), NULL);
    case EYE_UNEVEN:
        return found(l, RESULT_TODO, T("setup.test.uneven"), T("setup.test.uneven_do"));
    case EYE_NOT_YET:
        break;
    }
    return found(l, RESULT_TODO, T("setup.test.not_yet"), T("setup.test.screen_do"));
}

static enum setup_result look_touch(const struct app *app, struct look *l)
{
    unsigned all = (1u << SETUP_TARGETS) - 1;
    if (app->setup->hit == all)
        return found(l, RESULT_OK, T("setup.test.touch_all"), NULL);
    int n = __builtin_popcount(app->setup->hit);
    return found(l, RESULT_TODO,
                 n ? i18n_fmt(l->a, "setup.test.touch_some", "n", say_number(l->a, n), NULL)
                   : T("setup.test.not_yet"),
                 T("setup.test.touch_do"));
}

static enum setup_result look_reader(const struct app *app, struct look *l)
{
    struct reader_status r = { .state = READER_ABSENT };
    if (!app->dev.readers)
        return found(l, RESULT_NOT_THERE, T("setup.test.none_set"), NULL);
    readers_status(app->dev.readers, &r);
    if (r.state == READER_ABSENT)
        return found(l, RESULT_TODO, T("setup.test.reader_away"), T("setup.test.reader_away_do"));
    if (r.state == READER_NO_SERVICE)
        return found(l, RESULT_TODO, T("setup.test.reader_service"), T("setup.test.restart_do"));
    bool card = r.state != READER_EMPTY || r.serial != app->setup->first_serial;
    if (!card)
        return found(l, RESULT_TODO,
                     *r.name ? i18n_fmt(l->a, "setup.test.reader_named", "name",
                                        arena_strdup(l->a, r.name), NULL)
                             : T("setup.test.reader_there"),
                     T("setup.test.reader_do"));
    if (r.state == READER_UPSIDE_DOWN || r.state == READER_MUTE || r.state == READER_READING)
        return found(l, RESULT_TODO,
                     T(r.state == READER_READING ? "setup.test.reading" : "setup.test.card_mute"),
                     T("setup.test.reader_do"));
    return found(l, RESULT_OK, T("setup.test.card_seen"), NULL);
}

static const char *printer_words(enum printer_state p)
{
    return p == PRINTER_PAPER   ? T("setup.test.paper")
           : p == PRINTER_COVER ? T("setup.test.cover")
                                : T("setup.test.printer_away");
}

static enum setup_result look_printer(const struct app *app, struct look *l)
{
    const struct setup *s = app->setup;
    if (!app->dev.printer || strcmp(app->config->printer, "none") == 0)
        return found(l, RESULT_NOT_THERE, T("setup.test.none_set"), NULL);
    enum printer_state p = printer_state(app->dev.printer);
    if (s->printing)
        return found(l, RESULT_TODO, T("setup.test.printing"), T("setup.test.printing_do"));
    if (s->printed)
        return found(l, RESULT_OK, T("setup.test.printed"), NULL);
    if (p != PRINTER_READY && p != PRINTER_BUSY)
        return found(l, RESULT_TODO, printer_words(p), T("setup.test.printer_do"));
    return found(l, RESULT_TODO,
                 T(s->print_err == OK ? "setup.test.printer_there" : "setup.test.print_failed"),
                 T("setup.test.print_do"));
}

static enum setup_result look_network(const struct app *app, struct look *l)
{
    if (app->line.state == LINE_ONLINE)
        return found(l, RESULT_OK, T("setup.test.online"), NULL);
    if (app->setup->net == NET_NONE)
        return found(l, RESULT_NOT_THERE, T("setup.test.no_network"), NULL);
    if (app->line.state == LINE_STOPPED)
        return found(l, RESULT_TODO, T("setup.test.sync_stopped"), T("setup.test.restart_do"));
    if (!*app->setup->field[SETUP_URL])
        return found(l, RESULT_TODO, T("setup.test.no_platform"), T("setup.test.no_platform_do"));
    return found(l, RESULT_TODO, T("setup.test.offline"), T("setup.test.offline_do"));
}

/* The newest `issued` of the feed: it cannot be earlier than that. */
static int64_t floor_of(struct store *store)
{
    int64_t ms = 0;
    if (!store)
        return 0;
    struct query *q = store_query(store, "SELECT value FROM meta WHERE key = 'floor'");
    if (query_step(q))
        ms = strtoll(query_col_text(q, 0), NULL, 10);
    return query_done(q) == OK ? ms : 0;
}

static enum setup_result look_clock(const struct app *app, struct look *l)
{
    struct system_state sys;
    const char *now = say_time(l->a, app->now_ms, app->today);
    system_state_read(app->config, &sys);
    if (app->now_ms < floor_of(app->store))
        return found(l, RESULT_TODO, i18n_fmt(l->a, "setup.test.clock_back", "now", now, NULL),
                     T("setup.test.clock_do"));
    return found(l, RESULT_OK,
                 *sys.clock ? i18n_fmt(l->a, "setup.test.clock_by", "now", now, "by",
                                       arena_strdup(l->a, sys.clock), NULL)
                            : i18n_fmt(l->a, "setup.test.clock", "now", now, NULL),
                 NULL);
}

static enum setup_result look_data(const struct app *app, struct look *l)
{
    struct system_state sys;
    system_state_read(app->config, &sys);
    if (strcmp(sys.data, "encrypted") == 0)
        return found(l, RESULT_OK, T("setup.test.encrypted"), NULL);
    if (strcmp(sys.data, "plain") == 0)
        return found(l, RESULT_NOT_THERE, T("setup.test.plain"), NULL);
    if (strcmp(sys.data, "lost") == 0)
        return found(l, RESULT_TODO, T("setup.test.lost"), T("setup.test.lost_do"));
    return found(l, RESULT_NOT_THERE, T("setup.test.not_said"), NULL);
}

enum setup_result setup_test(const struct app *app, enum setup_test t, struct arena *a,
                             const char **out_state, const char **out_todo)
{
    static enum setup_result (*const look[SETUP_TESTS])(const struct app *, struct look *) = {
        look_screen, look_touch, look_reader, look_printer, look_network, look_clock, look_data
    };
    struct look l = { .a = a };
    enum setup_result r = look[t](app, &l);
    *out_state = l.state;
    *out_todo = l.todo;
    return r;
}

const char *setup_test_name(enum setup_test t)
{
    static const char *const key[SETUP_TESTS] = { "setup.test.screen",  "setup.test.touch",
                                                  "setup.test.reader",  "setup.test.printer",
                                                  "setup.test.network", "setup.test.clock_name",
                                                  "setup.test.data" };
    return T(key[t]);
}

void setup_print_test(struct app *app)
{
    static struct paper p; /* [ui] */
    struct setup *s = app->setup;
    if (!app->dev.printer || s->printing)
        return;
    memset(&p, 0, sizeof p);
    paper_head(&p, app, T("setup.paper.test"));
    paper_say(&p, PAPER_PLAIN, T("setup.paper.test_line"));
    s->print_err = printer_print(app->dev.printer, &p);
    s->printing = s->print_err == OK;
    if (s->print_err != OK)
        log_warn("test_not_printed", "err=%s", err_name(s->print_err));
}
