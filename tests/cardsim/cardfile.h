/* cardfile.h - what is written on an invented card: one file of `key = value` lines. */
#ifndef TESTS_CARDSIM_CARDFILE_H
#define TESTS_CARDSIM_CARDFILE_H

#include <stdbool.h>
#include <stddef.h>

enum { TEXT_MAX = 200, ATR_MAX = 40, PIN_MIN = 4, PIN_MAX = 16 };

/* How the chip gives what is longer than the reader asked for. */
enum habit { HABIT_PLAIN, HABIT_61, HABIT_6C };
enum own_keys { KEYS_TEST, KEYS_WRONG, KEYS_NONE };
enum lock { LOCK_NONE, LOCK_CARD, LOCK_APP };

/* One card as its file says; README.md explains each key. Dates are eight digits. */
struct card {
    char kind[16]; /* "ssc", "health", "transit", "city", "bank"; any other: no card we know */
    char issuer[TEXT_MAX]; /* health */
    long balance_fen;      /* transit, city */
    char city[12];         /* transit: province and city, four digits each */
    struct trip {
        char when[16]; /* YYYYMMDDhhmmss */
        int type;      /* 2 load, 5 6 9 spend */
        long fen;
    } trip[10];
    int trips;
    int generation;
    char version[8];
    char area[8];
    char name[TEXT_MAX];
    char id[32];
    char card_no[24];
    char issued[16], expires[16], birth[16];
    char sex, nation[4], birthplace[8];
    char category;
    unsigned long serial;
    int alg; /* 1 3DES, 2 SSF33, 3 SM4; 0: the card does not say */
    enum habit habit;
    unsigned char padding;
    bool read_all, by_tag, guarded;
    bool has_auth;
    unsigned char auth[8]; /* the external authentication this card takes for right */
    enum own_keys keys;
    enum lock lock;
    char pin[PIN_MAX + 1]; /* digits; "" none is set */
    int pin_tries;
    unsigned char atr[ATR_MAX];
    size_t atr_n;
};

/* False: why says "line N: …". out is then unchanged. */
bool cardfile_read(const char *path, struct card *out, char *why, size_t cap);

#endif
