/* check.h - what must be true, whatever happened. The first thing that is not: broken(). */
#ifndef TESTS_MODEL_CHECK_H
#define TESTS_MODEL_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What citizens did and were told. */
void check_will_put(const char *id, bool poison);
void check_saved(const char *id, int64_t n, const char *receipt);
/* What the platform has said with its signature: from now on it must be so. */
void check_answered(const char *body, size_t n);
/* Its disk was lost and restored: what the backup did not have is forgiven. */
void check_restored(void);

/* Others can see a commit of this database. */
void check_commit(const char *db_path);
/* The platform's disk, as a program that starts finds it: a commit that failed at its very end may
 * have become one by a crash. */
void check_platform(void);
void check_published(void);
/* All quiet: is everything where it belongs? NULL, or what is still missing. */
const char *check_done(void);
/* At the end, all programs stopped. */
void check_end(void);

void check_reset(void);
/* What was published up to now is known in every schedule. */
void check_keep_feed(void);
int check_saved_count(void);

#endif
