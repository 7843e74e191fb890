/* publish_part.h - what the files of the publisher share; nobody else includes it. */
#ifndef PLATFORM_PUBLISH_PART_H
#define PLATFORM_PUBLISH_PART_H

#include "platform/db.h"
#include "platform/input.h"
#include "platform/keys.h"
#include "platform/publish.h"

enum {
    SEGMENT_LEVEL = 9,
    KEPT_SEGMENTS = 16, /* after a new base, so that a terminal a few days behind needs no base */
    SEGMENTS_IN_INDEX = 40, /* all channels: 40 x 135 bytes and the heads stay under 8 KB */
    SMALL_BASE = 64 << 10,  /* below this a base costs nothing worth counting */
};

/* One run of the publisher; owner: publish(). */
struct publication {
    const struct conf *conf;
    struct keys keys;
    struct db *db;
    struct input input;
    struct arena arena;
    struct wire_channel channel[WIRE_CHANNELS];
    int channel_count;
    int64_t changed;
    int root;       /* number of the newest key set */
    bool new_root;  /* … which this run has made */
    bool new_bases; /* of channels that had no objects */
};

/* Growing text of an object; owner frees with free(). */
struct object_text {
    char *buf;
    size_t len, cap;
};
MUST_CHECK enum err object_add_line(struct object_text *t, const char *line);

/* The tables of a channel: first and last id. */
void channel_tables(const char *channel, int *out_first, int *out_last);

/* Packs text below its head line, writes DIR/o/<hash>, fills out. head.rows and from/to are set. */
MUST_CHECK enum err object_write(struct publication *p, const struct wire_segment_head *head,
                                 const struct object_text *rows, struct wire_object *out);
/* Makes a new base of a channel, and lets go of old segments. */
MUST_CHECK enum err channel_rebase(struct publication *p, struct wire_channel *ch);
/* Whether what a new terminal must fetch beside the base has grown too much. */
bool channel_wants_base(const struct wire_channel *ch);

/* Signs key set and index, both remembered in the transaction that is open. */
MUST_CHECK enum err signed_keyset(struct publication *p);
MUST_CHECK enum err signed_index(struct publication *p, int64_t *out_n);
/* Brings the files of the feed in line with what the database says. */
MUST_CHECK enum err files_follow(struct publication *p);

#endif
