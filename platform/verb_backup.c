/* verb_backup.c - a copy of the database while it serves, and a database of such a copy. */
#include "hal/base/clock.h"
#include "platform/backup.h"
#include "platform/verbs.h"

#include <stdio.h>
#include <unistd.h>

static void say(const char *what, const char *file, const struct backup *b)
{
    const struct db_facts *f = &b->facts;
    char at[40] = "no backup's time";
    if (f->backup_ms > 0)
        clock_format_rfc3339(at, sizeof at, f->backup_ms);
    printf("%s %s: as of %s; %lld terminals, %lld items, %lld cases (%lld undecided), index %lld\n",
           what, file, at, (long long)(f->known + f->revoked), (long long)f->items,
           (long long)f->cases, (long long)(f->received + f->asked), (long long)f->index_n);
    printf("audit: %lld lines, unbroken; last hash %s\n", (long long)f->audit_n, b->audit_hash);
}

static int failed(const char *what, const char *file, const char *taken, enum err e)
{
    if (e == ERR_BUSY && (!db_is_file(taken) || access(taken, F_OK) == 0))
        fprintf(stderr, "%s: is there already; nothing is overwritten\n", taken);
    else if (e == ERR_HASH)
        fprintf(stderr, "%s: its audit was changed\n", file);
    else if (e == ERR_TYPE)
        fprintf(stderr, "%s: no platform's database, or a newer program's\n", file);
    return verb_failed(what, e);
}

int verb_backup(const struct verb_order *o, const struct conf *c)
{
    struct backup b;
    enum err e = backup_make(c->db, o->word[0], verb_who(), &b);
    if (e != OK)
        return failed("backup", c->db, o->word[0], e);
    say("backup", o->word[0], &b);
    return 0;
}

int verb_restore(const struct verb_order *o, const struct conf *c)
{
    struct backup b;
    enum err e = crypto_init();
    if (e == OK)
        e = backup_restore(o->word[0], c->db, verb_who(), &b);
    if (e != OK)
        return failed("restore", o->word[0], c->db, e);
    say("restored", c->db, &b);
    puts("now publish INPUT_DIR --renew: the feed goes on with new bases");
    return 0;
}
