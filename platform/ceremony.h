/* ceremony.h - the next key set: drafted, signed where the root keys are, published. */
#ifndef PLATFORM_CEREMONY_H
#define PLATFORM_CEREMONY_H

#include "hal/base/arena.h"
#include "hal/wire.h"
#include "platform/conf.h"

/* A key set on its way. The file is KEYS/draft, or a copy of it elsewhere: the line that is signed,
 * then the signatures so far. Owner: the caller; text in its arena. */
struct draft {
    struct wire_keyset set;
    char *text; /* the whole file */
};

/* "KEYS/draft". */
char *draft_path(struct arena *a, const struct conf *c);
/* Changes the draft, or begins one behind the newest key set; the signatures so far are gone. A
 * change: feed, seal, threshold=N, add-root=FILE.pub, drop-root=KID, drop-feed=KID,
 * add-publisher=FILE.pub:CHANNEL[:SCOPE], drop-publisher=KID. On ERR_ARG *out_why says more. */
MUST_CHECK enum err draft_change(struct arena *a, const struct conf *c, const char *const *change,
                                 int count, struct draft *out, const char **out_why);
MUST_CHECK enum err draft_read(struct arena *a, const char *path, struct draft *out);
/* The draft that the next change goes on with; ERR_NOT_FOUND. */
MUST_CHECK enum err draft_there(struct arena *a, const struct conf *c, struct draft *out);
/* Throws the draft away, and the pairs made for it. ERR_NOT_FOUND: there was none. ERR_BUSY: it is
 * published, cut short before the end; publishing it again finishes it. */
MUST_CHECK enum err draft_drop(struct arena *a, const struct conf *c);
/* Adds a root key's signature to the file. Needs nothing but the two files. */
MUST_CHECK enum err draft_sign(struct arena *a, const char *path, const char *key_file,
                               struct draft *out, struct wire_key *out_by);
/* How many have signed, of how many that must: of the set before and of its own. */
struct draft_count {
    int before, before_wanted, own, own_wanted;
};
void draft_count_signers(const struct draft *d, const struct wire_keyset *before,
                         struct draft_count *out);
/* It becomes the newest key set: database, key files, feed. ERR_SIGNATURE: too few have signed;
 * ERR_GAP: not the next; ERR_NO_KEY: the secret of its feed or seal key is not here. Killed
 * anywhere, doing it again finishes it. */
MUST_CHECK enum err draft_publish(struct arena *a, const struct conf *c, const char *path,
                                  const char *who, struct draft *out);
/* The newest key set of the database; ERR_NOT_FOUND. */
MUST_CHECK enum err ceremony_newest(struct arena *a, const struct conf *c, struct wire_keyset *out);
/* Whether KEYS/root.key alone may sign the next one; ERR_NO_KEY. */
MUST_CHECK enum err ceremony_alone(struct arena *a, const struct conf *c);

#endif
