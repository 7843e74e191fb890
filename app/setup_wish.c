/* setup_wish.c - the system is asked by one file and answers by another; it may never answer. */
#include "app/setup.h"

#include "app/app.h"
#include "hal/base/clock.h"
#include "hal/base/conf.h"
#include "hal/base/io.h"
#include "hal/base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { POLL_MS = 250 };

/* --- what is kept -------------------------------------------------------------------------------
 */

static void write_kept(const struct wish *k, int dir)
{
    char text[WISH_TEXT];
    wish_write(k, false, text);
    enum err e = io_replace(dir, "kept.conf", text, strlen(text), 0660);
    if (e != OK)
        log_warn("wish_not_kept", "err=%s", err_name(e));
}

/* The outcome is known: another start does not read it again. */
static void forget_both(int dir)
{
    (void)unlinkat(dir, "asked.conf", 0);
    (void)unlinkat(dir, "answer.conf", 0);
}

static void keep(struct setup *s, int dir)
{
    wish_keep(&s->kept, &s->asked);
    if (s->asked.said & WISH_RESTART)
        memcpy(s->url_was, s->field[SETUP_URL], sizeof s->url_was);
    write_kept(&s->kept, dir);
}

/* --- answered -------------------------------------------------------------------------------- */

static void copy_word(char *out, size_t cap, const char *value)
{
    snprintf(out, cap, "%.*s", (int)cap - 1, value ? value : "");
}

/* OK: it did what was asked; ERR_REFUSED: it says why not; ERR_NOT_FOUND: no answer to this one. */
static enum err read_answer(struct setup *s, int dir)
{
    char text[512], *at = text, *key, *value;
    size_t n = 0;
    bool ours = false, ok = false;
    if (io_slurp(dir, "answer.conf", text, sizeof text, &n) != OK)
        return ERR_NOT_FOUND;
    while (conf_next(&at, &key, &value)) {
        if (value && strcmp(key, "serial") == 0)
            ours = strtol(value, NULL, 10) == s->asked.serial;
        else if (value && strcmp(key, "result") == 0)
            ok = strcmp(value, "ok") == 0;
        else if (strcmp(key, "key") == 0)
            copy_word(s->refused_key, sizeof s->refused_key, value);
        else if (strcmp(key, "why") == 0)
            copy_word(s->refused_why, sizeof s->refused_why, value);
    }
    return !ours ? ERR_NOT_FOUND : ok ? OK : ERR_REFUSED;
}

static void read_kept(struct wish *out, int dir, const char *name)
{
    char text[WISH_TEXT];
    struct wish_why why;
    size_t n = 0;
    if (io_slurp(dir, name, text, sizeof text, &n) == OK && wish_read(out, text, n, &why) != OK)
        log_warn("kept_wish_unreadable", "file=%s key=%s", name, why.key);
}

/* The answer to a wish that this program, or the machine, did not live to see is read now. */
void setup_wish_load(struct setup *s, const char *path)
{
    int dir = -1;
    if (io_open_dir(path, &dir) != OK)
        return;
    read_kept(&s->kept, dir, "kept.conf");
    read_kept(&s->asked, dir, "asked.conf");
    enum err e = s->asked.said ? read_answer(s, dir) : ERR_NOT_FOUND;
    if (e == OK)
        keep(s, dir);
    if (e != ERR_NOT_FOUND)
        forget_both(dir);
    explicit_bzero(&s->asked, sizeof s->asked);
    close(dir);
}

/* --- asked --------------------------------------------------------------------------------------
 */

static void over(struct setup *s, enum setup_wait how)
{
    s->wait = how;
    explicit_bzero(&s->asked, sizeof s->asked);
}

/* The number goes up with each wish: an answer that is late is not taken for another's. */
static enum err write_wish(const char *path, const struct wish *w, struct wish *kept)
{
    char text[WISH_TEXT];
    int dir = -1;
    enum err e = io_open_dir(path, &dir);
    if (e != OK)
        return e;
    (void)unlinkat(dir, "answer.conf", 0); /* of an earlier one */
    kept->said |= WISH_SERIAL;
    kept->serial = w->serial;
    write_kept(kept, dir);
    wish_write(w, false, text);
    e = io_replace(dir, "asked.conf", text, strlen(text), 0660);
    wish_write(w, true, text);
    if (e == OK) /* last: from now on it may be answered */
        e = io_replace(dir, "wish.conf", text, strlen(text), 0600);
    explicit_bzero(text, sizeof text);
    close(dir);
    return e;
}

void setup_wish_send(struct app *app, struct wish *w)
{
    struct setup *s = app->setup;
    char number[16];
    snprintf(number, sizeof number, "%d", (s->kept.serial % 900000000) + 1);
    if (wish_set(w, "serial", number))
        log_error("wish_without_number", "serial=%s", number);
    enum err e = write_wish(app->config->setup_dir, w, &s->kept);
    s->asked = *w;
    explicit_bzero(w, sizeof *w);
    s->until_ms = clock_timer_ms() + SETUP_ANSWER_MS;
    s->poll_ms = clock_timer_ms() + POLL_MS;
    s->wait = WISH_ASKED;
    log_info("wish_sent", "serial=%s net=%s err=%s", number, *s->asked.net ? s->asked.net : "-",
             err_name(e));
    if (e != OK)
        over(s, WISH_UNWRITTEN);
}

/* Nobody took it: what it says of a network does not stay lying about. */
static void take_back(int dir)
{
    static const char zeros[WISH_TEXT];
    struct stat st;
    int fd = openat(dir, "wish.conf", O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return;
    if (fstat(fd, &st) != 0 || st.st_size > (off_t)sizeof zeros ||
        io_write_all(fd, zeros, (size_t)st.st_size) != OK)
        log_warn("wish_not_wiped", "err=%s", err_name(ERR_IO));
    close(fd);
    (void)unlinkat(dir, "wish.conf", 0);
}

bool setup_wish_look(struct app *app, int64_t timer_ms)
{
    struct setup *s = app->setup;
    int dir = -1;
    if (s->wait != WISH_ASKED || timer_ms < s->poll_ms)
        return false;
    s->poll_ms = timer_ms + POLL_MS;
    if (io_open_dir(app->config->setup_dir, &dir) != OK) {
        over(s, WISH_UNWRITTEN);
        return true;
    }
    int serial = s->asked.serial;
    enum err e = read_answer(s, dir);
    if (e == OK) {
        log_info("wish_answered", "serial=%d result=ok", serial);
        keep(s, dir);
        forget_both(dir);
        over(s, WISH_DONE);
    } else if (e == ERR_REFUSED) {
        log_warn("wish_answered", "serial=%d key=%s why=\"%s\"", serial, s->refused_key,
                 s->refused_why);
        forget_both(dir);
        over(s, WISH_REFUSED);
    } else if (timer_ms >= s->until_ms) {
        log_warn("wish_unanswered", "serial=%d", serial);
        take_back(dir);
        forget_both(dir);
        over(s, WISH_UNANSWERED);
    }
    close(dir);
    return s->wait != WISH_ASKED;
}
