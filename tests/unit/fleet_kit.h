/* fleet_kit.h - for tests: a real publisher and a terminal that reads its folder. One at a time. */
#ifndef TESTS_UNIT_FLEET_KIT_H
#define TESTS_UNIT_FLEET_KIT_H

#include "app/config.h"
#include "hal/base/arena.h"
#include "hal/wire.h"
#include "platform/conf.h"

struct fleet {
    char dir[256], input[300];
    struct conf conf;
    struct config config; /* the terminal's; data in DIR/data */
    struct arena arena;
};

/* Two goods, a market, two villages; nothing published yet. */
void fleet_init(struct fleet *f, const char *dir);
void fleet_finish(struct fleet *f);
/* Writes a file of the input directory; fleet_path: DIR/name in the arena. */
void fleet_put(struct fleet *f, const char *name, const char *text);
char *fleet_path(struct fleet *f, const char *name);
enum err fleet_publish(struct fleet *f, bool renew);
/* By the key in DIR/KID.key. */
enum err fleet_publish_by(struct fleet *f, const char *kid);
/* Makes DIR/NAME.key and .pub. */
void fleet_pair(struct fleet *f, const char *kind, const char *name);
/* One `keys draft`, its words separated by spaces, "@" for DIR; signed by DIR/ROOT.key for each of
 * the names in roots, published. Leaves the draft when it is refused. */
enum err fleet_keys(struct fleet *f, const char *changes, const char *roots);
/* Begins with three root keys r1, r2, r3 instead of the first; two must sign. synced: the terminal
 * has met the first. */
bool fleet_three_roots(struct fleet *f, bool synced);
/* One poll of the terminal. */
enum err fleet_sync(struct fleet *f);
/* One value out of its cache.db. */
const char *fleet_value(struct fleet *f, const char *sql);
/* What the newest index says. */
void fleet_index(struct fleet *f, struct wire_index *out);

#endif
