/* fuzz_tlv_ber.c - any bytes as BER-TLV: walked and searched as they come, and as a plan of records
 * that are written, put inside one another, and must be found again. */
#include "hal/tlv.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { RECORDS = 32, DEPTH = 8, HEAD = 4 + 3 + 3 }; /* padding, tag, length */

static void inside(const struct tlv *t, const uint8_t *p, size_t n)
{
    assert(t->value >= p + 2 && t->n <= n && t->value <= p + n - t->n);
}

/* Whatever is seen on the way must be found by its tag. */
static void walk(const uint8_t *p, size_t n)
{
    static const struct tlv none = { .tag = 12345 };
    struct tlv t = none, found;
    size_t at = 0, before = 0;
    for (int i = 0; tlv_ber_next(p, n, &at, &t); before = at, t = none, i++) {
        assert(at >= before + 2 && at <= n && t.value + t.n == p + at);
        inside(&t, p, n);
        assert(t.tag > 0 && t.tag <= 0xffffff);
        if (i >= RECORDS)
            continue;
        assert(tlv_ber_find(p, n, t.tag, &found) && found.tag == t.tag);
        inside(&found, p, n);
        assert(found.value <= t.value); /* the first one, or one inside it */
    }
    assert(at == before && t.tag == none.tag && !t.value);
}

static void search(const uint8_t *p, size_t n)
{
    static const unsigned wanted[] = { 0x9f0c, 0x84, 0xa5, 0x6f, 0x4f, 0x5f2d01 };
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        struct tlv t = { .tag = 1 };
        if (!tlv_ber_find(p, n, wanted[i], &t)) {
            assert(t.tag == 1 && !t.value);
            continue;
        }
        assert(t.tag == wanted[i]);
        inside(&t, p, n);
    }
}

/* One to three bytes; the first is never padding. */
static unsigned write_tag(const uint8_t b[3], uint8_t *out, size_t *at)
{
    unsigned tag = b[0] % 0xfe + 1;
    out[(*at)++] = (uint8_t)tag;
    if ((tag & 0x1f) != 0x1f)
        return tag;
    for (int i = 1; i < 3; i++) {
        uint8_t more = i == 1 ? b[i] : b[i] & 0x7f;
        out[(*at)++] = more;
        tag = tag << 8 | more;
        if (!(more & 0x80))
            break;
    }
    return tag;
}

/* As short as can be, or longer: all three forms are allowed. */
static void write_length(size_t n, unsigned form, uint8_t *out, size_t *at)
{
    if (form == 2 || n > 0xff) {
        out[(*at)++] = 0x82;
        out[(*at)++] = (uint8_t)(n >> 8);
    } else if (form == 1 || n > 0x7f) {
        out[(*at)++] = 0x81;
    }
    out[(*at)++] = (uint8_t)n;
}

static size_t write_one(const uint8_t *plan, size_t n, uint8_t *out, size_t *at, struct tlv *t)
{
    size_t pad = plan[0] & 3, len = plan[4] < n - 5 ? plan[4] : n - 5;
    memset(out + *at, plan[0] & 4 ? 0xff : 0x00, pad);
    *at += pad;
    t->tag = write_tag(plan + 1, out, at);
    write_length(len, plan[0] >> 3 & 3, out, at);
    memcpy(out + *at, plan + 5, len);
    t->value = out + *at;
    t->n = len;
    *at += len;
    return 5 + len;
}

static void read_back(const uint8_t *p, size_t n, const struct tlv *wrote, size_t count)
{
    struct tlv t;
    size_t at = 0;
    for (size_t i = 0; i < count; i++)
        assert(tlv_ber_next(p, n, &at, &t) && t.tag == wrote[i].tag && t.n == wrote[i].n &&
               t.value == wrote[i].value);
    assert(at == n && !tlv_ber_next(p, n, &at, &t));
}

/* All of it inside E1 inside E1 …: the bytes lie at the end of buf, each head goes before them. */
static void nested(uint8_t *p, size_t n, const struct tlv *wrote, size_t count, unsigned deep)
{
    struct tlv t;
    const uint8_t *end = p + n;
    for (unsigned i = 0; i < deep; i++) {
        size_t len = (size_t)(end - p);
        if (len > 0xffff)
            return;
        p -= 4;
        memcpy(p, (const uint8_t[]){ 0xe1, 0x82, (uint8_t)(len >> 8), (uint8_t)len }, 4);
    }
    for (size_t i = 0; i < count; i++) {
        assert(tlv_ber_find(p, (size_t)(end - p), wrote[i].tag, &t) && t.tag == wrote[i].tag);
        inside(&t, p, (size_t)(end - p));
    }
}

static void write_and_read(const uint8_t *plan, size_t n)
{
    struct tlv wrote[RECORDS];
    size_t count = 0, size = 0, room = n + RECORDS * HEAD;
    uint8_t *buf = malloc(4 * DEPTH + room), *out = malloc(room);
    assert(buf && out);
    unsigned deep = n ? plan[n - 1] % (DEPTH + 1) : 0;
    for (size_t used = 0; count < RECORDS && n - used >= 5; count++)
        used += write_one(plan + used, n - used, out, &size, &wrote[count]);
    read_back(out, size, wrote, count);
    memcpy(buf + 4 * DEPTH, out, size);
    nested(buf + 4 * DEPTH, size, wrote, count, deep);
    free(buf);
    free(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    walk(data, size);
    search(data, size);
    write_and_read(data, size);
    return 0;
}
