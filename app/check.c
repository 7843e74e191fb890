/* check.c - looks at every file and device the terminal leans on, for whoever looks after it. */
#include "app/check.h"

#include "app/enrol.h"
#include "app/store.h"
#include "hal/base/clock.h"
#include "hal/base/err.h"
#include "hal/crypto.h"
#include "hal/display.h"
#include "hal/pinpad.h"
#include "hal/printer.h"
#include "hal/readers.h"
#include "hal/doccam.h"
#include "hal/scanner.h"
#include "hal/text.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/statvfs.h>
#include <sys/un.h>
#include <unistd.h>

/* Whom to tell; set for the time of one check. [main] or [ui], never both at once. */
static void (*told)(void *ctx, const struct check_line *l);
static void *told_ctx;

static void say(const char *name, bool well, const char *state, const char *todo)
{
    told(told_ctx, &(struct check_line){ name, state, todo, well });
}

static void check_data(const struct config *c)
{
    struct statvfs fs;
    char state[96];
    if (access(c->data_dir, F_OK) != 0) {
        say("data", false, "no data directory", "make it, mode 2770, owned by the terminal");
    } else if (access(c->data_dir, W_OK) != 0) {
        say("data", false, "cannot be written", "check owner, mode and the mount");
    } else if (statvfs(c->data_dir, &fs) == 0) {
        unsigned long long mb = (unsigned long long)fs.f_bavail * fs.f_frsize >> 20;
        snprintf(state, sizeof state, "%llu MB free", mb);
        say("data", mb >= 64, state, "free some space: under 64 MB nothing new can be kept");
    }
}

static void check_store(const char *name, const char *dir, const char *file, enum store_mode mode,
                        bool may_lack)
{
    char path[512];
    struct store *s = NULL;
    snprintf(path, sizeof path, "%s/%s", dir, file);
    enum err e = store_open(path, mode, &s);
    bool fine = e == OK || (e == ERR_NOT_FOUND && may_lack);
    say(name, fine, e == ERR_NOT_FOUND ? "not there yet" : err_name(e),
        "huimin-sync fetches it anew; for the seed, install the package again");
    store_close(s);
}

static void check_fonts(const struct config *c)
{
    const struct text_fonts fonts = { .regular = *c->font_regular ? c->font_regular : NULL,
                                      .bold = *c->font_bold ? c->font_bold : NULL,
                                      .icons = *c->font_icons ? c->font_icons : NULL };
    enum err e = text_init(&fonts);
    say("fonts", e == OK, err_name(e),
        "install fonts-noto-cjk and fonts-material-design-icons-iconfont");
    if (e == OK)
        text_finish();
}

static bool answers(const struct config *c, const char *name, int type)
{
    struct sockaddr_un at = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
    snprintf(at.sun_path, sizeof at.sun_path, "%.90s/%s", c->data_dir, name);
    bool up = fd >= 0 && connect(fd, (struct sockaddr *)&at, sizeof at) == 0;
    if (fd >= 0)
        close(fd);
    return up;
}

static void check_sync(const struct config *c)
{
    bool up = answers(c, "sync.sock", SOCK_STREAM);
    say("sync", up, up ? "huimin-sync answers" : "huimin-sync is not running", "start huimin-sync");
}

static void check_camera(const struct config *c)
{
    bool up = answers(c, "camera.sock", SOCK_SEQPACKET);
    say("camera", up, up ? "huimin-camera answers" : "huimin-camera is not running",
        "start huimin-camera");
}

static void check_file(const char *name, const char *path, const char *todo)
{
    bool there = *path && access(path, R_OK) == 0;
    say(name, there, there ? "readable" : "missing", todo);
}

static void check_in_data(const struct config *c, const char *name, const char *file,
                          const char *todo)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", c->data_dir, file);
    bool there = access(path, R_OK) == 0;
    say(name, there, there ? path : "not there yet", todo);
}

static void check_pin(const struct config *c)
{
    char path[512];
    snprintf(path, sizeof path, "%s/staff.pin", c->data_dir);
    bool there = access(path, R_OK) == 0;
    say("staff pin", there, there ? "set" : "not set", "huimin --staff-pin");
}

/* Over https the platform knows a terminal by a certificate, or not at all. */
static void check_certificate(const struct config *c)
{
    struct enrol_cert cert;
    char until[32], state[64];
    if (strncmp(c->platform_url, "https:", 6) != 0)
        return;
    enum err e = enrol_cert_read(c->data_dir, &cert);
    bool over = e == OK && cert.until_ms < clock_wall_ms();
    clock_format_rfc3339(until, sizeof until, e == OK ? cert.until_ms : 0);
    snprintf(state, sizeof state, "until %.10s", until);
    say("certificate", e == OK && !over, e == OK ? state : err_name(e),
        e == OK ? "it renews itself while there is a line" : "huimin --enrol SHEET");
}

void check_running(const struct config *c, void (*tell)(void *ctx, const struct check_line *l),
                   void *ctx)
{
    told = tell;
    told_ctx = ctx;
    check_data(c);
    check_file("root key", c->feed_root, "set feed.root to the root public key of the platform");
    check_in_data(c, "keyfile", "terminal.pub",
                  "start huimin and huimin-sync once; then give it to `terminal add`");
    check_in_data(c, "outbox", "outbox.db", "start huimin once; look at the data directory");
    check_pin(c);
    check_sync(c);
    check_certificate(c);
}

void check_readers(struct readers *rs, void (*tell)(void *ctx, const struct check_line *l),
                   void *ctx)
{
    struct reader_status s;
    told = tell;
    told_ctx = ctx;
    if (!rs)
        say("reader", true, "none is set", "");
    for (int i = 0; rs && readers_each(rs, i, &s); i++) {
        bool well = s.state != READER_ABSENT && s.state != READER_NO_SERVICE;
        bool ids = strcmp(s.driver, "samv") == 0;
        say(ids ? "idreader" : "reader", well, reader_state_name(s.state),
            ids ? "idreader, cable" : "pcscd, cable");
    }
}

/* held_well: the terminal that holds it may be running beside this check. */
static void say_pinpad(struct pinpad *p, bool held_well)
{
    struct pinpad_status s = { .state = PINPAD_ABSENT };
    if (p)
        pinpad_status(p, &s);
    bool well =
        s.state == PINPAD_NONE || s.state == PINPAD_READY || (held_well && s.state == PINPAD_HELD);
    say("pinpad", well,
        s.state == PINPAD_NONE               ? "none is set"
        : s.state == PINPAD_READY && *s.name ? s.name
                                             : pinpad_state_name(s.state),
        s.state == PINPAD_DENIED ? "let the terminal read it (group input, dialout)"
                                 : "plug the PIN pad in, or look at pinpad");
}

void check_pinpad(struct pinpad *p, void (*tell)(void *ctx, const struct check_line *l), void *ctx)
{
    told = tell;
    told_ctx = ctx;
    say_pinpad(p, false);
}

/* --- the command line ------------------------------------------------------------------------ */

static void reader_moved(void *ctx)
{
    (void)ctx; /* it is asked again and again */
}

static void printed(void *ctx, enum err e)
{
    (void)ctx;
    (void)e;
}

static void check_reader(const char *name, const char *driver, const char *want)
{
    struct reader *r = NULL;
    struct reader_status s = { 0 };
    if (strcmp(driver, "none") == 0) {
        say(name, true, "none is set", "");
        return;
    }
    if (reader_create(driver, want, reader_moved, NULL, &r) == OK) {
        for (int i = 0; i < 20 && (i == 0 || s.state == READER_ABSENT); i++) {
            usleep(50000);
            reader_status(r, &s);
        }
    }
    bool well = r && s.state != READER_ABSENT && s.state != READER_NO_SERVICE;
    bool ids = strcmp(driver, "samv") == 0;
    say(name, well,
        well  ? s.name
        : ids ? "nothing answers there"
              : reader_state_name(s.state),
        ids                            ? "look at its cable, its path (idreader), group dialout"
        : s.state == READER_NO_SERVICE ? "start pcscd"
                                       : "plug the card reader in");
    reader_destroy(r);
}

static void check_printer(const struct config *c)
{
    struct printer *p = NULL;
    if (strcmp(c->printer, "none") == 0) {
        say("printer", true, "none is set", "");
        return;
    }
    enum printer_state s = PRINTER_ABSENT;
    if (printer_create(c->printer, printed, NULL, &p) == OK) {
        for (int i = 0; i < 20 && (i == 0 || s == PRINTER_ABSENT); i++) {
            usleep(50000);
            s = printer_state(p);
        }
    }
    say("printer", s == PRINTER_READY, printer_state_name(s), "look at cable, paper and cover");
    printer_destroy(p);
}

static void check_scanner(const struct config *c)
{
    struct scanner *s = NULL;
    struct scanner_status is = { .state = SCANNER_ABSENT };
    if (!*c->scanner_device) {
        say("scanner", true, "told from typing by its speed", "");
        return;
    }
    if (scanner_create(c->scanner_device, reader_moved, NULL, &s) == OK) {
        for (int i = 0; i < 20 && (i == 0 || is.state == SCANNER_ABSENT); i++) {
            usleep(50000);
            scanner_status(s, &is);
        }
    }
    bool ready = is.state == SCANNER_READY;
    say("scanner", ready || is.state == SCANNER_HELD,
        ready && *is.name ? is.name : scanner_state_name(is.state),
        is.state == SCANNER_DENIED ? "let the terminal read it (group input)"
                                   : "plug the scanner in, or look at scanner.device");
    scanner_destroy(s);
}

static void check_doccam(const struct config *c)
{
    struct doccam *d = NULL;
    struct doccam_view v = { .state = DOCCAM_ABSENT };
    if (doccam_create(c->doccam, reader_moved, NULL, &d) == OK) {
        doccam_watch(d, 64, 64);
        for (int i = 0; i < 40 && (i == 0 || v.state == DOCCAM_RESTING); i++) {
            usleep(50000);
            doccam_look(d, &v);
        }
    }
    bool well = v.state == DOCCAM_NONE || v.state == DOCCAM_READY;
    say("doccam", well, v.state == DOCCAM_READY ? v.name : doccam_state_name(v.state),
        v.state == DOCCAM_DENIED ? "let the terminal open it (group video)"
                                 : "plug the camera in, or look at doccam");
    doccam_destroy(d);
}

static void check_configured_pinpad(const struct config *c)
{
    struct pinpad *p = NULL;
    struct pinpad_status s = { .state = PINPAD_ABSENT };
    enum err e = pinpad_create(c->pinpad, reader_moved, NULL, &p);
    for (int i = 0; e == OK && i < 20 && s.state == PINPAD_ABSENT; i++) {
        usleep(50000);
        pinpad_status(p, &s);
    }
    if (e == ERR_CONFIG)
        say("pinpad", false, err_name(e), "pinpad = keys:… or serial:…");
    else
        say_pinpad(p, true);
    pinpad_destroy(p);
}

static void print(void *ctx, const struct check_line *l)
{
    int *faults = ctx;
    printf("%-10s %-8s %s%s%s\n", l->name, l->well ? "ok" : "FAULT", l->state,
           l->well ? "" : " -> ", l->well ? "" : l->todo);
    *faults += !l->well;
}

/* What is compared with a sheet and with the platform's list. */
static void check_prints(const struct config *c)
{
    struct enrol_prints p;
    if (crypto_init() != OK)
        return;
    enrol_prints(c, &p);
    say("root print", *p.root, *p.root ? p.root : "none", "set feed.root, or enrol");
    say("key print", *p.keys, *p.keys ? p.keys : "none", "start huimin and huimin-sync once");
}

int check_print(const struct config *c)
{
    int faults = 0;
    check_running(c, print, &faults);
    check_prints(c);
    check_camera(c);
    check_store("cache", c->data_dir, "cache.db", STORE_READ, true);
    check_store("seed", c->share_dir, "seed.db", STORE_SEED, false);
    check_fonts(c);
    check_reader("reader", c->reader, c->reader_name);
    check_reader("idreader", *c->idreader ? "samv" : "none", c->idreader);
    check_printer(c);
    check_scanner(c);
    check_doccam(c);
    check_configured_pinpad(c);
    return faults ? 1 : 0;
}
