/* stats.h - how fast the terminal is and what it takes, counted while it runs. */
#ifndef APP_STATS_H
#define APP_STATS_H

#include "hal/base/err.h"
#include "hal/display.h"

#include <stdint.h>

/* Counts in steps of 1/32 of a power of two: a percentile read from it is at most 3.2 % too high,
 * the maximum is exact. Zero is a valid empty one. */
enum { HIST_SUB = 32, HIST_OCTAVES = 36, HIST_BUCKETS = HIST_SUB * HIST_OCTAVES };
struct hist {
    uint32_t bucket[HIST_BUCKETS];
    int64_t count, max;
};
void hist_add(struct hist *h, int64_t value); /* below 0 counts as 0 */
/* per_mille 500 = median; the highest value of the bucket it falls in, at most max; 0 if empty. */
int64_t hist_at(const struct hist *h, int per_mille);

/* Owner: main.c. [ui] only. */
struct stats {
    int64_t first_frame_ms; /* from exec (10 ms steps, the kernel's) to the first frame shown */
    int64_t frames;         /* frames in which something was painted */
    struct hist frame_us;   /* from the start of building the screen to its pixels being shown */
    struct hist tap_us;     /* from an input to the frame it led to, if >= 1 % of it changed */
    struct hist ui_gap_us;  /* how long a probe waited for the UI thread (probe on) */
    struct hist card_us;    /* from a card being there to its holder's page being shown */
    uint32_t card_serial;   /* of the card counted last */
    struct display_damage last, most; /* of the last painted frame; of the largest */
    int64_t input_us;                 /* the oldest input no frame answered yet; 0 = none */
};
/* Everything but first_frame_ms starts again. */
void stats_reset(struct stats *s);
/* An input of a person arrived (down, up, key, text): in->at_us. */
void stats_input(struct stats *s, const struct input *in);
/* A frame: building began, it is on the screen. The first one sets first_frame_ms. */
void stats_frame(struct stats *s, int64_t begin_us, int64_t end_us,
                 const struct display_damage *damage);
/* A frame was shown: if it is the first with this card's holder on it, it counts. */
struct app;
void stats_card(struct stats *s, const struct app *app);
/* [any] Proportional share of memory of this process, kB (/proc/self/smaps_rollup); -1 unknown. */
int64_t stats_pss_kb(void);
/* [any] Processor time of this process, ms. */
int64_t stats_cpu_ms(void);

#endif
