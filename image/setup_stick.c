/* setup_stick.c - a terminal set up by a signed file on a stick, with nobody at it. */
#include "image/setup_part.h"

#include "hal/base/clock.h"
#include "hal/base/conf.h"
#include "hal/base/io.h"
#include "hal/base/log.h"
#include "hal/crypto.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CONF_MAX = 64 * 1024 };

static enum err open_dir(const char *path, int *out)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return io_error(errno);
    *out = fd;
    return OK;
}

/* --- keys and cards --------------------------------------------------------------------------- */

/* Hex on a line of its own; comments and blank lines around it. */
static enum err read_hex(const char *path, void *out, size_t n)
{
    char text[2048];
    size_t len = 0;
    enum err e = io_slurp(AT_FDCWD, path, text, sizeof text, &len);
    if (e != OK)
        return e;
    e = ERR_FORMAT;
    for (char *at = text, *key, *value; e != OK && conf_next(&at, &key, &value);)
        e = value ? ERR_FORMAT : crypto_unhex(key, out, n);
    explicit_bzero(text, sizeof text);
    return e;
}

static int read_cards(const char *path, char cards[BATCH_CARDS][18])
{
    DIR *d = opendir(path);
    struct dirent *entry;
    int count = 0;
    while (d && count < BATCH_CARDS && (entry = readdir(d))) {
        char file[2 * SETUP_PATH], text[64];
        size_t n = 0;
        snprintf(file, sizeof file, "%.200s/%.200s/address", path, entry->d_name);
        int fd = *entry->d_name == '.' ? -1 : open(file, O_RDONLY | O_CLOEXEC);
        ssize_t got = fd >= 0 ? read(fd, text, sizeof text - 1) : 0;
        if (fd >= 0)
            close(fd);
        for (; got > 0 && n < 17 && n < (size_t)got; n++)
            cards[count][n] = (char)tolower((unsigned char)text[n]);
        cards[count][n] = '\0';
        count += n == 17;
    }
    if (d)
        closedir(d);
    return count;
}

/* --- believed --------------------------------------------------------------------------------- */

static enum err read_signed(const struct setup_dirs *d, int stick, char text[BATCH_FILE],
                            size_t *out_n)
{
    char sig[CRYPTO_SIG + 2];
    unsigned char pub[CRYPTO_PUB];
    size_t n = 0, sig_n = 0;
    enum err e = io_slurp(stick, "huimin-setup.conf", text, BATCH_FILE, &n);
    if (e != OK)
        return e;
    e = io_slurp(stick, "huimin-setup.conf.sig", sig, sizeof sig, &sig_n);
    if (e != OK || sig_n != CRYPTO_SIG)
        return ERR_SIGNATURE;
    e = read_hex(d->deployer, pub, sizeof pub);
    if (e != OK)
        return ERR_NO_KEY;
    if (memchr(text, '\0', n))
        return ERR_FORMAT;
    *out_n = n;
    return crypto_verify(text, n, pub, (const unsigned char *)sig);
}

/* --- done ------------------------------------------------------------------------------------- */

/* Files in huimin's own directory are huimin's, whoever wrote them. */
static enum err give(int dir, const char *name, const char *text, mode_t mode)
{
    struct stat st;
    enum err e = io_replace(dir, name, text, strlen(text), mode);
    if (e != OK || fstat(dir, &st) != 0 || st.st_uid == geteuid())
        return e;
    return fchownat(dir, name, st.st_uid, st.st_gid, AT_SYMLINK_NOFOLLOW) == 0 ? OK
                                                                               : io_error(errno);
}

static enum err write_settings(int data, const struct batch *b)
{
    static char text[CONF_MAX];
    size_t n = 0;
    text[0] = '\0';
    enum err e = io_slurp(data, "terminal.conf", text, sizeof text, &n);
    if (e != OK && e != ERR_NOT_FOUND)
        return e;
    e = OK;
    for (int i = 0; e == OK && i < b->settings; i++)
        e = conf_put(text, sizeof text, b->setting[i].key, b->setting[i].value);
    return e == OK && b->settings ? give(data, "terminal.conf", text, 0640) : e;
}

/* Where huimin looks: the sheet it is to hand in, and what it shows when it is set up again. */
static enum err write_for_huimin(const struct setup_dirs *d, const struct batch *b)
{
    char line[64], kept[WISH_TEXT];
    int dir = -1;
    enum err e = open_dir(d->setup, &dir);
    if (e != OK)
        return e;
    wish_write(&b->wish, false, kept);
    e = give(dir, "kept.conf", kept, 0660);
    snprintf(line, sizeof line, "%s\n", b->sheet);
    if (e == OK && *b->sheet)
        e = give(dir, "sheet", line, 0660);
    close(dir);
    return e;
}

static enum err write_pin(int data, const char *hash)
{
    char line[160];
    if (!*hash)
        return OK;
    snprintf(line, sizeof line, "%s\n", hash);
    enum err e = give(data, "staff.pin", line, 0600);
    explicit_bzero(line, sizeof line);
    return e;
}

static void now_text(char out[32])
{
    clock_format_rfc3339(out, 32, clock_wall_ms());
}

static enum err write_done(int data)
{
    char text[96], now[32];
    now_text(now);
    snprintf(text, sizeof text, "at = %s\nby = stick\n", now);
    return give(data, "setup.done", text, 0660);
}

/* setup.done last: whatever is cut short before it is done again from the beginning. */
static enum err do_all(const struct setup_dirs *d, int data, const struct batch *b,
                       unsigned *touched)
{
    enum err e = setup_write_system(d, &b->wish, touched);
    if (e == OK)
        e = write_settings(data, b);
    if (e == OK)
        e = write_pin(data, b->pin_hash);
    if (e == OK)
        e = write_for_huimin(d, b);
    if (e == OK)
        e = write_done(data);
    if (e == OK)
        *touched |= SETUP_TERMINAL;
    return e;
}

/* No secret in it: the next machine gets the same stick. */
static void report(int stick, const struct batch *b, const char (*cards)[18], int count)
{
    char text[2048], name[96], slug[64], now[32];
    now_text(now);
    wish_hostname(batch_name(b), slug);
    snprintf(name, sizeof name, "huimin-report-%s.txt", slug);
    int n = snprintf(text, sizeof text,
                     "huimin-setup: done\ntime = %s\nname = %s\nnet = %s\nhostname = %s\n"
                     "staff pin = %s\nenrolment = %s\n",
                     now, batch_name(b), *b->wish.net ? b->wish.net : "-",
                     *b->wish.hostname ? b->wish.hostname : "-", *b->pin_hash ? "set" : "not set",
                     *b->sheet ? "as soon as there is a line" : "later, by hand");
    for (int i = 0; i < count && n < (int)sizeof text - 32; i++)
        n += snprintf(text + n, sizeof text - (size_t)n, "card = %s\n", cards[i]);
    enum err e = io_replace(stick, name, text, strlen(text), 0644);
    if (e != OK)
        log_warn("setup_report_not_written", "err=%s", err_name(e));
}

static enum err believed(const struct setup_dirs *d, int stick, int data, unsigned *touched)
{
    static char text[BATCH_FILE];
    static struct batch b;
    char cards[BATCH_CARDS][18];
    size_t n = 0;
    int count = read_cards(d->cards, cards);
    enum err e = read_signed(d, stick, text, &n);
    if (e != OK) {
        if (e != ERR_NOT_FOUND)
            log_warn("setup_refused", "err=%s why=\"%s\"", err_name(e),
                     e == ERR_SIGNATURE ? "not signed by the deployer, or changed"
                     : e == ERR_NO_KEY  ? "no key of a deployer in this image"
                                        : "cannot be read");
        return e;
    }
    e = batch_read(&b, text, (const char(*)[18])cards, count);
    if (e != OK) {
        log_warn("setup_refused", "err=%s line=%d key=%s why=\"%s\"", err_name(e), b.line, b.key,
                 b.why);
    } else {
        e = do_all(d, data, &b, touched);
        log_info(e == OK ? "setup_done" : "setup_not_done", "by=stick err=%s net=%s", err_name(e),
                 *b.wish.net ? b.wish.net : "-");
        if (e == OK)
            report(stick, &b, (const char(*)[18])cards, count);
    }
    explicit_bzero(text, sizeof text);
    explicit_bzero(&b, sizeof b);
    return e;
}

enum err setup_unattended(const struct setup_dirs *d, const char *stick, unsigned *out_touched)
{
    int data = -1, dir = -1;
    struct stat st;
    enum err e = open_dir(stick, &dir);
    if (e == OK && fstatat(dir, "huimin-setup.conf", &st, AT_SYMLINK_NOFOLLOW) != 0)
        e = ERR_NOT_FOUND;
    if (e == OK)
        e = open_dir(d->data, &data);
    if (e == OK && fstatat(data, "setup.done", &st, AT_SYMLINK_NOFOLLOW) == 0) {
        log_info("setup_refused", "err=%s why=\"set up already\"", err_name(ERR_BUSY));
        e = ERR_BUSY;
    }
    if (e == OK)
        e = believed(d, dir, data, out_touched);
    if (data >= 0)
        close(data);
    if (dir >= 0)
        close(dir);
    return e;
}

/* --- the deployer's side ---------------------------------------------------------------------- */

enum err setup_sign(const char *file, const char *secret_file)
{
    static char text[BATCH_FILE];
    static struct batch b;
    unsigned char secret[CRYPTO_SECRET], sig[CRYPTO_SIG];
    char name[SETUP_PATH + 8];
    size_t n = 0;
    enum err e = io_slurp(AT_FDCWD, file, text, sizeof text, &n);
    if (e == OK)
        e = batch_read(&b, text, NULL, 0);
    if (e == ERR_FORMAT)
        fprintf(stderr, "huimin-setup: %s:%d: %s %s\n", file, b.line, b.key, b.why);
    if (e == OK)
        e = read_hex(secret_file, secret, sizeof secret);
    if (e == OK) {
        crypto_sign_text(text, n, secret, sig);
        snprintf(name, sizeof name, "%.*s.sig", SETUP_PATH, file);
        e = io_replace(AT_FDCWD, name, sig, sizeof sig, 0644);
    }
    explicit_bzero(secret, sizeof secret);
    explicit_bzero(text, sizeof text);
    explicit_bzero(&b, sizeof b);
    return e;
}
