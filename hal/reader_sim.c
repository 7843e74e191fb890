/* reader_sim.c - a reader that plays recorded cards, for tests, tours and training. */
#include "hal/reader_sim.h"
#include "hal/base/clock.h"
#include "hal/reader.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { TEXT = 32 * 1024, LINE_BYTES = APDU_COMMAND };

/* Owner: reader.c. Invariant: text is all zero when no card is in. */
struct sim {
    pthread_mutex_t lock;
    pthread_cond_t moved;
    bool in, powered, woken, changed;
    uint32_t cards, connected; /* connected: to which of them */
    int64_t since_us;
    size_t at; /* behind the answer given last */
    char text[TEXT];
};

static enum err sim_open(const char *want_name, void **out_self)
{
    (void)want_name;
    struct sim *s = calloc(1, sizeof *s);
    if (!s)
        return ERR_NOMEM;
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->moved, &attr);
    pthread_condattr_destroy(&attr);
    s->changed = true;
    *out_self = s;
    return OK;
}

static void sim_close(void *self)
{
    struct sim *s = self;
    if (!s)
        return;
    pthread_cond_destroy(&s->moved);
    pthread_mutex_destroy(&s->lock);
    explicit_bzero(s, sizeof *s);
    free(s);
}

static struct timespec later(int ms)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    t.tv_sec += ms / 1000;
    t.tv_nsec += ms % 1000 * 1000000L;
    if (t.tv_nsec >= 1000000000L) {
        t.tv_sec++;
        t.tv_nsec -= 1000000000L;
    }
    return t;
}

static void sim_wait(void *self, int timeout_ms, struct reader_status *io)
{
    struct sim *s = self;
    struct timespec end = later(timeout_ms);
    pthread_mutex_lock(&s->lock);
    while (!s->changed && !s->woken)
        if (pthread_cond_timedwait(&s->moved, &s->lock, &end) == ETIMEDOUT)
            break;
    s->changed = s->woken = false;
    io->state = !s->in ? READER_EMPTY : s->powered ? READER_READING : READER_UPSIDE_DOWN;
    io->serial = s->cards;
    io->present_us = s->in ? s->since_us : 0;
    snprintf(io->name, sizeof io->name, "Simulated reader");
    pthread_mutex_unlock(&s->lock);
}

static void sim_wake(void *self)
{
    struct sim *s = self;
    pthread_mutex_lock(&s->lock);
    s->woken = true;
    pthread_cond_broadcast(&s->moved);
    pthread_mutex_unlock(&s->lock);
}

static int nibble(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Hex up to the end of the line; false: something else is there, or too much. */
static bool hex_line(const char *p, unsigned char *out, size_t cap, size_t *out_n)
{
    size_t n = 0;
    for (;;) {
        while (*p == ' ' || *p == '\t' || *p == '\r')
            p++;
        if (*p == '\0' || *p == '\n')
            break;
        if (n == cap || nibble(p[0]) < 0 || nibble(p[1]) < 0)
            return false;
        out[n++] = (unsigned char)(nibble(p[0]) << 4 | nibble(p[1]));
        p += 2;
    }
    *out_n = n;
    return true;
}

static const char *next_line(const char *p)
{
    const char *end = strchr(p, '\n');
    return end ? end + 1 : p + strlen(p);
}

static bool is_mute(const char *line)
{
    return strncmp(line, "< mute", 6) == 0;
}

/* SELECT by name with and without Le: T=0 knows no Le behind data, T=1 wants it. */
static size_t without_le(const unsigned char *b, size_t n)
{
    bool has = n > 6 && b[1] == 0xa4 && n == 6u + b[4] && b[n - 1] == 0;
    return has ? n - 1 : n;
}

static bool same_command(const unsigned char *a, size_t na, const unsigned char *b, size_t nb)
{
    size_t n = without_le(a, na);
    return n == without_le(b, nb) && memcmp(a, b, n) == 0;
}

/* The answer to cmd between from and to; NULL: there is none. */
static const char *find_answer(const char *from, const char *to, const unsigned char *cmd, size_t n)
{
    unsigned char b[LINE_BYTES];
    size_t k = 0;
    for (const char *p = from; p < to && *p; p = next_line(p)) {
        const char *below = next_line(p);
        bool read = p[0] == '>' && hex_line(p + 1, b, sizeof b, &k);
        if (read && same_command(b, k, cmd, n) && below[0] == '<')
            return below;
    }
    return NULL;
}

static enum err answer(struct sim *s, const unsigned char *cmd, size_t n, unsigned char *out,
                       size_t cap, size_t *out_n)
{
    const char *p = find_answer(s->text + s->at, s->text + TEXT, cmd, n);
    if (!p)
        p = find_answer(s->text, s->text + s->at, cmd, n);
    if (!p) {
        out[0] = 0x6d;
        out[1] = 0x00;
        *out_n = 2;
        return OK;
    }
    uint32_t card = s->cards;
    s->at = (size_t)(next_line(p) - s->text);
    if (!is_mute(p))
        return hex_line(p + 1, out, cap, out_n) ? OK : ERR_IO;
    while (s->in && s->cards == card && !s->woken)
        pthread_cond_wait(&s->moved, &s->lock);
    return s->in && s->cards == card ? ERR_CARD_MUTE : ERR_CARD_GONE;
}

static enum err sim_transmit(void *ctx, const unsigned char *cmd, size_t n, unsigned char *out,
                             size_t cap, size_t *out_n)
{
    struct sim *s = ctx;
    if (cap < 2)
        return ERR_ARG;
    pthread_mutex_lock(&s->lock);
    bool there = s->in && s->cards == s->connected;
    enum err e = there ? answer(s, cmd, n, out, cap, out_n) : ERR_CARD_GONE;
    pthread_mutex_unlock(&s->lock);
    return e;
}

/* Under lock: the card may be taken out. T=1 where the recorded ATR is one that a reader makes up
 * for a card without contacts. */
static void make_channel(struct sim *s, struct apdu_channel *out)
{
    unsigned char b[APDU_ATR];
    size_t n = 0;
    const char *at = strncmp(s->text, "atr ", 4) == 0 ? s->text : strstr(s->text, "\natr ");
    *out = (struct apdu_channel){ .transmit = sim_transmit, .ctx = s };
    if (at && hex_line(strchr(at, ' '), b, sizeof b, &n))
        apdu_channel_atr(out, b, n, false);
    out->le = out->contactless;
}

static enum err sim_connect(void *self, struct apdu_channel *out_ch)
{
    struct sim *s = self;
    pthread_mutex_lock(&s->lock);
    enum err e = !s->in ? ERR_CARD_GONE : s->powered ? OK : ERR_CARD_MUTE;
    s->at = 0;
    s->connected = s->cards;
    if (e == OK)
        make_channel(s, out_ch);
    pthread_mutex_unlock(&s->lock);
    return e;
}

static void sim_disconnect(void *self, bool reset)
{
    (void)self;
    (void)reset;
}

static bool line_is_good(const char *p)
{
    unsigned char b[LINE_BYTES];
    size_t n = 0;
    if (*p == '\n' || *p == '\r' || *p == '#' || is_mute(p))
        return true;
    if (strncmp(p, "atr ", 4) == 0)
        return hex_line(p + 4, b, sizeof b, &n) && n > 0;
    return (*p == '>' || *p == '<') && hex_line(p + 1, b, sizeof b, &n);
}

/* Reads and checks a recording; text is TEXT bytes of zero. */
static enum err load(const char *file, char *text)
{
    FILE *f = fopen(file, "re");
    if (!f)
        return ERR_NOT_FOUND;
    setvbuf(f, NULL, _IONBF, 0); /* no second copy in a buffer nobody wipes */
    size_t n = fread(text, 1, TEXT, f);
    fclose(f);
    if (n == TEXT)
        return ERR_TOO_BIG;
    if (n == 0 || memchr(text, '\0', n))
        return ERR_FORMAT;
    for (const char *p = text; *p; p = next_line(p))
        if (!line_is_good(p))
            return ERR_FORMAT;
    return OK;
}

static void take_out(struct sim *s)
{
    explicit_bzero(s->text, sizeof s->text);
    s->at = 0;
    s->in = false;
}

static void put_in(struct sim *s, const char *text)
{
    memcpy(s->text, text, TEXT);
    s->powered = strncmp(text, "atr ", 4) == 0 || strstr(text, "\natr ");
    s->in = true;
    s->cards++;
    s->since_us = clock_timer_us();
}

enum err reader_sim_put(void *self, const char *file)
{
    struct sim *s = self;
    char *text = calloc(1, TEXT);
    enum err e = text ? OK : ERR_NOMEM;
    if (e == OK && file)
        e = load(file, text);
    if (e == OK) {
        pthread_mutex_lock(&s->lock);
        take_out(s);
        if (file)
            put_in(s, text);
        s->changed = true;
        pthread_cond_broadcast(&s->moved);
        pthread_mutex_unlock(&s->lock);
    }
    if (text)
        explicit_bzero(text, TEXT);
    free(text);
    return e;
}

const struct reader_driver reader_sim = {
    .name = "sim",
    .ask_only = true, /* a broken reader must never turn into invented citizens */
    .open = sim_open,
    .wait = sim_wait,
    .connect = sim_connect,
    .disconnect = sim_disconnect,
    .wake = sim_wake,
    .close = sim_close,
};
