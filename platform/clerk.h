/* clerk.h - who may work at the console: accounts, what they may do, how long a try must wait. */
#ifndef PLATFORM_CLERK_H
#define PLATFORM_CLERK_H

#include "platform/db_console.h"

enum {
    ROLE_CLERK = 1,     /* cases */
    ROLE_PUBLISHER = 2, /* notices, price sheets */
    ROLE_OPERATOR = 4,  /* terminals, accounts, the audit */
    ROLES = 3,
};
/* "clerk,publisher"; ERR_ARG: none, or one that is not known. */
MUST_CHECK enum err clerk_roles_read(const char *text, int *out);
void clerk_roles_write(int roles, char out[48]);

/* A name is 1 to 31 of a-z 0-9 . _ -; a password 10 to 127 bytes. */
bool clerk_name_ok(const char *name);
bool clerk_password_ok(const char *password);

/* Each a transaction of its own, with its line in the audit; `who` did it. What changes an account
 * ends its sessions. ERR_ARG (name or password), ERR_BUSY (add: taken), ERR_NOT_FOUND. */
MUST_CHECK enum err clerk_add(struct db *db, const char *who, const char *name, int roles,
                              const char *password, int64_t now_ms);
MUST_CHECK enum err clerk_password(struct db *db, const char *who, const char *name,
                                   const char *password, int64_t now_ms);
MUST_CHECK enum err clerk_lock(struct db *db, const char *who, const char *name, bool locked,
                               int64_t now_ms);

/* How long a login must wait after so many failures: nothing for the first `free`, then 1, 2, 4 …
 * s, at most 15 minutes. */
int64_t clerk_wait_ms(const struct console_try *t, int free, int64_t now_ms);

#endif
