/* files.c - turns what a card file says into records: GBK text, packed decimals, padding. */
#include "tests/cardsim/files.h"

#include <iconv.h>
#include <string.h>

enum { NAME = 30, NAME_MORE = 20 };

static unsigned char *add(struct ef *ef, unsigned char tag, size_t len)
{
    struct record *r = &ef->rec[ef->n++];
    r->bytes[0] = tag;
    r->bytes[1] = (unsigned char)len;
    r->n = 2 + len;
    return r->bytes + 2;
}

/* an: bytes as they are, filled up on the right. */
static void add_an(struct ef *ef, const struct card *c, unsigned char tag, size_t len,
                   const void *bytes, size_t n)
{
    unsigned char *to = add(ef, tag, len);
    memset(to, c->padding, len);
    memcpy(to, bytes, n < len ? n : len);
}

/* cn: two digits a byte, filled up with F. */
static void pack(unsigned char *to, size_t len, const char *digits)
{
    size_t n = strlen(digits);
    for (size_t i = 0; i < len; i++) {
        unsigned high = 2 * i < n ? (unsigned)(digits[2 * i] - '0') : 0xf;
        unsigned low = 2 * i + 1 < n ? (unsigned)(digits[2 * i + 1] - '0') : 0xf;
        to[i] = (unsigned char)(high << 4 | low);
    }
}

static void add_cn(struct ef *ef, unsigned char tag, size_t len, const char *digits)
{
    pack(add(ef, tag, len), len, digits);
}

static void put_long(unsigned char *to, unsigned long v)
{
    for (int i = 0; i < 4; i++)
        to[i] = (unsigned char)(v >> (24 - 8 * i));
}

/* area, the application's RID, a serial and a MAC that only an issuer could check. */
static void add_card_code(struct ef *ef, const struct card *c)
{
    static const unsigned char rid[5] = { 0xd1, 0x56, 0, 0, 0x05 };
    unsigned char *to = add(ef, 0x01, 16);
    pack(to, 3, c->area);
    memcpy(to + 3, rid, sizeof rid);
    put_long(to + 8, c->serial);
    put_long(to + 12, ~c->serial);
}

static void add_maker(struct ef *ef, const struct card *c)
{
    static const unsigned char rid[5] = { 0x91, 0x56, 0, 0, 0x02 };
    unsigned char *to = add(ef, 0x04, 12);
    memcpy(to, rid, sizeof rid);
    pack(to + 5, 3, c->area);
    pack(to + 8, 3, c->area);
    to[11] = 0x01;
}

bool files_issuer(const struct card *c, struct ef *out)
{
    *out = (struct ef){ 0 };
    add_card_code(out, c);
    add_an(out, c, 0x02, 1, &c->category, 1);
    add_an(out, c, 0x03, 4, c->version, strlen(c->version));
    add_maker(out, c);
    add_cn(out, 0x05, 4, c->issued);
    add_cn(out, 0x06, 4, c->expires);
    add_an(out, c, 0x07, 9, c->card_no, strlen(c->card_no));
    return true;
}

static bool to_gbk(const char *name, unsigned char *out, size_t cap, size_t *out_n)
{
    iconv_t cd = iconv_open("GBK", "UTF-8");
    if (cd == (iconv_t)-1)
        return false;
    char *in = (char *)name, *to = (char *)out;
    size_t left = strlen(name), room = cap;
    bool ok = iconv(cd, &in, &left, &to, &room) != (size_t)-1;
    iconv_close(cd);
    *out_n = cap - room;
    return ok;
}

/* How many of the first `room` bytes are whole characters. */
static size_t whole(const unsigned char *gbk, size_t n, size_t room)
{
    size_t i = 0;
    while (i < n) {
        size_t step = gbk[i] < 0x80 ? 1 : 2;
        if (i + step > room)
            break;
        i += step;
    }
    return i;
}

bool files_holder(const struct card *c, struct ef *out)
{
    unsigned char gbk[TEXT_MAX];
    size_t n, first;
    bool has_more = c->generation >= 2;
    if (!to_gbk(c->name, gbk, sizeof gbk, &n))
        return false;
    first = whole(gbk, n, NAME);
    if (n - first > (has_more ? NAME_MORE : 0))
        return false;
    *out = (struct ef){ 0 };
    add_an(out, c, 0x08, 18, c->id, strlen(c->id));
    add_an(out, c, 0x09, NAME, gbk, first);
    if (has_more)
        add_an(out, c, 0x4e, NAME_MORE, gbk + first, n - first);
    add_an(out, c, 0x0a, 1, &c->sex, c->sex ? 1 : 0);
    add_cn(out, 0x0b, 1, c->nation);
    add_cn(out, 0x0c, 3, c->birthplace);
    add_cn(out, 0x0d, 4, c->birth);
    return true;
}

/* The health card's issuer: kind, version, who issued it, when, its number. */
bool files_health(const struct card *c, struct ef *out)
{
    unsigned char gbk[TEXT_MAX];
    size_t n;
    if (!to_gbk(c->issuer, gbk, sizeof gbk, &n) || n > NAME || strlen(c->card_no) > 18)
        return false;
    *out = (struct ef){ 0 };
    add_an(out, c, 0x01, 1, "3", 1);
    add_an(out, c, 0x02, 4, "1.00", 4);
    add_an(out, c, 0x03, NAME, gbk, n);
    add_cn(out, 0x06, 4, c->issued);
    add_an(out, c, 0x07, 18, c->card_no, strlen(c->card_no));
    return true;
}
