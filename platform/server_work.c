/* server_work.c - the threads between the server's threads and the office: two that judge and sign,
 * one that keeps everything that is ready in one transaction. */
#include "platform/server_part.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

/* Nobody is refused who has a connection: a whole fleet may come back at once. GROUP: so that the
 * first of a transaction does not wait for a hundred others. */
enum { WAITING_MAX = 16384, GROUP = 48, HELPERS = 2, GOODBYE_S = 5 };

struct line {
    struct request *first, *last;
    int count;
};

struct work {
    struct office *office[HELPERS], *writing; /* each of one thread */
    pthread_t helper[HELPERS], writer;
    int helpers;          /* that were started */
    bool writes;          /* the writer was */
    pthread_mutex_t lock; /* of all below */
    pthread_cond_t to_help, to_write, gone;
    struct line come, judged, kept;
    int waiting, unanswered; /* with the office; with it or on their way out */
    bool ending;
};

struct helper {
    struct work *work;
    struct office *office;
};

static void push(struct line *l, struct request *q)
{
    q->next = NULL;
    if (l->first)
        l->last->next = q;
    else
        l->first = q;
    l->last = q;
    l->count++;
}

static struct request *pop(struct line *l)
{
    struct request *q = l->first;
    if (q) {
        l->first = q->next;
        l->count--;
    }
    return q;
}

static void answer(struct work *w, struct request *q)
{
    pthread_mutex_lock(&w->lock);
    w->waiting--;
    if (w->ending && w->waiting == 0) {
        pthread_cond_broadcast(&w->to_help);
        pthread_cond_broadcast(&w->to_write);
    }
    pthread_mutex_unlock(&w->lock);
    q->answered = true;
    MHD_resume_connection(q->connection);
}

/* What is kept already goes first: it waits the longest. NULL: it ends, and nothing is left. */
static struct request *next_to_help(struct work *w, bool *out_kept)
{
    pthread_mutex_lock(&w->lock);
    while (!w->come.first && !w->kept.first && !(w->ending && w->waiting == 0))
        pthread_cond_wait(&w->to_help, &w->lock);
    *out_kept = w->kept.first != NULL;
    struct request *q = pop(*out_kept ? &w->kept : &w->come);
    pthread_mutex_unlock(&w->lock);
    return q;
}

static void hand_on(struct work *w, struct request *q)
{
    pthread_mutex_lock(&w->lock);
    push(&w->judged, q);
    if (w->judged.count == 1)
        pthread_cond_signal(&w->to_write);
    pthread_mutex_unlock(&w->lock);
}

static void *help(void *arg)
{
    struct helper *h = arg;
    struct request *q;
    bool kept;
    while ((q = next_to_help(h->work, &kept))) {
        if (kept)
            office_finish(h->office, q->task);
        else
            q->task = office_judge(h->office, &q->arena, &q->question, &q->reply);
        if (kept || !q->task)
            answer(h->work, q);
        else
            hand_on(h->work, q);
    }
    free(h);
    return NULL;
}

/* Everything that is ready, up to a group. 0: it ends, and nothing is left. */
static int next_to_write(struct work *w, struct request **out)
{
    int n = 0;
    pthread_mutex_lock(&w->lock);
    while (!w->judged.first && !(w->ending && w->waiting == 0))
        pthread_cond_wait(&w->to_write, &w->lock);
    while (n < GROUP && w->judged.first)
        out[n++] = pop(&w->judged);
    pthread_mutex_unlock(&w->lock);
    return n;
}

static void *write_groups(void *arg)
{
    struct work *w = arg;
    struct request *q[GROUP];
    struct asking *task[GROUP];
    int n;
    while ((n = next_to_write(w, q)) > 0) {
        for (int i = 0; i < n; i++)
            task[i] = q[i]->task;
        office_write(w->writing, task, n);
        pthread_mutex_lock(&w->lock);
        for (int i = 0; i < n; i++)
            push(&w->kept, q[i]);
        pthread_cond_broadcast(&w->to_help);
        pthread_mutex_unlock(&w->lock);
    }
    return NULL;
}

static enum err start_helper(struct work *w, int i)
{
    struct helper *h = malloc(sizeof *h);
    if (!h)
        return ERR_NOMEM;
    *h = (struct helper){ w, w->office[i] };
    if (pthread_create(&w->helper[i], NULL, help, h) != 0) {
        free(h);
        return ERR_NOMEM;
    }
    w->helpers++;
    return OK;
}

static enum err start_threads(struct work *w)
{
    enum err e = OK;
    for (int i = 0; i < HELPERS && e == OK; i++)
        e = office_another(w->writing, &w->office[i]);
    for (int i = 0; i < HELPERS && e == OK; i++)
        e = start_helper(w, i);
    if (e == OK && pthread_create(&w->writer, NULL, write_groups, w) != 0)
        e = ERR_NOMEM;
    w->writes = e == OK;
    return e;
}

enum err work_start(struct office *office, struct work **out)
{
    struct work *w = calloc(1, sizeof *w);
    if (!w)
        return ERR_NOMEM;
    w->writing = office;
    pthread_mutex_init(&w->lock, NULL);
    pthread_cond_init(&w->to_help, NULL);
    pthread_cond_init(&w->to_write, NULL);
    pthread_cond_init(&w->gone, NULL);
    enum err e = start_threads(w);
    if (e != OK) {
        work_stop(w);
        work_free(w);
        return e;
    }
    *out = w;
    return OK;
}

/* What was answered is sent by the server's threads, which work_gone() tells of. */
static void say_goodbye(struct work *w)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += GOODBYE_S;
    pthread_mutex_lock(&w->lock);
    while (w->unanswered > 0 && pthread_cond_timedwait(&w->gone, &w->lock, &until) != ETIMEDOUT)
        continue;
    pthread_mutex_unlock(&w->lock);
}

void work_stop(struct work *w)
{
    if (!w)
        return;
    pthread_mutex_lock(&w->lock);
    w->ending = true;
    pthread_cond_broadcast(&w->to_help);
    pthread_cond_broadcast(&w->to_write);
    pthread_mutex_unlock(&w->lock);
    for (int i = 0; i < w->helpers; i++)
        pthread_join(w->helper[i], NULL);
    if (w->writes)
        pthread_join(w->writer, NULL);
    say_goodbye(w);
}

void work_free(struct work *w)
{
    if (!w)
        return;
    for (int i = 0; i < HELPERS; i++)
        office_destroy(w->office[i]);
    pthread_cond_destroy(&w->to_help);
    pthread_cond_destroy(&w->to_write);
    pthread_cond_destroy(&w->gone);
    pthread_mutex_destroy(&w->lock);
    free(w);
}

bool work_take(struct work *w, struct request *q)
{
    pthread_mutex_lock(&w->lock);
    bool room = !w->ending && w->waiting < WAITING_MAX;
    if (room) {
        MHD_suspend_connection(q->connection);
        push(&w->come, q);
        w->waiting++;
        w->unanswered++;
        pthread_cond_signal(&w->to_help);
    }
    pthread_mutex_unlock(&w->lock);
    return room;
}

void work_gone(struct work *w)
{
    pthread_mutex_lock(&w->lock);
    if (--w->unanswered == 0)
        pthread_cond_signal(&w->gone);
    pthread_mutex_unlock(&w->lock);
}
