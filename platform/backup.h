/* backup.h - the whole memory of the platform as one file, and a platform from such a file. */
#ifndef PLATFORM_BACKUP_H
#define PLATFORM_BACKUP_H

#include "platform/db_copy.h"

/* What was copied, as the copy itself says. */
struct backup {
    struct db_facts facts;
    char audit_hash[65]; /* of its last line */
};

/* Copies the database at `db`, which may be in use, into `file`: checked, mode 0600, there whole or
 * not at all. who: for the audit. ERR_BUSY: file exists already. ERR_NOT_FOUND: no database.
 * ERR_CORRUPT, ERR_HASH: the database is damaged, its audit was changed; nothing was made. */
MUST_CHECK enum err backup_make(const char *db, const char *file, const char *who,
                                struct backup *out);
/* Makes the database `db` of a backup, with a line in its audit. ERR_BUSY: there is one already, or
 * its log. ERR_TYPE: not a platform's, or a newer program's. Else as above. */
MUST_CHECK enum err backup_restore(const char *file, const char *db, const char *who,
                                   struct backup *out);

#endif
