/* card.h - what a card says of its holder, and the table of kinds of card we read. */
#ifndef HAL_CARD_H
#define HAL_CARD_H

#include "hal/apdu.h"
#include "hal/base/err.h"

#include <stdbool.h>
#include <stdint.h>

enum card_kind {
    CARD_NONE,
    CARD_SSC,     /* 社会保障卡: the one that says who somebody is */
    CARD_HEALTH,  /* 居民健康卡: issuer and number; its holder's file asks for a key */
    CARD_TRANSIT, /* 交通联合 (JT/T 978) */
    CARD_CITY,    /* the older purse of 住建部 */
    CARD_BANK,    /* a bank's chip: that it is one, and no more */
    CARD_KINDS
};
const char *card_kind_name(enum card_kind k); /* "ssc", "health", … */
enum { CARD_NAME = 160, CARD_ID = 24, CARD_NO = 40, CARD_ISSUER = 96, CARD_TRIPS = 10 };

/* What a purse of journeys tells. Money in fen. */
struct card_purse {
    bool known; /* the balance was given */
    int64_t balance_fen;
    int province, city; /* 交通联合: four digits each, 0 = not said */
    int trips;
    struct card_trip {
        int64_t fen;
        bool load;   /* money was put on; else spent */
        int day;     /* INT32_MIN = not said */
        int minutes; /* of the day; -1 = not said */
    } trip[CARD_TRIPS];
};

/* As read, in UTF-8; "" or 0 where the card does not say. Personal: lives in locked memory only
 * (the reader's slot, the session's arena) and is wiped. Days since 1970-01-01. */
struct card_face {
    enum card_kind kind;
    int generation;       /* SSC: 1, 2, 3; 0 unknown */
    bool guarded;         /* the holder's file asks for a key: issuer and number only */
    char name[CARD_NAME]; /* with its extension (4E) appended */
    char id[CARD_ID]; /* 社会保障号码 = resident identity number; check digit not judged here */
    char card_no[CARD_NO];
    char sex;                    /* '1' male, '2' female, '9' not said, 0 */
    int nation;                  /* GB 3304: 1 = 汉; 0 unknown */
    int birth_day;               /* INT32_MIN = unknown */
    char area[7];                /* six digits of the issuing area */
    int issued_day, expires_day; /* INT32_MIN = unknown */
    char issuer[CARD_ISSUER];    /* CARD_HEALTH */
    struct card_purse purse;     /* CARD_TRANSIT, CARD_CITY */
};

/* One kind of card = one file + one line in card.c. All [reader]. */
struct card_driver {
    const char *name; /* "ssc" */
    enum card_kind kind;
    /* OK: it is one of these (and selected); fci = what it said. ERR_NOT_FOUND: it is not. Others:
     * the card failed. */
    enum err (*identify)(struct apdu_channel *ch, struct apdu_answer *fci);
    /* Fills face, of which kind and "unknown" are set. ERR_CARD_GONE, ERR_CARD_MUTE, ERR_FORMAT.
     * Guarded is OK with face->guarded. NULL: never read further. */
    enum err (*read)(struct apdu_channel *ch, const struct apdu_answer *fci,
                     struct card_face *face);
    /* Only the card's number, of a card that was identified. The same errors, and ERR_CARD_GUARDED,
     * ERR_NOT_FOUND where it does not tell. */
    enum err (*number)(struct apdu_channel *ch, const struct apdu_answer *fci,
                       char out_no[CARD_NO]);
};
/* [reader] Tries the kinds in order. ERR_CARD_UNKNOWN (face is wiped but for kind: CARD_NONE, or a
 * kind that is not read), ERR_CARD_GONE, ERR_CARD_MUTE, ERR_FORMAT. */
MUST_CHECK enum err card_read(struct apdu_channel *ch, struct card_face *out_face);
/* [reader] Only the number: is it still the same card? ERR_REFUSED: another one, or one without a
 * number. */
MUST_CHECK enum err card_confirm(struct apdu_channel *ch, const char *card_no);

extern const struct card_driver card_ssc, card_health, card_transit, card_city, card_bank;

#endif
