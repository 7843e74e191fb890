/* sync_update_file.h - the bundle that is being fetched, as a file that grows. */
#ifndef APP_SYNC_UPDATE_FILE_H
#define APP_SYNC_UPDATE_FILE_H

#include "hal/base/err.h"
#include "hal/wire_update.h"

#include <stdbool.h>
#include <stdint.h>

/* DIR/part/huimin-V.update while it is fetched. Why a directory of its own: what is done within DIR
 * itself starts huimin-update. Invariant: fd is -1, or the file begins with the signed head and has
 * `have` bytes; `checked` of them went into hash. */
struct update_file {
    const char *dir; /* the caller's */
    int fd;
    struct wire_update say;
    int64_t have, checked;
    struct crypto_hash hash;
};

/* Goes on with what is there of this very bundle, or begins; any other goes. Makes the directories.
 */
MUST_CHECK enum err update_file_open(struct update_file *f, const struct wire_update *say,
                                     const unsigned char *head);
void update_file_close(struct update_file *f);
MUST_CHECK enum err update_file_add(struct update_file *f, const void *data, size_t n);
bool update_file_whole(const struct update_file *f);
/* Looks at the hashes, a few megabytes a call: ERR_BUSY: not through yet; ERR_HASH: it was not what
 * was signed, and is gone. */
MUST_CHECK enum err update_file_check(struct update_file *f);
/* Whole and right: it appears in DIR, and older ones go. */
MUST_CHECK enum err update_file_done(struct update_file *f);

/* The newest bundle in DIR, 0 without one; those below `least` go. */
int64_t update_file_newest(const char *dir, int64_t least);
/* All that DIR and its part hold goes. */
void update_file_drop_all(struct update_file *f);
/* Free bytes of the disk it is on. */
int64_t update_file_room(const struct update_file *f);

#endif
