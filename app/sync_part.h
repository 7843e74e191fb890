/* sync_part.h - what the files of huimin-sync's heart share: one thread's whole world. */
#ifndef APP_SYNC_PART_H
#define APP_SYNC_PART_H

#include "app/config.h"
#include "app/feed.h"
#include "app/store.h"
#include "app/sync_blob.h"
#include "app/sync_carry.h"
#include "app/sync_enrol.h"
#include "app/sync_post.h"
#include "app/sync_query.h"
#include "app/sync_report.h"
#include "app/sync_signed.h"
#include "app/sync_sock.h"
#include "app/sync_update.h"
#include "hal/base/arena.h"
#include "hal/base/err.h"
#include "hal/json.h"
#include "hal/net.h"
#include "hal/wire.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

enum { SYNC_PATH = 512, SYNC_SOURCES = 2 };
enum sync_phase { RESTING, ASKING_INDEX, ASKING_ROOT, ASKING_OBJECT };
enum sync_line { LINE_NEVER_OK, LINE_IS_ON, LINE_IS_OFF };

/* How one source was met. */
struct sync_end {
    enum err err;
    char what[NET_WHAT];
    int retry_after_s;
};

/* A stick, or a folder, beside the platform: asked when that does not answer, and when it is new.
 */
struct sync_stick {
    struct stat seen;     /* of its index when it was looked at last */
    bool look;            /* a new one: asked in the next poll in any case */
    bool older;           /* its index, than what is here */
    struct sync_end line; /* while it is asked: how the platform was met */
    char word[NET_WHAT];  /* of the last time, for huimin: none, read, older, or an error's name */
};

/* A channel that could not be had in the last poll. */
struct sync_bad {
    char channel[WIRE_NAME_MAX];
    enum err err;
};

/* The stick for the queue. Invariant: told is what huimin was told last (at_ms 0: nothing yet). */
struct sync_porter {
    bool wanted;     /* by the staff */
    int64_t look_ms; /* timer clock: when it is looked whether it brings something */
    struct carry_result told;
};

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
    struct sync_report *report;
    struct sync_update *update; /* NULL where there are none: no appliance */
    struct sync_sock *sock;
    struct sync_porter porter;
    int64_t space_look_ms; /* timer clock: when free space is looked at */
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
    struct feed_faults faults;
    struct sync_bad bad[WIRE_CHANNELS];
    int bad_count;
    struct sync_stick stick;
    bool changed;   /* cache.db holds what is not in its main file yet */
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

/* sync_stick.c */
bool sync_at_stick(const struct sync *s); /* it is being asked */
/* A stick was put in, or has another index than when it was looked at; cheap, asked every turn. */
bool sync_stick_news(struct sync *s);
/* How the platform was met: whether the stick is to be asked now, and then that is kept. */
bool sync_stick_wanted(struct sync *s, const struct sync_end *line);
/* It was asked, and ended so; afterwards end is how the poll ended. */
void sync_stick_done(struct sync *s, struct sync_end *end);

/* sync_bad.c: which channels cannot be had, and why. */
/* The step's channel is left out of this poll: nothing wrong with one may hold up another. */
void sync_bad_skip(struct sync *s, enum err e);
/* At the end of the poll: what is news is logged. The first fault, OK without one. */
enum err sync_bad_settle(struct sync *s, const char **out_channel);
struct json_out;
void sync_bad_put(const struct sync *s, struct json_out *w);

/* sync_porter.c: true when states in outbox.db, or what is told of the stick, have changed. */
bool sync_porter_turn(struct sync *s, const struct wire_keyset *keys);
int sync_porter_wait_ms(const struct sync *s, int most);
void sync_porter_put(const struct sync *s, struct json_out *w);

/* sync_space.c: looks, now and then, whether the disk gets short. */
void sync_space_turn(struct sync *s);

/* sync_poll.c */
void sync_poll_begin(struct sync *s);
void sync_poll_answer(struct sync *s, const struct net_answer *a);

#endif
