/* setup_apply.c - takes a wish, writes the system's files, answers. */
#include "image/setup_part.h"

#include "hal/base/io.h"
#include "hal/base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- the system's files ------------------------------------------------------------------------
 */

/* "" takes the file away. *touched grows by bit when there is another text than before. */
static enum err put_file(const struct setup_dirs *d, const char *folder, const char *name,
                         const char *text, mode_t mode, unsigned bit, unsigned *touched)
{
    char path[2 * SETUP_PATH], was[SETUP_TEXT] = "";
    int dir = -1;
    size_t n = 0;
    snprintf(path, sizeof path, "%s/%s", d->system, folder);
    if (*folder && mkdir(path, 0755) != 0 && errno != EEXIST)
        return io_error(errno);
    enum err e = io_open_dir(path, &dir);
    if (e != OK)
        return e;
    enum err had = io_slurp(dir, name, was, sizeof was, &n);
    bool same = had == OK ? strcmp(was, text) == 0 : had == ERR_NOT_FOUND && !*text;
    explicit_bzero(was, sizeof was);
    if (!same) {
        *touched |= bit;
        if (*text)
            e = io_replace(dir, name, text, strlen(text), mode);
        else
            e = unlinkat(dir, name, 0) == 0 && io_dir_synced(dir) ? OK : io_error(errno);
    }
    close(dir);
    return e;
}

static enum err write_network(const struct setup_dirs *d, const struct wish *w, unsigned *touched)
{
    char text[SETUP_TEXT];
    setup_network_text(w, text);
    enum err e = put_file(d, "network", "10-huimin.network", text, 0644, SETUP_NETWORK, touched);
    text[0] = '\0';
    if (strcmp(w->net, "wifi") == 0)
        setup_wifi_text(w, text);
    if (e == OK)
        e = put_file(d, "wifi", "wpa_supplicant.conf", text, 0600, SETUP_NETWORK, touched);
    explicit_bzero(text, sizeof text);
    return e;
}

enum err setup_write_system(const struct setup_dirs *d, const struct wish *w, unsigned *out_touched)
{
    char text[SETUP_TEXT];
    unsigned touched = 0;
    enum err e = OK;
    if (w->said & WISH_NET)
        e = write_network(d, w, &touched);
    if (e == OK && w->said & WISH_NTP) {
        setup_clock_text(w, text);
        e = put_file(d, "chrony", "huimin.sources", text, 0644, SETUP_CLOCK, &touched);
    }
    if (e == OK && w->said & WISH_HOSTNAME) {
        snprintf(text, sizeof text, "%s\n", w->hostname);
        e = put_file(d, "", "hostname", text, 0644, SETUP_HOSTNAME, &touched);
    }
    *out_touched |= touched;
    return e;
}

/* --- the wish --------------------------------------------------------------------------------- */

/* Whoever wrote it may have put anything there: a link, a pipe, somebody else's file. It is gone
 * afterwards in any case, and what it said too, if it was a plain file with no other name. */
static enum err take(int dir, uid_t huimin, char out[WISH_FILE + 1], size_t *out_n)
{
    static const char zeros[WISH_FILE];
    struct stat st;
    int fd = openat(dir, "wish.conf", O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    int code = errno;
    if (fd < 0 && code == ENOENT)
        return ERR_NOT_FOUND;
    bool plain = fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_nlink == 1 &&
                 st.st_uid == huimin;
    enum err e = !plain ? ERR_REFUSED : st.st_size > WISH_FILE ? ERR_TOO_BIG : OK;
    size_t n = e == OK ? (size_t)st.st_size : 0;
    if (e == OK)
        e = io_read_all(fd, out, n);
    if (e == OK) {
        out[n] = '\0';
        *out_n = n;
        if (lseek(fd, 0, SEEK_SET) != 0 || io_write_all(fd, zeros, n) != OK)
            log_warn("wish_not_wiped", "err=%s", err_name(ERR_IO));
    }
    if (fd >= 0)
        close(fd);
    if (unlinkat(dir, "wish.conf", 0) != 0 && unlinkat(dir, "wish.conf", AT_REMOVEDIR) != 0)
        log_error("wish_stays", "err=%s", err_name(io_error(errno)));
    return e;
}

/* Of a wish that is refused, so that its writer knows which one is meant. */
static int serial_of(const char *text)
{
    const char *p = strncmp(text, "serial = ", 9) == 0 ? text : strstr(text, "\nserial = ");
    long n = p ? strtol(strchr(p, '=') + 1, NULL, 10) : 0;
    return n > 0 && n < 1000000000 ? (int)n : 0;
}

static void answer(int dir, int serial, const struct wish_why *why)
{
    char text[256];
    int n = why ? snprintf(text, sizeof text, "serial = %d\nkey = %s\nwhy = %s\n", serial, why->key,
                           why->why)
                : snprintf(text, sizeof text, "serial = %d\nresult = ok\n", serial);
    enum err e = io_replace(dir, "answer.conf", text, (size_t)n, 0664);
    if (e != OK)
        log_error("answer_not_written", "err=%s", err_name(e));
}

static enum err apply(const struct setup_dirs *d, int dir, uid_t huimin, unsigned *out_touched)
{
    char text[WISH_FILE + 1] = "";
    struct wish w = { 0 };
    struct wish_why why = { "?", "cannot be read" };
    size_t n = 0;
    enum err e = take(dir, huimin, text, &n);
    if (e == ERR_NOT_FOUND)
        return e;
    int serial = serial_of(text);
    if (e == OK)
        e = wish_read(&w, text, n, &why);
    explicit_bzero(text, sizeof text);
    if (e != OK) {
        log_warn("wish_refused", "serial=%d key=%s why=\"%s\"", serial, why.key, why.why);
        answer(dir, serial, &why);
        return ERR_REFUSED;
    }
    e = setup_write_system(d, &w, out_touched);
    if (e == OK && w.said & WISH_RESTART)
        *out_touched |= SETUP_SYNC;
    if (e != OK)
        why = (struct wish_why){ "system", "could not be written" };
    log_info(e == OK ? "wish_done" : "wish_not_done", "serial=%d net=%s err=%s", serial,
             *w.net ? w.net : "-", err_name(e));
    answer(dir, serial, e == OK ? NULL : &why);
    explicit_bzero(&w, sizeof w);
    return e;
}

/* huimin-sync, which meets the network, is of huimin's group: what it puts there is nobody's wish.
 */
enum err setup_apply(const struct setup_dirs *d, unsigned *out_touched)
{
    struct stat data, setup;
    int dir = -1;
    enum err e = io_open_dir(d->setup, &dir);
    if (e != OK)
        return e;
    bool huimins =
        stat(d->data, &data) == 0 && fstat(dir, &setup) == 0 && data.st_uid == setup.st_uid;
    e = huimins ? apply(d, dir, data.st_uid, out_touched) : ERR_REFUSED;
    if (!huimins)
        log_warn("wish_refused", "serial=0 key=? why=\"the folder is not huimin's\"");
    close(dir);
    return e;
}
