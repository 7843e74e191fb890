/* post_kit.h - for tests of delivery: a platform in a child that answers as planned, and a terminal
 * with items. */
#ifndef TESTS_UNIT_POST_KIT_H
#define TESTS_UNIT_POST_KIT_H

#include "app/outbox_part.h"
#include "app/sync_post.h"
#include "hal/base/clock.h"
#include "hal/net.h"

#include <sys/types.h>

/* What the platform, played by a child, does with each POST in turn; the last goes on. */
enum plan {
    GOOD,
    DUPLICATE,
    REJECT,
    RETRY,
    FORGED,
    HALF,
    SILENT_CUT,
    BUSY,
    TOO_BIG,
    CLOCK,
    UNKNOWN,
    REVOKED,
    SICK,    /* 500 for everything */
    DATED,   /* 503 until a date 77 s ahead */
    LONG,    /* 503 for a day */
    ALLERGIC /* as `sick_of` says when it is given one of those items, else GOOD */
};
enum allergy { SAYS_500, SAYS_400, SAYS_503, HANGS_UP, LEAVES_OUT, FORGES_IT };
struct post_shared {
    enum plan plan[8];
    int plans, posts, probes, statuses;
    int items[256]; /* of each POST */
    int64_t platform_ms;
    int64_t poison[4]; /* numbers of items */
    enum allergy allergy;
};
extern struct post_shared *sh;
extern struct wire_keyset post_keys;

/* One terminal with `count` items waiting, one platform that follows the plan. */
struct rig {
    pid_t pid;
    struct config config;
    struct store *store;
    struct sync_signed sign;
    struct net *net;
    struct sync_post *post;
    int told;
};

struct rig *rig_begin(const enum plan *plan, int plans, int count);
void rig_end(struct rig *r);
/* So many items more. */
void rig_put(struct rig *r, int count);
/* huimin-sync starts anew. */
void rig_restart(struct rig *r);
/* Turns until it rests; deliver: nudged before. */
void rig_run(struct rig *r);
void rig_deliver(struct rig *r);
/* The one number that sql finds. */
int rig_number(struct rig *r, const char *sql);
#define WAITING  "SELECT count(*) FROM item WHERE state = 0 AND length(box) > 0"
#define ACCEPTED "SELECT count(*) FROM item WHERE state = 2 AND length(box) = 0"
#define REJECTED "SELECT count(*) FROM item WHERE state = 3 AND length(box) > 0"

/* Of the first item that waits. */
const char *rig_reason(struct rig *r);

#define BEGIN(count, ...)                         \
    rig_begin((const enum plan[]){ __VA_ARGS__ }, \
              (int)(sizeof((const enum plan[]){ __VA_ARGS__ }) / sizeof(enum plan)), count)

#endif
