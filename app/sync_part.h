/* sync_part.h - what the files of huimin-sync's heart share: one thread's whole world. */
#ifndef APP_SYNC_PART_H
#define APP_SYNC_PART_H

#include "app/config.h"
#include "app/feed.h"
#include "app/store.h"
#include "app/sync_blob.h"
#include "app/sync_enrol.h"
#include "app/sync_post.h"
#include "app/sync_query.h"
#include "app/sync_signed.h"
#include "app/sync_sock.h"
#include "hal/base/arena.h"
#include "hal/base/err.h"
#include "hal/net.h"
#include "hal/wire.h"

#include <stdbool.h>
#include <stdint.h>

enum { SYNC_PATH = 512, SYNC_SOURCES = 2 };
enum sync_phase { RESTING, ASKING_INDEX, ASKING_ROOT, ASKING_OBJECT };
enum sync_line { LINE_NEVER_OK, LINE_IS_ON, LINE_IS_OFF };

/* One thread's whole world. Invariant: index, step and index_bytes belong to the running poll;
 * store and feed are NULL/closed together (has_feed). */
struct sync {
    const struct config *config;
    struct store *store;
    struct feed feed;
    bool has_feed;
    struct net *net;
    struct sync_signed sign;
    struct sync_post *post;   /* NULL with once: nothing is delivered then */
    struct sync_blob *blob;   /* the same */
    struct sync_query *query; /* the same */
    struct sync_enrol *enrol; /* the same */
    struct sync_sock *sock;
    int lock_fd, stop_fd;
    bool once, stop;
    bool enrolled; /* just now: all begins anew with what was told */

    char source[SYNC_SOURCES][SYNC_PATH]; /* prefix of …/<area>/index, …/o/<hash>, …/root/<n> */
    int source_count, source_now;
    char etag[NET_ETAG]; /* of the index applied last, from source etag_of */
    int etag_of;

    enum sync_phase phase;
    struct arena arena; /* of the running poll */
    struct wire_index index;
    char index_bytes[WIRE_INDEX_MAX];
    size_t index_size;
    char new_etag[NET_ETAG];
    struct feed_step step[FEED_STEPS];
    int step_count, step_at, roots_asked;
    bool recovered; /* cache.db was replaced in this poll: not twice */

    enum sync_line line;
    enum err err;
    int64_t since_ms, polls;
    int64_t due_ms; /* timer clock: next poll */
    int backoff_ms;
    bool pretend_cut, restart;
    bool mended;  /* somebody asked, or the line came back: what waits may go at once */
    bool suspect; /* huimin met damage in cache.db: opened anew, it is looked through */
};

/* sync.c: a life of huimin-sync is begin, turns while it returned OK and nobody asked to stop, end;
 * tests/model takes the turns itself. */
MUST_CHECK enum err sync_begin(struct sync *s, const struct config *c, bool once, int stop_fd);
void sync_turn(struct sync *s);
void sync_end(struct sync *s);

/* sync.c: the files, and what huimin is told. */
MUST_CHECK enum err sync_open_files(struct sync *s);
void sync_close_cache(struct sync *s);
void sync_tell_state(struct sync *s);
void sync_tell_changed(struct sync *s, const char *channel);

/* sync_poll.c */
void sync_poll_begin(struct sync *s);
void sync_poll_answer(struct sync *s, const struct net_answer *a);

#endif
