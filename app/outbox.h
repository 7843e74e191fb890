/* outbox.h - what citizens entrusted to us: sealed items in DATA/outbox.db, until delivered.
 *
 * huimin adds items; huimin-sync delivers and marks them, and empties the box on the platform's
 * signed acknowledgement. Nothing here opens a box, and no row says whose it is or what it is. */
#ifndef APP_OUTBOX_H
#define APP_OUTBOX_H

#include "app/event.h"
#include "hal/base/arena.h"
#include "hal/base/err.h"
#include "hal/wire_item.h"

#include <stdbool.h>
#include <stdint.h>

enum outbox_state {
    OUTBOX_WAITING,
    OUTBOX_SENDING,
    OUTBOX_ACCEPTED,
    OUTBOX_REJECTED,
    OUTBOX_STUCK
};
const char *outbox_state_name(enum outbox_state s); /* stats.outbox: waiting … stuck */
/* stuck: waiting, and tried in vain for longer than a day, or so often by its own fault that only a
 * person will help. It is tried on all the same. */
enum { OUTBOX_STUCK_MS = 24 * 3600 * 1000, OUTBOX_STUCK_FAULTS = 5, OUTBOX_ROWS = 200 };

/* Free space of the data directory: under SPARE no form is opened; under LOW what can be fetched
 * again is thinned out, over PLENTY it is fetched again (sync_space.c). RESERVE beside it is for
 * what was begun. */
enum {
    OUTBOX_RESERVE = 8 << 20,
    OUTBOX_SPARE = 2 << 20,
    OUTBOX_LOW = 6 << 20,
    OUTBOX_PLENTY = 64 << 20
};

struct outbox_counts {
    int waiting, sending, accepted, rejected, stuck;
};
/* One item as screens see it. Strings in the arena it was listed into. */
struct outbox_row {
    int64_t n, at_ms;
    char id[WIRE_ID + 1], receipt[WIRE_RECEIPT + 1], kind[WIRE_NAME_MAX];
    enum outbox_state state;
    int tries, faults;     /* faults: tries that failed by this item, not by the line */
    int64_t carried_ms;    /* written to a stick; 0 = never */
    int64_t next_ms;       /* when it is tried again; 0 = at the next chance */
    char reason[WIRE_WHY]; /* why not yet, or why refused: an err_name or the platform's code */
    char ref[WIRE_NAME_MAX];
    char case_state[WIRE_NAME_MAX]; /* "", received, asked, accepted, returned, finished */
    int64_t case_at_ms, delivered_ms;
    int pages, pages_done; /* photographed papers, and how many of them have arrived */
};

/* --- huimin --------------------------------------------------------------------------------- */
struct outbox;
/* [main] Opens (makes) outbox.db, loads the item key, starts the store thread. post is [any].
 * ERR_READONLY, ERR_FULL, ERR_CORRUPT (kept as it is: never moved or dropped), ERR_IO. */
MUST_CHECK enum err outbox_create(const char *data_dir, void (*post)(const struct event *ev),
                                  struct outbox **out);
void outbox_destroy(struct outbox *o); /* accepts NULL; finishes what was handed over */
/* [ui] Hands a sealed item over (all but n and sig is filled; box is copied). EV_SAVED with its n
 * and receipt follows after the commit, or EV_NOT_SAVED. ERR_BUSY: the inbox is full. */
MUST_CHECK enum err outbox_put(struct outbox *o, const struct wire_item *item);
/* [ui] The key whose public half goes into QR codes. */
const struct terminal_key *outbox_key(const struct outbox *o);
/* [ui] Reads of at most 2 ms, on a connection of their own. */
MUST_CHECK enum err outbox_counts(struct outbox *o, struct outbox_counts *out);
MUST_CHECK enum err outbox_list(struct outbox *o, struct arena *a, struct outbox_row **out_rows,
                                int *out_count); /* newest first, at most OUTBOX_ROWS */
MUST_CHECK enum err outbox_find(struct outbox *o, const char *receipt, struct outbox_row *out);
/* [ui] Is there room for one more item? ERR_FULL: refuse before a form is opened. */
MUST_CHECK enum err outbox_room(struct outbox *o);

/* --- huimin-sync: one thread, a store of its own -----------------------------------------------
 */
struct outbox_line;
MUST_CHECK enum err outbox_line_open(const char *data_dir, struct outbox_line **out);
void outbox_line_close(struct outbox_line *o); /* accepts NULL */
/* Marks what may go now as sending and returns it, in order of n, at most WIRE_POST_ITEMS and
 * WIRE_POST_MAX in all; items and boxes in the arena. An item with a fault of its own comes alone,
 * after all others. at_once: also what waits because of the line. No time that was set is believed
 * beyond an hour: clocks are put right. */
MUST_CHECK enum err outbox_line_take(struct outbox_line *o, struct arena *a, int64_t now_ms,
                                     bool at_once, struct wire_item **out_items, int *out_count);
/* The staff wants it: what waits because of itself is due now, once. */
MUST_CHECK enum err outbox_line_hurry(struct outbox_line *o);
/* What has not got its end yet, in order of n beyond after_n, as much as fits a post; as it is. */
MUST_CHECK enum err outbox_line_waiting(struct outbox_line *o, struct arena *a, int64_t after_n,
                                        struct wire_item **out_items, int *out_count);
/* Nothing came back: all that was sending waits until next_ms, for this reason. */
MUST_CHECK enum err outbox_line_later(struct outbox_line *o, enum err why, int64_t next_ms);
/* If item n is still sending, it waits by itself, longer each time, for this reason. */
MUST_CHECK enum err outbox_line_fault(struct outbox_line *o, int64_t n, enum err why,
                                      int64_t now_ms);
/* How many of the items from n to m are still sending. */
MUST_CHECK enum err outbox_line_sending(struct outbox_line *o, int64_t n, int64_t m, int *out);
/* Boxes were emptied: their bytes leave the log file beside the database, too. */
void outbox_line_scrub(struct outbox_line *o);
/* Acknowledgements: each verified against the box as it lies here; one with a wrong signature is
 * ERR_SIGNATURE and changes nothing. */
MUST_CHECK enum err outbox_line_acks(struct outbox_line *o, const struct wire_ack *acks, int count,
                                     const struct wire_keyset *keys, int64_t now_ms);
/* Whether the platform has shut this terminal out: known over a restart, and without a line. */
MUST_CHECK enum err outbox_line_shut(struct outbox_line *o, bool *out);
MUST_CHECK enum err outbox_line_set_shut(struct outbox_line *o, bool shut);
/* States of cases and how far they were asked. */
MUST_CHECK enum err outbox_line_status_seq(struct outbox_line *o, int64_t *out_seq);
MUST_CHECK enum err outbox_line_statuses(struct outbox_line *o, const struct wire_status *rows,
                                         int count, int64_t seq);
/* How many there are in each state, and since when the oldest that waits does (wall ms; 0: none).
 */
MUST_CHECK enum err outbox_line_totals(struct outbox_line *o, int64_t now_ms,
                                       struct outbox_counts *out, int64_t *out_oldest_ms);
/* When the next item is due (wall ms); 0: something is due now; -1: nothing waits. */
MUST_CHECK enum err outbox_line_due(struct outbox_line *o, int64_t now_ms, int64_t *out_ms);

/* --- carried by a stick (sync_carry.c) ------------------------------------------------------- */
/* These items were written to a stick. */
MUST_CHECK enum err outbox_line_carried(struct outbox_line *o, char (*id)[WIRE_ID + 1], int count,
                                        int64_t now_ms);
/* Has this id had its end, or is it none of ours? Then nobody waits for it. */
MUST_CHECK enum err outbox_line_over(struct outbox_line *o, const char *id, bool *out_over);

#endif
