/* paper.h - opens a photographed paper of a case. */
#ifndef PLATFORM_PAPER_H
#define PLATFORM_PAPER_H

#include "hal/base/arena.h"
#include "platform/db_blob.h"
#include "platform/keys.h"

/* How far the pages of a case are. */
struct paper_count {
    int pages, whole;
};
MUST_CHECK enum err paper_counts(struct db *db, const char *ref, struct paper_count *out);

/* The picture (JPEG) of page no (1 …, through all papers of the case), opened with the key of the
 * decision side, in the arena given (a locked one: it is personal). who looked goes into the audit,
 * and without that nothing is opened. ERR_NOT_FOUND: no such page. ERR_GAP: not all of it has come
 * yet. ERR_NO_KEY: sealed to another key. ERR_SIGNATURE: it cannot be opened. */
MUST_CHECK enum err paper_open(struct db *db, const struct keys *keys, const char *ref, int64_t no,
                               const char *who, int64_t now_ms, struct arena *a,
                               unsigned char **out_jpeg, size_t *out_n);

#endif
