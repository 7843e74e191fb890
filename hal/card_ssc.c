/* card_ssc.c - reads what a social security card says of itself and of its holder without a key.
 *
 * Sources: LD/T 32.1-7-2015 and its drafts; notice 人社信息函〔2012〕37号 (structure of
 * version 2.0). */
#include "hal/atr.h"
#include "hal/card.h"
#include "hal/card_fields.h"
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
    TAG_CATEGORY = 0x02,
    TAG_VERSION = 0x03,
    TAG_MADE_BY = 0x04,
    TAG_ISSUED = 0x05,
    TAG_EXPIRES = 0x06,
    TAG_CARD_NO = 0x07,
    TAG_ID = 0x08,
    TAG_NAME = 0x09,
    TAG_SEX = 0x0a,
    TAG_NATION = 0x0b,
    TAG_BIRTHPLACE = 0x0c,
    TAG_BIRTH = 0x0d,
    TAG_NAME_MORE = 0x4e,
    CARD_NO_BYTES = 9,
    ID_CHARS = 18,
    FCI_PRIVATE = 0x9f0c,
    FCI_ALG = 0x86
};

static const unsigned char ISSUER_TAGS[] = { TAG_CODE,   TAG_CATEGORY, TAG_VERSION, TAG_MADE_BY,
                                             TAG_ISSUED, TAG_EXPIRES,  TAG_CARD_NO, 0 };
static const unsigned char NUMBER_TAGS[] = { TAG_CARD_NO, 0 };
static const unsigned char HOLDER_TAGS[] = { TAG_ID,     TAG_NAME,       TAG_NAME_MORE, TAG_SEX,
                                             TAG_NATION, TAG_BIRTHPLACE, TAG_BIRTH,     0 };

/* LD/T 32: letters count from 10, as in the specification's own example D2143569X. */
bool card_ssc_number_sound(const char *card_no)
{
    static const int weight[] = { 3, 7, 9, 10, 5, 8, 4, 2 };
    int sum = 0;
    if (strlen(card_no) != CARD_NO_BYTES)
        return false;
    for (int i = 0; i < CARD_NO_BYTES - 1; i++) {
        char c = card_no[i];
        if (c >= 'A' && c <= 'Z' && i == 0)
            sum += weight[i] * (c - 'A' + 10);
        else if (c >= '0' && c <= '9')
            sum += weight[i] * (c - '0');
        else
            return false;
    }
    return card_no[CARD_NO_BYTES - 1] == "0X987654321"[sum % 11];
}

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

/* Exactly so many digits at the beginning of a field, or "". */
static void digits_field(const struct card_fields *s, unsigned tag, size_t bytes, char *out)
{
    int i = card_fields_at(s, tag);
    if (s->f[i].n < bytes || codec_bcd(s->f[i].b, bytes, out) != OK || strlen(out) != 2 * bytes)
        out[0] = '\0';
}

static char letter_field(const struct card_fields *s, unsigned tag, const char *of)
{
    char c[2] = "";
    card_fields_ascii(s, tag, 1, c);
    return c[0] && strchr(of, c[0]) ? c[0] : 0;
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
        digits_field(&s, TAG_CODE, 3, face->area); /* the card's own code begins with it */
        digits_field(&s, TAG_MADE_BY, 12, face->made_by);
        face->category = letter_field(&s, TAG_CATEGORY, "1234");
        face->issued_day = card_fields_day(&s, TAG_ISSUED);
        face->expires_day = card_fields_day(&s, TAG_EXPIRES);
        card_no_field(&s, face->card_no);
    }
    explicit_bzero(&s, sizeof s);
    return e;
}

static void small_fields(const struct card_fields *s, struct card_face *face)
{
    char nation[3] = "";
    face->sex = letter_field(s, TAG_SEX, "129");
    digits_field(s, TAG_NATION, 1, nation);
    face->nation = *nation ? (nation[0] - '0') * 10 + (nation[1] - '0') : 0;
    digits_field(s, TAG_BIRTHPLACE, 3, face->birthplace);
    face->birth_day = card_fields_day(s, TAG_BIRTH);
}

enum err card_ssc_holder(struct apdu_channel *ch, struct card_face *face)
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

/* A5 › 9F0C holds simple records, of which 86 says the card's cipher. */
static int alg_of(const struct apdu_answer *fci)
{
    struct tlv own, alg;
    size_t at = 0;
    if (!tlv_ber_find(fci->data, fci->n, FCI_PRIVATE, &own))
        return 0;
    while (tlv_simple_next(own.value, own.n, &at, &alg))
        if (alg.tag == FCI_ALG && alg.n == 1 && alg.value[0] <= 3)
            return alg.value[0];
    return 0;
}

static void chip_of(const struct apdu_channel *ch, const struct apdu_answer *fci,
                    struct card_chip *out)
{
    struct atr a;
    *out = (struct card_chip){ .alg = alg_of(fci) };
    atr_read(ch->atr, ch->atr_n, &a);
    out->known = a.historical_n >= sizeof out->hist;
    if (out->known)
        memcpy(out->hist, a.historical + a.historical_n - sizeof out->hist, sizeof out->hist);
}

static enum err ssc_read(struct apdu_channel *ch, const struct apdu_answer *fci,
                         struct card_face *face)
{
    chip_of(ch, fci, &face->chip);
    enum err e = read_issuer(ch, face);
    if (!*face->area)
        face->chip.known =
            false; /* its keys follow from both; a wrong area makes it a forged card */
    if (e == OK && *face->card_no && !card_ssc_number_sound(face->card_no))
        e = ERR_FORMAT; /* misread or made up: read once more, then not believed */
    return e == OK ? card_ssc_holder(ch, face) : e;
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
                                      .number = ssc_number,
                                      .task = card_ssc_task };
