/* queue.c - a ring under a mutex. */
#include "hal/base/queue.h"

#include <stdlib.h>
#include <string.h>

enum err queue_init(struct queue *q, size_t item_size, size_t cap)
{
    *q = (struct queue){ .item_size = item_size, .cap = cap };
    pthread_mutex_init(&q->lock, NULL);
    q->items = calloc(cap, item_size);
    return q->items ? OK : ERR_NOMEM;
}

void queue_finish(struct queue *q)
{
    if (!q->items)
        return;
    free(q->items);
    pthread_mutex_destroy(&q->lock);
    *q = (struct queue){ 0 };
}

bool queue_put(struct queue *q, const void *item)
{
    pthread_mutex_lock(&q->lock);
    bool room = q->count < q->cap;
    if (room) {
        size_t at = (q->head + q->count++) % q->cap;
        memcpy(q->items + at * q->item_size, item, q->item_size);
    }
    pthread_mutex_unlock(&q->lock);
    return room;
}

bool queue_take(struct queue *q, void *out_item)
{
    pthread_mutex_lock(&q->lock);
    bool some = q->count > 0;
    if (some) {
        unsigned char *item = q->items + q->head * q->item_size;
        memcpy(out_item, item, q->item_size);
        explicit_bzero(item, q->item_size); /* what was typed does not stay behind */
        q->head = (q->head + 1) % q->cap;
        q->count--;
    }
    pthread_mutex_unlock(&q->lock);
    return some;
}

bool queue_empty(struct queue *q)
{
    pthread_mutex_lock(&q->lock);
    bool empty = q->count == 0;
    pthread_mutex_unlock(&q->lock);
    return empty;
}
