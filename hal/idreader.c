/* idreader.c - waits for resident identity cards on a SAM_V module at a serial line, and reads
 * them.
 *
 * What is relied on: "find" (20 01) answers 9F when a card is there, 80 when none is; "select"
 * (20 02) and "read" (30 01) follow it. BELIEVED, proved on no real module here: once its text has
 * been read, a card that stays is still found by some modules; others answer 80 and still select
 * it, or only read it again; there may be some that deny it until it is lifted. So a card that was
 * read is looked for in all three ways, and is gone when two looks in a row see nothing of it. With
 * a module of the last sort a card seems to leave at once: it needs `session = tap`. */
#include "hal/base/clock.h"
#include "hal/base/log.h"
#include "hal/idreader_port.h"
#include "hal/reader.h"

#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
    LOOK_MS = 300,
    AGAIN_MS = 150, /* after a look that missed the card */
    ANSWER_MS = 1500,
    TEXT_MS = 3000, /* find, select and read together stay within READER_GIVE_UP_MS */
    SURE_MS = 1500, /* so long a card that is found again and again is taken for the same */
    MISSES = 2,
    DOUBTS = 5,
    GARBLED = 5 /* nothing but noise: a line that is no use */
};

/* Owner: reader.c; in pages that are locked and never dumped. All [reader], but port.wake_fd.
 * Invariant: id is "" unless the card that is there was read. */
struct samv {
    struct idreader_port port;
    enum reader_state state;
    int64_t look_ms, sure_ms; /* timer clock: when to look next; when id was seen on the card */
    bool refused;             /* said in the log that the module does not work */
    bool was_found;           /* by the last look, and not only selected */
    bool held;                /* the module's last word was that it found the card */
    int misses, doubts, garbled;
    uint32_t cards;
    int64_t present_us;
    char id[CARD_ID];
    struct card_face face; /* scratch */
};

static enum err samv_open(const char *want_name, void **out_self)
{
    struct samv *s;
    /* No guess: the first serial line may be the printer's. */
    if (!*want_name || strlen(want_name) >= sizeof s->port.path)
        return ERR_ARG;
    s = mmap(NULL, sizeof *s, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (s == MAP_FAILED)
        return ERR_NOMEM;
    s->port.fd = -1;
    s->port.wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (s->port.wake_fd < 0) {
        munmap(s, sizeof *s);
        return ERR_IO;
    }
    if (mlock(s, sizeof *s) != 0 || madvise(s, sizeof *s, MADV_DONTDUMP) != 0)
        log_warn("reader_unlocked", "errno=%d", errno);
    snprintf(s->port.path, sizeof s->port.path, "%s", want_name);
    s->state = READER_ABSENT;
    *out_self = s;
    return OK;
}

static void samv_close(void *self)
{
    struct samv *s = self;
    if (!s)
        return;
    idreader_port_close(&s->port);
    close(s->port.wake_fd);
    explicit_bzero(s, sizeof *s);
    munmap(s, sizeof *s);
}

/* --- what is there -------------------------------------------------------------------------- */

static void forget_card(struct samv *s)
{
    explicit_bzero(s->id, sizeof s->id);
    s->misses = s->doubts = 0;
    s->was_found = false;
    s->present_us = 0;
}

static void set_empty(struct samv *s)
{
    forget_card(s);
    s->state = READER_EMPTY;
}

static void set_absent(struct samv *s)
{
    idreader_port_close(&s->port);
    forget_card(s);
    s->state = READER_ABSENT;
}

static void set_card(struct samv *s)
{
    forget_card(s);
    s->was_found = true;
    s->cards++;
    s->present_us = clock_timer_us();
    s->state = READER_READING;
}

/* The module itself does not work: said once, until it does. */
static enum err refused(struct samv *s, unsigned char sw3)
{
    if (!s->refused)
        log_warn("reader_refuses", "driver=samv sw=%s", idreader_sw_name(sw3));
    s->refused = true;
    return ERR_NO_DEVICE;
}

/* One question; a module that does not answer is asked whether it lives. OK: *out says what the
 * card or the module thinks. ERR_NO_DEVICE: the state is ABSENT. ERR_IO, ERR_STOPPED: nothing is
 * known. */
static enum err ask(struct samv *s, enum idreader_ask what, struct idreader_answer *out)
{
    int ms = what == IDREADER_READ ? TEXT_MS : ANSWER_MS;
    enum err e = idreader_port_ask(&s->port, what, ms, out);
    if (e == ERR_TIMEOUT && what != IDREADER_STATUS) {
        struct idreader_answer status = { 0 };
        e = idreader_port_ask(&s->port, IDREADER_STATUS, ANSWER_MS, &status);
        e = e == OK ? ERR_IO : e;
    }
    if (e == OK && idreader_sw_err(out->sw[2]) == ERR_NO_DEVICE)
        e = refused(s, out->sw[2]);
    s->garbled = e == OK ? 0 : e == ERR_IO ? s->garbled + 1 : s->garbled;
    if (e == ERR_TIMEOUT || s->garbled >= GARBLED)
        e = ERR_NO_DEVICE;
    if (e == ERR_NO_DEVICE)
        set_absent(s);
    return e;
}

/* Asks one step; *out: whether it was answered with that word. */
static enum err step(struct samv *s, enum idreader_ask what, unsigned char good, bool *out)
{
    struct idreader_answer a = { 0 };
    enum err e = ask(s, what, &a);
    *out = e == OK && a.sw[2] == good;
    s->held = what == IDREADER_FIND && *out;
    return e;
}

static void look_for_card(struct samv *s)
{
    bool found = false;
    if (step(s, IDREADER_FIND, 0x9f, &found) != OK)
        return;
    s->refused = false;
    if (found)
        set_card(s);
    else
        set_empty(s);
}

/* The line may be there and nobody at its end, or one that refuses to work: both are ABSENT. */
static void attach(struct samv *s)
{
    bool lives = false;
    if (idreader_port_open(&s->port) != OK)
        return;
    s->garbled = 0;
    if (step(s, IDREADER_STATUS, 0x90, &lives) == OK && lives)
        look_for_card(s);
    if (s->state == READER_ABSENT)
        idreader_port_close(&s->port);
}

/* The text of the card that was found or selected. As idreader_face, and as ask. */
static enum err read_text(struct samv *s)
{
    struct idreader_answer a = { 0 };
    enum err e = ask(s, IDREADER_READ, &a);
    if (e == OK)
        e = idreader_sw_err(a.sw[2]);
    if (e == OK)
        e = idreader_face(a.data, a.n, &s->face);
    idreader_clear(&s->port.in);
    return e;
}

/* All three steps, whatever the first two say: see above. The first only if the last look did not
 * end with it. */
static enum err fetch(struct samv *s)
{
    bool found = s->held, selected = false;
    enum err e = found ? OK : step(s, IDREADER_FIND, 0x9f, &found);
    if (e == OK)
        e = step(s, IDREADER_SELECT, 0x90, &selected);
    if (e == OK)
        e = read_text(s);
    bool nothing = e == ERR_IO && !found && !selected;
    return nothing ? ERR_CARD_GONE : e;
}

/* --- a card that stays ---------------------------------------------------------------------- */

static void be_sure(struct samv *s)
{
    s->sure_ms = clock_timer_ms();
    s->misses = s->doubts = 0;
}

/* Is what lies there the card that was read? What cannot be read for long is another one. */
static void compare(struct samv *s)
{
    enum err e = fetch(s);
    if (e == OK && strcmp(s->face.id, s->id) == 0) {
        be_sure(s);
    } else if (e == OK || e == ERR_CARD_UNKNOWN) {
        set_card(s);
    } else if (e == ERR_CARD_GONE) {
        s->misses++;
    } else if (e == ERR_IO || e == ERR_FORMAT) {
        s->doubts++;
        if (s->doubts >= DOUBTS)
            set_card(s);
    }
    explicit_bzero(&s->face, sizeof s->face);
}

/* A card found anew after it was not, or found for long without a look at its number, may be
 * another one put there quickly. */
static bool in_doubt(const struct samv *s)
{
    return s->id[0] && (s->misses > 0 || s->doubts > 0 || !s->was_found ||
                        clock_timer_ms() - s->sure_ms >= SURE_MS);
}

static void look_at_card(struct samv *s)
{
    bool found = false, selected = false;
    if (step(s, IDREADER_FIND, 0x9f, &found) != OK)
        return;
    if (found && !s->id[0] && s->misses > 0) {
        set_card(s); /* nothing tells that it is still the one that could not be read */
    } else if (found && !in_doubt(s)) {
        s->misses = 0;
    } else if (found) {
        compare(s);
    } else if (step(s, IDREADER_SELECT, 0x90, &selected) != OK) {
        return;
    } else if (selected) {
        s->misses = 0;
    } else if (s->id[0]) {
        compare(s);
    } else {
        s->misses++;
    }
    s->was_found = found;
    if (s->state == READER_READING && s->misses >= MISSES)
        set_empty(s);
}

static void look(struct samv *s)
{
    if (s->port.fd < 0)
        attach(s);
    else if (s->state == READER_READING)
        look_at_card(s);
    else
        look_for_card(s);
    int ms = s->state == READER_ABSENT ? READER_RETRY_MS : s->misses ? AGAIN_MS : LOOK_MS;
    s->look_ms = clock_timer_ms() + ms;
}

/* --- the driver ----------------------------------------------------------------------------- */

static void tell(const struct samv *s, struct reader_status *io)
{
    io->state = s->state;
    io->serial = s->cards;
    io->present_us = s->present_us;
    snprintf(io->name, sizeof io->name, "%s", s->state == READER_ABSENT ? "" : s->port.path);
}

static bool take_wake(struct samv *s)
{
    uint64_t n = 0;
    return read(s->port.wake_fd, &n, sizeof n) > 0;
}

/* Until woken, until ms passed, or until the line is unplugged. */
static void doze(struct samv *s, int64_t ms)
{
    struct pollfd f[2] = { { .fd = s->port.wake_fd, .events = POLLIN },
                           { .fd = s->port.fd, .events = 0 } };
    if (ms > 0 && poll(f, 2, (int)ms) > 0 && f[1].revents)
        set_absent(s);
}

static void samv_wait(void *self, int timeout_ms, struct reader_status *io)
{
    struct samv *s = self;
    struct reader_status was = *io;
    int64_t end = clock_timer_ms() + timeout_ms;
    for (;;) {
        int64_t now = clock_timer_ms();
        if (now >= s->look_ms)
            look(s);
        tell(s, io);
        now = clock_timer_ms();
        bool woken = take_wake(s);
        if (woken || now >= end || io->state != was.state || io->serial != was.serial ||
            strcmp(io->name, was.name) != 0)
            return;
        doze(s, (s->look_ms < end ? s->look_ms : end) - now);
    }
}

static void samv_wake(void *self)
{
    struct samv *s = self;
    uint64_t one = 1;
    if (write(s->port.wake_fd, &one, sizeof one) < 0)
        return; /* full: it is awake anyway */
}

/* ERR_STOPPED is nobody's business outside. */
static enum err told(enum err e)
{
    return e == ERR_STOPPED ? ERR_IO : e;
}

static enum err samv_read(void *self, struct card_face *out_face)
{
    struct samv *s = self;
    take_wake(s); /* it was for wait() */
    explicit_bzero(out_face, sizeof *out_face);
    if (s->state != READER_READING)
        return s->state == READER_EMPTY ? ERR_CARD_GONE : ERR_NO_DEVICE;
    enum err e = fetch(s);
    *out_face = s->face; /* of a card that cannot be read only its kind */
    if (e == OK) {
        memcpy(s->id, s->face.id, sizeof s->id);
        be_sure(s);
    }
    explicit_bzero(&s->face, sizeof s->face);
    return told(e);
}

static enum err samv_confirm(void *self, const char *id)
{
    struct samv *s = self;
    take_wake(s);
    if (s->state != READER_READING)
        return ERR_CARD_GONE;
    enum err e = fetch(s);
    if (e == ERR_CARD_UNKNOWN || (e == OK && strcmp(s->face.id, id) != 0))
        e = ERR_REFUSED;
    if (e == ERR_REFUSED)
        set_card(s); /* it is told as another one, and read */
    else if (e == OK)
        be_sure(s);
    explicit_bzero(&s->face, sizeof s->face);
    return told(e);
}

const struct reader_driver reader_idcard = {
    .name = "samv",
    .ask_only = true, /* it takes a serial line for itself: only one it was given */
    .open = samv_open,
    .wait = samv_wait,
    .read = samv_read,
    .confirm = samv_confirm,
    .wake = samv_wake,
    .close = samv_close,
};
