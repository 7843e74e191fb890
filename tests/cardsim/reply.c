/* reply.c - takes commands apart and gives answers as the card's habit is: at once, 61xx or 6Cxx.
 */
#include "tests/cardsim/reply.h"

#include <string.h>

bool command_parse(const unsigned char *cmd, size_t n, struct command *out)
{
    *out = (struct command){ 0 };
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

size_t reply_status(unsigned char *out, unsigned sw)
{
    out[0] = (unsigned char)(sw >> 8);
    out[1] = (unsigned char)sw;
    return 2;
}

size_t reply_data(unsigned char *out, const unsigned char *data, size_t n, unsigned sw)
{
    memmove(out, data, n);
    return n + reply_status(out + n, sw);
}

static size_t keep(struct chip *chip, const unsigned char *data, size_t n, unsigned char *out)
{
    memcpy(chip->rest, data, n);
    chip->rest_n = n;
    return reply_status(out, 0x6100 | (unsigned)n);
}

size_t reply_fetched(struct chip *chip, const unsigned char *data, size_t n, unsigned char *out)
{
    if (chip->card.habit != HABIT_PLAIN)
        return keep(chip, data, n, out);
    return reply_data(out, data, n, 0x9000);
}

/* P3 of a command without data is what the reader expects. */
size_t reply_given(struct chip *chip, const struct command *c, const unsigned char *data, size_t n,
                   unsigned char *out)
{
    size_t want = c->has_le ? c->le : 0;
    if (chip->card.habit == HABIT_61)
        return keep(chip, data, n, out);
    if (chip->card.habit == HABIT_6C && want != n)
        return reply_status(out, 0x6c00 | (unsigned)n);
    return reply_data(out, data, want && want < n ? want : n, 0x9000);
}

size_t reply_rest(struct chip *chip, const struct command *c, unsigned char *out)
{
    size_t have = chip->rest_n, want = c->has_le ? c->le : 0;
    unsigned char data[sizeof chip->rest];
    if (have == 0)
        return reply_status(out, 0x6985);
    if (want > have || (want == 0 && chip->card.habit == HABIT_6C))
        return reply_status(out, 0x6c00 | (unsigned)have);
    if (want == 0)
        want = have;
    memcpy(data, chip->rest, have);
    chip->rest_n = have - want;
    memcpy(chip->rest, data + want, chip->rest_n);
    return reply_data(out, data, want, chip->rest_n ? 0x6100 | (unsigned)chip->rest_n : 0x9000);
}
