/* verb_carry.c - "carry DIR": every queue on a stick, whichever terminals it is of. */
#include "hal/base/stick.h"
#include "hal/wire_carry.h"
#include "platform/carry.h"
#include "platform/verbs.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { QUEUES = 4096 };

/* Names come from a stick: what is not a plain character is not printed. */
static void print_name(const char *name)
{
    for (const char *p = name; *p && p - name < 80; p++)
        putchar(*p > ' ' && *p < 127 ? *p : '?');
}

static bool tell(const char *name, const struct carried *c)
{
    print_name(name);
    printf(": %s: %d accepted, %d already here, %d rejected, %d to come again\n",
           c->terminal[0] ? c->terminal : "unknown", c->outcome[WIRE_ACCEPTED],
           c->outcome[WIRE_DUPLICATE], c->outcome[WIRE_REJECTED], c->outcome[WIRE_RETRY]);
    fflush(stdout);
    if (c->why) {
        fputs("huimin-platform: carry: ", stderr);
        fprintf(stderr, "%s\n", c->why);
    }
    return c->why == NULL;
}

static bool is_part(const char *name)
{
    size_t n = strlen(name);
    return n > 5 && strcmp(name + n - 5, ".part") == 0;
}

static int take_all(struct office *o, int stick)
{
    struct arena a;
    struct carried c;
    char **name = NULL;
    int n = 0, taken = 0;
    bool well = true;
    arena_init(&a, 64 * 1024, 4 << 20);
    enum err e = stick_list(&a, stick, WIRE_CARRY_PREFIX, QUEUES, &name, &n);
    for (int i = 0; i < n && e == OK; i++) {
        if (is_part(name[i])) /* pulled out while it was written: its terminal has it all still */
            continue;
        carry_in(o, stick, name[i], &c);
        well &= tell(name[i], &c);
        taken++;
    }
    arena_finish(&a);
    if (e != OK)
        return verb_failed("carry", e);
    if (taken == 0)
        puts("no queue on this stick");
    return well ? 0 : 1;
}

int verb_carry(const struct verb_order *o, const struct conf *c)
{
    struct office *office = NULL;
    struct db *db = NULL;
    int stick = -1, code = verb_open(c, &db); /* it must be there: a stick makes no platform */
    if (code != 0)
        return code;
    db_close(db);
    if (stick_open(AT_FDCWD, o->word[0], &stick) != OK) {
        fprintf(stderr, "%s: no such directory\n", o->word[0]);
        return 1;
    }
    enum err e = office_create(c, &office);
    code = e == OK ? take_all(office, stick) : verb_failed("carry", e);
    office_destroy(office);
    close(stick);
    return code;
}
