/* face.c - what must hold of every face, whatever the card was. */
#include "tests/fuzz/lib/card.h"

#include "hal/base/clock.h"
#include "hal/base/utf8.h"
#include "hal/idno.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum { TODAY = 20000, AMOUNT = 0x7fffffff };

bool fuzz_failure(enum err e)
{
    return e == ERR_CARD_GONE || e == ERR_CARD_MUTE || e == ERR_FORMAT || e == ERR_IO ||
           e == ERR_NO_DEVICE || e == ERR_BUSY || e == ERR_LOCKED;
}

bool fuzz_blank(const void *p, size_t n)
{
    const unsigned char *b = p;
    return n == 0 || (b[0] == 0 && memcmp(b, b + 1, n - 1) == 0);
}

/* A name or an issuer: ends, is UTF-8, and has no control characters in it. */
static void check_text(const char *s, size_t cap)
{
    assert(memchr(s, '\0', cap) && utf8_valid(s, strlen(s)));
    for (uint32_t cp; (cp = utf8_next(&s)) != 0;)
        assert(cp >= 0x20 && (cp < 0x7f || cp > 0x9f));
}

static void check_ascii(const char *s, size_t cap)
{
    assert(memchr(s, '\0', cap));
    for (; *s; s++)
        assert(*s > 0x20 && *s < 0x7f);
}

static void check_day(int day)
{
    if (day == INT32_MIN)
        return;
    struct civil c = clock_civil_of_day(day);
    assert(c.year >= 1900 && c.year <= 9999);
    assert(clock_day_from_civil(c.year, c.month, c.day) == day);
}

static void check_purse(const struct card_purse *p)
{
    assert(p->balance_fen >= 0 && p->balance_fen <= (p->known ? AMOUNT : 0));
    assert(p->province >= 0 && p->province <= 9999 && p->city >= 0 && p->city <= 9999);
    assert(p->trips >= 0 && p->trips <= CARD_TRIPS);
    for (int i = 0; i < p->trips; i++) {
        const struct card_trip *t = &p->trip[i];
        assert(t->fen >= 0 && t->fen <= AMOUNT && t->minutes >= -1 && t->minutes < 24 * 60);
        check_day(t->day);
    }
    for (int i = p->trips; i < CARD_TRIPS; i++)
        assert(fuzz_blank(&p->trip[i], sizeof p->trip[i]));
}

static void check_id(const char *id)
{
    struct idno who = { 0 };
    check_ascii(id, CARD_ID);
    if (idno_read(id, TODAY, &who) != IDNO_OK)
        assert(fuzz_blank(&who, sizeof who));
    else
        assert(who.birth_day <= TODAY && (who.sex == '1' || who.sex == '2') &&
               strlen(who.area) == 6);
}

void fuzz_face(const struct card_face *f)
{
    check_text(f->name, sizeof f->name);
    check_text(f->issuer, sizeof f->issuer);
    check_id(f->id);
    check_ascii(f->card_no, sizeof f->card_no);
    assert(memchr(f->area, '\0', sizeof f->area));
    assert(!f->area[0] || strspn(f->area, "0123456789") == 6);
    assert(f->generation >= 0 && f->generation <= 3 && f->nation >= 0 && f->nation < 100);
    assert(!f->birthplace[0] || strspn(f->birthplace, "0123456789") == 6);
    assert(!f->made_by[0] || strspn(f->made_by, "0123456789") == 24);
    assert(!f->category || strchr("1234", f->category));
    assert(f->chip.alg >= 0 && f->chip.alg <= 3);
    assert(!f->sex || strchr("129", f->sex));
    check_day(f->birth_day);
    check_day(f->issued_day);
    check_day(f->expires_day);
    check_purse(&f->purse);
}

/* What lies on the stack when the driver begins. */
__attribute__((noinline)) static void soil(int with)
{
    unsigned char b[3 * APDU_DATA];
    memset(b, with, sizeof b);
    __asm__ volatile("" : : "r"(b) : "memory"); /* not left out, though nobody reads it */
}

/* What one reading gave. */
struct outcome {
    enum err identify, read, number;
    struct card_face face;
    char no[CARD_NO];
};

static void read_it(const struct fuzz_kind *k, struct apdu_channel *ch,
                    const struct apdu_answer *fci, struct outcome *o)
{
    struct card_face *f = &o->face;
    f->kind = k->driver->kind;
    f->birth_day = f->issued_day = f->expires_day = INT32_MIN;
    o->read = k->driver->read(ch, fci, f);
    fuzz_face(f); /* also where it failed: its strings end, its numbers can be */
    assert(f->kind == k->driver->kind && (o->read == OK || fuzz_failure(o->read)));
    if (o->read == OK)
        k->face(f);
}

static void read_number(const struct fuzz_kind *k, struct apdu_channel *ch,
                        const struct apdu_answer *fci, struct outcome *o)
{
    enum err e = o->number = k->driver->number(ch, fci, o->no);
    check_ascii(o->no, sizeof o->no);
    assert(e == OK || !o->no[0]);
    assert(e == OK || fuzz_failure(e) || e == ERR_NOT_FOUND || e == ERR_CARD_GUARDED);
}

enum err fuzz_confirm(struct apdu_channel *ch, const char *card_no)
{
    struct card_task t = { .kind = CARD_TASK_CONFIRM };
    snprintf(t.card_no, sizeof t.card_no, "%s", card_no);
    return card_task_run(ch, &t);
}

static void once(const struct fuzz_kind *k, const uint8_t *data, size_t size, int stack,
                 struct outcome *o)
{
    struct fuzz_card c;
    struct apdu_channel ch;
    struct apdu_answer fci = { .n = 0 };
    memset(o, 0, sizeof *o);
    fuzz_card_init(&c, &ch, k->may, data, size);
    enum err e = o->identify = k->driver->identify(&ch, &fci);
    assert(fci.n <= APDU_DATA);
    assert(e == OK || fuzz_failure(e) || e == ERR_NOT_FOUND || e == ERR_CARD_GUARDED ||
           e == ERR_TOO_BIG);
    soil(stack);
    if (e == OK && k->driver->read && !(c.manner & FUZZ_NUMBER))
        read_it(k, &ch, &fci, o);
    soil(stack);
    if (e == OK && k->driver->number)
        read_number(k, &ch, &fci, o);
}

static bool same_trip(const struct card_trip *a, const struct card_trip *b)
{
    return a->fen == b->fen && a->load == b->load && a->day == b->day && a->minutes == b->minutes;
}

/* The same card gives the same face: nothing is taken from bytes that no card has sent. */
static void check_same(struct outcome *a, struct outcome *b)
{
    for (int i = 0; i < CARD_TRIPS; i++)
        assert(same_trip(&a->face.purse.trip[i], &b->face.purse.trip[i]));
    memset(a->face.purse.trip, 0, sizeof a->face.purse.trip); /* its gaps may be anything */
    memset(b->face.purse.trip, 0, sizeof b->face.purse.trip);
    assert(memcmp(a, b, sizeof *a) == 0);
}

enum err fuzz_kind(const struct fuzz_kind *k, const uint8_t *data, size_t size)
{
    struct outcome a, b;
    once(k, data, size, 0x11, &a);
    once(k, data, size, 0x99, &b);
    check_same(&a, &b);
    return a.identify;
}
