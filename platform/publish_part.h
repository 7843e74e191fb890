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

/* INPUT_DIR/signed: lines "CHANNEL LINE", of what changed and of how all stands. */
struct signatures {
    char *text; /* NUL-terminated, in the arena */
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
    const struct publish_as *as;   /* NULL: whoever signs the index publishes */
    bool signing;                  /* publish_sign: nothing is published here */
    char elsewhere[WIRE_NAME_MAX]; /* whose key signs what was refused */
    struct signatures signatures;
    struct wire_keyset set; /* the newest key set; root: its number */
    int root;
    bool new_root;  /* … which this run has made */
    bool new_bases; /* of channels that had no objects */
    int level;      /* of packing; 0: SEGMENT_LEVEL */
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

/* --- publish_signed.c: rows that their own publisher signs ------------------------------------ */

/* One scope of a channel: "" is all of it. text: rows that changed, or all. */
struct scope_text {
    char name[WIRE_NAME_MAX];
    bool is_signed; /* somebody must sign it */
    struct object_text text;
    int64_t rows;
};
/* All scopes of a channel that a publication meets; owner: the caller, scopes_free. */
struct scopes {
    struct scope_text *scope;
    int count;
};
/* Adds a row's line to the scope it belongs to. */
MUST_CHECK enum err scopes_add(struct scopes *s, const struct wire_keyset *set, const char *channel,
                               const char *line);
void scopes_free(struct scopes *s);
/* ERR_REFUSED, told: this row is for another publisher to publish. */
MUST_CHECK enum err scope_may_change(struct publication *p, const struct row *r);
/* What changed becomes a segment's text, and what is signed of the scopes is remembered. *out_base:
 * a publisher's first publication, which only a base can carry. */
MUST_CHECK enum err scopes_sign(struct publication *p, const char *channel, struct scopes *changed,
                                struct object_text *out, int64_t *out_lines, bool *out_base);
/* A publisher that has signed nothing yet signs all that stands in its scopes, changed or not. */
MUST_CHECK enum err scopes_first(struct publication *p, const char *channel, struct scopes *changed,
                                 int64_t *changes);
/* INPUT_DIR/signed. ERR_NOT_FOUND. */
MUST_CHECK enum err signatures_read(struct publication *p, const char *input_dir);
MUST_CHECK enum err signatures_write(struct publication *p, const char *input_dir);
MUST_CHECK enum err signatures_add(struct publication *p, const char *channel, const char *line);
/* The signature that was made elsewhere for exactly this; r->from, rows, kid and scope are set, to
 * is filled. ERR_SIGNATURE. */
MUST_CHECK enum err signatures_find(struct publication *p, const struct wire_rows_place *at,
                                    struct wire_rows *r, char **out_line);
/* The rows of a whole channel, each scope below the signature of its state. */
MUST_CHECK enum err scopes_base(struct publication *p, const char *channel, struct object_text *out,
                                int64_t *out_lines);
/* Channels whose publishers are not the same in both sets get bases without segments. */
MUST_CHECK enum err scopes_follow_set(struct db *db, const struct wire_keyset *old,
                                      const struct wire_keyset *now);
/* Whether this channel was named by the one above; asked once. */
MUST_CHECK enum err scopes_base_due(struct publication *p, const char *channel, bool *out);
/* Lets go of the segments that the base has made superfluous. */
MUST_CHECK enum err channel_drop_old(struct publication *p, struct wire_channel *ch);
/* Lets go of all segments: who is behind takes the base. */
MUST_CHECK enum err channel_drop_segments(struct publication *p, struct wire_channel *ch);
/* Makes a new base of a channel, and lets go of old segments. */
MUST_CHECK enum err channel_rebase(struct publication *p, struct wire_channel *ch);
/* Whether what a new terminal must fetch beside the base has grown too much. */
bool channel_wants_base(const struct wire_channel *ch);

/* ERR_NOT_FOUND: there is none yet. */
MUST_CHECK enum err keyset_newest(struct db *db, struct arena *a, struct wire_keyset *out);
/* The newest of a feed's directory; nothing is verified. ERR_NOT_FOUND. */
MUST_CHECK enum err keyset_of_feed(struct arena *a, const char *feed, struct wire_keyset *out);
/* Signs key set and index, both remembered in the transaction that is open. */
MUST_CHECK enum err signed_keyset(struct publication *p);
MUST_CHECK enum err signed_index(struct publication *p, int64_t *out_n);
/* Brings the files of the feed in line with what the database says. */
MUST_CHECK enum err files_follow(struct publication *p);

#endif
