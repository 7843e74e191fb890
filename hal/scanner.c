/* scanner.c - the code scanner: finds its keyboard, grabs it, and hands each scan over once. */
#include "hal/scanner.h"

#include "hal/base/arena.h"
#include "hal/base/log.h"
#include "hal/keyboard.h"
#include "hal/scan_keys.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <linux/input.h>

enum { EVENTS_AT_ONCE = 64 };

/* In locked memory. text: under lock, `full` says that the UI has not wiped it yet; the rest is the
 * thread's. */
struct secret {
    char text[SCAN_MAX + 1];
    struct scan_keys keys;
    unsigned char bytes[EVENTS_AT_ONCE * sizeof(struct input_event)];
    size_t have; /* of bytes: a record may come in two pieces */
};

struct scanner {
    char device[512]; /* never changes: [any] may read it */
    void (*changed)(void *ctx);
    void *ctx;
    struct arena memory;
    struct secret *secret;
    pthread_t thread;
    bool threaded;
    int wake_fd; /* written once: stop */
    int fd;      /* [scanner] the device; -1 = none */

    pthread_mutex_t lock;
    bool full;
    struct scanner_status status;
};

/* Makers and words that stand in the names of scanners; "auto" takes no other. */
static const char *const words[] = {
    "scan",   "barcode",    "bar code",  "qr code", "honeywell", "metrologic",  "newland",
    "zebra",  "symbol tec", "datalogic", "zebex",   "opticon",   "mindeo",      "netum",
    "sunlux", "rakinda",    "superlead", "youjie",  "cipherlab", "code reader",
};

const char *scanner_state_name(enum scanner_state s)
{
    static const char *const names[SCANNER_STATES] = {
        [SCANNER_BY_SPEED] = "by_speed", [SCANNER_ABSENT] = "absent", [SCANNER_DENIED] = "denied",
        [SCANNER_HELD] = "held",         [SCANNER_READY] = "ready",
    };
    return (unsigned)s < SCANNER_STATES ? names[s] : "unknown";
}

bool scanner_fits(const char *device, const char *name)
{
    if (strcmp(device, "auto") != 0)
        return *device && strcasestr(name, device) != NULL;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcasestr(name, words[i]))
            return true;
    return false;
}

/* --- handing over ------------------------------------------------------------------------- */

void scanner_give(struct scanner *s, const char *text, size_t n)
{
    if (!text || n > SCAN_MAX)
        text = "", n = 0;
    pthread_mutex_lock(&s->lock);
    bool taken = !s->full;
    if (taken) {
        memcpy(s->secret->text, text, n);
        s->secret->text[n] = '\0';
        s->full = true;
    }
    pthread_mutex_unlock(&s->lock);
    if (taken)
        s->changed(s->ctx);
    else
        log_info("scan_dropped", "bytes=%zu", n);
}

const char *scanner_text(struct scanner *s)
{
    pthread_mutex_lock(&s->lock);
    bool full = s->full;
    pthread_mutex_unlock(&s->lock);
    return full ? s->secret->text : NULL;
}

void scanner_wipe(struct scanner *s)
{
    pthread_mutex_lock(&s->lock);
    explicit_bzero(s->secret->text, sizeof s->secret->text);
    s->full = false;
    pthread_mutex_unlock(&s->lock);
}

void scanner_status(struct scanner *s, struct scanner_status *out)
{
    pthread_mutex_lock(&s->lock);
    *out = s->status;
    pthread_mutex_unlock(&s->lock);
}

static void set_state(struct scanner *s, enum scanner_state state, const char *name)
{
    pthread_mutex_lock(&s->lock);
    bool new = s->status.state != state;
    s->status.state = state;
    snprintf(s->status.name, sizeof s->status.name, "%s", name);
    pthread_mutex_unlock(&s->lock);
    if (!new)
        return;
    log_info("scanner", "state=%s", scanner_state_name(state));
    s->changed(s->ctx);
}

/* --- the device --------------------------------------------------------------------------- */

static bool types_codes(const unsigned char *keys)
{
    static const int need[] = { KEY_1, KEY_0, KEY_A, KEY_Z, KEY_ENTER };
    for (size_t i = 0; i < sizeof need / sizeof *need; i++)
        if (!keyboard_has(keys, need[i]))
            return false;
    return true;
}

static void look_for(struct scanner *s)
{
    const struct keyboard_want want = { s->device, scanner_fits, types_codes };
    char name[KEYBOARD_NAME] = "";
    enum err e = keyboard_open(&want, &s->fd, name);
    set_state(s,
              e == OK            ? SCANNER_READY
              : e == ERR_REFUSED ? SCANNER_DENIED
              : e == ERR_BUSY    ? SCANNER_HELD
                                 : SCANNER_ABSENT,
              name);
}

/* Half a code is no code: what was read of it goes. */
static void lose(struct scanner *s)
{
    close(s->fd);
    s->fd = -1;
    explicit_bzero(&s->secret->keys, sizeof s->secret->keys);
    explicit_bzero(s->secret->bytes, sizeof s->secret->bytes);
    s->secret->have = 0;
    set_state(s, SCANNER_ABSENT, "");
}

static void deliver(struct scanner *s)
{
    struct scan_keys *k = &s->secret->keys;
    scanner_give(s, k->torn ? NULL : k->text, k->n);
    scan_keys_clear(k);
}

static void take_events(struct scanner *s)
{
    struct secret *m = s->secret;
    size_t at = 0;
    struct input_event e;
    for (; m->have - at >= sizeof e; at += sizeof e) {
        memcpy(&e, m->bytes + at, sizeof e);
        if (scan_keys_event(&m->keys, e.type, e.code, e.value))
            deliver(s);
    }
    explicit_bzero(&e, sizeof e);
    m->have -= at;
    memmove(m->bytes, m->bytes + at, m->have);
    explicit_bzero(m->bytes + m->have, sizeof m->bytes - m->have);
}

static void read_device(struct scanner *s)
{
    struct secret *m = s->secret;
    ssize_t n = read(s->fd, m->bytes + m->have, sizeof m->bytes - m->have);
    if (n > 0) {
        m->have += (size_t)n;
        take_events(s);
    } else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
        lose(s);
    }
}

/* --- the thread --------------------------------------------------------------------------- */

static int patience_ms(const struct scanner *s)
{
    if (s->fd < 0)
        return SCANNER_RETRY_MS;
    return scan_keys_pending(&s->secret->keys) ? SCANNER_SILENCE_MS : -1;
}

static void *scanner_thread(void *arg)
{
    struct scanner *s = arg;
    for (;;) {
        if (s->fd < 0)
            look_for(s);
        struct pollfd p[2] = { { .fd = s->wake_fd, .events = POLLIN },
                               { .fd = s->fd, .events = POLLIN } };
        int n = poll(p, 2, patience_ms(s));
        if (p[0].revents)
            break;
        if (n == 0 && s->fd >= 0)
            deliver(s);
        else if (p[1].revents & POLLIN)
            read_device(s);
        else if (p[1].revents)
            lose(s);
    }
    return NULL;
}

/* Signals stay with the thread that waits for them. */
static enum err start_thread(struct scanner *s)
{
    sigset_t all, was;
    s->wake_fd = eventfd(0, EFD_CLOEXEC);
    if (s->wake_fd < 0)
        return ERR_NOMEM;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &was);
    s->threaded = pthread_create(&s->thread, NULL, scanner_thread, s) == 0;
    pthread_sigmask(SIG_SETMASK, &was, NULL);
    return s->threaded ? OK : ERR_NOMEM;
}

enum err scanner_create(const char *device, void (*changed)(void *ctx), void *ctx,
                        struct scanner **out)
{
    struct scanner *s = calloc(1, sizeof *s);
    if (!s)
        return ERR_NOMEM;
    *s = (struct scanner){ .changed = changed, .ctx = ctx, .fd = -1 };
    s->wake_fd = -1;
    snprintf(s->device, sizeof s->device, "%s", device);
    s->status.state = *device ? SCANNER_ABSENT : SCANNER_BY_SPEED;
    pthread_mutex_init(&s->lock, NULL);
    enum err e = arena_init_locked(&s->memory, sizeof *s->secret + 64);
    if (e == OK)
        s->secret = arena_new(&s->memory, struct secret);
    if (e == OK && *device)
        e = start_thread(s);
    if (e != OK) {
        scanner_destroy(s);
        return e;
    }
    *out = s;
    return OK;
}

void scanner_destroy(struct scanner *s)
{
    if (!s)
        return;
    if (s->threaded) {
        uint64_t one = 1;
        if (write(s->wake_fd, &one, sizeof one) != (ssize_t)sizeof one)
            log_warn("scanner", "errno=%d", errno);
        pthread_join(s->thread, NULL);
    }
    if (s->fd >= 0)
        close(s->fd);
    if (s->wake_fd >= 0)
        close(s->wake_fd);
    arena_finish(&s->memory);
    pthread_mutex_destroy(&s->lock);
    free(s);
}
