/* scan_keys.c - the keys of a scanner that plays keyboard, back to the text it read. */
#include "hal/scan_keys.h"

#include <string.h>

#include <linux/input.h>

/* Each key without and with shift. */
static const char letters[][2] = {
    [KEY_1] = { '1', '!' },          [KEY_2] = { '2', '@' },
    [KEY_3] = { '3', '#' },          [KEY_4] = { '4', '$' },
    [KEY_5] = { '5', '%' },          [KEY_6] = { '6', '^' },
    [KEY_7] = { '7', '&' },          [KEY_8] = { '8', '*' },
    [KEY_9] = { '9', '(' },          [KEY_0] = { '0', ')' },
    [KEY_MINUS] = { '-', '_' },      [KEY_EQUAL] = { '=', '+' },
    [KEY_LEFTBRACE] = { '[', '{' },  [KEY_RIGHTBRACE] = { ']', '}' },
    [KEY_SEMICOLON] = { ';', ':' },  [KEY_APOSTROPHE] = { '\'', '"' },
    [KEY_GRAVE] = { '`', '~' },      [KEY_BACKSLASH] = { '\\', '|' },
    [KEY_102ND] = { '\\', '|' },     [KEY_COMMA] = { ',', '<' },
    [KEY_DOT] = { '.', '>' },        [KEY_SLASH] = { '/', '?' },
    [KEY_SPACE] = { ' ', ' ' },      [KEY_A] = { 'a', 'A' },
    [KEY_B] = { 'b', 'B' },          [KEY_C] = { 'c', 'C' },
    [KEY_D] = { 'd', 'D' },          [KEY_E] = { 'e', 'E' },
    [KEY_F] = { 'f', 'F' },          [KEY_G] = { 'g', 'G' },
    [KEY_H] = { 'h', 'H' },          [KEY_I] = { 'i', 'I' },
    [KEY_J] = { 'j', 'J' },          [KEY_K] = { 'k', 'K' },
    [KEY_L] = { 'l', 'L' },          [KEY_M] = { 'm', 'M' },
    [KEY_N] = { 'n', 'N' },          [KEY_O] = { 'o', 'O' },
    [KEY_P] = { 'p', 'P' },          [KEY_Q] = { 'q', 'Q' },
    [KEY_R] = { 'r', 'R' },          [KEY_S] = { 's', 'S' },
    [KEY_T] = { 't', 'T' },          [KEY_U] = { 'u', 'U' },
    [KEY_V] = { 'v', 'V' },          [KEY_W] = { 'w', 'W' },
    [KEY_X] = { 'x', 'X' },          [KEY_Y] = { 'y', 'Y' },
    [KEY_Z] = { 'z', 'Z' },          [KEY_KP0] = { '0', '0' },
    [KEY_KP1] = { '1', '1' },        [KEY_KP2] = { '2', '2' },
    [KEY_KP3] = { '3', '3' },        [KEY_KP4] = { '4', '4' },
    [KEY_KP5] = { '5', '5' },        [KEY_KP6] = { '6', '6' },
    [KEY_KP7] = { '7', '7' },        [KEY_KP8] = { '8', '8' },
    [KEY_KP9] = { '9', '9' },        [KEY_KPDOT] = { '.', '.' },
    [KEY_KPMINUS] = { '-', '-' },    [KEY_KPPLUS] = { '+', '+' },
    [KEY_KPASTERISK] = { '*', '*' }, [KEY_KPSLASH] = { '/', '/' },
    [KEY_KPEQUAL] = { '=', '=' },    [KEY_KPCOMMA] = { ',', ',' },
};
enum { LETTERS = sizeof letters / sizeof *letters };

static unsigned shift_bit(int code)
{
    return code == KEY_LEFTSHIFT ? 1 : code == KEY_RIGHTSHIFT ? 2 : 0;
}

static unsigned other_bit(int code)
{
    static const int keys[] = { KEY_LEFTCTRL, KEY_RIGHTCTRL, KEY_LEFTALT,
                                KEY_RIGHTALT, KEY_LEFTMETA,  KEY_RIGHTMETA };
    for (unsigned i = 0; i < sizeof keys / sizeof *keys; i++)
        if (keys[i] == code)
            return 1u << i;
    return 0;
}

static void hold(unsigned *keys, unsigned bit, bool down)
{
    *keys = down ? *keys | bit : *keys & ~bit;
}

static void add(struct scan_keys *k, char c)
{
    if (!c || k->torn)
        return;
    if (k->n == SCAN_MAX) {
        scan_keys_clear(k);
        k->torn = true;
        return;
    }
    k->text[k->n++] = c;
}

/* The kernel's buffer ran over: what was down is no longer known, and what was read has holes. */
static void lost_some(struct scan_keys *k)
{
    scan_keys_clear(k);
    k->shift = k->other = 0;
    k->torn = true;
}

static bool ends(int code)
{
    return code == KEY_ENTER || code == KEY_KPENTER || code == KEY_TAB;
}

bool scan_keys_event(struct scan_keys *k, int type, int code, int value)
{
    if (type == EV_SYN && code == SYN_DROPPED)
        lost_some(k);
    if (type != EV_KEY || (value != 0 && value != 1)) /* 2: a key held down repeats */
        return false;
    bool down = value == 1;
    unsigned shift = shift_bit(code), other = other_bit(code);
    if (shift)
        hold(&k->shift, shift, down);
    else if (other)
        hold(&k->other, other, down);
    else if (down && ends(code))
        return scan_keys_pending(k);
    else if (down && code >= 0 && code < LETTERS && !k->other)
        add(k, letters[code][k->shift != 0]);
    return false;
}

bool scan_keys_pending(const struct scan_keys *k)
{
    return k->n > 0 || k->torn;
}

void scan_keys_clear(struct scan_keys *k)
{
    explicit_bzero(k->text, k->n);
    k->n = 0;
    k->torn = false;
}
