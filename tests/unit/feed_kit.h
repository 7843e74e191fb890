/* feed_kit.h - for tests: a small publisher that can also publish what no publisher should. */
#ifndef TESTS_UNIT_FEED_KIT_H
#define TESTS_UNIT_FEED_KIT_H

#include "app/config.h"
#include "hal/base/arena.h"
#include "hal/wire.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A feed in DIR/feed, a terminal's config with data in DIR/data and the root file DIR/root.pub.
 * One test at a time. */
struct kit {
    char dir[256], feed[300];
    struct config config;
    struct arena arena;
    unsigned char root_secret[64], feed_secret[64];
    struct wire_keyset keys;
    struct wire_index index;
    struct wire_object seg[WIRE_CHANNELS][WIRE_SEGMENTS];
};

void kit_init(struct kit *k, const char *dir);
void kit_finish(struct kit *k);
/* Publishes one object; lines are row lines, each with LF. rows -1: counted. Returns it. */
struct wire_object kit_object(struct kit *k, const char *channel, const char *epoch, int64_t from,
                              int64_t to, const char *lines, int64_t rows);
/* Adds a segment to a channel (made when new) behind its head. */
void kit_segment(struct kit *k, const char *channel, const char *lines);
struct wire_channel *kit_channel(struct kit *k, const char *channel);
/* Writes key set 1 and the index, n + 1. */
void kit_publish(struct kit *k);
/* The index as signed text, without counting up. Lives in the arena. */
const char *kit_index_text(struct kit *k);
void kit_write(const char *path, const void *data, size_t n);
/* One whole poll of huimin-sync over the folder. */
enum err kit_sync(struct kit *k);

#endif
