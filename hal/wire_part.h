/* wire_part.h - the small checks that the files of hal/wire share; nobody else includes it. */
#ifndef HAL_WIRE_PART_H
#define HAL_WIRE_PART_H

#include "hal/json.h"
#include "hal/wire.h"

#define WIRE_NAME_SET "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-"
/* A name is 1..31 of WIRE_NAME_SET. ERR_TYPE when missing or not a string, ERR_FORMAT otherwise.
 */
MUST_CHECK enum err wire_name(const struct json *o, const char *key, char out[WIRE_NAME_MAX]);
/* An integer within [min, max]. */
MUST_CHECK enum err wire_int(const struct json *o, const char *key, int64_t min, int64_t max,
                             int64_t *out);
/* An item's id: 32 lower-case hex digits. */
bool wire_id_ok(const char *id);
/* A POST that is written to the letter as we write it; out: room for `most`. False: it is not,
 * which says nothing about whether it is right. */
struct wire_item;
struct arena;
bool wire_post_quick(struct arena *a, const void *text, size_t n, struct wire_item *out, int most,
                     int *out_count);
/* 64 lower-case hex digits. */
bool wire_hash_ok(const char *hex);

/* A signed text: one line of JSON, then its signature lines. */
struct wire_signed {
    const char *json, *sigs; /* not terminated */
    size_t json_n, sigs_n;
};
MUST_CHECK enum err wire_split(const void *bytes, size_t n, struct wire_signed *out);
/* How many different keys of the list have validly signed. */
int wire_count_signers(const struct wire_signed *s, const struct wire_key *keys, int count);

#endif
