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
    CARD_IDCARD,  /* 居民身份证 and what is made like it; only by a reader of its own (samv) */
    CARD_ECARD,   /* 电子社保卡: a code on a phone, its holder named by the platform */
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

/* What a social security card tells of its chip: by this its own keys follow from its issuer's.
 * Not personal. */
struct card_chip {
    bool known;            /* hist was there, and the area */
    unsigned char hist[8]; /* the end of its ATR's historical bytes */
    int alg;               /* 0 not said, 1 3DES, 2 SSF33, 3 SM4 */
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
    char birthplace[7];          /* six digits of an area */
    char area[7];                /* six digits of the issuing area */
    char made_by[25];            /* 初始化机构: the digits of who prepared it */
    char category;               /* '1' before school, '2' school, '3' adult, '4' old; 0 */
    int issued_day, expires_day; /* INT32_MIN = unknown; CARD_IDCARD expires: 长期, never */
    struct card_chip chip;       /* CARD_SSC */
    char issuer[CARD_ISSUER];    /* CARD_HEALTH, CARD_IDCARD */
    struct card_purse purse;     /* CARD_TRANSIT, CARD_CITY */
};

struct card_task;

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
    /* More than confirming (card_task.h), of a card that was identified. NULL: it is unable. */
    enum err (*task)(struct apdu_channel *ch, struct card_task *t);
};
/* [reader] Tries the kinds in order. ERR_CARD_UNKNOWN (face is wiped but for kind: CARD_NONE, or a
 * kind that is not read), ERR_LOCKED (it says so itself), ERR_CARD_GONE, ERR_CARD_MUTE, ERR_FORMAT
 * (misheard, or malformed: once more may help). */
MUST_CHECK enum err card_read(struct apdu_channel *ch, struct card_face *out_face);
/* [any] 社会保障卡号: a letter or digit, seven digits and the check character they give. */
bool card_ssc_number_sound(const char *card_no);
/* [reader] Of a card whose application is selected: its holder's file into the face. */
MUST_CHECK enum err card_ssc_holder(struct apdu_channel *ch, struct card_face *face);
/* [reader] The driver's task. */
MUST_CHECK enum err card_ssc_task(struct apdu_channel *ch, struct card_task *t);

extern const struct card_driver card_ssc, card_health, card_transit, card_city, card_bank;

#endif
