/* trial.c - what a trial sees of a reader while it fails: a card that is read, now or put in again.
 */
#include "tests/pcscfake/trial.h"

#include "tests/pcscfake/fake.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { WAIT_MS = 6000 };

int64_t trial_now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

bool trial_until(struct reader *r, bool (*good)(enum reader_state s), struct reader_status *out)
{
    for (int64_t end = trial_now_ms() + WAIT_MS; trial_now_ms() < end; usleep(2000)) {
        reader_status(r, out);
        if (good(out->state))
            return true;
    }
    return false;
}

bool trial_ready(enum reader_state s)
{
    return s == READER_READY;
}

static bool is_empty(enum reader_state s)
{
    return s == READER_EMPTY;
}

bool trial_right_name(struct reader *r, uint32_t serial)
{
    struct card_face f;
    return reader_face(r, serial, &f) && strcmp(f.name, "张桂兰") == 0;
}

const char *trial_works(struct reader *r, struct reader_status *s)
{
    struct card_face f;
    fake_take_out();
    if (!trial_until(r, is_empty, s))
        return "not empty when the card is out";
    if (reader_face(r, s->serial, &f))
        return "a name stays";
    fake_put_in();
    if (!trial_until(r, trial_ready, s) || !trial_right_name(r, s->serial))
        return "not read when put in again";
    return NULL;
}

/* Said what it is: a card that is read, or one that is not, with the reason. */
static bool settled(enum reader_state s)
{
    return s == READER_READY || s == READER_UNSUPPORTED || s == READER_MUTE;
}

static enum verdict why(const char *what, long code, int nth, const struct reader_status *s)
{
    printf("FAIL %08lx at call %d: %s (%s)\n", code & 0xffffffffL, nth, what,
           reader_state_name(s->state));
    fflush(stdout);
    return FAILED;
}

enum verdict trial_reading(const char *recording, long code, int nth)
{
    struct reader *r = NULL;
    struct reader_status s = { 0 };
    if (!fake_card(recording))
        return why("no recording", code, nth, &s);
    fake_put_in();
    fake_fail(nth, code);
    if (reader_create("pcsc", "", NULL, NULL, &r) != OK)
        return why("no reader", code, nth, &s);
    if (!trial_until(r, settled, &s))
        return why("never says what the card is", code, nth, &s);
    if (s.state == READER_READY && !trial_right_name(r, s.serial))
        return why("another name", code, nth, &s);
    bool passed = fake_calls() < nth;
    const char *wrong = trial_works(r, &s);
    if (wrong)
        return why(wrong, code, nth, &s);
    reader_destroy(r);
    return passed ? PASSED : DONE;
}
