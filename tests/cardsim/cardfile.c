/* cardfile.c - reads the file of an invented card. */
#include "tests/cardsim/cardfile.h"

#include "tests/simctl/keyfile.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool put(char *to, size_t cap, const char *value)
{
    if (strlen(value) >= cap)
        return false;
    memcpy(to, value, strlen(value) + 1);
    return true;
}

static bool put_digits(char *to, size_t digits, const char *value)
{
    size_t n = 0;
    for (; *value; value++) {
        if (*value == '-')
            continue;
        if (!isdigit((unsigned char)*value) || n == digits)
            return false;
        to[n++] = *value;
    }
    to[n] = '\0';
    return n == digits;
}

static bool put_bool(bool *to, const char *value)
{
    *to = strcmp(value, "yes") == 0;
    return *to || strcmp(value, "no") == 0;
}

static bool put_hex(unsigned char *to, size_t cap, const char *value, size_t *out_n)
{
    size_t n = 0;
    unsigned byte;
    for (; value[0] && value[1]; value += 2) {
        if (n == cap || sscanf(value, "%2x", &byte) != 1)
            return false;
        to[n++] = (unsigned char)byte;
    }
    *out_n = n;
    return *value == '\0' && n > 0;
}

static bool put_habit(enum habit *to, const char *value)
{
    *to = strcmp(value, "61") == 0 ? HABIT_61 : strcmp(value, "6c") == 0 ? HABIT_6C : HABIT_PLAIN;
    return *to != HABIT_PLAIN || strcmp(value, "plain") == 0;
}

static bool put_small(int *to, int min, int max, const char *value)
{
    *to = value[0] - '0';
    return value[1] == '\0' && *to >= min && *to <= max;
}

static bool put_keys(enum own_keys *to, const char *value)
{
    *to = strcmp(value, "wrong") == 0  ? KEYS_WRONG
          : strcmp(value, "none") == 0 ? KEYS_NONE
                                       : KEYS_TEST;
    return *to != KEYS_TEST || strcmp(value, "test") == 0;
}

static bool put_lock(enum lock *to, const char *value)
{
    *to = strcmp(value, "card") == 0 ? LOCK_CARD : LOCK_APP;
    return *to == LOCK_CARD || strcmp(value, "app") == 0;
}

static bool put_pin(char to[PIN_MAX + 1], const char *value)
{
    size_t n = strlen(value);
    if (strcmp(value, "none") == 0) {
        to[0] = '\0';
        return true;
    }
    return n >= PIN_MIN && strspn(value, "0123456789") == n && put(to, PIN_MAX + 1, value);
}

static bool put_tries(int *to, const char *value)
{
    char *end;
    long n = strtol(value, &end, 10);
    *to = (int)n;
    return *value && *end == '\0' && n >= 1 && n <= 15;
}

static bool put_secret(struct card *c, const char *key, const char *value)
{
    size_t n;
    if (strcmp(key, "auth") == 0)
        return (c->has_auth = put_hex(c->auth, sizeof c->auth, value, &n) && n == sizeof c->auth);
    if (strcmp(key, "keys") == 0)
        return put_keys(&c->keys, value);
    if (strcmp(key, "locked") == 0)
        return put_lock(&c->lock, value);
    if (strcmp(key, "pin") == 0)
        return put_pin(c->pin, value);
    return strcmp(key, "pin_tries") == 0 && put_tries(&c->pin_tries, value);
}

static bool put_chip(struct card *c, const char *key, const char *value)
{
    size_t n;
    if (strcmp(key, "habit") == 0)
        return put_habit(&c->habit, value);
    if (strcmp(key, "padding") == 0)
        return put_hex(&c->padding, 1, value, &n);
    if (strcmp(key, "read_all") == 0)
        return put_bool(&c->read_all, value);
    if (strcmp(key, "by_tag") == 0)
        return put_bool(&c->by_tag, value);
    if (strcmp(key, "guarded") == 0)
        return put_bool(&c->guarded, value);
    if (strcmp(key, "alg") == 0)
        return put_small(&c->alg, 0, 3, value);
    if (strcmp(key, "atr") == 0)
        return put_hex(c->atr, sizeof c->atr, value, &c->atr_n);
    return put_secret(c, key, value);
}

/* "20261120081502 6 200": when, type, fen. */
static bool put_trip(struct card *c, const char *value)
{
    struct trip *t = &c->trip[c->trips];
    if (c->trips == 10 || sscanf(value, "%14[0-9] %d %ld", t->when, &t->type, &t->fen) != 3)
        return false;
    c->trips++;
    return strlen(t->when) == 14 && t->type > 0 && t->type < 256 && t->fen >= 0;
}

static bool put_purse(struct card *c, const char *key, const char *value)
{
    if (strcmp(key, "issuer") == 0)
        return put(c->issuer, sizeof c->issuer, value);
    if (strcmp(key, "balance") == 0)
        return sscanf(value, "%ld", &c->balance_fen) == 1 && c->balance_fen >= 0;
    if (strcmp(key, "city") == 0)
        return put_digits(c->city, 8, value);
    return strcmp(key, "trip") == 0 && put_trip(c, value);
}

static bool put_one(struct card *c, const char *key, const char *value)
{
    char *end;
    if (strcmp(key, "kind") == 0)
        return put(c->kind, sizeof c->kind, value);
    if (strcmp(key, "generation") == 0) /* also written 2.0 */
        return (c->generation = value[0] - '0') >= 1 && c->generation <= 3;
    if (strcmp(key, "version") == 0)
        return put(c->version, 5, value);
    if (strcmp(key, "area") == 0)
        return put_digits(c->area, 6, value);
    if (strcmp(key, "name") == 0)
        return put(c->name, sizeof c->name, value);
    if (strcmp(key, "id") == 0)
        return put(c->id, 19, value);
    if (strcmp(key, "card_no") == 0)
        return put(c->card_no, 21, value);
    if (strcmp(key, "issued") == 0)
        return put_digits(c->issued, 8, value);
    if (strcmp(key, "expires") == 0)
        return put_digits(c->expires, 8, value);
    if (strcmp(key, "birth") == 0)
        return put_digits(c->birth, 8, value);
    if (strcmp(key, "sex") == 0)
        return (c->sex = value[0]) != '\0' && value[1] == '\0';
    if (strcmp(key, "nation") == 0)
        return put_digits(c->nation, 2, value);
    if (strcmp(key, "birthplace") == 0)
        return put_digits(c->birthplace, 6, value);
    if (strcmp(key, "category") == 0)
        return (c->category = value[0]) != '\0' && value[1] == '\0';
    if (strcmp(key, "serial") == 0) {
        c->serial = strtoul(value, &end, 16);
        return *value && *end == '\0' && c->serial <= 0xffffffffUL;
    }
    return put_purse(c, key, value) || put_chip(c, key, value);
}

/* Two bytes each of chip and system, three of the maker's, two of the first four area digits, four
 * of a serial: the thirteen historical bytes of a social security card. */
static void usual_atr(struct card *c)
{
    unsigned char atr[17] = { 0x3b, 0x6d, 0, 0, 0x48, 0x4d, 0x01, 0x02, 0x03, 0x86, 0x54 };
    for (size_t i = 0; i < 2; i++)
        atr[11 + i] = (unsigned char)((c->area[2 * i] - '0') << 4 | (c->area[2 * i + 1] - '0'));
    for (int i = 0; i < 4; i++)
        atr[13 + i] = (unsigned char)(c->serial >> (24 - 8 * i));
    memcpy(c->atr, atr, sizeof atr);
    c->atr_n = sizeof atr;
}

/* What a reader without contacts makes up: T=1, eight historical bytes, a check byte. */
static void near_atr(struct card *c)
{
    static const unsigned char atr[13] = { 0x3b, 0x88, 0x80, 0x01, [12] = 0x09 };
    memcpy(c->atr, atr, sizeof atr);
    c->atr_n = sizeof atr;
}

static unsigned long hash(const char *s)
{
    unsigned long h = 2166136261UL;
    for (; *s; s++)
        h = (h ^ (unsigned char)*s) * 16777619UL & 0xffffffffUL;
    return h;
}

struct reading {
    struct card card;
    bool version_said, guard_said;
};

/* What the file leaves out follows from what it says. */
static void complete(struct reading *r)
{
    struct card *c = &r->card;
    if (!r->guard_said)
        c->guarded = c->generation == 3 || strcmp(c->kind, "health") == 0;
    if (c->alg < 0)
        c->alg = c->generation == 1 ? 0 : c->generation == 2 ? 1 : 3;
    if (!r->version_said)
        snprintf(c->version, sizeof c->version, "%d.00", c->generation);
    if (!c->area[0])
        put(c->area, sizeof c->area, "420506");
    if (!c->birthplace[0])
        put(c->birthplace, sizeof c->birthplace, c->area);
    if (!c->birth[0] && strlen(c->id) == 18)
        snprintf(c->birth, sizeof c->birth, "%.8s", c->id + 6);
    if (!c->sex && strlen(c->id) == 18)
        c->sex = (c->id[16] - '0') % 2 ? '1' : '2';
    if (c->serial == 0)
        c->serial = hash(c->card_no);
    bool near = strcmp(c->kind, "transit") == 0 || strcmp(c->kind, "city") == 0;
    if (c->atr_n == 0)
        (near ? near_atr : usual_atr)(c);
}

static void defaults(struct card *c)
{
    *c = (struct card){ .kind = "ssc",
                        .generation = 2,
                        .nation = "01",
                        .category = '3',
                        .alg = -1,
                        .habit = HABIT_6C,
                        .read_all = true,
                        .by_tag = true,
                        .pin = "123456",
                        .pin_tries = 6 };
}

static bool put_line(void *to, const char *key, char *value)
{
    struct reading *r = to;
    r->version_said |= strcmp(key, "version") == 0;
    r->guard_said |= strcmp(key, "guarded") == 0;
    return put_one(&r->card, key, value);
}

bool cardfile_read(const char *path, struct card *out, char *why, size_t cap)
{
    struct reading r = { 0 };
    defaults(&r.card);
    if (!keyfile_read(path, put_line, &r, why, cap))
        return false;
    complete(&r);
    *out = r.card;
    return true;
}
