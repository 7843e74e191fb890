/* purse.c - what purses and a bank's chip answer (facts/cards.md 2c, 2d). */
#include "tests/cardsim/purse.h"

#include <stdio.h>
#include <string.h>

enum { PUBLIC = 30 };

static const struct {
    const char *kind;
    unsigned char name[16];
    size_t n;
} apps[] = {
    { "transit", { 0xa0, 0x00, 0x00, 0x06, 0x32, 0x01, 0x01, 0x05 }, 8 },
    { "city", { 0xa0, 0x00, 0x00, 0x00, 0x03, 0x86, 0x98, 0x07, 0x01 }, 9 },
    { "bank", { '1', 'P', 'A', 'Y', '.', 'S', 'Y', 'S', '.', 'D', 'D', 'F', '0', '1' }, 14 },
    { "bank", { '2', 'P', 'A', 'Y', '.', 'S', 'Y', 'S', '.', 'D', 'D', 'F', '0', '1' }, 14 },
};

static size_t says(unsigned char *out, size_t n, unsigned sw)
{
    out[n] = (unsigned char)(sw >> 8);
    out[n + 1] = (unsigned char)sw;
    return n + 2;
}

static void bcd(unsigned char *to, size_t n, const char *digits)
{
    char all[64];
    size_t have = strlen(digits);
    memset(all, '0', sizeof all);
    memcpy(all + 2 * n - have, digits, have);
    for (size_t i = 0; i < n; i++)
        to[i] = (unsigned char)((all[2 * i] - '0') << 4 | (all[2 * i + 1] - '0'));
}

static void number(unsigned char *to, size_t n, unsigned long v)
{
    for (size_t i = n; i-- > 0; v >>= 8)
        to[i] = (unsigned char)v;
}

/* File 15: issuer and kind, the card's number from byte 10, issued, valid until. */
static void public_file(const struct card *c, unsigned char out[PUBLIC])
{
    memset(out, 0, PUBLIC);
    out[0] = 0x01;
    memset(out + 4, 0xff, 4);
    out[8] = 0x02;
    out[9] = 0x01;
    bcd(out + 10, 10, c->card_no);
    bcd(out + 20, 4, c->issued);
    bcd(out + 24, 4, c->expires);
}

static bool is_app(const struct chip *chip, const unsigned char *cmd, size_t i)
{
    return strcmp(chip->card.kind, apps[i].kind) == 0 && cmd[4] == apps[i].n &&
           memcmp(cmd + 5, apps[i].name, apps[i].n) == 0;
}

static size_t select_app(struct chip *chip, const unsigned char *cmd, size_t n, unsigned char *out)
{
    chip->in_app = false;
    for (size_t i = 0; i < sizeof apps / sizeof *apps; i++) {
        if (n < 5u + cmd[4] || cmd[2] != 0x04 || !is_app(chip, cmd, i))
            continue;
        const unsigned char head[] = { 0xa5, PUBLIC + 3, 0x9f, 0x0c, PUBLIC };
        unsigned char name = (unsigned char)apps[i].n;
        bool purse = strcmp(chip->card.kind, "bank") != 0;
        out[0] = 0x6f;
        out[1] = (unsigned char)(2 + name + (purse ? sizeof head + PUBLIC : 0));
        out[2] = 0x84;
        out[3] = name;
        memcpy(out + 4, apps[i].name, name);
        memcpy(out + 4 + name, head, sizeof head);
        public_file(&chip->card, out + 4 + name + sizeof head);
        chip->in_app = purse;
        return says(out, out[1] + 2u, 0x9000);
    }
    return says(out, 0, 0x6a82);
}

static size_t read_file(const struct card *c, const unsigned char *cmd, unsigned char *out)
{
    unsigned char b[PUBLIC] = { 0, 0, 0x01, 0x56 };
    size_t have = cmd[2] == 0x95 ? PUBLIC : cmd[2] == 0x97 ? 11 : 0;
    size_t want = cmd[4] ? cmd[4] : have;
    if (have == 0)
        return says(out, 0, 0x6a82);
    if (want > have)
        return says(out, 0, 0x6c00 | (unsigned)have);
    if (have == PUBLIC)
        public_file(c, b);
    else if (c->city[0])
        bcd(b + 4, 4, c->city);
    memcpy(out, b, want);
    return says(out, want, 0x9000);
}

static size_t read_trip(const struct card *c, const unsigned char *cmd, unsigned char *out)
{
    int i = cmd[2] - 1;
    if (cmd[3] != 0xc4 || i < 0 || i >= c->trips)
        return says(out, 0, 0x6a83);
    memset(out, 0, 23);
    number(out, 2, (unsigned long)(c->trips - i));
    number(out + 5, 4, (unsigned long)c->trip[i].fen);
    out[9] = (unsigned char)c->trip[i].type;
    number(out + 10, 6, 31);
    bcd(out + 16, 7, c->trip[i].when);
    return says(out, 23, 0x9000);
}

size_t purse_command(struct chip *chip, const unsigned char *cmd, size_t n, unsigned char *out)
{
    const struct card *c = &chip->card;
    if (cmd[0] == 0x00 && cmd[1] == 0xa4 && n > 5)
        return select_app(chip, cmd, n, out);
    if (!chip->in_app)
        return says(out, 0, 0x6a82);
    if (n != 5)
        return says(out, 0, 0x6700);
    if (cmd[0] == 0x00 && cmd[1] == 0xb0)
        return read_file(c, cmd, out);
    if (cmd[0] == 0x00 && cmd[1] == 0xb2)
        return read_trip(c, cmd, out);
    if (cmd[0] == 0x80 && cmd[1] == 0x5c && cmd[3] == 0x02) {
        number(out, 4, 0x80000000UL | (unsigned long)c->balance_fen);
        return says(out, 4, 0x9000);
    }
    return says(out, 0, 0x6d00);
}
