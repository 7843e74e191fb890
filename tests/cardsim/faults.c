/* faults.c - what may go wrong with a card on request; README.md says what each one is. */
#include "tests/cardsim/faults.h"

#include "tests/cardsim/reply.h"

#include <string.h>

enum { TLV_TOO_LONG = 1, TLV_EMPTY, TLV_TAG_TWICE, TLV_CUT, TLV_ALL_FF, TLV_WAYS = TLV_ALL_FF };

void faults_clear(struct faults *f)
{
    *f = (struct faults){ .truncate = -1, .shorten = -1 };
}

/* "tlv 3": the third, each in a way of its own; "tlv 403": the third in the fourth way. */
static bool set_tlv(struct faults *f, int n)
{
    int way = n / 100, nth = n % 100;
    f->tlv = nth;
    f->tlv_how = way ? way : (nth + TLV_WAYS - 1) % TLV_WAYS + 1;
    return way <= TLV_WAYS;
}

static int *number_of(struct faults *f, const char *name)
{
    const struct {
        const char *name;
        int *to;
    } all[] = { { "mute", &f->mute },         { "yank", &f->yank },
                { "garbage", &f->garbage },   { "sw", &f->sw },
                { "endless", &f->endless },   { "bit", &f->bit },
                { "truncate", &f->truncate }, { "short", &f->shorten },
                { "slow", &f->slow_ms },      { "long", &f->longer } };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (strcmp(name, all[i].name) == 0)
            return all[i].to;
    return NULL;
}

static bool *switch_of(struct faults *f, const char *name)
{
    return strcmp(name, "upside_down") == 0  ? &f->upside_down
           : strcmp(name, "no_atr") == 0     ? &f->no_atr
           : strcmp(name, "loop6c") == 0     ? &f->loop6c
           : strcmp(name, "wrong_auth") == 0 ? &f->wrong_auth
                                             : NULL;
}

bool faults_set(struct faults *f, const char *name, int n)
{
    struct faults new = *f;
    int *number = number_of(&new, name);
    bool *on = switch_of(&new, name);
    bool ok = number || on || strcmp(name, "none") == 0;
    if (strcmp(name, "none") == 0)
        faults_clear(&new);
    if (strcmp(name, "tlv") == 0)
        ok = set_tlv(&new, n);
    if (number)
        *number = n;
    if (on)
        *on = n > 0;
    new.bit_n = number == &new.bit ? n : new.bit_n;
    if (!ok || new.longer > LONGER_MAX)
        return false;
    *f = new;
    return true;
}

static bool strikes(int *counter)
{
    return *counter > 0 && --*counter == 0;
}

enum fate faults_before(struct faults *f)
{
    f->is_mute |= strikes(&f->mute);
    f->is_endless |= strikes(&f->endless);
    if (strikes(&f->yank))
        return FATE_YANK;
    return f->is_mute ? FATE_MUTE : FATE_ANSWER;
}

/* --- the data ------------------------------------------------------------------------------- */

static size_t break_tlv(int how, unsigned char *data, size_t n)
{
    switch (how) {
    case TLV_TOO_LONG:
        data[1] = (unsigned char)(data[1] + 1);
        return n;
    case TLV_EMPTY:
        data[1] = 0;
        return n;
    case TLV_TAG_TWICE:
        memmove(data + 1, data, n);
        return n + 1;
    case TLV_CUT:
        return n / 2;
    default:
        memset(data, 0xff, n);
        return n;
    }
}

/* Any byte and bit, but the same ones for the same N: a failure can be played again. */
static void flip(const struct faults *f, unsigned char *data, size_t n)
{
    data[(size_t)f->bit_n * 7 % n] ^= (unsigned char)(1u << f->bit_n % 8);
}

/* What reaches the reader as data, by this answer or by the GET RESPONSE to come. */
static size_t spoil(struct faults *f, unsigned char ins, bool fetched, unsigned char *data,
                    size_t n)
{
    if (ins == 0xb2 && strikes(&f->tlv))
        n = break_tlv(f->tlv_how, data, n);
    if (ins == 0x88 && f->wrong_auth)
        data[0] ^= 0x01;
    if (!fetched && n > 0 && strikes(&f->bit))
        flip(f, data, n);
    return n;
}

static size_t spoil_answer(struct faults *f, struct chip *chip, const unsigned char *cmd, size_t n,
                           unsigned char *out, size_t len)
{
    unsigned char ins = n > 1 ? cmd[1] : 0, sw[2];
    memcpy(sw, out + len - 2, sizeof sw);
    if (len > 2) {
        len = 2 + spoil(f, ins, false, out, len - 2);
        memcpy(out + len - 2, sw, sizeof sw);
    } else if (sw[0] == 0x61) {
        chip->rest_n = spoil(f, ins, true, chip->rest, chip->rest_n);
        out[1] = (unsigned char)chip->rest_n;
    }
    return len;
}

/* --- the answer ----------------------------------------------------------------------------- */

static size_t lengthen(struct faults *f, unsigned char *out, size_t len)
{
    size_t more = (size_t)f->longer;
    f->longer = 0;
    memmove(out + len - 2 + more, out + len - 2, 2);
    memset(out + len - 2, 0xa5, more);
    return len + more;
}

size_t faults_after(struct faults *f, struct chip *chip, const unsigned char *cmd, size_t n,
                    unsigned char *out, size_t len)
{
    static const unsigned char noise[] = { 0xde, 0xad, 0xbe, 0xef, 0x3b };
    len = spoil_answer(f, chip, cmd, n, out, len);
    if (f->loop6c && n >= 4 && cmd[1] == 0xb2) /* never the length that was asked for */
        len = reply_status(out, 0x6c00 | (n > 4 ? cmd[4] % 0xffu + 1 : 1));
    if (f->is_endless)
        len = reply_status(out, 0x6110);
    if (strikes(&f->sw))
        len = reply_status(out, 0x6f00);
    if (strikes(&f->garbage)) {
        memcpy(out, noise, sizeof noise);
        len = sizeof noise;
    }
    len = lengthen(f, out, len);
    if (f->shorten >= 0 && len > (size_t)f->shorten)
        len = (size_t)f->shorten;
    return len;
}
