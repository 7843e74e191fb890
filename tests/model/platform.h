/* platform.h - the platform of the model: the real office and publisher, their clerk, their
 * backups. */
#ifndef TESTS_MODEL_PLATFORM_H
#define TESTS_MODEL_PLATFORM_H

#include "hal/base/err.h"
#include "hal/crypto.h"
#include "platform/keys.h"
#include "tests/model/line.h"

#include <stdbool.h>

#define PLATFORM_DB "/@p/p.db"

/* Once: keys, a first feed. */
void platform_make(void);
const struct keys *platform_keys(void);
void platform_knows(const unsigned char item[CRYPTO_PUB], const unsigned char line[CRYPTO_PUB]);

enum err platform_open(void);
void platform_close(void);
/* Requests that came together: those to the office are kept in one transaction. False: nobody is
 * there, or it died before it had said anything. */
enum { PLATFORM_GROUP = 5 };
bool platform_answer(const struct line_ask *const *ask, struct line_told *out, int n);

/* What a clerk does; each may die on the way (its fuse). */
void platform_publish(void);
void platform_decide(void);
void platform_backup(void);
/* The disk is lost; a new one from the newest backup. Nothing happens when there is none. */
void platform_restore(void);
/* The fuse of the next thing the clerk does. */
void platform_clerk_dies(int64_t fuse, bool power);
/* Notices of up to 150 KB: some of them fill a small cache. */
void platform_long_notices(bool on);
void platform_reset(void);

#endif
