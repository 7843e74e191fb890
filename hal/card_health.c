/* card_health.c - a resident health card says who issued it and its number; more asks for a key.
 *
 * Sources: 居民健康卡技术规范 2012 and WS/T 543-2017, second hand; believed, never tried on a real
 * card. */
#include "hal/card.h"
#include "hal/card_fields.h"
#include "hal/codec.h"

#include <string.h>

enum {
    DF_HEALTH = 0xddf1,
    EF_ISSUER = 0xef05,
    TAG_ISSUER = 0x03,
    TAG_ISSUED = 0x06,
    TAG_CARD_NO = 0x07,
    NO_CHARS = 18
};
static const unsigned char TAGS[] = { TAG_ISSUER, TAG_ISSUED, TAG_CARD_NO, 0 };
static const unsigned char NUMBER_TAGS[] = { TAG_CARD_NO, 0 };

static enum err health_identify(struct apdu_channel *ch, struct apdu_answer *fci)
{
    return apdu_select_file(ch, DF_HEALTH, fci);
}

static enum err health_read(struct apdu_channel *ch, const struct apdu_answer *fci,
                            struct card_face *face)
{
    (void)fci;
    struct card_fields s = { .wanted = TAGS };
    enum err e = card_fields_read(ch, EF_ISSUER, &s);
    if (e == ERR_CARD_GUARDED)
        e = ERR_FORMAT; /* this file is free to read on every one of them */
    if (e == OK) {
        const unsigned char *p = NULL;
        size_t n = card_fields_bytes(&s, TAG_ISSUER, &p);
        if (codec_gbk(p, n, face->issuer, sizeof face->issuer) != OK)
            face->issuer[0] = '\0';
        card_fields_ascii(&s, TAG_CARD_NO, NO_CHARS, face->card_no);
        face->issued_day = card_fields_day(&s, TAG_ISSUED);
        face->guarded = true;
    }
    explicit_bzero(&s, sizeof s);
    return e == OK && !face->issuer[0] && !face->card_no[0] ? ERR_FORMAT : e;
}

static enum err health_number(struct apdu_channel *ch, const struct apdu_answer *fci,
                              char out_no[CARD_NO])
{
    (void)fci;
    struct card_fields s = { .wanted = NUMBER_TAGS };
    enum err e = card_fields_read(ch, EF_ISSUER, &s);
    if (e == OK)
        card_fields_ascii(&s, TAG_CARD_NO, NO_CHARS, out_no);
    explicit_bzero(&s, sizeof s);
    return e;
}

const struct card_driver card_health = { .name = "health",
                                         .kind = CARD_HEALTH,
                                         .identify = health_identify,
                                         .read = health_read,
                                         .number = health_number };
