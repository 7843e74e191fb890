/* card_fields.c - reads a file of tagged records, whatever habits the card has. */
#include "hal/card_fields.h"

#include "hal/codec.h"
#include "hal/tlv.h"

#include <string.h>

enum { RECORDS_MAX = 16 };

int card_fields_at(const struct card_fields *s, unsigned tag)
{
    for (int i = 0; s->wanted[i]; i++)
        if (s->wanted[i] == tag)
            return i;
    return -1;
}

static bool complete(const struct card_fields *s)
{
    for (int i = 0; s->wanted[i]; i++)
        if (!s->f[i].seen)
            return false;
    return true;
}

/* The first record of a tag counts; one too long to be true is there but says nothing. */
static void take(struct card_fields *s, const struct apdu_answer *a)
{
    struct tlv t;
    for (size_t at = 0; tlv_simple_next(a->data, a->n, &at, &t);) {
        int i = card_fields_at(s, t.tag);
        if (i < 0 || s->f[i].seen)
            continue;
        s->f[i].seen = true;
        s->f[i].n = t.n <= CARD_FIELD ? t.n : 0;
        memcpy(s->f[i].b, t.value, s->f[i].n);
    }
}

/* What ends the reading of a file at once; any other refusal is one habit of the card fewer. */
static bool ends(enum err e)
{
    return e != OK && e != ERR_NOT_FOUND && e != ERR_FORMAT && e != ERR_TOO_BIG;
}

static enum err take_all(struct apdu_channel *ch, unsigned sfi, struct card_fields *s,
                         struct apdu_answer *a)
{
    enum err e = apdu_read_record(ch, 1, 5, sfi, a);
    if (e == OK)
        take(s, a);
    return e;
}

static enum err take_by_number(struct apdu_channel *ch, unsigned sfi, struct card_fields *s,
                               struct apdu_answer *a)
{
    enum err e = OK;
    for (unsigned i = 1; i <= RECORDS_MAX && e == OK && !complete(s); i++) {
        e = apdu_read_record(ch, i, 4, sfi, a);
        if (e == OK)
            take(s, a);
    }
    return e;
}

static enum err take_by_tag(struct apdu_channel *ch, unsigned sfi, struct card_fields *s,
                            struct apdu_answer *a)
{
    enum err e = OK;
    for (int i = 0; s->wanted[i] && !ends(e); i++) {
        if (s->f[i].seen)
            continue;
        e = apdu_read_record(ch, s->wanted[i], 0, sfi, a);
        if (e == OK)
            take(s, a);
    }
    return e;
}

/* All at once is fastest; some cards give records only by number, some only by tag. */
enum err card_fields_read(struct apdu_channel *ch, uint16_t fid, struct card_fields *s)
{
    static enum err (*const manner[])(struct apdu_channel *, unsigned, struct card_fields *,
                                      struct apdu_answer *) = { take_all, take_by_number,
                                                                take_by_tag };
    struct apdu_answer a;
    enum err e = apdu_select_file(ch, fid, &a);
    unsigned sfi = e == OK ? 0 : fid & 0x1f; /* not selected: named in each command instead */
    if (e == ERR_NOT_FOUND || e == ERR_FORMAT)
        e = OK;
    for (size_t i = 0; i < 3 && !ends(e) && !complete(s); i++)
        e = manner[i](ch, sfi, s, &a);
    explicit_bzero(&a, sizeof a);
    return ends(e) ? e : OK;
}

size_t card_fields_bytes(const struct card_fields *s, unsigned tag, const unsigned char **out)
{
    int i = card_fields_at(s, tag);
    *out = s->f[i].b;
    return codec_unpadded(s->f[i].b, s->f[i].n);
}

/* Numbers and letters of a card; anything else makes the field empty. */
void card_fields_ascii(const struct card_fields *s, unsigned tag, size_t max, char *out)
{
    const unsigned char *p = NULL;
    size_t n = card_fields_bytes(s, tag, &p);
    out[0] = '\0';
    if (n > max)
        return;
    for (size_t i = 0; i < n; i++)
        if (p[i] <= 0x20 || p[i] >= 0x7f)
            return;
    memcpy(out, p, n);
    out[n] = '\0';
}

int card_fields_day(const struct card_fields *s, unsigned tag)
{
    int i = card_fields_at(s, tag), day = INT32_MIN;
    if (s->f[i].n < 4 || !codec_bcd_day(s->f[i].b, &day))
        return INT32_MIN;
    return day;
}
