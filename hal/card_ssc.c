/* card_ssc.c - reads what a social security card says of itself and of its holder without a key.
 *
 * Sources: LD/T 32.1-7-2015 and its drafts; notice 人社信息函〔2012〕37号 (structure of
 * version 2.0). */
#include "hal/card.h"
#include "hal/card_fields.h"
#include "hal/codec.h"

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
    CARD_NO_BYTES = 9,
    ID_CHARS = 18
};

static const unsigned char ISSUER_TAGS[] = { TAG_CODE,    TAG_VERSION, TAG_ISSUED,
                                             TAG_EXPIRES, TAG_CARD_NO, 0 };
static const unsigned char NUMBER_TAGS[] = { TAG_CARD_NO, 0 };
static const unsigned char HOLDER_TAGS[] = { TAG_ID,  TAG_NAME,   TAG_NAME_MORE,
                                             TAG_SEX, TAG_NATION, TAG_BIRTH,
                                             0 };

/* Bytes first, characters after: a character may be cut by the border of the two records. */
static void name_field(const struct card_fields *s, bool extended, char out[CARD_NAME])
{
    unsigned char raw[2 * CARD_FIELD];
    const unsigned char *p = NULL;
    size_t n = card_fields_bytes(s, TAG_NAME, &p);
    memcpy(raw, p, n);
    if (extended) {
        size_t more = card_fields_bytes(s, TAG_NAME_MORE, &p);
        memcpy(raw + n, p, more);
        n += more;
    }
    if (codec_gbk(raw, n, out, CARD_NAME) != OK)
        out[0] = '\0';
    explicit_bzero(raw, sizeof raw);
}

static int generation_of(const struct card_fields *s)
{
    const unsigned char *p = NULL;
    size_t n = card_fields_bytes(s, TAG_VERSION, &p);
    if (n == 0)
        return 1; /* the first cards left it empty */
    if (n < 3 || p[1] != '.' || p[2] != '0' || p[0] < '1' || p[0] > '3')
        return 0;
    return p[0] - '0';
}

/* The first three bytes of the card's own code. */
static void area_field(const struct card_fields *s, char out[7])
{
    int i = card_fields_at(s, TAG_CODE);
    if (s->f[i].n < 3 || codec_bcd(s->f[i].b, 3, out) != OK || strlen(out) != 6)
        out[0] = '\0';
}

/* The field has nine bytes of number; some cards make it longer. */
static void card_no_field(struct card_fields *s, char out[CARD_NO])
{
    int i = card_fields_at(s, TAG_CARD_NO);
    if (s->f[i].n > CARD_NO_BYTES)
        s->f[i].n = CARD_NO_BYTES;
    card_fields_ascii(s, TAG_CARD_NO, CARD_NO_BYTES, out);
}

static enum err read_issuer(struct apdu_channel *ch, struct card_face *face)
{
    struct card_fields s = { .wanted = ISSUER_TAGS };
    enum err e = card_fields_read(ch, EF_ISSUER, &s);
    if (e == ERR_CARD_GUARDED)
        e = OK; /* nothing is said of the issuer; the holder may still be */
    if (e == OK) {
        face->generation = generation_of(&s);
        area_field(&s, face->area);
        face->issued_day = card_fields_day(&s, TAG_ISSUED);
        face->expires_day = card_fields_day(&s, TAG_EXPIRES);
        card_no_field(&s, face->card_no);
    }
    explicit_bzero(&s, sizeof s);
    return e;
}

static void small_fields(const struct card_fields *s, struct card_face *face)
{
    char sex[2] = "", nation[5] = "";
    int i = card_fields_at(s, TAG_NATION);
    card_fields_ascii(s, TAG_SEX, 1, sex);
    face->sex = sex[0] == '1' || sex[0] == '2' || sex[0] == '9' ? sex[0] : 0;
    if (s->f[i].n == 1 && codec_bcd(s->f[i].b, 1, nation) == OK && strlen(nation) == 2)
        face->nation = (nation[0] - '0') * 10 + (nation[1] - '0');
    face->birth_day = card_fields_day(s, TAG_BIRTH);
}

static enum err read_holder(struct apdu_channel *ch, struct card_face *face)
{
    struct card_fields s = { .wanted = HOLDER_TAGS };
    enum err e = card_fields_read(ch, EF_HOLDER, &s);
    if (e == ERR_CARD_GUARDED) {
        face->guarded = true;
        e = OK;
    } else if (e == OK) {
        card_fields_ascii(&s, TAG_ID, ID_CHARS, face->id);
        name_field(&s, face->generation != 1, face->name);
        small_fields(&s, face);
        if (face->generation != 3 && !face->name[0] && !face->id[0])
            e = ERR_FORMAT;
    }
    explicit_bzero(&s, sizeof s);
    return e;
}

static enum err ssc_identify(struct apdu_channel *ch, struct apdu_answer *fci)
{
    return apdu_select_name(ch, SSSE, sizeof SSSE, fci);
}

static enum err ssc_read(struct apdu_channel *ch, const struct apdu_answer *fci,
                         struct card_face *face)
{
    (void)fci;
    enum err e = read_issuer(ch, face);
    return e == OK ? read_holder(ch, face) : e;
}

static enum err ssc_number(struct apdu_channel *ch, const struct apdu_answer *fci,
                           char out_no[CARD_NO])
{
    (void)fci;
    struct card_fields s = { .wanted = NUMBER_TAGS };
    enum err e = card_fields_read(ch, EF_ISSUER, &s);
    if (e == OK)
        card_no_field(&s, out_no);
    explicit_bzero(&s, sizeof s);
    return e;
}

const struct card_driver card_ssc = { .name = "ssc",
                                      .kind = CARD_SSC,
                                      .identify = ssc_identify,
                                      .read = ssc_read,
                                      .number = ssc_number };
