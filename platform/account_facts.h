/* account_facts.h - what the rules of the feed may ask about a citizen, beside what the card says.
 */
#ifndef PLATFORM_ACCOUNT_FACTS_H
#define PLATFORM_ACCOUNT_FACTS_H

#include "platform/account.h"
#include "platform/db_account.h"

/* From a citizen's line of the seed: days and facts, "… ago" turned into days. ERR_FORMAT,
 * ERR_TOO_BIG. */
MUST_CHECK enum err account_facts_seed(const struct json *line, int today, struct account *out);
/* The object "facts" (catalogue/proactive.json names them) of one citizen, on this day, into an
 * object that is open. What is not known is left out. */
MUST_CHECK enum err account_facts_put(struct db *db, const struct account *p, int today,
                                      struct json_out *w);

#endif
