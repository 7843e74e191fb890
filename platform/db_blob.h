/* db_blob.h - photographed papers, sealed, as they come in parts. */
#ifndef PLATFORM_DB_BLOB_H
#define PLATFORM_DB_BLOB_H

#include "hal/wire_blob.h"
#include "platform/db.h"

/* A page that a case names. no counts the pages of the case from 1, in the order of its papers.
 * have: bytes so far, always at the border of a part. done_ms 0: not whole yet. */
struct blob_row {
    char terminal[WIRE_NAME_MAX], ref[WIRE_NAME_MAX];
    struct wire_page page;
    int64_t no, have, done_ms;
};
typedef enum err db_blob_visit(void *ctx, const struct blob_row *b);
typedef enum err db_blob_bytes(void *ctx, const void *data, size_t n);

/* Writing belongs between db_begin and db_commit. A page named before stays as it is. */
MUST_CHECK enum err db_blob_name(struct db *db, const struct blob_row *b, int64_t now_ms);
MUST_CHECK enum err db_blob_find(struct db *db, const char *terminal, const char *hash,
                                 struct blob_row *out);
/* The part behind what is there. */
MUST_CHECK enum err db_blob_add(struct db *db, const struct blob_row *b, const void *data, size_t n,
                                int64_t now_ms);
MUST_CHECK enum err db_blob_whole(struct db *db, const struct blob_row *b, int64_t now_ms);
/* Forgets its parts: it may come again from the start. */
MUST_CHECK enum err db_blob_drop(struct db *db, const struct blob_row *b);
/* The same for one that is not whole and had no part since; the next request takes the next. */
MUST_CHECK enum err db_blob_forget(struct db *db, int64_t since_ms);
/* Bytes of pages of this terminal that are not whole. */
MUST_CHECK enum err db_blob_unfinished(struct db *db, const char *terminal, int64_t *out);
MUST_CHECK enum err db_blob_read(struct db *db, const struct blob_row *b, db_blob_bytes *visit,
                                 void *ctx);
/* The pages of a case, by no. */
MUST_CHECK enum err db_blobs_of(struct db *db, const char *ref, db_blob_visit *visit, void *ctx);

/* Its tables, a version of the schema. */
extern const char db_blob_tables[];

#endif
