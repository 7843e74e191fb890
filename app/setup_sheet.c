/* setup_sheet.c - the enrolment sheet that a signed stick brought: handed in as soon as there is a
 * line, by nobody's hand. */
#include "app/setup.h"

#include "app/app.h"
#include "hal/base/clock.h"
#include "hal/base/io.h"
#include "hal/base/log.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { AGAIN_MS = 60000, PATH_CAP = CONFIG_TEXT + 32 };

static void path_of(const struct app *app, char out[PATH_CAP])
{
    snprintf(out, PATH_CAP, "%.*s/sheet", CONFIG_TEXT, app->config->setup_dir);
}

static void drop(const struct app *app)
{
    static const char zeros[64];
    char path[PATH_CAP];
    path_of(app, path);
    int fd = open(path, O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
    if (fd >= 0) {
        if (io_write_all(fd, zeros, 32) != OK)
            log_warn("sheet_not_wiped", "err=%s", err_name(ERR_IO));
        close(fd);
    }
    (void)unlink(path);
}

/* The code is wrong, used or too old: another try will not make it better. */
static bool hopeless(enum err e)
{
    return e == ERR_FORMAT || e == ERR_HASH || e == ERR_NOT_FOUND || e == ERR_REPLAYED ||
           e == ERR_EXPIRED || e == ERR_REFUSED;
}

static void ended(struct app *app, enum err e)
{
    struct setup *s = app->setup;
    s->sheet_asked = false;
    s->sheet_ms = e == OK || hopeless(e) ? 0 : clock_timer_ms() + AGAIN_MS;
    if (e == OK || hopeless(e)) {
        drop(app);
        log_info("sheet", "err=%s", err_name(e));
    }
}

void setup_line(struct app *app)
{
    struct setup *s = app->setup;
    char path[PATH_CAP], typed[64];
    struct enrol_ask ask;
    size_t n = 0;
    if (!s || s->open || s->sheet_asked || app->enrol.asked ||
        (s->sheet_ms && s->sheet_ms > clock_timer_ms()))
        return;
    s->sheet_ms = 0;
    path_of(app, path);
    if (app->line.state == LINE_STOPPED || !app->dev.link ||
        io_slurp(AT_FDCWD, path, typed, sizeof typed, &n) != OK)
        return;
    typed[strcspn(typed, "\n")] = '\0';
    enum err e = enrol_ask_make(app->config->data_dir, typed, &ask);
    if (e == OK)
        e = line_enrol(app->dev.link, &ask);
    explicit_bzero(&ask, sizeof ask);
    explicit_bzero(typed, sizeof typed);
    s->sheet_asked = e == OK;
    if (e != OK)
        ended(app, e);
}

void setup_enrolled(struct app *app, const struct event *ev)
{
    struct setup *s = app->setup;
    if (!s || !s->sheet_asked)
        return;
    ended(app, (enum err)ev->n);
    s->restart = ev->n == OK; /* what the platform told takes effect with the next start */
}
