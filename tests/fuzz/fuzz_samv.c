/* fuzz_samv.c - any bytes as what an identity card module says, in any pieces, and as its record.
 */
#include "hal/base/utf8.h"
#include "hal/idreader_frame.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_face(const unsigned char *data, size_t n)
{
    struct card_face f;
    enum err e = idreader_face(data, n, &f);
    assert(e == OK || e == ERR_FORMAT || e == ERR_CARD_UNKNOWN);
    assert(f.kind == CARD_IDCARD && memchr(f.name, 0, sizeof f.name) &&
           memchr(f.id, 0, sizeof f.id));
    assert(memchr(f.issuer, 0, sizeof f.issuer) && utf8_valid(f.name, strlen(f.name)));
    assert(utf8_valid(f.issuer, strlen(f.issuer)) && f.nation >= 0 && f.nation < 100);
    assert((e == OK) == (f.name[0] != '\0') && (e == OK) == (f.id[0] != '\0'));
    assert(e != OK || strlen(f.id) == 18 || strlen(f.id) == 15);
}

/* What came out, so that two ways of cutting the same bytes can be compared. */
struct seen {
    unsigned frames;
    uint32_t hash;
};

static void note(struct seen *s, const struct idreader_input *in)
{
    struct idreader_answer a = idreader_answer(in);
    s->frames++;
    assert(a.data >= in->b && a.data + a.n < in->b + sizeof in->b);
    for (size_t i = 0; i < in->whole; i++)
        s->hash = (s->hash ^ in->b[i]) * 16777619u;
    for (int i = 0; i < 3; i++)
        assert(idreader_sw_name(a.sw[i])[0] && idreader_sw_err(a.sw[i]) < ERR_COUNT);
    if (idreader_fits(IDREADER_READ, &a))
        check_face(a.data, a.n);
}

/* Pieces of `step` bytes: whatever the pieces, the same frames come out. */
static struct seen cut(const uint8_t *data, size_t size, size_t step)
{
    struct idreader_input in = { .n = 0 };
    struct seen s = { .frames = 0 };
    bool whole = false;
    for (size_t at = 0; at < size || whole;) {
        size_t n = size - at < step ? size - at : step;
        size_t used = idreader_take(&in, data + at, n, &whole);
        assert(used <= n && in.whole <= in.n && in.n <= sizeof in.b && whole == (in.whole > 0));
        at += used;
        if (whole)
            note(&s, &in);
    }
    return s;
}

/* A frame around what came, so that the fuzzer need not guess the sum. */
static void as_answer(const uint8_t *data, size_t size)
{
    static unsigned char b[IDREADER_FRAME] = { 0xaa, 0xaa, 0xaa, 0x96, 0x69 };
    size_t n = size < IDREADER_BODY - 4 ? size : IDREADER_BODY - 4;
    b[5] = (unsigned char)((n + 4) >> 8);
    b[6] = (unsigned char)(n + 4);
    b[7] = b[8] = 0;
    b[9] = 0x90;
    memcpy(b + 10, data, n);
    b[10 + n] = 0;
    for (size_t i = 5; i < 10 + n; i++)
        b[10 + n] ^= b[i];
    assert(cut(b, 11 + n, size % 97 + 1).frames == 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct seen all = cut(data, size, size ? size : 1);
    struct seen pieces = cut(data, size, size ? data[0] % 64 + 1 : 1);
    assert(all.frames == pieces.frames && all.hash == pieces.hash);
    as_answer(data, size);
    check_face(data, size);
    return 0;
}
