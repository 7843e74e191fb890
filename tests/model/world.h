/* world.h - what everything in the model stands on: chance, time, and who is running just now. */
#ifndef TESTS_MODEL_WORLD_H
#define TESTS_MODEL_WORLD_H

#include <stdbool.h>
#include <stdint.h>

/* Two machines with a disk and a clock each; a place where backups are kept; the checker's own. */
enum machine { TERMINAL, PLATFORM, SAFE, CHECKER, MACHINES };

/* The programs. Only one runs at a time: `running`. A program that is `dead` has been killed (or
 * its machine lost power) in the middle of something: it runs on to where it can be taken apart,
 * but nothing it does from then on reaches a disk, the line or the checker. */
enum program { HUIMIN, SYNC, OFFICE, CLERK, OUTSIDE, PROGRAMS };
struct prog {
    const char *name;
    enum machine on;
    bool up, dead;
    int64_t fuse; /* dies at this many calls of the disk from now; 0: not */
    bool power;   /* … and its machine loses power with it */
};
extern struct prog prog[PROGRAMS];
extern enum program running;

/* Time: one, in microseconds; each machine's wall clock is off by skew_ms. */
extern const int64_t world_start_us; /* of each schedule */
extern int64_t world_us, skew_ms[MACHINES];
int64_t world_ms(void);

/* Chance: all of it comes from the seed. */
void chance_seed(uint64_t seed);
uint64_t chance_next(void);
int below(int n);                 /* 0 … n-1 */
bool one_in(int n);               /* n 0: never */
int between(int least, int most); /* both may come */

/* What libsodium and SQLite draw: a stream of its own, so that one more nonce changes no fault. */
void keys_seed(uint64_t seed);
void keys_draw(void *buf, int n);
void keys_install(void); /* before anybody calls crypto_init */

/* The trace: what happened, hashed; two runs of a seed must have the same. talk: what is said on
 * the line, of which there is much. */
enum { SHOW_NOTHING, SHOW_DEEDS, SHOW_ALL };
extern int trace_shown;
void trace(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void talk(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
uint64_t trace_hash(void);
void trace_reset(void);

/* The first broken promise ends the schedule. */
void broken(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
const char *broken_why(void); /* NULL: nothing yet */
void broken_reset(void);
/* The model itself is wrong, not what it tests. */
void must(bool ok, const char *what);

#endif
