/* sync_signed.h - requests only this terminal can make: signed with its line key. */
#ifndef APP_SYNC_SIGNED_H
#define APP_SYNC_SIGNED_H

#include "app/config.h"
#include "app/keys.h"
#include "hal/base/err.h"
#include "hal/net.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What huimin-sync needs to speak for the terminal. One thread. Invariant: base "" = no platform.
 */
struct sync_signed {
    const struct config *config;
    char base[CONFIG_TEXT + 8];
    struct terminal_key key;
    bool has_key;
    bool cert_refused;       /* nginx would not have our certificate */
    int64_t clock_offset_ms; /* the platform's clock less ours, once it has complained */
};

void sync_signed_start(struct sync_signed *s, const struct config *c);
void sync_signed_finish(struct sync_signed *s);
/* Reads (at first start makes) the line key: ERR_READONLY, ERR_FULL, ERR_FORMAT, ERR_IO. */
MUST_CHECK enum err sync_signed_key(struct sync_signed *s);

/* Starts a GET (body NULL) or POST of path, which may carry a query. ERR_OFFLINE: no platform. */
MUST_CHECK enum err sync_signed_ask(struct sync_signed *s, struct net *net, const char *path,
                                    const char *body, int deadline_s);
/* The same as a PUT of n raw bytes. */
MUST_CHECK enum err sync_signed_put(struct sync_signed *s, struct net *net, const char *path,
                                    const void *bytes, size_t n, int deadline_s);
/* What the answer means: OK, what net says, ERR_UNKNOWN_TERMINAL, ERR_REVOKED, ERR_TOO_BIG
 * (413), ERR_SERVER. out_again: the same, signed anew, may go at once (our clock was wrong and is
 * put right now; or a dead connection made the request go twice). */
enum err sync_signed_judge(struct sync_signed *s, const struct net_answer *a, bool *out_again);

#endif
