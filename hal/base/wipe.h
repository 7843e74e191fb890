/* wipe.h - what was freed is gone: no name or number stays behind in memory that was given back. */
#ifndef HAL_BASE_WIPE_H
#define HAL_BASE_WIPE_H

/* Linking this file replaces free() and realloc() of the whole process, libraries included, by ones
 * that overwrite what they give back (not in sanitizer builds, which watch the heap themselves). */

/* [any] Overwrites 256 KB of this thread's stack below the caller: after a visit, after a card. */
void wipe_stack(void);

#endif
