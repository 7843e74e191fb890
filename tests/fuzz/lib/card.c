/* card.c - plays a card from any bytes: every status, lengths that lie, loops that never end. */
#include "tests/fuzz/lib/card.h"

#include <assert.h>
#include <iconv.h>
#include <string.h>

enum { ASKED_MAX = 30000 }; /* every loop of ours at its limit stays below this */

/* Half of the bytes are a success: what lies deep must be reached. */
enum { SW_61 = 0x6100, SW_6C = 0x6c00, SW_ANY = 1, SW_FAILS = 2 };
static const uint16_t status[16] = { 0x9000, 0x9000, 0x9000, 0x9000,  0x9000, 0x9000,
                                     0x9000, 0x6a82, 0x6a83, 0x6982,  0x6700, 0x6282,
                                     SW_61,  SW_6C,  SW_ANY, SW_FAILS };

/* What the kinds look for, so that a guess of a tag is often a good one. */
static const uint8_t tags[] = { 0x01, 0x03, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0a,
                                0x0b, 0x0d, 0x4e, 0x00, 0xff, 0x84, 0xa5, 0x6f };

static uint8_t next(struct fuzz_card *c)
{
    return c->p < c->end ? *c->p++ : 0;
}

static size_t give(struct fuzz_card *c, size_t n, unsigned char *out, size_t cap)
{
    size_t left = (size_t)(c->end - c->p);
    n = n < left ? n : left;
    n = n < cap ? n : cap;
    if (n)
        memcpy(out, c->p, n);
    c->p += n;
    return n;
}

static size_t give_tagged(struct fuzz_card *c, unsigned tag, unsigned char *out, size_t cap)
{
    if (cap < 2)
        return 0;
    size_t n = give(c, next(c), out + 2, cap - 2);
    out[0] = (unsigned char)tag;
    out[1] = (unsigned char)n;
    return 2 + n;
}

static size_t give_records(struct fuzz_card *c, unsigned char *out, size_t cap)
{
    size_t n = 0;
    for (unsigned k = next(c) & 15; k > 0; k--)
        n += give_tagged(c, tags[next(c) & 15], out + n, cap - n);
    return n;
}

/* What a purse says when it is selected: 6F { A5 { 9F0C { … } } }. */
static size_t give_fci(struct fuzz_card *c, unsigned char *out)
{
    size_t n = give(c, next(c) & 63, out + 7, 63);
    const unsigned char head[] = { 0x6f, (unsigned char)(n + 5), 0xa5, (unsigned char)(n + 3), 0x9f,
                                   0x0c, (unsigned char)n };
    memcpy(out, head, sizeof head);
    return n + sizeof head;
}

static size_t body(struct fuzz_card *c, unsigned form, const unsigned char *cmd, unsigned char *out,
                   size_t cap)
{
    switch (form) {
    case 0:
    case 1:
        return 0;
    case 2: /* the tag it was asked for */
        return give_tagged(c, cmd[2], out, cap);
    case 3:
        return give_tagged(c, tags[next(c) & 15], out, cap);
    case 4:
    case 5:
        return give_records(c, out, cap);
    case 6:
        return give_fci(c, out);
    case 7: /* as much as there is room for */
        memset(out, next(c), cap);
        return cap;
    default:
        return give(c, next(c), out, cap);
    }
}

/* Out of the ordinary: cut off within the status, more than there is room for, or no answer. */
static enum err fails(struct fuzz_card *c, size_t cap, size_t *out_n)
{
    static const enum err of[] = {
        OK, OK, OK, ERR_CARD_GONE, ERR_CARD_MUTE, ERR_IO, ERR_NO_DEVICE, ERR_BUSY
    };
    unsigned how = next(c) & 7;
    *out_n = how == 2 ? cap + 1 + next(c) : how;
    return of[how];
}

/* What is sent is whole, and is what this target may ask for: a reading never writes, spends or
 * tries a PIN. */
static void check_command(struct fuzz_card *c, const unsigned char *cmd, size_t n)
{
    assert(n >= 4 && n <= APDU_COMMAND);
    assert(n <= 5 || n == 5u + cmd[4] || n == 6u + cmd[4]);
    assert(cmd[1] && strchr(c->may, (char)cmd[1]));
    assert(cmd[0] == (cmd[1] == 0x5c || cmd[1] == 0x5e ? 0x80 : 0x00));
    assert(++c->asked < ASKED_MAX);
}

static bool refused(const struct fuzz_card *c, const unsigned char *cmd, size_t n)
{
    return c->only && cmd[1] == 0xa4 && n > 5 && !memmem(cmd + 5, n - 5, c->only, strlen(c->only));
}

static enum err transmit(void *ctx, const unsigned char *cmd, size_t n, unsigned char *out,
                         size_t cap, size_t *out_n)
{
    struct fuzz_card *c = ctx;
    assert(cap >= APDU_ANSWER);
    check_command(c, cmd, n);
    if (refused(c, cmd, n)) {
        memcpy(out, "\x6a\x82", 2);
        *out_n = 2;
        return OK;
    }
    if (c->p == c->end && (c->manner & FUZZ_ENDLESS) == FUZZ_ENDLESS)
        c->p = c->from;
    if (c->p == c->end)
        return ERR_CARD_GONE;
    unsigned form = next(c), sw = status[form & 15];
    if (sw == SW_FAILS)
        return fails(c, cap, out_n);
    if (sw == SW_61 || sw == SW_6C)
        sw |= next(c);
    else if (sw == SW_ANY) {
        sw = (unsigned)next(c) << 8;
        sw |= next(c);
    }
    size_t k = body(c, form >> 4, cmd, out, APDU_ANSWER - 2);
    out[k] = (unsigned char)(sw >> 8);
    out[k + 1] = (unsigned char)sw;
    *out_n = k + 2;
    return OK;
}

void fuzz_hold_tables(void)
{
    static iconv_t to, from;
    if (!to) {
        to = iconv_open("UTF-8", "GB18030");
        from = iconv_open("GB18030", "UTF-8");
    }
    assert(to != (iconv_t)-1 && from != (iconv_t)-1);
}

void fuzz_card_init(struct fuzz_card *c, struct apdu_channel *ch, const char *may,
                    const uint8_t *data, size_t size)
{
    fuzz_hold_tables();
    *c = (struct fuzz_card){ .p = data, .end = data + size, .may = may };
    c->manner = next(c);
    c->from = c->p;
    *ch = (struct apdu_channel){ .transmit = transmit,
                                 .ctx = c,
                                 .contactless = c->manner & FUZZ_CONTACTLESS,
                                 .le = c->manner & FUZZ_LE,
                                 .le_settled = c->manner & FUZZ_LE_SETTLED };
}
