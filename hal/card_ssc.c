/* card_ssc.c - reads what a social security card says of itself and of its holder without a key.
 *
 * Sources: LD/T 32.1-7-2015 and its drafts; notice 人社信息函〔2012〕37号 (structure of
 * version 2.0). */
#include "hal/card.h"
#include "hal/codec.h"
#include "hal/tlv.h"

#include <stdint.h>
#include <string.h>

/* "sx1.sh.社会保障" in GBK */
static const unsigned char SSSE[] = { 0x73, 0x78, 0x31, 0x2e, 0x73, 0x68, 0x2e, 0xc9,
                                      0xe7, 0xbb, 0xe1, 0xb1, 0xa3, 0xd5, 0xcf };

enum {
    EF_ISSUER = 0xef05,
    EF_HOLDER = 0xef06,
    TAG_CODE = 0x01,
    TAG_VERSION = 0x03,
    TAG_ISSUED = 0x05,
    TAG_EXPIRES = 0x06,
    TAG_CARD_NO = 0x07,
    TAG_ID = 0x08,
    TAG_NAME = 0x09,
    TAG_SEX = 0x0a,
    TAG_NATION = 0x0b,
    TAG_BIRTH = 0x0d,
    TAG_NAME_MORE = 0x4e,
    RECORDS_MAX = 16,
    FIELD = 64, /* the longest is a name of 30 bytes; a longer record is malformed */
    CARD_NO_BYTES = 9,
    ID_CHARS = 18
};

static const unsigned char ISSUER_TAGS[] = { TAG_CODE,    TAG_VERSION, TAG_ISSUED,
                                             TAG_EXPIRES, TAG_CARD_NO, 0 };
static const unsigned char NUMBER_TAGS[] = { TAG_CARD_NO, 0 };
static const unsigned char HOLDER_TAGS[] = { TAG_ID,  TAG_NAME,   TAG_NAME_MORE,
                                             TAG_SEX, TAG_NATION, TAG_BIRTH,
                                             0 };

/* The records of one file that were asked for. Personal: wiped by whoever made it. */
struct fields {
    const unsigned char *wanted; /* tags, ended by 0 */
    struct {
        bool seen;
        size_t n;
        unsigned char b[FIELD];
    } f[8];
};

static int place_of(const struct fields *s, unsigned tag)
{
    for (int i = 0; s->wanted[i]; i++)
        if (s->wanted[i] == tag)
            return i;
    return -1;
}

static bool complete(const struct fields *s)
{
    for (int i = 0; s->wanted[i]; i++)
        if (!s->f[i].seen)
            return false;
    return true;
}

/* The first record of a tag counts; one too long to be true is there but says nothing. */
static void take(struct fields *s, const struct apdu_answer *a)
{
    struct tlv t;
    for (size_t at = 0; tlv_simple_next(a->data, a->n, &at, &t);) {
        int i = place_of(s, t.tag);
        if (i < 0 || s->f[i].seen)
            continue;
        s->f[i].seen = true;
        s->f[i].n = t.n <= FIELD ? t.n : 0;
        memcpy(s->f[i].b, t.value, s->f[i].n);
    }
}

/* What ends the reading of a file at once; any other refusal is one habit of the card fewer. */
static bool ends(enum err e)
{
    return e != OK && e != ERR_NOT_FOUND && e != ERR_FORMAT && e != ERR_TOO_BIG;
}

static enum err take_all(struct apdu_channel *ch, unsigned sfi, struct fields *s,
                         struct apdu_answer *a)
{
    enum err e = apdu_read_record(ch, 1, 5, sfi, a);
    if (e == OK)
        take(s, a);
    return e;
}

static enum err take_by_number(struct apdu_channel *ch, unsigned sfi, struct fields *s,
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

static enum err take_by_tag(struct apdu_channel *ch, unsigned sfi, struct fields *s,
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
static enum err read_fields(struct apdu_channel *ch, uint16_t fid, struct fields *s)
{
    static enum err (*const manner[])(struct apdu_channel *, unsigned, struct fields *,
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

static size_t text_of(const struct fields *s, unsigned tag, const unsigned char **out)
{
    int i = place_of(s, tag);
    *out = s->f[i].b;
    return codec_unpadded(s->f[i].b, s->f[i].n);
}

/* Numbers and letters of a card; anything else makes the field empty. */
static void ascii_field(const struct fields *s, unsigned tag, size_t max, char *out)
{
    const unsigned char *p = NULL;
    size_t n = text_of(s, tag, &p);
    out[0] = '\0';
    if (n > max)
        return;
    for (size_t i = 0; i < n; i++)
        if (p[i] <= 0x20 || p[i] >= 0x7f)
            return;
    memcpy(out, p, n);
    out[n] = '\0';
}

static int day_field(const struct fields *s, unsigned tag)
{
    int i = place_of(s, tag), day = INT32_MIN;
    if (s->f[i].n < 4 || !codec_bcd_day(s->f[i].b, &day))
        return INT32_MIN;
    return day;
}

/* Bytes first, characters after: a character may be cut by the border of the two records. */
static void name_field(const struct fields *s, bool extended, char out[CARD_NAME])
{
    unsigned char raw[2 * FIELD];
    const unsigned char *p = NULL;
    size_t n = text_of(s, TAG_NAME, &p);
    memcpy(raw, p, n);
    if (extended) {
        size_t more = text_of(s, TAG_NAME_MORE, &p);
        memcpy(raw + n, p, more);
        n += more;
    }
    if (codec_gbk(raw, n, out, CARD_NAME) != OK)
        out[0] = '\0';
    explicit_bzero(raw, sizeof raw);
}

static int generation_of(const struct fields *s)
{
    const unsigned char *p = NULL;
    size_t n = text_of(s, TAG_VERSION, &p);
    if (n == 0)
        return 1; /* the first cards left it empty */
    if (n < 3 || p[1] != '.' || p[2] != '0' || p[0] < '1' || p[0] > '3')
        return 0;
    return p[0] - '0';
}

/* The first three bytes of the card's own code. */
static void area_field(const struct fields *s, char out[7])
{
    int i = place_of(s, TAG_CODE);
    if (s->f[i].n < 3 || codec_bcd(s->f[i].b, 3, out) != OK || strlen(out) != 6)
        out[0] = '\0';
}

/* The field has nine bytes of number; some cards make it longer. */
static void card_no_field(struct fields *s, char out[CARD_NO])
{
    int i = place_of(s, TAG_CARD_NO);
    if (s->f[i].n > CARD_NO_BYTES)
        s->f[i].n = CARD_NO_BYTES;
    ascii_field(s, TAG_CARD_NO, CARD_NO_BYTES, out);
}

static enum err read_issuer(struct apdu_channel *ch, struct card_face *face)
{
    struct fields s = { .wanted = ISSUER_TAGS };
    enum err e = read_fields(ch, EF_ISSUER, &s);
    if (e == ERR_CARD_GUARDED)
        e = OK; /* nothing is said of the issuer; the holder may still be */
    if (e == OK) {
        face->generation = generation_of(&s);
        area_field(&s, face->area);
        face->issued_day = day_field(&s, TAG_ISSUED);
        face->expires_day = day_field(&s, TAG_EXPIRES);
        card_no_field(&s, face->card_no);
    }
    explicit_bzero(&s, sizeof s);
    return e;
}

static void small_fields(const struct fields *s, struct card_face *face)
{
    char sex[2] = "", nation[5] = "";
    int i = place_of(s, TAG_NATION);
    ascii_field(s, TAG_SEX, 1, sex);
    face->sex = sex[0] == '1' || sex[0] == '2' || sex[0] == '9' ? sex[0] : 0;
    if (s->f[i].n == 1 && codec_bcd(s->f[i].b, 1, nation) == OK && strlen(nation) == 2)
        face->nation = (nation[0] - '0') * 10 + (nation[1] - '0');
    face->birth_day = day_field(s, TAG_BIRTH);
}

static enum err read_holder(struct apdu_channel *ch, struct card_face *face)
{
    struct fields s = { .wanted = HOLDER_TAGS };
    enum err e = read_fields(ch, EF_HOLDER, &s);
    if (e == ERR_CARD_GUARDED) {
        face->guarded = true;
        e = OK;
    } else if (e == OK) {
        ascii_field(&s, TAG_ID, ID_CHARS, face->id);
        name_field(&s, face->generation != 1, face->name);
        small_fields(&s, face);
        if (face->generation != 3 && !face->name[0] && !face->id[0])
            e = ERR_FORMAT;
    }
    explicit_bzero(&s, sizeof s);
    return e;
}

static enum err ssc_identify(struct apdu_channel *ch)
{
    return apdu_select_name(ch, SSSE, sizeof SSSE, NULL);
}

static enum err ssc_read(struct apdu_channel *ch, struct card_face *face)
{
    *face = (struct card_face){
        .kind = CARD_SSC, .birth_day = INT32_MIN, .issued_day = INT32_MIN, .expires_day = INT32_MIN
    };
    enum err e = read_issuer(ch, face);
    return e == OK ? read_holder(ch, face) : e;
}

static enum err ssc_number(struct apdu_channel *ch, char out_no[CARD_NO])
{
    struct fields s = { .wanted = NUMBER_TAGS };
    enum err e = read_fields(ch, EF_ISSUER, &s);
    if (e == OK)
        card_no_field(&s, out_no);
    explicit_bzero(&s, sizeof s);
    return e;
}

const struct card_driver card_ssc = {
    .name = "ssc", .identify = ssc_identify, .read = ssc_read, .number = ssc_number
};
