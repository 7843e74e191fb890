/* verbs.h - what clerks and administrators order on the command line. */
#ifndef PLATFORM_VERBS_H
#define PLATFORM_VERBS_H

#include "hal/json.h"
#include "platform/conf.h"
#include "platform/db_case.h"
#include "platform/publish.h"

enum { VERB_WORDS = 16 };

/* One order; words follow the verb: "list", "accept 2026-000001" … Texts are argv's. */
struct verb_order {
    const char *verb;
    const char *word[VERB_WORDS];
    int words;
    const char *reason, *role, *village, *url;
    int days;                       /* a code is good for so long */
    const char *as, *publisher_key; /* publish: by whose key */
    bool json, renew;
};

/* Each answers with the program's exit code, and says on stderr why it is not 0. */
int verb_terminal(const struct verb_order *o, const struct conf *c);
int verb_code(const struct verb_order *o, const struct conf *c);
int verb_ca(const struct verb_order *o, const struct conf *c);
int verb_case(const struct verb_order *o, const struct conf *c);
int verb_audit(const struct verb_order *o, const struct conf *c);
int verb_rating(const struct verb_order *o, const struct conf *c);
int verb_proof(const struct verb_order *o, const struct conf *c);
int verb_ecard(const struct verb_order *o, const struct conf *c);
int verb_account(const struct verb_order *o, const struct conf *c);
int verb_carry(const struct verb_order *o, const struct conf *c);
int verb_backup(const struct verb_order *o, const struct conf *c);
int verb_keys(const struct verb_order *o, const struct conf *c);
int verb_mirror(const struct verb_order *o, const struct conf *c);
int verb_night(const struct verb_order *o, const struct conf *c);
int verb_update(const struct verb_order *o, const struct conf *c);
int verb_restore(const struct verb_order *o, const struct conf *c);

int verb_clerk(const struct verb_order *o, const struct conf *c);

/* Shuts a terminal out, in the database and in the feed; `who` did it. ERR_NOT_FOUND. */
MUST_CHECK enum err terminal_revoke(const struct conf *c, const char *who, const char *name,
                                    struct publish_result *out);

/* For the files of the verbs. Opens the database that must be there; 0 or the exit code, told. */
int verb_open(const struct conf *c, struct db **out);
bool verb_name_ok(const char *name);               /* of a terminal */
int verb_failed(const char *what, enum err e);     /* 1, told */
int verb_wrong(const char *what, const char *why); /* 2, told */
/* Who gives the order, for the audit: "clerk/1000". */
const char *verb_who(void);
/* Prints the object with LF and lets go of it; the exit code. */
int verb_print_json(struct json_out *w);
/* The columns of a case, into an object that is open. */
void verb_put_case(struct json_out *w, const struct case_row *c);
/* "case show REF", and the papers of a case: the materials that were to be shown. */
int verb_case_show(const struct verb_order *o, const struct conf *c, struct db *db,
                   const struct case_row *row);
/* "case paper REF N FILE". */
int verb_case_paper(const struct verb_order *o, const struct conf *c, struct db *db,
                    const struct case_row *row);
int verb_case_tick(const struct verb_order *o, const struct conf *c, struct db *db,
                   const struct case_row *row);

#endif
