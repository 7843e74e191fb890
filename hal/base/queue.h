/* queue.h - a bounded queue between threads: values are copied in and out, nobody waits. */
#ifndef HAL_BASE_QUEUE_H
#define HAL_BASE_QUEUE_H

#include "hal/base/err.h"

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

/* Invariant under lock: count <= cap. A full queue refuses; the giver decides what that means. */
struct queue {
    pthread_mutex_t lock;
    unsigned char *items;
    size_t item_size, cap, head, count;
};

MUST_CHECK enum err queue_init(struct queue *q, size_t item_size, size_t cap);
void queue_finish(struct queue *q); /* accepts a zeroed one */
/* [any] */
bool queue_put(struct queue *q, const void *item);
bool queue_take(struct queue *q, void *out_item);
bool queue_empty(struct queue *q);

#endif
