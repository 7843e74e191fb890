/* main.c - every code of the card service at every call in turn, until a reading passes without
 * coming to that call. Whatever was said, the terminal reads the card: then, or when it is put in
 * again; and it never shows another's name.
 *
 * usage: pcsc-faults RECORDING */
#include "hal/base/log.h"
#include "hal/reader.h"
#include "tests/pcscfake/fake.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { AT_ONCE = 16, CALLS_MAX = 200, WAIT_MS = 6000, DONE = 0, FAILED = 1, PASSED = 2 };

static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

/* Said what it is: a card that is read, or one that is not, with the reason. */
static bool settled(enum reader_state s)
{
    return s == READER_READY || s == READER_UNSUPPORTED || s == READER_MUTE;
}

static bool until(struct reader *r, bool (*good)(enum reader_state s), struct reader_status *out)
{
    for (int64_t end = now_ms() + WAIT_MS; now_ms() < end; usleep(2000)) {
        reader_status(r, out);
        if (good(out->state))
            return true;
    }
    return false;
}

static bool is_ready(enum reader_state s)
{
    return s == READER_READY;
}

static bool is_empty(enum reader_state s)
{
    return s == READER_EMPTY;
}

static bool right_name(struct reader *r, uint32_t serial)
{
    struct card_face f;
    return reader_face(r, serial, &f) && strcmp(f.name, "张桂兰") == 0;
}

static int why(const char *what, long code, int nth, const struct reader_status *s)
{
    printf("FAIL %08lx at call %d: %s (%s)\n", code & 0xffffffffL, nth, what,
           reader_state_name(s->state));
    fflush(stdout);
    return FAILED;
}

/* One process, one fault. */
static int one(const char *recording, long code, int nth)
{
    struct reader *r = NULL;
    struct reader_status s = { 0 };
    if (!fake_card(recording))
        return why("no recording", code, nth, &s);
    fake_put_in();
    fake_fail(nth, code);
    if (reader_create("pcsc", "", NULL, NULL, &r) != OK)
        return why("no reader", code, nth, &s);
    if (!until(r, settled, &s))
        return why("never says what the card is", code, nth, &s);
    if (s.state == READER_READY && !right_name(r, s.serial))
        return why("another name", code, nth, &s);
    bool passed = fake_calls() < nth;
    fake_take_out();
    if (!until(r, is_empty, &s))
        return why("not empty when the card is out", code, nth, &s);
    struct card_face f;
    if (reader_face(r, s.serial, &f))
        return why("a name stays", code, nth, &s);
    fake_put_in();
    if (!until(r, is_ready, &s) || !right_name(r, s.serial))
        return why("not read when put in again", code, nth, &s);
    reader_destroy(r);
    return passed ? PASSED : DONE;
}

static bool is_code(long code)
{
    return (code >= 0x80100001L && code <= 0x80100031L) ||
           (code >= 0x80100065L && code <= 0x80100072L);
}

struct tally {
    int runs, faults, running;
};

static void collect(struct tally *t, int *out_passed)
{
    int status = 0;
    if (wait(&status) < 0)
        return;
    t->running--;
    t->runs++;
    bool ended = WIFEXITED(status);
    if (!ended)
        printf("FAIL a process ended by signal %d\n", WTERMSIG(status));
    t->faults += !ended || (WEXITSTATUS(status) != DONE && WEXITSTATUS(status) != PASSED);
    if (ended && WEXITSTATUS(status) == PASSED)
        (*out_passed)++;
}

static void begin(struct tally *t, const char *recording, long code, int nth)
{
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0)
        exit(one(recording, code, nth));
    t->running += pid > 0;
    t->faults += pid < 0;
}

/* All codes at this call; how many passed without coming to it. */
static int at_call(struct tally *t, const char *recording, int nth)
{
    int passed = 0;
    for (long code = 0x80100001L; code <= 0x80100072L; code++) {
        if (!is_code(code))
            continue;
        if (t->running == AT_ONCE)
            collect(t, &passed);
        begin(t, recording, code, nth);
    }
    while (t->running)
        collect(t, &passed);
    return passed;
}

int main(int argc, char **argv)
{
    struct tally t = { 0 };
    if (argc != 2) {
        fprintf(stderr, "usage: pcsc-faults RECORDING\n");
        return 2;
    }
    log_init("pcsc-faults", LOG_ERROR);
    int nth = 0, passed = 0;
    while (passed == 0 && ++nth <= CALLS_MAX)
        passed = at_call(&t, argv[1], nth);
    printf("%d faults injected, at the calls 1 to %d\n", t.runs, nth);
    printf("%s\n", t.faults == 0 && nth <= CALLS_MAX ? "all came back" : "not all came back");
    return t.faults == 0 && nth <= CALLS_MAX ? 0 : 1;
}
