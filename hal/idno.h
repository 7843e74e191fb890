/* idno.h - the resident identity number: whether it can be one, and what it says of its holder. */
#ifndef HAL_IDNO_H
#define HAL_IDNO_H

/* GB 11643-1999: six digits of area, eight of birth, three of order (odd = male), one to check. */
enum idno_verdict {
    IDNO_OK,
    IDNO_LENGTH,    /* not 18 characters */
    IDNO_LEGACY,    /* 15 digits: the form given out until 1999, no longer valid */
    IDNO_CHARACTER, /* something else than digits (and an X at the end), or no such area */
    IDNO_DATE,      /* a birth date that does not exist, before 1900, or after today */
    IDNO_CHECK      /* the check character does not fit: mistyped */
};
/* Personal. */
struct idno {
    int birth_day; /* since 1970-01-01 */
    char sex;      /* '1' male, '2' female */
    char area[7];
};

/* [any] A small x counts as X. out may be NULL; untouched unless IDNO_OK. */
enum idno_verdict idno_read(const char *text, int today, struct idno *out);
/* [any] The check character of the first 17 digits. */
char idno_check(const char *digits17);

#endif
