/* keys.h - the terminal's own two keys: one signs what citizens hand in, one signs the requests. */
#ifndef APP_KEYS_H
#define APP_KEYS_H

#include "hal/base/err.h"
#include "hal/crypto.h"

/* Owner: the program that reads it; the secret is wiped by key_finish. */
struct terminal_key {
    unsigned char pub[CRYPTO_PUB], secret[CRYPTO_SECRET];
};
/* [main] DATA/item.key (only huimin reads it) and DATA/line.key (only huimin-sync): made at first
 * start, mode 0600. The public halves lie beside as item.pub and line.pub; as soon as both are
 * there, DATA/terminal.pub holds both: the KEYFILE of `terminal add`. ERR_READONLY, ERR_FULL,
 * ERR_FORMAT (damaged: never replaced silently), ERR_IO. */
MUST_CHECK enum err key_load_item(const char *data_dir, struct terminal_key *out);
MUST_CHECK enum err key_load_line(const char *data_dir, struct terminal_key *out);
void key_finish(struct terminal_key *k);

#endif
