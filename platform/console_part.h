/* console_part.h - what the files of the console share; nobody else includes it. */
#ifndef PLATFORM_CONSOLE_PART_H
#define PLATFORM_CONSOLE_PART_H

#include "hal/json.h"
#include "platform/clerk.h"
#include "platform/console.h"
#include "platform/db_case.h"

/* Owner: console_create's caller; one thread. */
struct console {
    struct conf conf;
    struct db *db;
    char origin[2][CONF_TEXT]; /* where the page may come from: as configured, or this machine */
    bool secure, proxied;      /* https; behind a proxy that names who came */
};

/* One call of the page. w: an object that is open; what is put there is the answer. */
struct call {
    struct console *console;
    struct arena *arena;
    const struct console_request *q;
    struct json *in;
    struct clerk clerk;        /* who; name "" before the login */
    char session[65], who[64]; /* its hash; "console/NAME", for the audit */
    char token[65];
    int64_t now_ms;
    struct json_out w;
    struct console_reply *reply;
};

/* The answer is this status and code; always ERR_REFUSED, so that it can be returned. */
MUST_CHECK enum err console_refuse(struct call *c, int status, const char *code);
/* A text of the call: never NULL, ERR_TOO_BIG from cap bytes on. Absent: empty. */
MUST_CHECK enum err console_text(struct call *c, const char *key, size_t cap, const char **out);
int64_t console_number(struct call *c, const char *key); /* 0 */
/* A connection; ERR_NO_KEY: nothing was published yet. */
MUST_CHECK enum err console_db(const struct conf *c, struct db **out);
/* Commits when all went well, else rolls back. */
MUST_CHECK enum err console_end(struct call *c, enum err e);

/* console_session.c: who this is, by the cookie. ERR_NOT_FOUND: nobody (any more). */
enum {
    SESSION_IDLE_MS = 30 * 60 * 1000,
    SESSION_MOST_MS = 12 * 3600 * 1000,
};
MUST_CHECK enum err session_find(struct call *c);
/* The word that proves that a call comes from the page that logged in: nobody else can read it. */
void session_token(const unsigned char secret[32], char out[65]);

/* The calls. Each writes its answer into c->w; ERR_REFUSED: it has answered itself. */
typedef enum err console_call(struct call *c);
console_call console_login, console_logout, console_me, console_passwd;          /* _session.c */
console_call console_cases, console_case, console_case_id, console_case_do;      /* _case.c */
console_call console_case_tick;                                                  /* _case.c */
console_call console_notices, console_notice, console_withdraw;                  /* _notice.c */
console_call console_sheet, console_sheet_publish;                               /* _sheet.c */
console_call console_fleet, console_revoke;                                      /* _fleet.c */
console_call console_audit, console_clerks, console_clerk_add, console_clerk_do; /* _clerks.c */

/* _clerks.c: a line of the audit into the list (a struct json_out) that is open. */
struct audit_entry;
enum err console_put_audit(void *w, const struct audit_entry *a);

/* console_files.c: the page's own files. False: no such file. */
bool console_file(const char *path, struct console_reply *out);

#endif
