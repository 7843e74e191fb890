/* line.h - huimin's end of sync.sock: what huimin-sync says of the line, and orders to it. */
#ifndef APP_LINE_H
#define APP_LINE_H

#include "app/event.h"
#include "hal/base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum line_state { LINE_STOPPED, LINE_NEVER, LINE_ONLINE, LINE_OFFLINE };
enum { LINE_CHANNELS = 16 };
struct line_channel {
    char name[32], epoch[32];
    int64_t seq, as_of_ms;
};
/* A copy of what was last said; STOPPED when nobody answers the socket (no huimin-sync). */
struct line_status {
    enum line_state state;
    enum err err;       /* why offline; OK otherwise */
    enum err outbox;    /* how the last delivery went; OK: nothing was wrong */
    int64_t last_ok_ms; /* wall; 0 = never */
    int64_t since_ms;   /* wall: in this state since */
    int64_t n;          /* polls finished */
    int channel_count;
    struct line_channel channel[LINE_CHANNELS];
};

/* A thread that keeps (re)connecting to DATA/sync.sock, reads its lines and hands events to
 * `post` ([any], must be thread safe and quick). */
struct line;
MUST_CHECK enum err line_create(const char *data_dir, void (*post)(const struct event *ev),
                                struct line **out);
void line_destroy(struct line *l); /* accepts NULL */
/* [any] */
struct line_status line_status(struct line *l);
/* [ui] Orders; wait at most 1 s for "taken": OK, ERR_BUSY, ERR_OFFLINE (no huimin-sync). */
MUST_CHECK enum err line_sync(struct line *l);
/* cache.db is damaged: huimin-sync looks it through and replaces it. */
MUST_CHECK enum err line_damaged(struct line *l);
MUST_CHECK enum err line_net(struct line *l, bool online);
MUST_CHECK enum err line_clock_hold(struct line *l, int64_t wall_ms);
MUST_CHECK enum err line_clock_advance(struct line *l, int64_t seconds);

/* [ui] These return at once: the line's thread does the rest. */
/* Something new lies in outbox.db. Without huimin-sync nothing happens: it looks when it comes. */
void line_outbox(struct line *l);
/* The sheet of an enrolment goes to the platform. EV_ENROLLED follows: n = enum err, s = the name
 * the platform gave. ERR_OFFLINE: no huimin-sync; ERR_BUSY. */
struct enrol_ask;
MUST_CHECK enum err line_enrol(struct line *l, const struct enrol_ask *ask);
/* A sealed question (base64, at most LINE_QUERY bytes in all; ERR_TOO_BIG). EV_ANSWER with n =
 * *out_q follows in any case, without huimin-sync at once. The last question's answer is forgotten.
 */
enum { LINE_QUERY = 24 * 1024 };
MUST_CHECK enum err line_query(struct line *l, const char *kid, const char *box_b64,
                               const char *sig_b64, int64_t *out_q);
/* Moves the sealed answer out and wipes the copy. out_err: how it went (ERR_OFFLINE …; only with OK
 * is there an answer). ERR_NOT_FOUND: not the last question, or fetched before; ERR_BUSY: not
 * answered yet; ERR_TOO_BIG: more than cap bytes, and wiped. */
MUST_CHECK enum err line_answer(struct line *l, int64_t q, enum err *out_err, char *out_b64,
                                size_t cap);

const char *line_state_name(enum line_state s); /* never online offline stopped */

#endif
