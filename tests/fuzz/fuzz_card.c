/* fuzz_card.c - any bytes as what a card answers, and as text, records and numbers of cards. */
#include "hal/card.h"
#include "hal/codec.h"
#include "hal/idno.h"
#include "hal/tlv.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct bytes {
    const uint8_t *p;
    size_t n;
};

/* Each answer: one byte of length, so many bytes, and 9000 where the length is odd. */
static enum err transmit(void *ctx, const unsigned char *cmd, size_t n, unsigned char *out,
                         size_t cap, size_t *out_n)
{
    struct bytes *b = ctx;
    assert(n >= 4 && n <= APDU_COMMAND && cmd && cap >= 2);
    if (b->n == 0)
        return ERR_CARD_GONE;
    bool good = b->p[0] & 1;
    size_t k = b->p[0] / 2u;
    b->p++;
    b->n--;
    k = k < b->n ? k : b->n;
    k = k < cap - 2 ? k : cap - 2;
    memcpy(out, b->p, k);
    b->p += k;
    b->n -= k;
    if (good) {
        out[k++] = 0x90;
        out[k++] = 0x00;
    }
    *out_n = k;
    return OK;
}

static bool ended(const char *s, size_t cap)
{
    return memchr(s, '\0', cap) != NULL;
}

static void as_card(const uint8_t *data, size_t size)
{
    struct bytes b = { data, size };
    struct apdu_channel ch = { .transmit = transmit, .ctx = &b };
    struct card_face f;
    if (card_read(&ch, &f) == OK) {
        assert(ended(f.name, sizeof f.name) && ended(f.id, sizeof f.id));
        assert(ended(f.card_no, sizeof f.card_no) && ended(f.area, sizeof f.area));
        assert(f.nation >= 0 && f.nation < 100);
        idno_read(f.id, 20000, NULL);
    }
    b = (struct bytes){ data, size };
    enum err e = card_confirm(&ch, "A42050607");
    assert(e != ERR_CARD_UNKNOWN);
}

static void as_text(const uint8_t *data, size_t size)
{
    char text[128], bcd[129];
    unsigned char back[512];
    struct tlv t;
    size_t n = 0;
    if (codec_gbk(data, size, text, sizeof text) == OK)
        assert(codec_gb18030(text, back, sizeof back, &n) == OK);
    if (size <= 64 && codec_bcd(data, size, bcd) == OK)
        assert(strlen(bcd) <= 2 * size);
    for (size_t at = 0; tlv_simple_next(data, size, &at, &t);)
        assert(t.value + t.n <= data + size && at <= size);
    tlv_ber_find(data, size, 0x9f0c, &t);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    as_card(data, size);
    as_text(data, size);
    return 0;
}
