/* sync_sock.h - huimin-sync's end of DATA/sync.sock: orders from huimin in, news to huimin out.
 *
 * AF_UNIX, SOCK_STREAM, mode 0660, in the data directory. The other end must run as the same user
 * or share this process's group (peer credentials). One JSON object a line, at most 256 KB; a line
 * begun and not ended within 30 s closes the connection. At most 8 clients; each gets every news.
 *
 * From huimin:
 *   {"m":"hello"}                        -> the state message
 *   {"m":"sync"}                         -> {"m":"taken"}, then a poll at once
 *   {"m":"net","online":false}           -> {"m":"taken"}; a test pretends the line is cut
 *   {"m":"clock","hold":"2026-11-23T09:00:00+08:00"}  -> {"m":"taken"}; the wall clock is held
 *   {"m":"clock","advance_s":60}         -> {"m":"taken"}; both clocks move
 *   {"m":"damaged"}                      -> {"m":"taken"}; cache.db is looked through, then a poll
 *   {"m":"outbox"}                       -> {"m":"taken"}, then what waits in outbox.db is
 * delivered
 *   {"m":"query","q":N,"kid":"…","box":B64,"sig":B64}  -> {"m":"taken"}, then, to this client only:
 *       {"m":"answer","q":N,"err":"ok|offline|…","box":B64}; another query takes the place of this
 *   {"m":"enrol","code":"…","print":"…","item":B64,"sig":B64}  -> {"m":"taken"}, then, to this
 * client only: {"m":"enrolled","err":"ok|not_found|…","name":"…"} anything else ->
 * {"m":"refused","err":"bad_argument"|"bad_format"} To huimin, at hello and whenever it changes:
 *   {"m":"state","state":"never|online|offline","err":"ok|offline|…","last_ok":MS,"since":MS,
 *    "n":POLLS_FINISHED,"idx":INDEX_N,"outbox":"ok|offline|unknown_terminal|…","ch":{"price":{"epoch":"…","seq":N,"as_of":MS},…}}
 *   {"m":"changed","ch":["price"]}       rows of these channels are in cache.db now
 *   {"m":"reopen"}                       cache.db was replaced by another file
 *   {"m":"outbox"}                       states in outbox.db have changed
 */
#ifndef APP_SYNC_SOCK_H
#define APP_SYNC_SOCK_H

#include "hal/base/err.h"

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>

enum sync_order_kind {
    ORDER_HELLO,
    ORDER_SYNC,
    ORDER_DAMAGED,
    ORDER_NET,
    ORDER_OUTBOX,
    ORDER_QUERY,
    ORDER_ENROL,
    ORDER_HOLD,
    ORDER_ADVANCE
};
struct sync_order {
    enum sync_order_kind kind;
    bool online;
    int64_t n;                       /* HOLD: wall ms; ADVANCE: seconds; QUERY: its number */
    const char *kid, *box, *sig;     /* QUERY: only inside the order callback */
    const char *code, *print, *item; /* ENROL, with sig: the same */
    int64_t client;                  /* who said it: for sync_sock_tell_one */
};

/* One thread. Owner: sync_main. */
enum { SYNC_CLIENTS = 8, SYNC_LINE_MAX = 256 * 1024, SYNC_ANSWER_MAX = 250 * 1024 };
struct sync_sock;

/* ERR_READONLY, ERR_FULL, ERR_IO, ERR_ARG (path longer than a socket's may be). A stale file is
 * replaced: bound under another name, then renamed. `order` is called for each order, before
 * "taken" is said. */
MUST_CHECK enum err sync_sock_create(const char *data_dir,
                                     void (*order)(void *ctx, const struct sync_order *o),
                                     void *ctx, struct sync_sock **out);
void sync_sock_destroy(struct sync_sock *s); /* accepts NULL; removes the file */

/* Fills fds (room for SYNC_CLIENTS + 1), returns how many. */
int sync_sock_fds(struct sync_sock *s, struct pollfd *fds);
/* Reads and writes what those fds are ready for, without waiting; ends what is overdue. */
void sync_sock_serve(struct sync_sock *s, const struct pollfd *fds, int count);
/* A line (with LF) to everybody; a client that does not read is let go. */
void sync_sock_tell(struct sync_sock *s, const char *line);
/* The same to one client, if it is still there; what was said is not kept once it is sent. */
void sync_sock_tell_one(struct sync_sock *s, int64_t client, const char *line);
/* The answer to the order being taken: for hello. Only inside the order callback. */
void sync_sock_answer(struct sync_sock *s, const char *line);

#endif
