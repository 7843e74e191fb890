/* wire.h - what travels between platform and terminal: index, key set, segment; bytes <-> structs.
 *
 * Pure functions, no I/O, [any] thread. The text of the contract is platform/PROTOCOL.md; both
 * sides use this file, so they cannot drift apart. Sizes in bytes, times in ms since 1970. */
#ifndef HAL_WIRE_H
#define HAL_WIRE_H

#include "hal/base/arena.h"
#include "hal/base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    WIRE_INDEX_MAX = 8192,       /* the whole index file, signature line included */
    WIRE_ROOT_MAX = 65536,       /* a key set file: 256 publishers are 33 KB */
    WIRE_SEGMENT_MAX = 64 << 20, /* a packed object */
    WIRE_RAW_MAX = 512 << 20,    /* an unpacked object */
    WIRE_CHANNELS = 16,
    WIRE_SEGMENTS = 80,
    WIRE_KEYS = 8,
    WIRE_PUBLISHERS = 256, /* a district has some 200 villages, and each signs its own */
    WIRE_HASH_HEX = 64,    /* SHA-256 of the packed bytes, lower-case hex */
    WIRE_NAME_MAX = 32,
};
#define WIRE_NUMBER_MAX ((INT64_C(1) << 53) - 1) /* of an index, of what a publisher signs */

/* One immutable object under /feed/o/<hash>. A base has from = 0. */
struct wire_object {
    int64_t from, to; /* applies to a watermark equal to from, leaves it at to */
    char hash[WIRE_HASH_HEX + 1];
    int64_t size, raw; /* packed and unpacked bytes; both are limits, checked before reading on */
};

/* One channel of the index. Invariant after wire_index_read: seg[] is contiguous and ends at head.
 */
struct wire_channel {
    char name[WIRE_NAME_MAX]; /* "price", "notice", "place", "service", … */
    char epoch[WIRE_NAME_MAX];
    int schema;
    int64_t head, rows;
    bool has_base;
    struct wire_object base;
    int seg_count;
    struct wire_object *seg; /* in the arena */
};

struct wire_index {
    int version;
    char area[WIRE_NAME_MAX];
    int64_t n; /* rises with every index; never goes back */
    int64_t issued_ms, expires_ms;
    char suite[WIRE_NAME_MAX];
    char kid[WIRE_NAME_MAX]; /* which feed key signed it */
    int root;                /* newest key set number */
    int channel_count;
    struct wire_channel channel[WIRE_CHANNELS];
};

/* A key set: who may sign the feed. Signed by root keys; threshold of them must have signed. */
struct wire_key {
    char kid[WIRE_NAME_MAX];
    unsigned char pub[32];
};
/* Who must sign rows of a channel, beside whoever signs the index: all of them (scope ""), or those
 * whose first key is scope. */
struct wire_publisher {
    struct wire_key key;
    char channel[WIRE_NAME_MAX], scope[WIRE_NAME_MAX];
};
struct wire_keyset {
    int version, n, threshold;
    int64_t issued_ms, expires_ms;
    char suite[WIRE_NAME_MAX];
    int root_count, feed_count, seal_count;
    struct wire_key root[WIRE_KEYS]; /* who signs the next key set */
    struct wire_key feed[WIRE_KEYS]; /* who signs indexes and acknowledgements */
    struct wire_key seal[WIRE_KEYS]; /* X25519: to whom citizens' items are sealed; newest last */
    int publisher_count;
    struct wire_publisher publisher[WIRE_PUBLISHERS];
};

/* A public key from its name and its base64. ERR_FORMAT. */
MUST_CHECK enum err wire_key_make(const char *kid, const char *base64, struct wire_key *out);
/* Reads root public keys from the text of a `feed.root` file ("root KID BASE64" lines, # comments,
 * and at most one "set N": the first key set these keys sign, 1 without it). */
MUST_CHECK enum err wire_root_read(const char *text, struct wire_key *out_keys, int *out_count);
int wire_root_first(const char *text); /* N of a text that wire_root_read has read */

/* Verifies with threshold-of-roots, by whom it names itself too, and parses. ERR_SIGNATURE,
 * ERR_FORMAT, ERR_TYPE, ERR_TOO_BIG. */
MUST_CHECK enum err wire_keyset_read(const void *bytes, size_t n, const struct wire_key *roots,
                                     int root_count, int threshold, struct wire_keyset *out);
/* Parses only: for who is about to sign it, or has it from the own database. */
MUST_CHECK enum err wire_keyset_peek(const void *bytes, size_t n, struct wire_keyset *out);
/* How many of these keys have signed the file. */
int wire_keyset_signers(const void *bytes, size_t n, const struct wire_key *keys, int count);
/* Verifies the signature over the exact JSON bytes, then parses. Does not judge n or expires:
 * that needs the terminal's memory and is feed.c's work. */
MUST_CHECK enum err wire_index_read(struct arena *a, const void *bytes, size_t n,
                                    const struct wire_keyset *keys, struct wire_index *out);

/* Writing, for the publisher. Text in the arena; the signature line is added by wire_sign_text. */
MUST_CHECK enum err wire_index_write(struct arena *a, const struct wire_index *in, char **out_json);
MUST_CHECK enum err wire_keyset_write(struct arena *a, const struct wire_keyset *in,
                                      char **out_json);
MUST_CHECK enum err wire_sign_text(struct arena *a, const char *json, const char *const *kids,
                                   const unsigned char (*secrets)[64], int count, char **out_file);

/* Line 1 of an unpacked object: {"ch","epoch","schema","from","to","prev","rows"}. */
struct wire_segment_head {
    char channel[WIRE_NAME_MAX], epoch[WIRE_NAME_MAX];
    int schema;
    int64_t from, to, rows;
    char prev[WIRE_HASH_HEX + 1]; /* hash of the object before it, or "" */
};
MUST_CHECK enum err wire_segment_head_read(const char *line, size_t n,
                                           struct wire_segment_head *out);
MUST_CHECK enum err wire_segment_head_write(struct arena *a, const struct wire_segment_head *in,
                                            char **out_line);

/* One row line: ["p","table",key…,value…] or ["d","table",key…]. wire_row_peek looks at the first
 * two elements only (cheap, no JSON parser), so that rows of a table can be handed on in bulk. */
struct wire_row_peek {
    bool put;
    char table[WIRE_NAME_MAX];
};
MUST_CHECK enum err wire_row_peek(const char *line, size_t n, struct wire_row_peek *out);

/* The first key of a row as it is written, "" when it is longer than a name; and the line is one
 * array and nothing else, so that no second row hides in it. ERR_FORMAT. */
MUST_CHECK enum err wire_row_key(const char *line, size_t n, char out[WIRE_NAME_MAX]);

/* The rows of one publisher in an object: this line, then its rows. from 0: all rows there are in
 * its scope (in a base); else what changed between two of its numbers (in a segment). */
#define WIRE_ROWS_TABLE "signed"
struct wire_rows {
    char kid[WIRE_NAME_MAX], scope[WIRE_NAME_MAX];
    int64_t from, to, rows;
    unsigned char sig[64];
};
/* [any] Where it stands: part of what is signed. */
struct wire_rows_place {
    const char *area, *channel;
    const char *hash; /* SHA-256 of the lines of the rows, each with its LF */
};
MUST_CHECK enum err wire_rows_read(const char *line, size_t n, struct wire_rows *out);
MUST_CHECK enum err wire_rows_write(struct arena *a, const struct wire_rows *in, char **out_line);
void wire_rows_sign(struct wire_rows *r, const struct wire_rows_place *at,
                    const unsigned char secret[64]);
/* ERR_SIGNATURE: also when this publisher may not sign this channel or scope. */
MUST_CHECK enum err wire_rows_verify(const struct wire_rows *r, const struct wire_rows_place *at,
                                     const struct wire_keyset *keys);
/* Whether anybody must sign a row of the channel with this first key. */
bool wire_rows_wanted(const struct wire_keyset *keys, const char *channel, const char *key);

/* What goes up (items, acknowledgements, requests, receipts) is wire_item.h. */
#endif
