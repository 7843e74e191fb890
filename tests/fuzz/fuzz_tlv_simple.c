/* fuzz_tlv_simple.c - any bytes as simple-TLV: walked as they come, and as a plan of records that
 * are written and must be read back alike. */
#include "hal/tlv.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { RECORDS = 64 };

static void walk(const uint8_t *p, size_t n)
{
    static const struct tlv none = { .tag = 12345 };
    struct tlv t = none;
    size_t at = 0, before = 0;
    for (; tlv_simple_next(p, n, &at, &t); before = at, t = none) {
        assert(at >= before + 2 && at <= n && t.value >= p + before + 2 && t.value + t.n == p + at);
        assert(t.value[-2] == t.tag && t.value[-1] == t.n && t.tag != 0x00 && t.tag != 0xff);
        for (const uint8_t *pad = p + before; pad < t.value - 2; pad++)
            assert(*pad == 0x00 || *pad == 0xff);
    }
    assert(at == before && t.tag == none.tag && !t.value); /* the end changes nothing */
    while (at < n && (p[at] == 0x00 || p[at] == 0xff))
        at++;
    assert(n - at < 2 || p[at + 1] > n - at - 2); /* and it is one */
}

/* A record of the plan: padding, tag, length, value. Returns what of the plan is used up. */
static size_t write_one(const uint8_t *plan, size_t n, uint8_t *out, size_t *at, struct tlv *t)
{
    size_t pad = plan[0] & 3, len = plan[2] < n - 3 ? plan[2] : n - 3;
    memset(out + *at, plan[0] & 4 ? 0xff : 0x00, pad);
    *at += pad;
    t->tag = plan[1] % 0xfe + 1;
    t->n = len;
    out[(*at)++] = (uint8_t)t->tag;
    out[(*at)++] = (uint8_t)len;
    memcpy(out + *at, plan + 3, len);
    t->value = out + *at;
    *at += len;
    return 3 + len;
}

static void write_and_read(const uint8_t *plan, size_t n)
{
    struct tlv wrote[RECORDS], t;
    size_t count = 0, at = 0, size = 0;
    uint8_t *out = malloc(2 * n + 1);
    assert(out);
    for (size_t used = 0; count < RECORDS && n - used >= 3; count++)
        used += write_one(plan + used, n - used, out, &size, &wrote[count]);
    for (size_t i = 0; i < count; i++)
        assert(tlv_simple_next(out, size, &at, &t) && t.tag == wrote[i].tag && t.n == wrote[i].n &&
               t.value == wrote[i].value);
    assert(at == size && !tlv_simple_next(out, size, &at, &t));
    free(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    walk(data, size);
    write_and_read(data, size);
    return 0;
}
