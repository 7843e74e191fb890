/* verb_clerk.c - the accounts of the console, from the command line. */
#include "hal/base/clock.h"
#include "platform/clerk.h"
#include "platform/verbs.h"

#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

/* One line of standard input; not shown where a person types it. Never from the command line, where
 * everybody at this machine could read it. */
static bool ask_password(char out[CRYPTO_PASSWORD + 2])
{
    struct termios was, quiet;
    bool person = tcgetattr(STDIN_FILENO, &was) == 0;
    if (person) {
        quiet = was;
        quiet.c_lflag &= ~(tcflag_t)ECHO;
        fputs("password: ", stderr);
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
    }
    bool got = fgets(out, CRYPTO_PASSWORD + 2, stdin) != NULL;
    if (person) {
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &was);
        fputc('\n', stderr);
    }
    if (got)
        out[strcspn(out, "\r\n")] = '\0';
    return got;
}

static int told(const char *name, enum err e)
{
    if (e == OK)
        return 0;
    if (e == ERR_ARG)
        return verb_wrong(name, "a name is 1 to 31 of a-z 0-9 . _ -, a password 10 to 127 bytes");
    return verb_failed(name, e);
}

static int with_password(const struct verb_order *o, struct db *db, int roles)
{
    char word[CRYPTO_PASSWORD + 2] = "";
    const char *name = o->word[1];
    int64_t now = clock_wall_ms();
    if (!ask_password(word))
        return verb_wrong("clerk", "expected a password on standard input");
    enum err e = roles ? clerk_add(db, verb_who(), name, roles, word, now)
                       : clerk_password(db, verb_who(), name, word, now);
    explicit_bzero(word, sizeof word);
    if (e == OK)
        printf("clerk %s %s\n", name, roles ? "added" : "has a new password");
    return told(name, e);
}

static int do_add(const struct verb_order *o, struct db *db)
{
    int roles = 0;
    if (!o->role || clerk_roles_read(o->role, &roles) != OK)
        return verb_wrong("clerk add",
                          "expected --role clerk, publisher or operator, or some with commas");
    return with_password(o, db, roles);
}

static int do_lock(const struct verb_order *o, struct db *db)
{
    bool lock = strcmp(o->word[0], "lock") == 0;
    enum err e = clerk_lock(db, verb_who(), o->word[1], lock, clock_wall_ms());
    if (e == OK)
        printf("clerk %s %sed\n", o->word[1], o->word[0]);
    return told(o->word[1], e);
}

static enum err print_clerk(void *ctx, const struct clerk *c)
{
    (void)ctx;
    char roles[48], at[32];
    clerk_roles_write(c->roles, roles);
    clock_format_rfc3339(at, sizeof at, c->added_ms);
    printf("%-24s %-26s %.10s%s\n", c->name, roles, at, c->locked ? " locked" : "");
    return OK;
}

static int run(const struct verb_order *o, struct db *db)
{
    const char *what = o->word[0];
    if (strcmp(what, "list") == 0 && o->words == 1)
        return told("clerk list", db_clerks(db, print_clerk, NULL));
    if (strcmp(what, "add") == 0 && o->words == 2)
        return do_add(o, db);
    if (strcmp(what, "passwd") == 0 && o->words == 2)
        return with_password(o, db, 0);
    if ((strcmp(what, "lock") == 0 || strcmp(what, "unlock") == 0) && o->words == 2)
        return do_lock(o, db);
    return verb_wrong("clerk", "expected add NAME --role ROLE, passwd NAME, lock NAME,"
                               " unlock NAME or list");
}

int verb_clerk(const struct verb_order *o, const struct conf *c)
{
    struct db *db = NULL;
    if (crypto_init() != OK)
        return verb_failed("clerk", ERR_IO);
    int code = verb_open(c, &db);
    if (code)
        return code;
    code = run(o, db);
    db_close(db);
    return code;
}
