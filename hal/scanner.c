/* scanner.c - the code scanner: finds its keyboard, grabs it, and hands each scan over once. */
#include "hal/scanner.h"

#include "hal/base/arena.h"
#include "hal/base/log.h"
#include "hal/intake.h"
#include "hal/keyboard.h"
#include "hal/scan_keys.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/input.h>

/* In locked memory. text: under lock, `full` says that the UI has not wiped it yet; the rest is the
 * thread's. */
struct secret {
    char text[SCAN_MAX + 1];
    struct scan_keys keys;
};

struct scanner {
    char device[512]; /* never changes: [any] may read it */
    void (*changed)(void *ctx);
    void *ctx;
    struct arena memory;
    struct secret *secret;
    struct intake *intake; /* NULL: by speed */

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

static enum err open_device(void *ctx, int *out_fd)
{
    struct scanner *s = ctx;
    const struct keyboard_want want = { s->device, scanner_fits, types_codes };
    char name[KEYBOARD_NAME] = "";
    enum err e = keyboard_open(&want, out_fd, name);
    set_state(s,
              e == OK            ? SCANNER_READY
              : e == ERR_REFUSED ? SCANNER_DENIED
              : e == ERR_BUSY    ? SCANNER_HELD
                                 : SCANNER_ABSENT,
              name);
    return e;
}

/* Half a code is no code: what was read of it goes. */
static void lost(void *ctx)
{
    struct scanner *s = ctx;
    explicit_bzero(&s->secret->keys, sizeof s->secret->keys);
    set_state(s, SCANNER_ABSENT, "");
}

static void deliver(void *ctx)
{
    struct scanner *s = ctx;
    struct scan_keys *k = &s->secret->keys;
    scanner_give(s, k->torn ? NULL : k->text, k->n);
    scan_keys_clear(k);
}

static size_t take(void *ctx, const unsigned char *p, size_t n)
{
    struct scanner *s = ctx;
    size_t at = 0;
    struct input_event e;
    for (; n - at >= sizeof e; at += sizeof e) {
        memcpy(&e, p + at, sizeof e);
        if (scan_keys_event(&s->secret->keys, e.type, e.code, e.value))
            deliver(s);
    }
    explicit_bzero(&e, sizeof e);
    return at;
}

static int patience_ms(void *ctx)
{
    struct scanner *s = ctx;
    return scan_keys_pending(&s->secret->keys) ? SCANNER_SILENCE_MS : -1;
}

static const struct intake_device as_intake = { .retry_ms = SCANNER_RETRY_MS,
                                                .open = open_device,
                                                .take = take,
                                                .lost = lost,
                                                .patience_ms = patience_ms,
                                                .silent = deliver };

enum err scanner_create(const char *device, void (*changed)(void *ctx), void *ctx,
                        struct scanner **out)
{
    struct scanner *s = calloc(1, sizeof *s);
    if (!s)
        return ERR_NOMEM;
    *s = (struct scanner){ .changed = changed, .ctx = ctx };
    snprintf(s->device, sizeof s->device, "%s", device);
    s->status.state = *device ? SCANNER_ABSENT : SCANNER_BY_SPEED;
    pthread_mutex_init(&s->lock, NULL);
    enum err e = arena_init_locked(&s->memory, sizeof *s->secret + 64);
    if (e == OK)
        s->secret = arena_new(&s->memory, struct secret);
    if (e == OK && *device)
        e = intake_start(&as_intake, s, &s->intake);
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
    intake_stop(s->intake);
    arena_finish(&s->memory);
    pthread_mutex_destroy(&s->lock);
    free(s);
}
