/* pinpad_keys.c - a PIN pad that is a USB numeric keypad: its keys, grabbed. */
#include "hal/pinpad.h"

#include <string.h>

#include <linux/input.h>

/* Whatever the lock of numbers says, which changes no key but only its letter. */
static const unsigned char key_of[] = {
    [KEY_0] = '0',
    [KEY_1] = '1',
    [KEY_2] = '2',
    [KEY_3] = '3',
    [KEY_4] = '4',
    [KEY_5] = '5',
    [KEY_6] = '6',
    [KEY_7] = '7',
    [KEY_8] = '8',
    [KEY_9] = '9',
    [KEY_KP0] = '0',
    [KEY_KP1] = '1',
    [KEY_KP2] = '2',
    [KEY_KP3] = '3',
    [KEY_KP4] = '4',
    [KEY_KP5] = '5',
    [KEY_KP6] = '6',
    [KEY_KP7] = '7',
    [KEY_KP8] = '8',
    [KEY_KP9] = '9',
    [KEY_ENTER] = PINPAD_CONFIRM,
    [KEY_KPENTER] = PINPAD_CONFIRM,
    [KEY_BACKSPACE] = PINPAD_ERASE,
    [KEY_DELETE] = PINPAD_ERASE,
    [KEY_KPDOT] = PINPAD_ERASE,
    [KEY_ESC] = PINPAD_CANCEL,
};
enum { KEYS = sizeof key_of };
_Static_assert(sizeof(struct input_event) <= PINPAD_RECORD, "a record fits");

static bool named(const char *part, const char *name)
{
    return strcasestr(name, part) != NULL;
}

static bool types_digits(const unsigned char *keys)
{
    return (keyboard_has(keys, KEY_1) && keyboard_has(keys, KEY_ENTER)) ||
           (keyboard_has(keys, KEY_KP1) && keyboard_has(keys, KEY_KPENTER));
}

static enum err keys_open(const char *where, int *out_fd, char out_name[KEYBOARD_NAME])
{
    return keyboard_open(&(struct keyboard_want){ where, named, types_digits }, out_fd, out_name);
}

/* A key that is held down counts once. */
static size_t keys_decode(const unsigned char *bytes, size_t n, unsigned char *out_key)
{
    struct input_event e;
    if (n < sizeof e)
        return 0;
    memcpy(&e, bytes, sizeof e);
    bool pressed = e.type == EV_KEY && e.value == 1;
    *out_key = pressed && e.code < KEYS                    ? key_of[e.code]
               : e.type == EV_SYN && e.code == SYN_DROPPED ? PINPAD_LOST
                                                           : PINPAD_NO_KEY;
    explicit_bzero(&e, sizeof e);
    return sizeof e;
}

const struct pinpad_driver pinpad_keys = { .name = "keys",
                                           .open = keys_open,
                                           .decode = keys_decode };
