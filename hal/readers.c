/* readers.c - several readers seen as one. */
#include "hal/readers.h"

#include <stdlib.h>
#include <string.h>

struct readers {
    void (*changed)(void *ctx);
    void *ctx;
    struct reader *r[READERS_MAX];
    int n;
    int ordered; /* which one was ordered something last */
};

enum err readers_create(void (*changed)(void *ctx), void *ctx, struct readers **out)
{
    struct readers *rs = calloc(1, sizeof *rs);
    if (!rs)
        return ERR_NOMEM;
    rs->changed = changed;
    rs->ctx = ctx;
    *out = rs;
    return OK;
}

void readers_destroy(struct readers *rs)
{
    for (int i = 0; rs && i < rs->n; i++)
        reader_destroy(rs->r[i]);
    free(rs);
}

enum err readers_add(struct readers *rs, const char *driver, const char *want_name)
{
    if (rs->n == READERS_MAX)
        return ERR_FULL;
    enum err e = reader_create(driver, want_name, rs->changed, rs->ctx, &rs->r[rs->n]);
    rs->n += e == OK;
    return e;
}

/* How much there is to say of it: a card, then a place for one, then what is missing. */
static int weight(const struct reader_status *s)
{
    switch (s->state) {
    case READER_ABSENT:
        return 0;
    case READER_NO_SERVICE:
        return 1;
    case READER_EMPTY:
        return 2;
    default:
        return 3;
    }
}

/* The serial of one reader's card among all: reader_of() of it is that reader; MANY is nobody's. */
enum { MANY = READERS_MAX, KINDS = READERS_MAX + 1 };

static uint32_t serial_of(uint32_t serial, int i)
{
    return serial * KINDS + (uint32_t)i;
}

static int reader_of(uint32_t serial)
{
    return (int)(serial % KINDS);
}

void readers_status(struct readers *rs, struct reader_status *out)
{
    struct reader_status s;
    int best = -1, cards = 0;
    uint32_t all = 0;
    bool early = false;
    *out = (struct reader_status){ .state = READER_ABSENT, .driver = "none" };
    for (int i = 0; i < rs->n; i++) {
        reader_status(rs->r[i], &s);
        cards += weight(&s) == 3;
        early |= s.pulled_early;
        all += s.serial;
        if (best >= 0 && weight(&s) <= weight(out))
            continue;
        best = i;
        *out = s;
    }
    out->serial = cards > 1 ? serial_of(all, MANY) : serial_of(out->serial, best > 0 ? best : 0);
    out->pulled_early = out->state == READER_EMPTY && early;
    if (cards > 1)
        out->state = READER_MANY;
}

bool readers_face(struct readers *rs, uint32_t serial, struct card_face *out)
{
    int i = reader_of(serial);
    return i < rs->n && reader_face(rs->r[i], serial / KINDS, out);
}

void readers_order(struct readers *rs, uint32_t serial, struct card_task *t)
{
    rs->ordered = reader_of(serial) < rs->n ? reader_of(serial) : 0;
    reader_order(rs->r[rs->ordered], t);
}

enum err readers_ordered(struct readers *rs, struct card_task *out)
{
    return rs->n ? reader_ordered(rs->r[rs->ordered], out) : ERR_BUSY;
}

void readers_forget(struct readers *rs)
{
    for (int i = 0; i < rs->n; i++)
        reader_forget(rs->r[i]);
}

enum err readers_sim_card(struct readers *rs, const char *file)
{
    enum err e = ERR_ARG;
    for (int i = 0; i < rs->n && e == ERR_ARG; i++)
        e = reader_sim_card(rs->r[i], file);
    return e;
}

bool readers_each(struct readers *rs, int i, struct reader_status *out)
{
    if (i >= rs->n)
        return false;
    reader_status(rs->r[i], out);
    return true;
}
