/* sync_post_part.h - what the files of delivery share; nobody else includes it. */
#ifndef APP_SYNC_POST_PART_H
#define APP_SYNC_POST_PART_H

#include "app/sync_post.h"

#include "app/outbox.h"
#include "hal/base/arena.h"
#include "hal/wire_item.h"

enum post_phase { POST_RESTING, POST_SENDING, POST_PROBING, POST_ASKING_STATUS };

/* Invariant: items live in the arena and belong to the running round; those before `at` are dealt
 * with, those from at to at + sent are on the line. due_ms is of the timer clock, -1 = none. */
struct sync_post {
    const struct config *config;
    struct sync_signed *sign;
    struct net *net;
    struct outbox_line *box;
    bool nudged, at_once, hurry, cut, no_keys;
    bool changed;                  /* huimin has not been told yet */
    int64_t floor_ms, floor_at_ms; /* it is not earlier than this, and was so at (timer clock) */

    enum post_phase phase;
    struct arena arena;
    struct wire_item *item;
    int count, at, sent;
    int portion; /* items a POST: half after a fault, twice after a success */
    bool proven; /* the platform has answered well in this run: what fails now is an item's fault */
    int in_a_row;      /* items found faulty since the last success */
    bool emptied;      /* a box was: its bytes are still in the log file */
    bool owed;         /* on a full disk not even "later" could be noted: all is still sending */
    int64_t seq;       /* of the GET on the line */
    int64_t status_ms; /* when to ask for states again; timer clock, 0 = with the next round */
    int pages;
    bool again_used;

    enum err err;
    bool shut;   /* out of service by the platform's word; err is ERR_REVOKED then */
    bool halted; /* by err; until something goes well */
    int backoff_ms;
    int64_t due_ms, silence_ms; /* silence: Retry-After, nothing goes before */
};

/* sync_post.c */
void sync_post_note(struct sync_post *p, enum err e, const char *what);
void sync_post_rest(struct sync_post *p);
/* The line's or the platform's fault: all that is on its way waits. */
void sync_post_fail(struct sync_post *p, enum err e, const char *what, int retry_after_s);
void sync_post_send(struct sync_post *p);
void sync_post_next(struct sync_post *p);

/* sync_post_fault.c: a portion failed, and it may be because of what is in it. */
bool sync_post_doubtful(enum err e, const struct net_answer *a);
void sync_post_doubt(struct sync_post *p, enum err e, const char *what);
void sync_post_on_probe(struct sync_post *p, const struct net_answer *a);
/* Smaller portions; an item that is alone waits by itself. */
void sync_post_split(struct sync_post *p, enum err e, const char *what);

/* sync_post_status.c: states of cases. */
/* If it is time to. */
void sync_post_ask_status(struct sync_post *p);
void sync_post_on_status(struct sync_post *p, const struct net_answer *a);

#endif
