/* db_enrol.h - what the platform remembers of enrolment: codes on paper, certificates given out. */
#ifndef PLATFORM_DB_ENROL_H
#define PLATFORM_DB_ENROL_H

#include "platform/db_case.h"
#include "platform/x509.h"

/* Writing belongs between db_begin and db_commit. */

/* A code somebody was given on paper. hash: keyed, hex; the code itself is nowhere. */
struct enrol_code {
    char hash[2 * CRYPTO_MAC + 1];
    char name[WIRE_NAME_MAX], village[WIRE_NAME_MAX]; /* village "": none was said */
    int64_t until_ms, used_ms;                        /* used 0: not yet */
};
/* A code that is given for a name takes the place of the one before, if that was not used. */
MUST_CHECK enum err db_code_add(struct db *db, const struct enrol_code *c);
MUST_CHECK enum err db_code_find(struct db *db, const char *hash, struct enrol_code *out);
MUST_CHECK enum err db_code_use(struct db *db, const char *hash, int64_t now_ms);
/* The village of the last code this terminal used; "" when there is none. */
MUST_CHECK enum err db_code_village(struct db *db, const char *name, char out[WIRE_NAME_MAX]);

struct certificate {
    char serial[2 * X509_SERIAL + 1]; /* hex */
    char terminal[WIRE_NAME_MAX];
    unsigned char line[CRYPTO_PUB];
    int64_t from_ms, until_ms, revoked_ms; /* revoked 0: it is not */
};
MUST_CHECK enum err db_cert_add(struct db *db, const struct certificate *c, const char *pem);
MUST_CHECK enum err db_cert_find(struct db *db, const char *serial, struct certificate *out);
/* The one that ends last, with its text in the arena. ERR_NOT_FOUND: it never had one. */
MUST_CHECK enum err db_cert_newest(struct db *db, struct arena *a, const char *terminal,
                                   struct certificate *out, char **out_pem);
MUST_CHECK enum err db_certs_revoke(struct db *db, const char *terminal, int64_t now_ms);
/* Revoked ones that have not ended by now_ms, at most max, the newest first. */
MUST_CHECK enum err db_certs_revoked(struct db *db, int64_t now_ms, struct x509_revoked *out,
                                     int max, int *out_count);

#endif
