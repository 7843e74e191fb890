/* reader_part.h - what the files of the reader share: its state, and who may touch what. */
#ifndef HAL_READER_PART_H
#define HAL_READER_PART_H

#include "hal/reader.h"

#include <pthread.h>

/* What is personal; in pages that are locked and never dumped. face and order: under lock;
 * scratch and work: of the reader thread. */
struct secret {
    struct card_face face, scratch;
    struct card_task order, work; /* order: as asked for, then as answered */
};

enum order { ORDER_NONE, ORDER_ASKED, ORDER_RUNS, ORDER_DONE };

/* Three hold it: its owner, the reader thread, the watchdog; the last one frees it, so that a
 * thread stuck in a card call never finds its memory gone. Everything but the first block is under
 * lock. */
struct reader {
    const struct reader_driver *driver; /* NULL: "none" */
    void *self;
    struct secret *secret;
    void (*changed)(void *ctx);
    void *ctx;
    pthread_t thread, dog;

    pthread_mutex_t lock;
    pthread_cond_t moved;
    int refs, alive, calling;
    bool stop, attention, in_wait, waking, reader_gone;
    bool has_face;
    struct reader_status status;
    int64_t give_up_ms; /* when the card call that runs has lasted too long; 0 = none runs */
    uint32_t atr_hash;  /* of the card read last */
    int tries;          /* readings of this card that failed */
    enum order order;
    bool order_forgotten;
    bool order_anew; /* asked while an older one runs: that one's answer is nobody's */
    enum err order_err;

    /* Of the reader thread: the connection is kept for the next order until then. */
    struct apdu_channel held;
    int64_t held_until_ms; /* 0: none is kept */
};

/* Real time: a test that moves the clock must not make a living card mute. */
int64_t reader_now_ms(void);
/* Under lock; lets go of it while the owner is told. After stop nobody is told any more. */
void reader_tell_owner(struct reader *r);
/* [reader] Dead frames of the card calls, ours and the library's, still hold what the card said. */
void reader_wipe_stack(void);

/* reader_task.c. [reader] Under lock: does what is ordered; lets go of the lock meanwhile. */
void reader_task_turn(struct reader *r);
/* [reader] Without the lock: the connection that is kept ends. */
void reader_task_let_go(struct reader *r);
/* Under lock. */
void reader_task_end(struct reader *r, enum err e);

#endif
