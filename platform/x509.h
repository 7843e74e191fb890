/* x509.h - certificates and the list of those that are over; the only door to libcrypto's X.509.
 *
 * Everything is PEM text in the caller's arena. The authority and the server have P-256 keys (what
 * browsers take too), a terminal's certificate is of its Ed25519 line key. Times are ms.
 * ERR_FORMAT: a key or certificate given is none; ERR_NOMEM; ERR_IO: libcrypto would not. */
#ifndef PLATFORM_X509_H
#define PLATFORM_X509_H

#include "hal/base/arena.h"
#include "hal/base/err.h"
#include "hal/crypto.h"

#include <stdint.h>

enum { X509_SERIAL = 16 }; /* random bytes, the first one 1 … 127 */

/* Who signs: both PEM. */
struct x509_ca {
    const char *key, *cert;
};
struct x509_pair {
    char *key, *cert;
};
MUST_CHECK enum err x509_make_ca(struct arena *a, const char *name, int64_t now_ms,
                                 struct x509_pair *out);
/* hosts: names and IPv4 addresses, separated by commas; the first is its name. */
MUST_CHECK enum err x509_make_server(struct arena *a, const struct x509_ca *ca, const char *hosts,
                                     int64_t now_ms, struct x509_pair *out);

struct x509_terminal {
    const char *name;
    unsigned char line[CRYPTO_PUB], serial[X509_SERIAL];
    int64_t from_ms, until_ms;
};
MUST_CHECK enum err x509_make_terminal(struct arena *a, const struct x509_ca *ca,
                                       const struct x509_terminal *t, char **out_cert);

/* Certificates that are refused though their time is not over. */
struct x509_revoked {
    unsigned char serial[X509_SERIAL];
    int64_t at_ms;
};
MUST_CHECK enum err x509_make_crl(struct arena *a, const struct x509_ca *ca,
                                  const struct x509_revoked *list, int count, int64_t now_ms,
                                  char **out_crl);

#endif
