/* scan_burst.c - tells by speed alone whether keys come from a person or from a scanner. */
#include "hal/scan_burst.h"

#include <string.h>

static void begin_run(struct scan_burst *b)
{
    b->different = 0;
    memset(b->seen, 0, sizeof b->seen);
    b->too_long = false;
}

/* No person comes so far. */
static bool sure(const struct scan_burst *b)
{
    return b->too_long || (b->count - b->ready >= SCAN_LEAST && b->different >= SCAN_DIFFERENT);
}

static bool runs(const struct scan_burst *b)
{
    return b->too_long || b->count > b->ready;
}

int64_t scan_burst_due_us(const struct scan_burst *b)
{
    if (!runs(b))
        return -1;
    return b->last_us + (sure(b) ? SCAN_SURE_GAP_US : SCAN_GAP_US) + 1;
}

void scan_burst_release(struct scan_burst *b)
{
    b->ready = b->count;
    begin_run(b);
}

void scan_burst_at(struct scan_burst *b, int64_t now_us)
{
    if (runs(b) && now_us >= scan_burst_due_us(b))
        scan_burst_release(b);
}

/* False: no room left. */
static bool append(struct scan_burst *b, char c, unsigned char tag)
{
    if (b->count == SCAN_MAX)
        return false;
    b->c[b->count] = c;
    b->tag[b->count++] = tag;
    return true;
}

static void note(struct scan_burst *b, char c)
{
    unsigned at = (unsigned char)c & 127u;
    uint64_t bit = (uint64_t)1 << (at & 63u), *word = &b->seen[at >> 6];
    b->different += !(*word & bit);
    *word |= bit;
}

void scan_burst_char(struct scan_burst *b, char c, unsigned char tag, int64_t at_us)
{
    scan_burst_at(b, at_us);
    b->last_us = at_us;
    if (b->too_long)
        return;
    if (append(b, c, tag)) {
        note(b, c);
    } else if (sure(b)) {
        scan_burst_drop(b);
        b->too_long = true;
    } else { /* something lies on a key */
        scan_burst_release(b);
    }
}

void scan_burst_typed(struct scan_burst *b, char c, unsigned char tag)
{
    scan_burst_release(b);
    if (append(b, c, tag)) /* no room: more is waiting to be popped than anybody types */
        b->ready = b->count;
}

enum scan_burst_said scan_burst_end(struct scan_burst *b, unsigned char tag, int64_t at_us)
{
    scan_burst_at(b, at_us);
    bool scan = sure(b), behind = b->scan_end_us && at_us - b->scan_end_us <= SCAN_GAP_US;
    if (scan) {
        b->scan_end_us = at_us;
        if (!b->too_long)
            return BURST_SCAN;
        begin_run(b);
        return BURST_TOO_LONG;
    }
    if (!behind || runs(b))
        scan_burst_typed(b, 0, tag);
    return BURST_KEYS;
}

/* What is popped to its end makes room. */
static void compact(struct scan_burst *b)
{
    int run = b->count - b->ready;
    memmove(b->c, b->c + b->ready, (size_t)run);
    memmove(b->tag, b->tag + b->ready, (size_t)run);
    explicit_bzero(b->c + run, (size_t)(b->count - run));
    explicit_bzero(b->tag + run, (size_t)(b->count - run));
    b->head = b->ready = 0;
    b->count = run;
}

bool scan_burst_pop(struct scan_burst *b, char *out_c, unsigned char *out_tag)
{
    if (b->head == b->ready)
        return false;
    *out_c = b->c[b->head];
    *out_tag = b->tag[b->head++];
    if (b->head == b->ready)
        compact(b);
    return true;
}

bool scan_burst_pending(const struct scan_burst *b)
{
    return b->head < b->ready;
}

unsigned char scan_burst_next_tag(const struct scan_burst *b)
{
    return b->tag[b->head];
}

const char *scan_burst_text(struct scan_burst *b, size_t *out_n)
{
    b->c[b->count] = '\0';
    *out_n = (size_t)(b->count - b->ready);
    return b->c + b->ready;
}

void scan_burst_drop(struct scan_burst *b)
{
    explicit_bzero(b->c + b->ready, sizeof b->c - (size_t)b->ready);
    explicit_bzero(b->tag + b->ready, sizeof b->tag - (size_t)b->ready);
    b->count = b->ready;
    begin_run(b);
}
