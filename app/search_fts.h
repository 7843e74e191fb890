/* search_fts.h - finding notices by the words in them: a bigram tokenizer and the query in front.
 */
#ifndef APP_SEARCH_FTS_H
#define APP_SEARCH_FTS_H

#include "hal/base/err.h"

#include <stddef.h>
#include <stdint.h>

struct sqlite3;
struct store;

/* [owner] Teaches one connection the tokenizer "bigram": hanzi as overlapping pairs, the last of a
 * run alone; runs of ASCII letters and digits as one lower-cased word (full-width ones too);
 * everything else separates. store_open calls it: no database with notice_fts can be read without.
 */
MUST_CHECK enum err search_fts_register(struct sqlite3 *db);

/* [any] What was typed -> an FTS5 expression: words between spaces must all be there; a word is a
 * phrase; a last single hanzi or a last ASCII word matches as a beginning. "" when nothing can be
 * searched for (only punctuation). ERR_TOO_BIG when cap is too small. */
MUST_CHECK enum err search_fts_expression(const char *query, char *out, size_t cap);

/* [owner] Notice ids, newest first (day, then id, descending), at most cap. out_total is the number
 * of all hits, -1 when there are more than 2,000 (counting them all would cost more than showing
 * them). An empty query finds nothing. Rowids of notice_fts are notice.ord = day << 32 | id, so the
 * index itself is in order of time and no hit list is ever sorted. */
MUST_CHECK enum err search_notices(struct store *s, const char *query, int64_t *out_ids, int cap,
                                   int *out_count, int *out_total);

#endif
