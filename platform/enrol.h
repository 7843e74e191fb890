/* enrol.h - a new terminal by a code on paper, and certificates that are given and given again. */
#ifndef PLATFORM_ENROL_H
#define PLATFORM_ENROL_H

#include "hal/wire_enrol.h"
#include "platform/conf.h"
#include "platform/db_enrol.h"
#include "platform/keys.h"

enum {
    ENROL_DAYS = 30,       /* a terminal's certificate */
    ENROL_RENEW_DAYS = 20, /* it asks for the next one from this day on */
    ENROL_GRACE_DAYS = 90, /* so long after its end the line key alone still gets another */
};

/* A fresh code for this name, which takes the place of an unused one. village may be "". */
MUST_CHECK enum err enrol_code_make(struct db *db, const struct keys *keys, const char *name,
                                    const char *village, int64_t until_ms,
                                    char out_code[WIRE_RECEIPT + 1]);

/* What a terminal is given. In the arena. */
struct enrol_grant {
    char name[WIRE_NAME_MAX], village[WIRE_NAME_MAX];
    char *cert;
    int64_t renew_ms, until_ms;
};
/* The certificate it has, or, once that is due, another. Inside a transaction. */
MUST_CHECK enum err enrol_certify(struct db *db, struct arena *a, const char *keys_dir,
                                  const struct terminal *t, int64_t now_ms,
                                  struct enrol_grant *out);
/* Cheap, without a lock: whoever guesses must not make others wait. */
bool enrol_code_there(struct db *db, const struct keys *keys, const char *code);
/* The terminal of this code becomes known with these keys, once; the same keys again are given the
 * same. ERR_REFUSED: out_why is the word of PROTOCOL.md. Publishes the terminal's item key, in one
 * transaction with all else: no other may be open in this thread. */
MUST_CHECK enum err enrol_by_code(const struct conf *c, const struct keys *keys, struct arena *a,
                                  const struct wire_enrol *ask, int64_t now_ms,
                                  struct enrol_grant *out, const char **out_why);

#endif
