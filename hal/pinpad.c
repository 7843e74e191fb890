/* pinpad.c - the PIN pad: finds it, and hands its keys over to the one page that asks. */
#include "hal/pinpad.h"

#include "hal/base/arena.h"
#include "hal/base/log.h"
#include "hal/intake.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct pinpad_driver *const drivers[] = { &pinpad_keys, &pinpad_serial };

enum { RING = 32 };

/* In locked memory, under lock. */
struct secret {
    unsigned char ring[RING];
    unsigned first, count;
};

struct pinpad {
    const struct pinpad_driver *driver;
    char where[512];
    void (*changed)(void *ctx);
    void *ctx;
    struct arena memory;
    struct secret *secret;
    struct intake *intake; /* NULL: none is set */

    pthread_mutex_t lock;
    bool asked;
    struct pinpad_status status;
};

const char *pinpad_state_name(enum pinpad_state s)
{
    static const char *const names[PINPAD_STATES] = { [PINPAD_NONE] = "none",
                                                      [PINPAD_ABSENT] = "absent",
                                                      [PINPAD_DENIED] = "denied",
                                                      [PINPAD_HELD] = "held",
                                                      [PINPAD_READY] = "ready" };
    return (unsigned)s < PINPAD_STATES ? names[s] : "unknown";
}

/* --- handing over ------------------------------------------------------------------------- */

/* Under lock. */
static void forget_keys(struct pinpad *p)
{
    explicit_bzero(p->secret->ring, sizeof p->secret->ring);
    p->secret->first = p->secret->count = 0;
}

/* Keys nobody takes must not be joined to later ones with a hole between. */
static void hand_over(struct pinpad *p, unsigned char key)
{
    struct secret *m = p->secret;
    pthread_mutex_lock(&p->lock);
    bool asked = p->asked;
    if (m->count == RING) {
        forget_keys(p);
        key = PINPAD_LOST;
    }
    if (asked)
        m->ring[(m->first + m->count++) % RING] = key;
    pthread_mutex_unlock(&p->lock);
    if (asked)
        p->changed(p->ctx);
}

void pinpad_ask(struct pinpad *p, bool asked)
{
    pthread_mutex_lock(&p->lock);
    if (p->asked && !asked)
        forget_keys(p);
    p->asked = asked;
    pthread_mutex_unlock(&p->lock);
}

unsigned char pinpad_take(struct pinpad *p)
{
    struct secret *m = p->secret;
    unsigned char key = PINPAD_NO_KEY;
    pthread_mutex_lock(&p->lock);
    if (m->count) {
        key = m->ring[m->first];
        m->ring[m->first] = 0;
        m->first = (m->first + 1) % RING;
        m->count--;
    }
    pthread_mutex_unlock(&p->lock);
    return key;
}

void pinpad_status(struct pinpad *p, struct pinpad_status *out)
{
    pthread_mutex_lock(&p->lock);
    *out = p->status;
    pthread_mutex_unlock(&p->lock);
}

static void set_state(struct pinpad *p, enum pinpad_state state, const char *name)
{
    pthread_mutex_lock(&p->lock);
    bool new = p->status.state != state;
    p->status.state = state;
    snprintf(p->status.name, sizeof p->status.name, "%s", name);
    pthread_mutex_unlock(&p->lock);
    if (!new)
        return;
    log_info("pinpad", "state=%s", pinpad_state_name(state));
    p->changed(p->ctx);
}

/* --- the device --------------------------------------------------------------------------- */

static enum err open_device(void *ctx, int *out_fd)
{
    struct pinpad *p = ctx;
    char name[KEYBOARD_NAME] = "";
    enum err e = p->driver->open(p->where, out_fd, name);
    set_state(p,
              e == OK            ? PINPAD_READY
              : e == ERR_REFUSED ? PINPAD_DENIED
              : e == ERR_BUSY    ? PINPAD_HELD
                                 : PINPAD_ABSENT,
              name);
    return e;
}

/* Half a PIN is not gone on with: nobody knows what was pressed meanwhile. */
static void lost(void *ctx)
{
    hand_over(ctx, PINPAD_LOST);
    set_state(ctx, PINPAD_ABSENT, "");
}

static size_t take(void *ctx, const unsigned char *bytes, size_t have)
{
    struct pinpad *p = ctx;
    unsigned char key = PINPAD_NO_KEY;
    size_t at = 0, n;
    while ((n = p->driver->decode(bytes + at, have - at, &key)) > 0) {
        at += n;
        if (key != PINPAD_NO_KEY)
            hand_over(p, key);
    }
    explicit_bzero(&key, sizeof key);
    return at;
}

static const struct intake_device as_intake = {
    .retry_ms = PINPAD_RETRY_MS, .open = open_device, .take = take, .lost = lost
};

/* "keys:X": the driver `keys`, and X. */
static enum err parse(struct pinpad *p, const char *device)
{
    size_t n = strcspn(device, ":");
    for (size_t i = 0; device[n] && i < sizeof drivers / sizeof *drivers; i++)
        if (strlen(drivers[i]->name) == n && memcmp(drivers[i]->name, device, n) == 0)
            p->driver = drivers[i];
    if (!p->driver || !device[n + 1] || strlen(device + n + 1) >= sizeof p->where)
        return ERR_CONFIG;
    snprintf(p->where, sizeof p->where, "%s", device + n + 1);
    return OK;
}

static enum err start(struct pinpad *p, const char *device)
{
    enum err e = parse(p, device);
    if (e != OK)
        return e;
    p->status.state = PINPAD_ABSENT;
    return intake_start(&as_intake, p, &p->intake);
}

enum err pinpad_create(const char *device, void (*changed)(void *ctx), void *ctx,
                       struct pinpad **out)
{
    struct pinpad *p = calloc(1, sizeof *p);
    if (!p)
        return ERR_NOMEM;
    *p = (struct pinpad){ .changed = changed, .ctx = ctx };
    pthread_mutex_init(&p->lock, NULL);
    enum err e = arena_init_locked(&p->memory, sizeof *p->secret + 64);
    if (e == OK)
        p->secret = arena_new(&p->memory, struct secret);
    if (e == OK && *device)
        e = start(p, device);
    if (e != OK) {
        pinpad_destroy(p);
        return e;
    }
    *out = p;
    return OK;
}

void pinpad_destroy(struct pinpad *p)
{
    if (!p)
        return;
    intake_stop(p->intake);
    arena_finish(&p->memory);
    pthread_mutex_destroy(&p->lock);
    free(p);
}
