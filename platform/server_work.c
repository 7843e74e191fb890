/* server_work.c - the thread between the server's threads and the office. */
#include "platform/server_part.h"

#include <pthread.h>
#include <stdlib.h>

enum { WAITING_MAX = 16384 };

struct work {
    struct office *office;
    pthread_t thread;
    pthread_mutex_t lock; /* of all below */
    pthread_cond_t news;
    struct request *first, *last;
    int waiting;
    bool ending;
};

static struct request *next(struct work *w)
{
    pthread_mutex_lock(&w->lock);
    while (!w->first && !w->ending)
        pthread_cond_wait(&w->news, &w->lock);
    struct request *q = w->first;
    if (q) {
        w->first = q->next;
        w->waiting--;
    }
    pthread_mutex_unlock(&w->lock);
    return q;
}

/* At the end what waits still gets its answer: a terminal whose item was taken should know. */
static void *run(void *arg)
{
    struct work *w = arg;
    struct request *q;
    while ((q = next(w))) {
        office_answer(w->office, &q->arena, &q->question, &q->reply);
        q->answered = true;
        MHD_resume_connection(q->connection);
    }
    return NULL;
}

enum err work_start(struct office *office, struct work **out)
{
    struct work *w = calloc(1, sizeof *w);
    if (!w)
        return ERR_NOMEM;
    w->office = office;
    pthread_mutex_init(&w->lock, NULL);
    pthread_cond_init(&w->news, NULL);
    if (pthread_create(&w->thread, NULL, run, w) != 0) {
        free(w);
        return ERR_NOMEM;
    }
    *out = w;
    return OK;
}

void work_stop(struct work *w)
{
    if (!w)
        return;
    pthread_mutex_lock(&w->lock);
    w->ending = true;
    pthread_cond_signal(&w->news);
    pthread_mutex_unlock(&w->lock);
    pthread_join(w->thread, NULL);
}

void work_free(struct work *w)
{
    if (!w)
        return;
    pthread_cond_destroy(&w->news);
    pthread_mutex_destroy(&w->lock);
    free(w);
}

bool work_take(struct work *w, struct request *q)
{
    pthread_mutex_lock(&w->lock);
    bool room = !w->ending && w->waiting < WAITING_MAX;
    if (room) {
        MHD_suspend_connection(q->connection);
        q->next = NULL;
        if (w->first)
            w->last->next = q;
        else
            w->first = q;
        w->last = q;
        w->waiting++;
        pthread_cond_signal(&w->news);
    }
    pthread_mutex_unlock(&w->lock);
    return room;
}
