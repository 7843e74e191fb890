/* arena.h - memory with one lifetime: allocate forward, give everything back at once. */
#ifndef HAL_BASE_ARENA_H
#define HAL_BASE_ARENA_H

#include "hal/base/err.h"

#include <stdbool.h>
#include <stddef.h>

struct arena_block;

/* Owner: whoever holds the struct; one thread. Invariant: used <= cap (bytes in all blocks).
 * A capped arena returns NULL when the cap is reached; callers answer ERR_NOMEM. */
struct arena {
    struct arena_block *first, *current;
    size_t used, cap;
    size_t block_size;
    bool locked; /* one mapping of `cap` bytes, never swapped, never in a dump; wiped when reset */
};

void arena_init(struct arena *a, size_t block_size, size_t cap);
/* For what belongs to one citizen: all of cap is mapped and locked at once. ERR_NOMEM; where the
 * limits forbid locking it goes on unlocked (logged once). */
MUST_CHECK enum err arena_init_locked(struct arena *a, size_t cap);
/* Gives back all but the first block; what was allocated is gone. */
void arena_reset(struct arena *a);
/* Overwrites what is kept but not in use: what an earlier use left there. */
void arena_scrub(struct arena *a);
/* Accepts a zeroed arena. */
void arena_finish(struct arena *a);

/* Zeroed, aligned to 16; NULL at the cap. */
void *arena_alloc(struct arena *a, size_t size);
char *arena_strdup(struct arena *a, const char *s);
char *arena_strndup(struct arena *a, const char *s, size_t n);
char *arena_printf(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#define arena_new(a, type)      ((type *)arena_alloc((a), sizeof(type)))
#define arena_array(a, type, n) ((type *)arena_alloc((a), sizeof(type) * (size_t)(n)))

#endif
