/* scan_burst.h - tells by speed alone whether keys come from a person or from a scanner. */
#ifndef HAL_SCAN_BURST_H
#define HAL_SCAN_BURST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A scanner that plays keyboard sends a report for each key down and up, as fast as it is polled:
 * 2 to 16 ms a character, 20 ms more with the "medium" delay their manuals offer. Nobody types
 * twelve characters with less than 35 ms between any two: fast typists have 60 to 100 ms, and
 * rolling over two or three keys at once ends there. A key held down repeats every 33 to 40 ms, but
 * is one key: a code has at least four different characters (and who hears of a repeat says so,
 * scan_burst_typed). Twelve: a receipt number without its dashes. After twelve it can be no person
 * any more, and a machine that stalls for a moment must not tear the code.
 *
 * So a key is kept back for 35 ms, which nobody sees, and a scan never reaches a field. */
enum {
    SCAN_MAX = 2048, /* bytes of one scan */
    SCAN_LEAST = 12,
    SCAN_DIFFERENT = 4,
    SCAN_GAP_US = 35000,
    SCAN_SURE_GAP_US = 150000
};

/* Keys kept back, oldest first; one thread; zeroed = none. Personal: owner keeps it in locked
 * memory. Invariant: head <= ready <= count; head..ready are to be popped, ready..count are the
 * run that may become a scan. */
struct scan_burst {
    char c[SCAN_MAX + 1];
    unsigned char tag[SCAN_MAX + 1]; /* the caller's own word for each key */
    int head, ready, count;
    int different;
    uint64_t seen[2];    /* which characters the run has */
    int64_t last_us;     /* of the run's last character */
    int64_t scan_end_us; /* when the last scan ended; 0 = none yet */
    bool too_long;       /* the run grew over SCAN_MAX: nothing of it is kept */
};

enum scan_burst_said {
    BURST_KEYS,    /* nothing but keys: pop what is ready */
    BURST_SCAN,    /* the run is a scan: scan_burst_text, then scan_burst_drop */
    BURST_TOO_LONG /* … but longer than SCAN_MAX: it is gone */
};

/* Pure functions, [any] thread, one at a time. `at_us`: when the key came, never going back; too
 * early is better than too late (a key that waited in a queue). c: printable ASCII. */
void scan_burst_char(struct scan_burst *b, char c, unsigned char tag, int64_t at_us);
/* Enter or Tab, which ends a scan. Behind a scan it is swallowed: some send two. */
enum scan_burst_said scan_burst_end(struct scan_burst *b, unsigned char tag, int64_t at_us);
/* A key that no scanner sends (c = 0), or a character that is surely typed (a repeat): it and all
 * before it are ready at once. */
void scan_burst_typed(struct scan_burst *b, char c, unsigned char tag);
/* All that is kept back is ready. */
void scan_burst_release(struct scan_burst *b);
/* It is now_us, and every key that came before has been told: a run that paused is ready. */
void scan_burst_at(struct scan_burst *b, int64_t now_us);
/* When scan_burst_at will have something to do; -1 = never. */
int64_t scan_burst_due_us(const struct scan_burst *b);
/* The next key that is ready; its place is wiped. False: none. */
bool scan_burst_pop(struct scan_burst *b, char *out_c, unsigned char *out_tag);
bool scan_burst_pending(const struct scan_burst *b); /* something is ready */
/* The tag scan_burst_pop would give; only while something is ready. */
unsigned char scan_burst_next_tag(const struct scan_burst *b);
/* The scan, NUL-terminated, until scan_burst_drop wipes it. */
const char *scan_burst_text(struct scan_burst *b, size_t *out_n);
void scan_burst_drop(struct scan_burst *b);

#endif
