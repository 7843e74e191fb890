/* chip.c - what a social security card of generation 1, 2 or 3 answers (facts/cards.md 2a). */
#include "tests/cardsim/chip.h"

#include "tests/cardsim/purse.h"

#include <string.h>
#include <sys/random.h>

enum { INS_EXTERNAL = 0x82, INS_CHALLENGE = 0x84, INS_SELECT = 0xa4, INS_BINARY = 0xb0 };
enum { INS_RECORD = 0xb2, INS_RESPONSE = 0xc0 };
enum { KEY_HOLDER = 0x0a, TRIES = 3 };

/* "sx1.sh." and four characters of GBK: social security. */
static const unsigned char SSSE[15] = { 0x73, 0x78, 0x31, 0x2e, 0x73, 0x68, 0x2e, 0xc9,
                                        0xe7, 0xbb, 0xe1, 0xb1, 0xa3, 0xd5, 0xcf };

/* A command taken apart. le is meaningful when has_le; 0 means as much as there is. */
struct command {
    unsigned char cla, ins, p1, p2;
    const unsigned char *data;
    size_t lc;
    bool has_le;
    size_t le;
};

static bool take_apart(const unsigned char *cmd, size_t n, struct command *out)
{
    if (n < 4)
        return false;
    *out = (struct command){ .cla = cmd[0], .ins = cmd[1], .p1 = cmd[2], .p2 = cmd[3] };
    if (n == 4)
        return true;
    if (n == 5) {
        out->has_le = true;
        out->le = cmd[4];
        return true;
    }
    out->lc = cmd[4];
    out->data = cmd + 5;
    out->has_le = n == 6 + out->lc;
    if (out->has_le)
        out->le = cmd[n - 1];
    return n == 5 + out->lc || out->has_le;
}

static bool is(const struct chip *chip, const char *kind)
{
    return strcmp(chip->card.kind, kind) == 0;
}

static size_t status(unsigned char *out, unsigned sw)
{
    out[0] = (unsigned char)(sw >> 8);
    out[1] = (unsigned char)sw;
    return 2;
}

static size_t answer(unsigned char *out, const unsigned char *data, size_t n, unsigned sw)
{
    memmove(out, data, n);
    return n + status(out + n, sw);
}

static size_t keep(struct chip *chip, const unsigned char *data, size_t n, unsigned char *out)
{
    memcpy(chip->rest, data, n);
    chip->rest_n = n;
    return status(out, 0x6100 | n);
}

/* Data of a command that brought none itself: P3 is what the reader expects. */
static size_t give(struct chip *chip, const struct command *c, const unsigned char *data, size_t n,
                   unsigned char *out)
{
    size_t want = c->has_le ? c->le : 0;
    if (chip->card.habit == HABIT_61)
        return keep(chip, data, n, out);
    if (chip->card.habit == HABIT_6C && want != n)
        return status(out, 0x6c00 | n);
    return answer(out, data, want && want < n ? want : n, 0x9000);
}

static size_t get_response(struct chip *chip, const struct command *c, unsigned char *out)
{
    size_t have = chip->rest_n, want = c->has_le ? c->le : 0;
    unsigned char data[sizeof chip->rest];
    if (have == 0)
        return status(out, 0x6985);
    if (want > have || (want == 0 && chip->card.habit == HABIT_6C))
        return status(out, 0x6c00 | have);
    if (want == 0)
        want = have;
    memcpy(data, chip->rest, have);
    chip->rest_n = have - want;
    memcpy(chip->rest, data + want, chip->rest_n);
    return answer(out, data, want, chip->rest_n ? 0x6100 | chip->rest_n : 0x9000);
}

/* --- SELECT --------------------------------------------------------------------------------- */

/* After a command with data the answer is fetched, but where the card's habit is plain. */
static size_t give_fci(struct chip *chip, const struct command *c, const unsigned char *fci,
                       size_t n, unsigned char *out)
{
    if ((c->p2 & 0x0c) == 0x0c || n == 0)
        return status(out, 0x9000);
    if (chip->card.habit != HABIT_PLAIN)
        return keep(chip, fci, n, out);
    return answer(out, fci, n, 0x9000);
}

static size_t select_app(struct chip *chip, const struct command *c, unsigned char *out)
{
    unsigned char fci[40] = { 0x6f, 0, 0x84, sizeof SSSE };
    size_t n = 4;
    memcpy(fci + n, SSSE, sizeof SSSE);
    n += sizeof SSSE;
    const unsigned char more[] = { 0xa5, 0x03, 0x88, 0x01, 0x1e };
    const unsigned char alg[] = { 0x9f, 0x0c, 0x03, 0x86, 0x01, (unsigned char)chip->card.alg };
    memcpy(fci + n, more, sizeof more);
    if (chip->card.alg) {
        fci[n + 1] += sizeof alg;
        memcpy(fci + n + sizeof more, alg, sizeof alg);
        n += sizeof alg;
    }
    n += sizeof more;
    fci[1] = (unsigned char)(n - 2);
    chip->in_app = true;
    chip->file = 0;
    chip->opened = false;
    return give_fci(chip, c, fci, n, out);
}

static size_t select_file(struct chip *chip, const struct command *c, unsigned char *out)
{
    unsigned fid = c->lc == 2 ? (unsigned)(c->data[0] << 8 | c->data[1]) : 0;
    const unsigned char fci[] = {
        0x6f, 0x04, 0x83, 0x02, (unsigned char)(fid >> 8), (unsigned char)fid
    };
    if (c->lc != 2)
        return status(out, 0x6700);
    if (fid == 0x3f00 && c->p1 == 0) {
        chip->in_app = false;
        chip->file = 0;
        return status(out, 0x9000);
    }
    if (fid == 0xddf1 && c->p1 == 0 && is(chip, "health")) {
        chip->in_app = true;
        chip->file = 0;
        return status(out, 0x9000);
    }
    if (!chip->in_app || fid < 0xef05 || fid > 0xef08)
        return status(out, 0x6a82);
    chip->file = (int)(fid & 0xff);
    return give_fci(chip, c, fci, chip->card.habit == HABIT_PLAIN ? 0 : sizeof fci, out);
}

static size_t select_any(struct chip *chip, const struct command *c, unsigned char *out)
{
    if (c->p1 == 0x00 || c->p1 == 0x02)
        return select_file(chip, c, out);
    if (c->p1 != 0x04)
        return status(out, 0x6a86);
    if (is(chip, "ssc") && c->lc == sizeof SSSE && memcmp(c->data, SSSE, sizeof SSSE) == 0)
        return select_app(chip, c, out);
    return status(out, 0x6a82);
}

/* --- READ RECORD ---------------------------------------------------------------------------- */

static size_t from_record(const struct ef *ef, int first, unsigned char *to)
{
    size_t n = 0;
    for (int i = first - 1; i < ef->n; i++) {
        memcpy(to + n, ef->rec[i].bytes, ef->rec[i].n);
        n += ef->rec[i].n;
    }
    return n;
}

static size_t read_mode(struct chip *chip, const struct command *c, const struct ef *ef,
                        unsigned char *out)
{
    unsigned char all[512];
    unsigned mode = c->p2 & 7;
    if (mode == 5 && chip->card.read_all) {
        if (c->p1 < 1 || c->p1 > ef->n)
            return status(out, 0x6a83);
        return give(chip, c, all, from_record(ef, c->p1, all), out);
    }
    if (mode != 4 && (mode != 0 || !chip->card.by_tag))
        return status(out, 0x6a86);
    for (int i = 0; i < ef->n; i++) {
        bool it = mode == 4 ? c->p1 == i + 1 : c->p1 == ef->rec[i].bytes[0];
        if (it)
            return give(chip, c, ef->rec[i].bytes, ef->rec[i].n, out);
    }
    return status(out, 0x6a83);
}

static size_t read_record(struct chip *chip, const struct command *c, unsigned char *out)
{
    int sfi = c->p2 >> 3;
    if (c->lc)
        return status(out, 0x6700);
    if (!chip->in_app || sfi > 8 || (sfi && sfi < 5))
        return status(out, 0x6a82);
    if (sfi)
        chip->file = sfi;
    if (!chip->file)
        return status(out, 0x6986);
    if (chip->file > 6)
        return status(out, 0x6981);
    if (chip->file == 6 && chip->card.guarded && !chip->opened)
        return status(out, 0x6982);
    return read_mode(chip, c, chip->file == 5 ? &chip->issuer : &chip->holder, out);
}

/* --- the rest ------------------------------------------------------------------------------- */

static size_t get_challenge(struct chip *chip, const struct command *c, unsigned char *out)
{
    if (c->p1 || c->p2)
        return status(out, 0x6a86);
    if (c->lc || (c->le != 4 && c->le != 8 && c->le != 16))
        return status(out, 0x6700);
    if (getrandom(out, c->le, 0) != (ssize_t)c->le)
        return status(out, 0x6581);
    chip->challenge_n = c->le;
    return c->le + status(out + c->le, 0x9000);
}

/* No real key is known here: the card file says which eight bytes the card takes for right. */
static size_t external(struct chip *chip, const struct command *c, unsigned char *out)
{
    bool right = chip->card.has_auth && c->lc >= 16 && memcmp(c->data, chip->card.auth, 8) == 0;
    if (!chip->in_app)
        return status(out, 0x6985);
    if (c->p2 != KEY_HOLDER)
        return status(out, 0x6a88);
    if (c->lc != 16 && c->lc != 17)
        return status(out, 0x6700);
    if (chip->tries == 0)
        return status(out, 0x6983);
    if (chip->challenge_n == 0)
        return status(out, 0x6985);
    chip->challenge_n = 0;
    if (!right)
        return status(out, 0x63c0 | (unsigned)--chip->tries);
    chip->tries = TRIES;
    chip->opened = true;
    return status(out, 0x9000);
}

size_t chip_command(struct chip *chip, const unsigned char *cmd, size_t n, unsigned char *out)
{
    struct command c;
    if (!take_apart(cmd, n, &c))
        return status(out, 0x6700);
    if (!is(chip, "ssc") && !is(chip, "health"))
        return purse_command(chip, cmd, n, out);
    if (c.cla != 0x00)
        return status(out, 0x6e00);
    if (c.ins == INS_RESPONSE)
        return get_response(chip, &c, out);
    chip->rest_n = 0;
    switch (c.ins) {
    case INS_SELECT:
        return select_any(chip, &c, out);
    case INS_RECORD:
        return read_record(chip, &c, out);
    case INS_BINARY: /* fingerprint and photo ask for a key on every card */
        return status(out, chip->file > 6 ? 0x6982 : chip->file ? 0x6981 : 0x6986);
    case INS_CHALLENGE:
        return get_challenge(chip, &c, out);
    case INS_EXTERNAL:
        return external(chip, &c, out);
    default:
        return status(out, 0x6d00);
    }
}

void chip_reset(struct chip *chip)
{
    chip->in_app = false;
    chip->file = 0;
    chip->opened = false;
    chip->challenge_n = 0;
    chip->rest_n = 0;
}

bool chip_make(struct chip *chip, const struct card *card)
{
    struct chip new = { .card = *card, .tries = TRIES };
    bool health = strcmp(card->kind, "health") == 0;
    if (!(health ? files_health : files_issuer)(card, &new.issuer) ||
        !files_holder(card, &new.holder))
        return false;
    *chip = new;
    return true;
}
