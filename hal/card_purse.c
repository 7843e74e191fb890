/* card_purse.c - the purse of a transit card: its number, what is in it, the last ten journeys.
 *
 * Sources: JT/T 978 (交通联合) and the older purse of 住建部 (CJ/T 304), as public readers use
 * them. Only reading: the commands that spend or load are never sent. */
#include "hal/card.h"
#include "hal/codec.h"
#include "hal/tlv.h"

#include <string.h>

enum {
    FILE_PUBLIC = 0x15, /* also in the FCI, as 9F0C */
    FILE_ISSUER = 0x17,
    PUBLIC_BYTES = 30,
    ISSUER_BYTES = 11,
    SFI_TRIPS = 24,
    TRIP_BYTES = 23,
    TAG_PUBLIC = 0x9f0c,
    NO_AT = 10,
    NO_BYTES = 10,
    ISSUED_AT = 20,
    EXPIRES_AT = 24,
    TYPE_LOAD = 0x02
};

static unsigned long be(const unsigned char *p, size_t n)
{
    unsigned long v = 0;
    while (n--)
        v = v << 8 | *p++;
    return v;
}

/* One exchange that must say 9000 and give so many bytes. */
static enum err ask(struct apdu_channel *ch, const unsigned char cmd[5], size_t least,
                    struct apdu_answer *out)
{
    enum err e = apdu_exchange(ch, cmd, 5, out);
    if (e == OK && out->sw != 0x9000)
        e = ERR_NOT_FOUND;
    return e == ERR_TOO_BIG || (e == OK && out->n < least) ? ERR_FORMAT : e;
}

static enum err read_binary(struct apdu_channel *ch, unsigned sfi, unsigned char n,
                            struct apdu_answer *out)
{
    const unsigned char cmd[5] = { 0x00, 0xb0, (unsigned char)(0x80 | sfi), 0x00, n };
    return ask(ch, cmd, n, out);
}

static bool left(enum err e)
{
    return e == ERR_CARD_GONE || e == ERR_CARD_MUTE || e == ERR_NO_DEVICE || e == ERR_IO ||
           e == ERR_BUSY;
}

/* What the card says of itself: from its first answer, or from the file it is a copy of. */
static enum err public_bytes(struct apdu_channel *ch, const struct apdu_answer *fci,
                             unsigned char out[PUBLIC_BYTES])
{
    struct tlv t;
    if (tlv_ber_find(fci->data, fci->n, TAG_PUBLIC, &t) && t.n >= PUBLIC_BYTES - 2) {
        memset(out, 0, PUBLIC_BYTES);
        memcpy(out, t.value, t.n < PUBLIC_BYTES ? t.n : PUBLIC_BYTES);
        return OK;
    }
    struct apdu_answer a;
    enum err e = read_binary(ch, FILE_PUBLIC, PUBLIC_BYTES, &a);
    if (e == OK)
        memcpy(out, a.data, PUBLIC_BYTES);
    explicit_bzero(&a, sizeof a);
    return e;
}

/* Ten bytes of BCD; leading zeroes only fill them up. */
static void number_of(const unsigned char *p, char out[CARD_NO])
{
    char digits[2 * NO_BYTES + 1];
    out[0] = '\0';
    if (codec_bcd(p + NO_AT, NO_BYTES, digits) != OK)
        return;
    size_t zeroes = strspn(digits, "0");
    memcpy(out, digits + zeroes, strlen(digits + zeroes) + 1);
    explicit_bzero(digits, sizeof digits);
}

static int day_of(const unsigned char *p)
{
    int day = INT32_MIN;
    return codec_bcd_day(p, &day) ? day : INT32_MIN;
}

static int four_digits(const unsigned char *p)
{
    char text[5];
    int v = 0;
    if (codec_bcd(p, 2, text) != OK)
        return 0;
    for (const char *d = text; *d; d++)
        v = 10 * v + (*d - '0');
    return v;
}

static enum err balance(struct apdu_channel *ch, unsigned char purse, struct card_purse *out)
{
    const unsigned char cmd[5] = { 0x80, 0x5c, 0x00, purse, 0x04 };
    struct apdu_answer a;
    enum err e = ask(ch, cmd, 4, &a);
    if (e == OK) {
        out->known = true;
        out->balance_fen = (int64_t)(be(a.data, 4) & 0x7fffffff);
    }
    explicit_bzero(&a, sizeof a);
    return e;
}

/* Two digits of BCD below a limit; -1 = no such hour or minute. */
static int two(unsigned char b, int below)
{
    int v = (b >> 4) * 10 + (b & 15);
    return (b >> 4) > 9 || (b & 15) > 9 || v >= below ? -1 : v;
}

/* Number 2, overdraft 3, amount 4, type 1, terminal 6, date 4, time 3. */
static bool take_trip(const unsigned char *p, struct card_trip *out)
{
    unsigned long fen = be(p + 5, 4);
    int hour = two(p[20], 24), minute = two(p[21], 60);
    if (p[9] == 0 || p[9] == 0xff || fen > 0x7fffffff)
        return false; /* a place never written */
    *out = (struct card_trip){ .fen = (int64_t)fen,
                               .load = p[9] == TYPE_LOAD,
                               .day = day_of(p + 16),
                               .minutes = hour < 0 || minute < 0 ? -1 : hour * 60 + minute };
    return true;
}

static enum err trips(struct apdu_channel *ch, struct card_purse *out)
{
    struct apdu_answer a = { .n = 0 };
    enum err e = OK;
    for (unsigned char i = 1; i <= CARD_TRIPS && e == OK; i++) {
        const unsigned char cmd[5] = { 0x00, 0xb2, i, SFI_TRIPS << 3 | 4, TRIP_BYTES };
        e = ask(ch, cmd, TRIP_BYTES, &a);
        if (e == OK && take_trip(a.data, &out->trip[out->trips]))
            out->trips++;
    }
    explicit_bzero(&a, sizeof a);
    return left(e) ? e : OK;
}

static enum err read_purse(struct apdu_channel *ch, const struct apdu_answer *fci,
                           struct card_face *face)
{
    unsigned char b[PUBLIC_BYTES];
    enum err e = public_bytes(ch, fci, b);
    if (e == OK) {
        number_of(b, face->card_no);
        face->issued_day = day_of(b + ISSUED_AT);
        face->expires_day = day_of(b + EXPIRES_AT);
    }
    explicit_bzero(b, sizeof b);
    if (left(e))
        return e;
    e = balance(ch, 0x02, &face->purse);
    if (e == ERR_NOT_FOUND && face->kind == CARD_CITY)
        e = balance(ch, 0x01, &face->purse);
    if (!left(e))
        e = trips(ch, &face->purse);
    if (e == OK && !face->purse.known && !face->card_no[0])
        e = ERR_FORMAT;
    return e;
}

static enum err transit_read(struct apdu_channel *ch, const struct apdu_answer *fci,
                             struct card_face *face)
{
    struct apdu_answer a;
    enum err e = read_binary(ch, FILE_ISSUER, ISSUER_BYTES, &a);
    if (e == OK) {
        face->purse.province = four_digits(a.data + 4);
        face->purse.city = four_digits(a.data + 6);
    }
    explicit_bzero(&a, sizeof a);
    return left(e) ? e : read_purse(ch, fci, face);
}

static enum err purse_number(struct apdu_channel *ch, const struct apdu_answer *fci,
                             char out_no[CARD_NO])
{
    unsigned char b[PUBLIC_BYTES];
    enum err e = public_bytes(ch, fci, b);
    if (e == OK)
        number_of(b, out_no);
    explicit_bzero(b, sizeof b);
    return e;
}

static enum err transit_identify(struct apdu_channel *ch, struct apdu_answer *fci)
{
    static const unsigned char aid[] = { 0xa0, 0x00, 0x00, 0x06, 0x32, 0x01, 0x01, 0x05 };
    return apdu_select_name(ch, aid, sizeof aid, fci);
}

static enum err city_identify(struct apdu_channel *ch, struct apdu_answer *fci)
{
    static const unsigned char aid[] = { 0xa0, 0x00, 0x00, 0x00, 0x03, 0x86, 0x98, 0x07, 0x01 };
    return apdu_select_name(ch, aid, sizeof aid, fci);
}

const struct card_driver card_transit = { .name = "transit",
                                          .kind = CARD_TRANSIT,
                                          .identify = transit_identify,
                                          .read = transit_read,
                                          .number = purse_number };
const struct card_driver card_city = { .name = "city",
                                       .kind = CARD_CITY,
                                       .identify = city_identify,
                                       .read = read_purse,
                                       .number = purse_number };
