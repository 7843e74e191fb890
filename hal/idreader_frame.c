/* idreader_frame.c - frames of an identity card module (SAM_V), and the record of a card.
 *
 * Sources: the module's protocol as its makers publish it; GA/T 490 (resident identity card); the
 * published data items of 港澳台居民居住证 and of 外国人永久居留身份证 of 2017. Read in public
 * texts, proved on no real module here. */
#include "hal/idreader_frame.h"
#include "hal/base/clock.h"
#include "hal/base/utf8.h"

#include <stdint.h>
#include <string.h>

enum {
    PREAMBLE = 5,
    SHORTEST = 4, /* SW1 SW2 SW3 and the sum */
    LENGTHS = 4,  /* of text and photo, before them */
    FIRST_YEAR = 1900,
    ID_DIGITS = 17,
    PERMIT_LETTERS = 3, /* of a foreigner's number, and all of it */
    PERMIT = 15
};

static const unsigned char preamble[PREAMBLE] = { 0xaa, 0xaa, 0xaa, 0x96, 0x69 };

/* --- frames --------------------------------------------------------------------------------- */

static unsigned char sum(const unsigned char *p, size_t n)
{
    unsigned char x = 0;
    for (size_t i = 0; i < n; i++)
        x ^= p[i];
    return x;
}

void idreader_command(enum idreader_ask ask, unsigned char out[IDREADER_COMMAND])
{
    memcpy(out, preamble, PREAMBLE);
    out[5] = 0;
    out[6] = 3; /* CMD, PARA, sum */
    out[7] = (unsigned char)(ask >> 8);
    out[8] = (unsigned char)ask;
    out[9] = sum(out + PREAMBLE, 4);
}

void idreader_clear(struct idreader_input *in)
{
    explicit_bzero(in, sizeof *in);
}

static void drop(struct idreader_input *in, size_t k)
{
    memmove(in->b, in->b + k, in->n - k);
    explicit_bzero(in->b + in->n - k, k);
    in->n -= k;
    in->whole = 0;
}

static size_t body_of(const struct idreader_input *in)
{
    return (size_t)in->b[5] << 8 | in->b[6];
}

/* What lies there as far as it is known: can it become a frame? */
static bool begins(const struct idreader_input *in)
{
    size_t known = in->n < PREAMBLE ? in->n : PREAMBLE;
    return memcmp(in->b, preamble, known) == 0;
}

/* Throws away what is no frame, one byte after the other: the true one may begin inside it. */
static void look_for_frame(struct idreader_input *in)
{
    while (in->n > 0) {
        bool spoilt = false;
        if (begins(in)) {
            if (in->n < IDREADER_HEAD)
                return;
            size_t body = body_of(in);
            spoilt = body < SHORTEST || body > IDREADER_BODY;
            if (!spoilt && in->n < IDREADER_HEAD + body)
                return;
            if (!spoilt && sum(in->b + PREAMBLE, 2 + body) == 0) {
                in->whole = IDREADER_HEAD + body;
                return;
            }
            in->spoilt++;
        }
        drop(in, 1);
    }
}

size_t idreader_take(struct idreader_input *in, const unsigned char *p, size_t n, bool *out_whole)
{
    size_t used = 0;
    if (in->whole) {
        drop(in, in->whole);
        look_for_frame(in);
    }
    while (!in->whole && used < n) {
        in->b[in->n++] = p[used++];
        look_for_frame(in);
    }
    *out_whole = in->whole > 0;
    return used;
}

struct idreader_answer idreader_answer(const struct idreader_input *in)
{
    const unsigned char *b = in->b + IDREADER_HEAD;
    return (struct idreader_answer){
        .sw = { b[0], b[1], b[2] },
        .data = b + 3,
        .n = in->whole - IDREADER_HEAD - SHORTEST,
    };
}

bool idreader_fits(enum idreader_ask ask, const struct idreader_answer *a)
{
    switch (a->sw[2]) {
    case 0x90:
        return ask == IDREADER_READ ? a->n >= LENGTHS + IDREADER_TEXT
                                    : ask != IDREADER_FIND && a->n < LENGTHS + IDREADER_TEXT;
    case 0x9f:
    case 0x80:
        return ask == IDREADER_FIND;
    case 0x81:
        return ask == IDREADER_SELECT;
    default:
        return true;
    }
}

/* --- SW3 ------------------------------------------------------------------------------------ */

static const struct {
    unsigned char sw3;
    enum err err;
    const char *name;
} meanings[] = {
    { 0x90, OK, "ok" },
    { 0x9f, OK, "found" },
    { 0x10, ERR_IO, "bad_sum" },
    { 0x11, ERR_IO, "bad_length" },
    { 0x21, ERR_IO, "bad_command" },
    { 0x24, ERR_IO, "unknown" },
    { 0x31, ERR_IO, "card_doubts_module" }, /* also when the card is moved meanwhile (believed) */
    { 0x32, ERR_IO, "module_doubts_card" },
    { 0x33, ERR_IO, "bad_check" },
    { 0x40, ERR_CARD_UNKNOWN, "wrong_card" },
    { 0x41, ERR_IO, "not_read" },
    { 0x47, ERR_IO, "no_random" },
    { 0x60, ERR_NO_DEVICE, "self_test" },
    { 0x66, ERR_NO_DEVICE, "unauthorised" },
    { 0x80, ERR_CARD_GONE, "none_found" },
    { 0x81, ERR_CARD_GONE, "not_selected" },
    { 0x91, ERR_IO, "nothing_there" }, /* to a question that is not asked here */
};

const char *idreader_sw_name(unsigned char sw3)
{
    for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++)
        if (meanings[i].sw3 == sw3)
            return meanings[i].name;
    return "other";
}

enum err idreader_sw_err(unsigned char sw3)
{
    for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++)
        if (meanings[i].sw3 == sw3)
            return meanings[i].err;
    return ERR_IO;
}

/* --- the record ----------------------------------------------------------------------------- */

/* A field of the 256 bytes: where it begins, how many characters of two bytes. */
struct field {
    unsigned at, chars;
};
struct record {
    char type;
    struct field name, other_name, sex, nation, birth, id, issuer, from, to;
};
enum { TYPE_AT = 248 };

/* The last 36 bytes of a resident's card are spare and blank. On the others a letter stands there.
 * Believed: the 2023 foreigners' card has a letter of its own, not known here: it is refused like
 * any other letter. */
static const struct record records[] = {
    { ' ', .name = { 0, 15 }, .sex = { 30, 1 }, .nation = { 32, 2 }, .birth = { 36, 8 },
      .id = { 122, 18 }, .issuer = { 158, 15 }, .from = { 188, 8 }, .to = { 204, 8 } },
    { 'J', .name = { 0, 15 }, .sex = { 30, 1 }, .birth = { 36, 8 }, .id = { 122, 18 },
      .issuer = { 158, 15 }, .from = { 188, 8 }, .to = { 204, 8 } },
    /* The issuer is a code of four characters there: not a name to show. */
    { 'I', .name = { 158, 15 }, .other_name = { 0, 60 }, .sex = { 120, 1 }, .birth = { 220, 8 },
      .id = { 122, 15 }, .from = { 188, 8 }, .to = { 204, 8 } },
};

static unsigned unit(const unsigned char *text, struct field f, unsigned i)
{
    const unsigned char *p = text + f.at + 2 * i;
    return (unsigned)p[0] | (unsigned)p[1] << 8;
}

/* One code point; what is none, or would disturb a line of text, becomes U+FFFD. Rare hanzi in the
 * private area stay what they are: the font decides. */
static uint32_t next_char(const unsigned char *text, struct field f, unsigned *i)
{
    uint32_t u = unit(text, f, (*i)++);
    if (u >= 0xd800 && u < 0xdc00 && *i < f.chars) {
        uint32_t low = unit(text, f, *i);
        if (low >= 0xdc00 && low < 0xe000) {
            (*i)++;
            return 0x10000 + ((u - 0xd800) << 10) + (low - 0xdc00);
        }
    }
    bool control = u < 0x20 || (u >= 0x7f && u < 0xa0) || u == 0x2028 || u == 0x2029;
    return control || (u >= 0xd800 && u < 0xe000) ? 0xfffd : u;
}

static unsigned unpadded(const unsigned char *text, struct field f)
{
    unsigned n = f.chars;
    for (unsigned i = 0; i < n; i++)
        if (unit(text, f, i) == 0)
            n = i; /* some fill with 0000 */
    while (n > 0 && (unit(text, f, n - 1) == ' ' || unit(text, f, n - 1) == 0x3000))
        n--;
    return n;
}

/* False: more than cap holds. */
static bool text_of(const unsigned char *text, struct field f, char *out, size_t cap)
{
    size_t n = 0;
    f.chars = unpadded(text, f);
    for (unsigned i = 0; i < f.chars;) {
        char c[5];
        size_t k = (size_t)utf8_put(c, next_char(text, f, &i));
        if (n + k >= cap)
            return false;
        memcpy(out + n, c, k);
        n += k;
    }
    out[n] = '\0';
    return true;
}

static bool all_digits(const char *s, size_t n)
{
    return strspn(s, "0123456789") >= n;
}

static int number(const char *s, int n)
{
    int v = 0;
    for (int i = 0; i < n; i++)
        v = v * 10 + (s[i] - '0');
    return v;
}

/* YYYYMMDD; INT32_MIN: no such day. */
static int day_of(const unsigned char *text, struct field f)
{
    char s[32];
    int found = INT32_MIN;
    if (text_of(text, f, s, sizeof s) && strlen(s) == 8 && all_digits(s, 8)) {
        int year = number(s, 4), month = number(s + 4, 2), day = number(s + 6, 2);
        if (year >= FIRST_YEAR && month >= 1 && month <= 12 && day >= 1 && day <= 31)
            found = clock_day_from_civil(year, month, day);
        if (found != INT32_MIN && clock_civil_of_day(found).day != day)
            found = INT32_MIN; /* the 30th of February */
    }
    explicit_bzero(s, sizeof s);
    return found;
}

/* 长期: for good, which is told as no day. Anything else that is no day is a fault: a card that ran
 * out must not pass for one that never does. */
static bool end_of(const unsigned char *text, struct field f, int *out_day)
{
    char s[32];
    *out_day = day_of(text, f);
    if (*out_day != INT32_MIN)
        return true;
    return text_of(text, f, s, sizeof s) && strcmp(s, "长期") == 0;
}

/* Whether it is a number of its kind; the check digit is judged where the number is used. */
static bool id_is_good(char type, const char *id)
{
    size_t n = strlen(id);
    if (type == 'I')
        return n == PERMIT && strspn(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == PERMIT_LETTERS &&
               all_digits(id + PERMIT_LETTERS, PERMIT - PERMIT_LETTERS);
    return n == ID_DIGITS + 1 && all_digits(id, ID_DIGITS) &&
           (all_digits(id + ID_DIGITS, 1) || id[ID_DIGITS] == 'X');
}

static void small_fields(const unsigned char *text, const struct record *r, struct card_face *face)
{
    unsigned sex = unit(text, r->sex, 0);
    char nation[8] = "";
    face->sex = sex == '1' || sex == '2' || sex == '9' ? (char)sex : 0;
    if (text_of(text, r->nation, nation, sizeof nation) && strlen(nation) == 2 &&
        all_digits(nation, 2))
        face->nation = number(nation, 2);
    face->birth_day = day_of(text, r->birth);
    face->issued_day = day_of(text, r->from);
}

static bool fill(const unsigned char *text, const struct record *r, struct card_face *face)
{
    bool ok = text_of(text, r->name, face->name, sizeof face->name) &&
              (face->name[0] || text_of(text, r->other_name, face->name, sizeof face->name)) &&
              text_of(text, r->id, face->id, sizeof face->id) &&
              text_of(text, r->issuer, face->issuer, sizeof face->issuer) &&
              end_of(text, r->to, &face->expires_day);
    if (!ok || !face->name[0] || !id_is_good(r->type, face->id))
        return false;
    small_fields(text, r, face);
    return true;
}

static const struct record *record_of(const unsigned char *text)
{
    unsigned type = unit(text, (struct field){ TYPE_AT, 1 }, 0);
    for (size_t i = 0; i < sizeof records / sizeof *records; i++)
        if (type == (unsigned)records[i].type || (type == 0 && records[i].type == ' '))
            return &records[i];
    return NULL;
}

static void begin(struct card_face *face)
{
    explicit_bzero(face, sizeof *face);
    face->kind = CARD_IDCARD;
    face->birth_day = face->issued_day = face->expires_day = INT32_MIN;
}

enum err idreader_face(const unsigned char *data, size_t n, struct card_face *out_face)
{
    begin(out_face);
    bool has_text = n >= LENGTHS + IDREADER_TEXT &&
                    ((size_t)data[0] << 8 | data[1]) == IDREADER_TEXT &&
                    LENGTHS + IDREADER_TEXT + ((size_t)data[2] << 8 | data[3]) <= n;
    if (!has_text)
        return ERR_FORMAT;
    const struct record *r = record_of(data + LENGTHS);
    if (!r)
        return ERR_CARD_UNKNOWN;
    if (fill(data + LENGTHS, r, out_face))
        return OK;
    begin(out_face);
    return ERR_FORMAT;
}
