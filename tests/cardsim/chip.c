/* chip.c - what a social security card of generation 1, 2 or 3 answers (facts/cards.md 2a). */
#include "tests/cardsim/chip.h"

#include "tests/cardsim/auth.h"
#include "tests/cardsim/pin.h"
#include "tests/cardsim/purse.h"

#include <string.h>

enum { INS_VERIFY = 0x20, INS_CHANGE = 0x5e, INS_EXTERNAL = 0x82, INS_CHALLENGE = 0x84 };
enum { INS_INTERNAL = 0x88, INS_SELECT = 0xa4, INS_BINARY = 0xb0, INS_RECORD = 0xb2 };
enum { INS_RESPONSE = 0xc0 };

/* "sx1.sh." and four characters of GBK: social security. */
static const unsigned char SSSE[15] = { 0x73, 0x78, 0x31, 0x2e, 0x73, 0x68, 0x2e, 0xc9,
                                        0xe7, 0xbb, 0xe1, 0xb1, 0xa3, 0xd5, 0xcf };

static bool is(const struct chip *chip, const char *kind)
{
    return strcmp(chip->card.kind, kind) == 0;
}

/* --- SELECT --------------------------------------------------------------------------------- */

/* After a command with data the answer is fetched, but where the card's habit is plain. */
static size_t give_fci(struct chip *chip, const struct command *c, const unsigned char *fci,
                       size_t n, unsigned char *out)
{
    if ((c->p2 & 0x0c) == 0x0c || n == 0)
        return reply_status(out, 0x9000);
    return reply_fetched(chip, fci, n, out);
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
        return reply_status(out, 0x6700);
    if (fid == 0x3f00 && c->p1 == 0) {
        chip->in_app = false;
        chip->file = 0;
        return reply_status(out, 0x9000);
    }
    if (fid == 0xddf1 && c->p1 == 0 && is(chip, "health")) {
        chip->in_app = true;
        chip->file = 0;
        return reply_status(out, 0x9000);
    }
    if (!chip->in_app || fid < 0xef05 || fid > 0xef08)
        return reply_status(out, 0x6a82);
    chip->file = (int)(fid & 0xff);
    return give_fci(chip, c, fci, chip->card.habit == HABIT_PLAIN ? 0 : sizeof fci, out);
}

static size_t select_any(struct chip *chip, const struct command *c, unsigned char *out)
{
    if (c->p1 == 0x00 || c->p1 == 0x02)
        return select_file(chip, c, out);
    if (c->p1 != 0x04)
        return reply_status(out, 0x6a86);
    if (!is(chip, "ssc") || c->lc != sizeof SSSE || memcmp(c->data, SSSE, sizeof SSSE) != 0)
        return reply_status(out, 0x6a82);
    if (chip->card.lock != LOCK_NONE)
        return reply_status(out, chip->card.lock == LOCK_CARD ? 0x6a81 : 0x9303);
    return select_app(chip, c, out);
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
            return reply_status(out, 0x6a83);
        return reply_given(chip, c, all, from_record(ef, c->p1, all), out);
    }
    if (mode != 4 && (mode != 0 || !chip->card.by_tag))
        return reply_status(out, 0x6a86);
    for (int i = 0; i < ef->n; i++) {
        bool it = mode == 4 ? c->p1 == i + 1 : c->p1 == ef->rec[i].bytes[0];
        if (it)
            return reply_given(chip, c, ef->rec[i].bytes, ef->rec[i].n, out);
    }
    return reply_status(out, 0x6a83);
}

static size_t read_record(struct chip *chip, const struct command *c, unsigned char *out)
{
    int sfi = c->p2 >> 3;
    if (c->lc)
        return reply_status(out, 0x6700);
    if (!chip->in_app || sfi > 8 || (sfi && sfi < 5))
        return reply_status(out, 0x6a82);
    if (sfi)
        chip->file = sfi;
    if (!chip->file)
        return reply_status(out, 0x6986);
    if (chip->file > 6)
        return reply_status(out, 0x6981);
    if (chip->file == 6 && chip->card.guarded && !chip->opened)
        return reply_status(out, 0x6982);
    return read_mode(chip, c, chip->file == 5 ? &chip->issuer : &chip->holder, out);
}

/* --- all ------------------------------------------------------------------------------------ */

static size_t obey(struct chip *chip, const struct command *c, unsigned char *out)
{
    bool ssc = is(chip, "ssc"); /* a health card has neither PIN nor keys of ours */
    if (ssc && c->cla == 0x80 && c->ins == INS_CHANGE)
        return pin_change(chip, c, out);
    if (c->cla != 0x00)
        return reply_status(out, 0x6e00);
    switch (c->ins) {
    case INS_SELECT:
        return select_any(chip, c, out);
    case INS_RECORD:
        return read_record(chip, c, out);
    case INS_BINARY: /* fingerprint and photo ask for a key on every card */
        return reply_status(out, chip->file > 6 ? 0x6982 : chip->file ? 0x6981 : 0x6986);
    case INS_CHALLENGE:
        return auth_challenge(chip, c, out);
    case INS_EXTERNAL:
        return auth_external(chip, c, out);
    case INS_INTERNAL:
        return ssc ? auth_internal(chip, c, out) : reply_status(out, 0x6d00);
    case INS_VERIFY:
        return ssc ? pin_verify(chip, c, out) : reply_status(out, 0x6d00);
    default:
        return reply_status(out, 0x6d00);
    }
}

/* What was said in between no longer belongs to the challenges. */
static void forget_challenges(struct chip *chip)
{
    chip->latest = chip->before = (struct challenge){ 0 };
}

size_t chip_command(struct chip *chip, const unsigned char *cmd, size_t n, unsigned char *out)
{
    struct command c;
    bool whole = command_parse(cmd, n, &c);
    size_t len;
    if (whole && !is(chip, "ssc") && !is(chip, "health"))
        return purse_command(chip, cmd, n, out);
    if (whole && c.cla == 0x00 && c.ins == INS_RESPONSE)
        return reply_rest(chip, &c, out);
    chip->rest_n = 0;
    len = whole ? obey(chip, &c, out) : reply_status(out, 0x6700);
    if (c.cla != 0x00 || c.ins != INS_CHALLENGE)
        forget_challenges(chip);
    return len;
}

void chip_reset(struct chip *chip)
{
    chip->in_app = false;
    chip->file = 0;
    chip->opened = false;
    chip->rest_n = 0;
    forget_challenges(chip);
}

bool chip_make(struct chip *chip, const struct card *card)
{
    struct chip new = { .card = *card };
    bool health = strcmp(card->kind, "health") == 0;
    if (!(health ? files_health : files_issuer)(card, &new.issuer) ||
        !files_holder(card, &new.holder))
        return false;
    *chip = new;
    return true;
}
