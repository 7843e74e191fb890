/* card_ssc_task.c - a social security card answers a challenge, opens its file, judges its PIN.
 *
 * Sources: LD/T 32 (internal and external authentication, VERIFY, CHANGE PIN) and notice
 * 人社信息函〔2012〕37号. Proved against the emulated card only. */
#include "hal/card_task.h"

#include <string.h>

enum { KEY_HOLDER = 0x0a }; /* RKSSSE: reads the holder's file of a third generation card */

enum {
    SW_FINE = 0x9000,
    SW_BLOCKED = 0x6983,
    SW_DATA = 0x6984,
    SW_CONDITIONS = 0x6985,
    SW_BAD = 0x6a80,
    SW_NO_FILE = 0x6a82,
    SW_P1_P2 = 0x6a86,
    SW_NO_KEY = 0x6a88,
    SW_NO_INS = 0x6d00,
    SW_NO_CLA = 0x6e00
};

/* An answer without end is no answer. */
static enum err exchange(struct apdu_channel *ch, const unsigned char *cmd, size_t n,
                         struct apdu_answer *out)
{
    enum err e = apdu_exchange(ch, cmd, n, out);
    return e == ERR_TOO_BIG ? ERR_FORMAT : e;
}

static bool tries_of(uint16_t sw, int *out)
{
    if ((sw & 0xfff0) != 0x63c0)
        return false;
    *out = sw & 0x0f;
    return true;
}

/* --- genuineness --------------------------------------------------------------------------------
 */

static enum err challenge(struct apdu_channel *ch, unsigned char out[CARD_CHALLENGE],
                          struct card_task *t)
{
    static const unsigned char cmd[] = { 0x00, 0x84, 0x00, 0x00, CARD_CHALLENGE };
    struct apdu_answer a;
    enum err e = exchange(ch, cmd, sizeof cmd, &a);
    if (e != OK)
        return e;
    t->sw = a.sw;
    if (a.sw != SW_FINE || a.n != CARD_CHALLENGE)
        return ERR_NOT_FOUND;
    memcpy(out, a.data, CARD_CHALLENGE);
    return OK;
}

/* orig first, then factor, and nothing between them and EXTERNAL: a card judges by its last one. */
static enum err draw(struct apdu_channel *ch, struct card_task *t)
{
    enum err e = challenge(ch, t->ext_orig, t);
    if (e == OK)
        e = challenge(ch, t->ext_factor, t);
    if (e == ERR_NOT_FOUND) {
        t->keep = false; /* its file stays shut, but it may be genuine all the same */
        return OK;
    }
    return e;
}

/* INTERNAL and EXTERNAL AUTHENTICATE: two halves of eight bytes. */
static enum err two_halves(struct apdu_channel *ch, unsigned char ins, unsigned char p2,
                           const unsigned char *first, const unsigned char *second,
                           struct apdu_answer *out)
{
    unsigned char cmd[5 + 2 * CARD_CHALLENGE] = { 0x00, ins, 0x00, p2, 2 * CARD_CHALLENGE };
    memcpy(cmd + 5, first, CARD_CHALLENGE);
    memcpy(cmd + 5 + CARD_CHALLENGE, second, CARD_CHALLENGE);
    return exchange(ch, cmd, sizeof cmd, out);
}

static enum err internal(struct apdu_channel *ch, struct card_task *t)
{
    struct apdu_answer a;
    enum err e = two_halves(ch, 0x88, 0, t->factor, t->orig, &a);
    if (e != OK)
        return e;
    t->sw = a.sw;
    t->said = a.sw == SW_FINE && a.n == CARD_CHALLENGE ? CARD_SAID_YES : CARD_SAID_UNABLE;
    if (t->said == CARD_SAID_YES)
        memcpy(t->auth, a.data, CARD_CHALLENGE);
    uint16_t sw = t->sw;
    e = t->keep ? draw(ch, t) : OK;
    t->sw = sw;
    return e;
}

static enum err external(struct apdu_channel *ch, struct card_task *t)
{
    struct apdu_answer a;
    enum err e = two_halves(ch, 0x82, KEY_HOLDER, t->auth, t->ext_orig, &a);
    if (e != OK)
        return e;
    t->sw = a.sw;
    tries_of(a.sw, &t->tries);
    t->said = a.sw == SW_FINE ? CARD_SAID_YES : CARD_SAID_NO;
    if (t->said != CARD_SAID_YES)
        return OK;
    t->face.guarded = false;
    return card_ssc_holder(ch, &t->face);
}

/* --- PIN ----------------------------------------------------------------------------------------
 */

/* Digits two a byte; an odd one is followed by F. Returns how many bytes. */
static size_t pin_bytes(const char *pin, unsigned char *out)
{
    size_t n = strlen(pin);
    for (size_t i = 0; i < (n + 1) / 2; i++) {
        unsigned high = (unsigned)(pin[2 * i] - '0');
        unsigned low = 2 * i + 1 < n ? (unsigned)(pin[2 * i + 1] - '0') : 0x0f;
        out[i] = (unsigned char)(high << 4 | low);
    }
    return (n + 1) / 2;
}

static bool pin_good(const char *pin)
{
    size_t n = strnlen(pin, CARD_PIN + 1);
    return n >= CARD_PIN_LEAST && n <= CARD_PIN && pin[strspn(pin, "0123456789")] == '\0';
}

/* It has no PIN or knows no such command; any other status may be noise. */
static bool is_unable(uint16_t sw)
{
    return sw == SW_CONDITIONS || sw == SW_NO_FILE || sw == SW_P1_P2 || sw == SW_NO_KEY ||
           sw == SW_NO_INS || sw == SW_NO_CLA;
}

static enum err judge(struct card_task *t, uint16_t sw)
{
    t->sw = sw;
    if (sw == SW_FINE) {
        t->said = CARD_SAID_YES;
    } else if (tries_of(sw, &t->tries)) {
        t->said = t->tries > 0 ? CARD_SAID_NO : CARD_SAID_BLOCKED;
    } else if (sw == SW_BLOCKED || sw == SW_DATA) {
        t->said = CARD_SAID_BLOCKED;
        t->tries = 0;
    } else if (sw == SW_BAD) {
        t->said = CARD_SAID_NEW_BAD;
    } else {
        t->said = CARD_SAID_UNABLE;
        return is_unable(sw) ? OK : ERR_FORMAT;
    }
    return OK;
}

/* VERIFY without a PIN asks and takes no try; 9000 to that means that none is set. */
static enum err ask_tries(struct apdu_channel *ch, struct card_task *t)
{
    static const unsigned char cmd[] = { 0x00, 0x20, 0x00, 0x00, 0x00 };
    struct apdu_answer a;
    enum err e = apdu_once(ch, cmd, sizeof cmd, &a);
    if (e != OK)
        return e;
    e = judge(t, a.sw);
    if (t->said == CARD_SAID_NO)
        t->said = CARD_SAID_YES;
    else if (t->said != CARD_SAID_BLOCKED)
        t->said = CARD_SAID_UNABLE;
    return e;
}

static enum err send_pin(struct apdu_channel *ch, struct card_task *t)
{
    bool change = t->kind == CARD_TASK_PIN_CHANGE;
    unsigned char cmd[5 + CARD_PIN / 2 + 1 + CARD_PIN / 2] = { 0x00, 0x20, 0x00, 0x00 };
    struct apdu_answer a;
    size_t n = pin_bytes(t->pin, cmd + 5);
    if (change) {
        memcpy(cmd, (const unsigned char[]){ 0x80, 0x5e, 0x01, 0x00 }, 4);
        cmd[5 + n++] = 0xff;
        n += pin_bytes(t->new_pin, cmd + 5 + n);
    }
    cmd[4] = (unsigned char)n;
    enum err e = apdu_once(ch, cmd, 5 + n, &a);
    explicit_bzero(cmd, sizeof cmd);
    if (e == OK)
        e = judge(t, a.sw);
    if (e == OK && t->said == CARD_SAID_YES)
        t->tries = -1; /* all of them again, however many that is */
    return e;
}

/* What is left is asked before and after: the last try is never taken unawares. */
static enum err pin_task(struct apdu_channel *ch, struct card_task *t)
{
    enum err e = ask_tries(ch, t);
    bool given = t->kind == CARD_TASK_PIN_CHANGE && t->sw == SW_FINE; /* and still believed */
    bool may = e == OK && (t->said == CARD_SAID_YES || given);
    if (may && t->kind != CARD_TASK_PIN_TRIES) {
        if (t->tries == 1 && !t->last_too)
            t->said = CARD_SAID_LAST;
        else if (!pin_good(t->pin) || (t->kind == CARD_TASK_PIN_CHANGE && !pin_good(t->new_pin)))
            e = ERR_ARG;
        else
            e = send_pin(ch, t);
    }
    explicit_bzero(t->pin, sizeof t->pin);
    explicit_bzero(t->new_pin, sizeof t->new_pin);
    return e;
}

enum err card_ssc_task(struct apdu_channel *ch, struct card_task *t)
{
    switch (t->kind) {
    case CARD_TASK_INTERNAL:
        return internal(ch, t);
    case CARD_TASK_EXTERNAL:
        return external(ch, t);
    default:
        return pin_task(ch, t);
    }
}
