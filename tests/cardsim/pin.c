/* pin.c - the card's PIN: asked for, changed, and blocked after too many wrong ones. */
#include "tests/cardsim/pin.h"

#include <string.h>

enum { PIN_BYTES = 8 };

/* Two digits a byte; an odd one out has F beside it. */
static bool is_pin(const char *pin, const unsigned char *bytes, size_t n)
{
    size_t digits = strlen(pin);
    if (n != (digits + 1) / 2)
        return false;
    for (size_t i = 0; i < n; i++) {
        unsigned high = (unsigned)(pin[2 * i] - '0');
        unsigned low = 2 * i + 1 < digits ? (unsigned)(pin[2 * i + 1] - '0') : 0xf;
        if (bytes[i] != (high << 4 | low))
            return false;
    }
    return true;
}

/* False: not 4 to 16 digits. */
static bool to_digits(const unsigned char *bytes, size_t n, char out[PIN_MAX + 1])
{
    size_t digits = n > 0 && (bytes[n - 1] & 0x0f) == 0x0f ? 2 * n - 1 : 2 * n;
    if (digits < PIN_MIN || digits > PIN_MAX)
        return false;
    for (size_t i = 0; i < digits; i++) {
        unsigned d = i % 2 ? bytes[i / 2] & 0x0f : bytes[i / 2] >> 4;
        if (d > 9)
            return false;
        out[i] = (char)('0' + d);
    }
    out[digits] = '\0';
    return true;
}

/* The one counter of VERIFY and CHANGE PIN. */
static unsigned judge(struct chip *chip, const unsigned char *bytes, size_t n)
{
    struct memory *m = chip->memory;
    if (m->pin_tries == 0)
        return 0x6983;
    if (!is_pin(m->pin, bytes, n))
        return 0x63c0 | (unsigned)--m->pin_tries;
    m->pin_tries = chip->card.pin_tries;
    return 0x9000;
}

size_t pin_verify(struct chip *chip, const struct command *c, unsigned char *out)
{
    const struct memory *m = chip->memory;
    if (!chip->in_app)
        return reply_status(out, 0x6985);
    if (c->p1 || c->p2)
        return reply_status(out, 0x6a86);
    if (c->lc > PIN_BYTES || (c->lc == 0 && c->le != 0))
        return reply_status(out, 0x6700);
    if (!m->pin[0])
        return reply_status(out, c->lc ? 0x6a88 : 0x9000);
    if (c->lc)
        return reply_status(out, judge(chip, c->data, c->lc));
    return reply_status(out, m->pin_tries ? 0x63c0 | (unsigned)m->pin_tries : 0x6983);
}

/* "old FF new": no byte of a PIN is FF. A wrong old one costs a try whatever the new one is. */
size_t pin_change(struct chip *chip, const struct command *c, unsigned char *out)
{
    char new[PIN_MAX + 1];
    if (!chip->in_app)
        return reply_status(out, 0x6985);
    if (c->p1 != 0x01 || c->p2)
        return reply_status(out, 0x6a86);
    if (c->lc == 0 || c->lc > 2 * PIN_BYTES + 1)
        return reply_status(out, 0x6700);
    if (!chip->memory->pin[0])
        return reply_status(out, 0x6a88);
    const unsigned char *gap = memchr(c->data, 0xff, c->lc);
    if (!gap)
        return reply_status(out, 0x6a80);
    size_t old_n = (size_t)(gap - c->data);
    unsigned sw = judge(chip, c->data, old_n);
    if (sw != 0x9000)
        return reply_status(out, sw);
    if (!to_digits(gap + 1, c->lc - old_n - 1, new))
        return reply_status(out, 0x6a80);
    memcpy(chip->memory->pin, new, sizeof new);
    return reply_status(out, 0x9000);
}
