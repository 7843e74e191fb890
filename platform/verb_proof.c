/* verb_proof.c - "proof verify": whether a proof of insurance is ours, by the keys alone. */
#include "hal/base/clock.h"
#include "hal/wire_proof.h"
#include "platform/keys.h"
#include "platform/verbs.h"

#include <stdio.h>
#include <string.h>

static enum err ours(const struct conf *c, const struct wire_proof *p)
{
    struct keys keys;
    enum err e = keys_load(c->keys, &keys);
    if (e != OK)
        return e;
    struct wire_keyset set = { .feed_count = 1, .feed = { keys.feed } };
    e = wire_proof_verify(p, &set);
    keys_finish(&keys);
    return e;
}

static const char *day_text(int day, char out[16])
{
    struct civil c = clock_civil_of_day(day);
    snprintf(out, 16, "%04d-%02d-%02d", c.year, c.month, c.day);
    return out;
}

/* The number is never an argument: arguments can be seen by everybody on the machine. */
static bool belongs(const struct wire_proof *p)
{
    char idno[32] = "", who[WIRE_PROOF_WHO + 1];
    if (!fgets(idno, sizeof idno, stdin))
        return false;
    idno[strcspn(idno, " \r\n")] = '\0';
    wire_proof_who(p->number, idno, who);
    explicit_bzero(idno, sizeof idno);
    return strcmp(who, p->who) == 0;
}

static int judged(const struct wire_proof *p, bool whose)
{
    char from[16], until[16];
    bool valid = clock_today() >= p->from && clock_today() <= p->until;
    printf("genuine: %s %s/%s %s since %d, %d months, for %s, from %s to %s%s\n", p->number,
           p->part, p->scheme, p->state, p->since, p->months, p->purpose, day_text(p->from, from),
           day_text(p->until, until), valid ? "" : " (not valid today)");
    if (whose && !belongs(p)) {
        fputs("but it is not of the person with this number\n", stderr);
        return 1;
    }
    if (whose)
        puts("and of the person with this number");
    return valid ? 0 : 1;
}

int verb_proof(const struct verb_order *o, const struct conf *c)
{
    struct wire_proof p;
    bool whose = o->words == 3 && strcmp(o->word[2], "-") == 0;
    if (strcmp(o->word[0], "verify") != 0 || (o->words == 3 && !whose))
        return verb_wrong("proof", "expected verify QRTEXT [-]");
    if (wire_proof_read(o->word[1], &p) != OK) {
        fputs("this is not the code of a proof\n", stderr);
        return 1;
    }
    enum err e = ours(c, &p);
    if (e == ERR_SIGNATURE) {
        fputs("our platform has not signed this\n", stderr);
        return 1;
    }
    return e == OK ? judged(&p, whose) : verb_failed("proof verify", e);
}
