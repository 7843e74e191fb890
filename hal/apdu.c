/* apdu.c - asks a card something and gathers the whole answer, whatever habits the card has. */
#include "hal/apdu.h"

#include "hal/atr.h"

#include <stdbool.h>
#include <string.h>

enum { LOOPS = 32, SW_OK = 0x9000, SW_SHORT_FILE = 0x6282 };

struct command {
    unsigned char b[APDU_COMMAND];
    size_t n;
};

/* One exchange; the data goes to the end of what is gathered. */
static enum err one(struct apdu_channel *ch, const struct command *c, struct apdu_answer *a)
{
    unsigned char raw[APDU_ANSWER];
    size_t n = 0;
    enum err e = ch->transmit(ch->ctx, c->b, c->n, raw, sizeof raw, &n);
    if (e == OK && (n < 2 || n > sizeof raw))
        e = ERR_CARD_GONE; /* torn out between two bytes */
    if (e == OK && n - 2 > sizeof a->data - a->n)
        e = ERR_TOO_BIG;
    if (e == OK) {
        a->sw = (uint16_t)(raw[n - 2] << 8 | raw[n - 1]);
        if (a->sw >> 8 != 0x6c) {
            memcpy(a->data + a->n, raw, n - 2);
            a->n += n - 2;
        }
    }
    explicit_bzero(raw, sizeof raw);
    return e;
}

/* Says how many bytes are wanted: in the place of Le, or added where there is none. */
static void want(struct command *c, unsigned char le)
{
    size_t lc = c->n > 5 ? c->b[4] : 0;
    bool has_le = c->n == 5 || (c->n > 5 && c->n == 5 + lc + 1);
    if (has_le)
        c->b[c->n - 1] = le;
    else if (c->n < sizeof c->b)
        c->b[c->n++] = le;
}

static enum err gather(struct apdu_channel *ch, struct command *c, struct apdu_answer *out)
{
    int more = 0, again = 0;
    for (;;) {
        enum err e = one(ch, c, out);
        if (e != OK)
            return e;
        unsigned hi = out->sw >> 8;
        if (hi != 0x61 && hi != 0x6c)
            return OK;
        if (hi == 0x61 ? ++more > LOOPS : ++again > LOOPS)
            return ERR_FORMAT; /* it promises for ever */
        if (hi == 0x61)
            *c = (struct command){ { 0x00, 0xc0, 0x00, 0x00, 0x00 }, 5 };
        want(c, out->sw & 0xff);
    }
}

/* The command, which may hold a PIN, is wiped. */
static enum err run(struct apdu_channel *ch, const unsigned char *cmd, size_t n, bool once,
                    struct apdu_answer *out)
{
    struct command c = { .n = n };
    if (n < 4 || n > sizeof c.b)
        return ERR_ARG;
    memcpy(c.b, cmd, n);
    out->n = 0;
    out->sw = 0;
    enum err e = once ? one(ch, &c, out) : gather(ch, &c, out);
    explicit_bzero(&c, sizeof c);
    return e;
}

enum err apdu_exchange(struct apdu_channel *ch, const unsigned char *cmd, size_t n,
                       struct apdu_answer *out)
{
    return run(ch, cmd, n, false, out);
}

enum err apdu_once(struct apdu_channel *ch, const unsigned char *cmd, size_t n,
                   struct apdu_answer *out)
{
    return run(ch, cmd, n, true, out);
}

static enum err judged(enum err e, unsigned sw)
{
    if (e != OK || sw == SW_OK || sw == SW_SHORT_FILE)
        return e;
    switch (sw) {
    case 0x6a82:
    case 0x6a83:
    case 0x6a86:
    case 0x6d00:
    case 0x6e00:
        return ERR_NOT_FOUND;
    case 0x6982:
        return ERR_CARD_GUARDED;
    case 0x6283: /* what was selected is shut for good */
    case 0x6a81: /* the card is locked */
    case 0x9303: /* the application is */
        return ERR_LOCKED;
    default:
        return ERR_FORMAT;
    }
}

/* Some cards want Le, some refuse it: 6700 = asked in the other manner once. */
static enum err ask(struct apdu_channel *ch, unsigned char *cmd, size_t n, bool le,
                    struct apdu_answer *out)
{
    struct apdu_answer own = { .n = 0 };
    struct apdu_answer *a = out ? out : &own;
    cmd[n] = 0;
    enum err e = apdu_exchange(ch, cmd, n + (le ? 1 : 0), a);
    if (e == OK && a->sw == 0x6700)
        e = apdu_exchange(ch, cmd, n + (le ? 0 : 1), a);
    e = judged(e, a->sw);
    if (!out)
        explicit_bzero(&own, sizeof own);
    return e;
}

void apdu_channel_atr(struct apdu_channel *ch, const unsigned char *atr, size_t n, bool t1)
{
    struct atr a;
    ch->atr_n = n < sizeof ch->atr ? n : sizeof ch->atr;
    memcpy(ch->atr, atr, ch->atr_n);
    atr_read(ch->atr, ch->atr_n, &a);
    ch->contactless = a.contactless;
    ch->le = t1;
}

/* An application: cmd has room for Le behind its n bytes. The manner that a card asked for once is
 * kept: its next names are asked the same way. */
static enum err select_app(struct apdu_channel *ch, const unsigned char *cmd, size_t n,
                           struct apdu_answer *out)
{
    struct apdu_answer own = { .n = 0 };
    struct apdu_answer *a = out ? out : &own;
    enum err e = apdu_exchange(ch, cmd, n + ch->le, a);
    if (e == OK && a->sw == 0x6700 && !ch->le_settled) {
        ch->le = !ch->le;
        ch->le_settled = true;
        e = apdu_exchange(ch, cmd, n + ch->le, a);
    }
    e = judged(e, a->sw);
    if (!out)
        explicit_bzero(&own, sizeof own);
    return e;
}

enum err apdu_select_name(struct apdu_channel *ch, const void *name, size_t n,
                          struct apdu_answer *out)
{
    unsigned char cmd[APDU_COMMAND] = { 0x00, 0xa4, 0x04, 0x00, (unsigned char)n };
    if (n == 0 || n > 16)
        return ERR_ARG;
    memcpy(cmd + 5, name, n);
    return select_app(ch, cmd, 5 + n, out);
}

enum err apdu_select_file(struct apdu_channel *ch, uint16_t fid, struct apdu_answer *out)
{
    bool ef = fid >> 8 == 0xef;
    unsigned char cmd[8] = {
        0x00, 0xa4, ef ? 0x02 : 0x00, 0x00, 2, (unsigned char)(fid >> 8), (unsigned char)fid
    };
    if (!ef)
        return select_app(ch, cmd, 7, out);
    enum err e = ask(ch, cmd, 7, false, out);
    if (e != ERR_NOT_FOUND)
        return e;
    cmd[2] = 0; /* by its number alone, for cards that know no "child of" */
    return ask(ch, cmd, 7, false, out);
}

enum err apdu_read_record(struct apdu_channel *ch, unsigned p1, unsigned mode, unsigned sfi,
                          struct apdu_answer *out)
{
    unsigned char cmd[5] = { 0x00, 0xb2, (unsigned char)p1,
                             (unsigned char)((sfi & 0x1f) << 3 | (mode & 7)) };
    return ask(ch, cmd, 4, true, out);
}
