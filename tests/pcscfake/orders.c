/* orders.c - the card service fails while something is ordered of a card: it is answered in time,
 * with what the card said or that it is gone, a PIN is never given to it twice, and the reader goes
 * on. */
#include "tests/pcscfake/fake.h"
#include "tests/pcscfake/trial.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char *const names[CARD_TASKS] = { [CARD_TASK_CONFIRM] = "confirm",
                                               [CARD_TASK_INTERNAL] = "internal and external",
                                               [CARD_TASK_PIN_TRIES] = "tries",
                                               [CARD_TASK_PIN_VERIFY] = "verify",
                                               [CARD_TASK_PIN_CHANGE] = "change" };

/* What the recording does not have: its keys and its PIN. */
static void teach(void)
{
    fake_knows("0088000010"
               "11111111111111112222222222222222",
               "A1A2A3A4A5A6A7A89000");
    fake_knows("0084000008", "C1C2C3C4C5C6C7C89000");
    fake_knows("0082000A10"
               "B1B1B1B1B1B1B1B1C1C2C3C4C5C6C7C8",
               "9000");
    fake_knows("0020000000", "63C6");
    fake_knows("0020000003123456", "9000");
    fake_knows("805E010007123456FF246802", "9000");
}

static struct card_task task(enum card_task_kind kind)
{
    struct card_task t = {
        .kind = kind, .card_no = "A42050607", .pin = "123456", .new_pin = "246802", .keep = true
    };
    memset(t.factor, 0x11, sizeof t.factor);
    memset(t.orig, 0x22, sizeof t.orig);
    return t;
}

static enum err ordered(struct reader *r, struct card_task *t)
{
    int64_t end = trial_now_ms() + READER_GIVE_UP_MS;
    enum err e = ERR_BUSY;
    reader_order(r, t);
    while ((e = reader_ordered(r, t)) == ERR_BUSY && trial_now_ms() < end)
        usleep(500);
    return e;
}

/* NULL, or what is wrong with the answer. */
static const char *judge(enum err e, const struct card_task *t, enum card_task_kind kind)
{
    if (e == ERR_BUSY)
        return "never answered";
    if (e == ERR_REFUSED || e == ERR_CARD_GONE)
        return NULL;
    if (e != OK)
        return err_name(e);
    bool yes = t->said == CARD_SAID_YES || kind == CARD_TASK_CONFIRM;
    if (kind == CARD_TASK_PIN_VERIFY || kind == CARD_TASK_PIN_CHANGE)
        yes = yes && fake_pins() == 1 && !*t->pin && !*t->new_pin;
    if (kind == CARD_TASK_EXTERNAL)
        yes = yes && strcmp(t->face.name, "张桂兰") == 0;
    return yes ? NULL : "answered wrongly";
}

static const char *give(struct reader *r, enum card_task_kind kind)
{
    struct card_task t = task(kind);
    enum err e = ordered(r, &t);
    const char *wrong = judge(e, &t, kind);
    if (kind != CARD_TASK_INTERNAL || e != OK || wrong || !t.keep)
        return wrong;
    t.kind = CARD_TASK_EXTERNAL;
    t.face = (struct card_face){ .generation = 3, .guarded = true };
    memset(t.auth, 0xb1, sizeof t.auth);
    e = ordered(r, &t);
    return judge(e, &t, CARD_TASK_EXTERNAL);
}

static enum verdict run(struct reader *r, enum card_task_kind kind, long code, int nth,
                        const char **out_wrong)
{
    struct reader_status s;
    if (!trial_until(r, trial_ready, &s) || !trial_right_name(r, s.serial)) {
        *out_wrong = "not read before the fault";
        return FAILED;
    }
    fake_fail(nth, code);
    *out_wrong = give(r, kind);
    bool passed = fake_calls() < nth;
    if (!*out_wrong && fake_pins() > 1)
        *out_wrong = "a PIN was given twice";
    if (!*out_wrong)
        *out_wrong = trial_works(r, &s);
    struct card_task t = task(CARD_TASK_CONFIRM);
    if (!*out_wrong && ordered(r, &t) != OK)
        *out_wrong = "does not obey afterwards";
    return *out_wrong ? FAILED : passed ? PASSED : DONE;
}

enum verdict trial_order(enum card_task_kind kind, const char *recording, long code, int nth)
{
    struct reader *r = NULL;
    const char *wrong = "no card or no reader";
    enum verdict v = FAILED;
    bool ready = fake_card(recording);
    teach();
    fake_put_in();
    if (ready && reader_create("pcsc", "", NULL, NULL, &r) == OK)
        v = run(r, kind, code, nth, &wrong);
    if (v == FAILED)
        printf("FAIL %08lx at call %d of %s: %s\n", code & 0xffffffffL, nth, names[kind], wrong);
    fflush(stdout);
    reader_destroy(r);
    return v;
}
