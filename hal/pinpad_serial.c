/* pinpad_serial.c - a PIN pad of bank counters on a serial line, set to plain digits. */
#include "hal/pinpad.h"

#include "hal/serial.h"

/* Believed, not seen on a real one: 9600 8N1, one ASCII byte a key, and nothing has to be sent to
 * it. Pads that want to be woken up or that encrypt need a driver of their own. */
enum { BAUD = 9600 };

static enum err line_open(const char *where, int *out_fd, char out_name[KEYBOARD_NAME])
{
    out_name[0] = '\0';
    return serial_open(where, BAUD, out_fd);
}

static unsigned char key_of(unsigned char byte)
{
    if (byte >= '0' && byte <= '9')
        return byte;
    switch (byte) {
    case '\r':
        return PINPAD_CONFIRM;
    case 0x08:
    case 0x7f:
        return PINPAD_ERASE;
    case 0x1b:
        return PINPAD_CANCEL;
    case 0: /* what the kernel makes of a garbled byte */
        return PINPAD_LOST;
    default:
        return PINPAD_NO_KEY; /* its other keys, a line feed */
    }
}

static size_t line_decode(const unsigned char *bytes, size_t n, unsigned char *out_key)
{
    if (n)
        *out_key = key_of(*bytes);
    return n ? 1 : 0;
}

const struct pinpad_driver pinpad_serial = { .name = "serial",
                                             .open = line_open,
                                             .decode = line_decode };
