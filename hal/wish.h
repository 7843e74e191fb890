/* wish.h - what setting up a terminal wishes of its system: network, clock, name.
 *
 * huimin, which may do nothing to the system, writes wish.conf; huimin-setup, which is root, reads
 * it as it would read a stranger's: every value is checked here, by either of them, and nothing in
 * a struct wish can end a line, quote or path of what is made of it. */
#ifndef HAL_WISH_H
#define HAL_WISH_H

#include "hal/base/err.h"

#include <stdbool.h>
#include <stddef.h>

enum { WISH_FILE = 8192, WISH_TEXT = 2048, WISH_WHY = 96, WISH_DNS = 3 };

enum wish_said {
    WISH_SERIAL = 1,
    WISH_NET = 2,
    WISH_ADDRESS = 4,
    WISH_GATEWAY = 8,
    WISH_SAID_DNS = 16,
    WISH_SSID = 32,
    WISH_KEY = 64,
    WISH_NTP = 128,
    WISH_HOSTNAME = 256,
    WISH_RESTART = 512
};

/* Invariant: what is not in `said` is "". Wipe it: it may hold the key of a wireless network. */
struct wish {
    unsigned said;
    int serial;        /* serial: of this wish, from 1 */
    char net[8];       /* net: dhcp, static, wifi, none */
    char address[52];  /* net.address: 192.0.2.7/24, as inet_ntop writes it */
    char gateway[46];  /* net.gateway */
    char dns[3 * 47];  /* net.dns: at most three, a space between */
    char ssid[33];     /* wifi.ssid: 1 to 32 bytes of UTF-8 */
    char key[65];      /* wifi.key: 8 to 63 of ASCII, 64 of hex, or "" (an open network) */
    char ntp[254];     /* ntp: a name or an address; "" = those of the system */
    char hostname[64]; /* hostname: letters, digits, hyphens */
    char restart[8];   /* restart: sync; it reads its config at its start only */
};

/* [any] NULL: taken; else what is wrong with the value, in a few words. ERR_NOT_FOUND as words:
 * wish_knows says whether there is such a key. */
bool wish_knows(const char *key);
const char *wish_set(struct wish *w, const char *key, const char *value);
/* [any] What of the whole does not fit together: *out_key the key; NULL: all well. */
const char *wish_fault(const struct wish *w, const char **out_key);
/* [any] Reads a whole file of `key = value` lines; n <= WISH_FILE. ERR_FORMAT: key and why say
 * which line and what; neither holds a byte of the value. */
struct wish_why {
    char key[32], why[WISH_WHY];
};
MUST_CHECK enum err wish_read(struct wish *w, const char *text, size_t n, struct wish_why *why);
/* [any] As wish_read takes it; without the key where it is to be kept. */
void wish_write(const struct wish *w, bool with_key, char out[WISH_TEXT]);
/* [any] What was done stands over what was before; neither the key of a network nor what is done
 * once is kept. */
void wish_keep(struct wish *kept, const struct wish *done);
/* [any] A name for the network of any text: "许家冲 No. 1" -> "huimin-no-1"; never "". */
void wish_hostname(const char *text, char out[64]);

#endif
