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
    if (fstat(dir, &st) != 0)
        return io_error(errno);
    bool mine = st.st_uid == geteuid();
    return io_replace_for(dir, name, text, strlen(text), mode, mine ? (uid_t)-1 : st.st_uid,
                          mine ? (gid_t)-1 : st.st_gid);
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

static void read_kept(int dir, struct wish *w)
{
    char text[WISH_TEXT];
    struct wish_why why;
    size_t n = 0;
    if (io_slurp(dir, "kept.conf", text, sizeof text, &n) == OK &&
        wish_read(w, text, n, &why) != OK)
        log_warn("kept_wish_unreadable", "key=%s", why.key);
}

/* Where huimin looks: the sheet it is to hand in, and what it shows when it is set up again. */
static enum err write_for_huimin(const struct setup_dirs *d, const struct batch *b)
{
    char line[64], kept[WISH_TEXT];
    struct wish w = { 0 };
    int dir = -1;
    enum err e = io_open_dir(d->setup, &dir);
    if (e != OK)
        return e;
    read_kept(dir, &w);
    wish_keep(&w, &b->wish); /* a second stick may say less than the first */
    wish_write(&w, false, kept);
    e = give(dir, "kept.conf", kept, 0660);
    snprintf(line, sizeof line, "%s\n", b->sheet);
    if (e == OK && *b->sheet)
        e = give(dir, "sheet", line, 0600); /* huimin-sync is of the same group */
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

/* Which file it was: a stick that stays in is not a new one at each start. */
static enum err write_done(int data, const char *hash)
{
    char text[192], now[32];
    now_text(now);
    snprintf(text, sizeof text, "at = %s\nby = stick\nfile = %s\n", now, hash);
    return give(data, "setup.done", text, 0660);
}

/* Set up already, and nobody has signed for doing it again; or by this very file. */
static bool done_already(int data, const struct batch *b, const char *hash)
{
    char text[1024], *at = text, *key, *value;
    size_t n = 0;
    enum err e = io_slurp(data, "setup.done", text, sizeof text, &n);
    if (e == ERR_NOT_FOUND)
        return false;
    bool same = !b->again;
    while (e == OK && conf_next(&at, &key, &value))
        same |= value && strcmp(key, "file") == 0 && strcmp(value, hash) == 0;
    return same;
}

/* A terminal without one would have nobody's door. */
static bool pin_misses(int data, const struct batch *b)
{
    struct stat st;
    return !*b->pin_hash && fstatat(data, "staff.pin", &st, AT_SYMLINK_NOFOLLOW) != 0;
}

/* setup.done last: whatever is cut short before it is done again from the beginning. */
static enum err do_all(const struct setup_dirs *d, int data, const struct batch *b,
                       const char *hash, unsigned *touched)
{
    enum err e = setup_write_system(d, &b->wish, touched);
    if (e == OK)
        e = write_settings(data, b);
    if (e == OK)
        e = write_pin(data, b->pin_hash);
    if (e == OK)
        e = write_for_huimin(d, b);
    if (e == OK)
        e = write_done(data, hash);
    if (e == OK)
        *touched |= SETUP_TERMINAL;
    return e;
}

/* No secret in it: the next machine gets the same stick. */
static void report(int stick, const char *who, const char *what, const char (*cards)[18], int count)
{
    char text[2048], name[96], slug[64], now[32];
    now_text(now);
    wish_hostname(who, slug);
    snprintf(name, sizeof name, "huimin-report-%s.txt", slug);
    int n = snprintf(text, sizeof text, "%s", what);
    n += snprintf(text + n, sizeof text - (size_t)n, "time = %s\n", now);
    for (int i = 0; i < count && n < (int)sizeof text - 32; i++)
        n += snprintf(text + n, sizeof text - (size_t)n, "card = %s\n", cards[i]);
    enum err e = io_replace(stick, name, text, strlen(text), 0644);
    if (e != OK)
        log_warn("setup_report_not_written", "err=%s", err_name(e));
}

static void report_done(int stick, const struct batch *b, const char (*cards)[18], int count)
{
    char what[1024];
    snprintf(what, sizeof what,
             "huimin-setup: done\nname = %s\nnet = %s\nhostname = %s\nstaff pin = %s\n"
             "enrolment = %s\n",
             batch_name(b), *b->wish.net ? b->wish.net : "-",
             *b->wish.hostname ? b->wish.hostname : "-", *b->pin_hash ? "set" : "not set",
             *b->sheet ? "as soon as there is a line" : "later, by hand");
    report(stick, batch_name(b), what, cards, count);
}

/* By the address of its card: what is wrong may be its name. */
static void report_refused(int stick, const struct batch *b, const char (*cards)[18], int count)
{
    char what[512];
    log_warn("setup_refused", "err=%s line=%d key=%s why=\"%s\"", err_name(ERR_FORMAT), b->line,
             b->key, b->why);
    snprintf(what, sizeof what, "huimin-setup: refused\nline = %d\nkey = %s\nwhy = %s\n", b->line,
             b->key, b->why);
    report(stick, count ? cards[0] : batch_name(b), what, cards, count);
}

static void report_failed(int stick, const struct batch *b, enum err e, const char (*cards)[18],
                          int count)
{
    char what[128];
    snprintf(what, sizeof what, "huimin-setup: not done\nerr = %s\n", err_name(e));
    report(stick, batch_name(b), what, cards, count);
}

/* OK: it is to be done. */
static enum err judge(int stick, int data, const char *text, const char *hash, struct batch *b,
                      const char (*cards)[18], int count)
{
    enum err e = batch_read(b, text, cards, count);
    if (done_already(data, b, hash)) {
        log_info("setup_refused", "err=%s why=\"set up already\"", err_name(ERR_BUSY));
        return ERR_BUSY;
    }
    if (e == OK && pin_misses(data, b)) {
        snprintf(b->key, sizeof b->key, "staff_pin_hash");
        snprintf(b->why, sizeof b->why, "is missing: this machine has no PIN yet");
        e = ERR_FORMAT;
    }
    if (e != OK)
        report_refused(stick, b, cards, count);
    return e;
}

static enum err believed(const struct setup_dirs *d, int stick, int data, const char *text,
                         size_t n, unsigned *touched)
{
    static struct batch b;
    char found[BATCH_CARDS][18], hash[65];
    int count = read_cards(d->cards, found);
    const char(*cards)[18] = (const char(*)[18])found;
    crypto_hash_of(text, n, hash);
    enum err e = judge(stick, data, text, hash, &b, cards, count);
    if (e == OK) {
        e = do_all(d, data, &b, hash, touched);
        log_info(e == OK ? "setup_done" : "setup_not_done", "by=stick err=%s net=%s", err_name(e),
                 *b.wish.net ? b.wish.net : "-");
        if (e == OK)
            report_done(stick, &b, cards, count);
        else
            report_failed(stick, &b, e, cards, count);
    }
    explicit_bzero(&b, sizeof b);
    return e;
}

static enum err from_stick(const struct setup_dirs *d, int stick, int data, unsigned *touched)
{
    static char text[BATCH_FILE];
    size_t n = 0;
    enum err e = read_signed(d, stick, text, &n);
    if (e == OK)
        e = believed(d, stick, data, text, n, touched);
    else if (e != ERR_NOT_FOUND)
        log_warn("setup_refused", "err=%s why=\"%s\"", err_name(e),
                 e == ERR_SIGNATURE ? "not signed by the deployer, or changed"
                 : e == ERR_NO_KEY  ? "no key of a deployer in this image"
                                    : "cannot be read");
    explicit_bzero(text, sizeof text);
    return e;
}

enum err setup_unattended(const struct setup_dirs *d, const char *stick, unsigned *out_touched)
{
    int data = -1, dir = -1;
    enum err e = io_open_dir(stick, &dir);
    if (e == OK)
        e = io_open_dir(d->data, &data);
    if (e == OK)
        e = from_stick(d, dir, data, out_touched);
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
        e = batch_check(&b, text);
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
