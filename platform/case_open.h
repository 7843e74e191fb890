/* case_open.h - the sealed application of a case, opened for a clerk and wiped again. */
#ifndef PLATFORM_CASE_OPEN_H
#define PLATFORM_CASE_OPEN_H

#include "hal/json.h"
#include "platform/application.h"
#include "platform/conf.h"
#include "platform/db_blob.h"
#include "platform/db_case.h"
#include "platform/keys.h"

/* Owner: the caller; everything is wiped by opened_close. root: PROTOCOL.md "Application". */
struct opened {
    struct keys keys;
    struct arena arena;
    struct json *root;
    struct application app;
};
MUST_CHECK enum err opened_open(struct opened *x, const struct conf *c, struct db *db,
                                const struct case_row *row);
void opened_close(struct opened *x);

/* Out of what was opened: "" and NULL when it is not there. */
const char *opened_text(const struct json *o, const char *key);
const struct json *opened_member(const struct json *o, const char *key);
bool opened_to_show(const struct json *material);
/* A paper that is to be shown, by its number in the list (from 1) or its name. NULL: none. */
const char *opened_paper(const struct json *materials, const char *wanted);
/* Photographed pages of a case, numbered from 1 through all its papers: N of `case paper REF N`. */
struct opened_pages {
    int count;
    struct blob_row row[WIRE_BLOB_PAGES];
};
MUST_CHECK enum err opened_pages_of(struct db *db, const char *ref, struct opened_pages *out);
size_t opened_pages(const struct json *material); /* how many of them are this paper's */
/* "materials": each with whether it was ticked. */
MUST_CHECK enum err opened_put_papers(struct json_out *w, struct db *db, const char *ref,
                                      const struct json *materials);

#endif
