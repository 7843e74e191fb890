/* main.c - every code of the card service at every call in turn, until a trial passes without
 * coming to that call: while a card is read, or while something is ordered of it. Whatever was
 * said, the terminal reads the card: then, or when it is put in again; and it never shows another's
 * name.
 *
 * usage: pcsc-faults RECORDING [PART OF] - with PART OF, of the orders: only the faults that are
 * PART, counted round to OF (0 1: all). */
#include "hal/base/log.h"
#include "tests/pcscfake/trial.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { AT_ONCE = 16, CALLS_MAX = 200 };

struct tally {
    const char *recording;
    int kind;     /* enum card_task_kind, or -1: a reading */
    int part, of; /* which of the faults */
    int runs, faults, running, passed;
};

static bool is_code(long code)
{
    return (code >= 0x80100001L && code <= 0x80100031L) ||
           (code >= 0x80100065L && code <= 0x80100072L);
}

static void collect(struct tally *t)
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
    t->passed += ended && WEXITSTATUS(status) == PASSED;
}

static enum verdict one(const struct tally *t, long code, int nth)
{
    return t->kind < 0 ? trial_reading(t->recording, code, nth)
                       : trial_order((enum card_task_kind)t->kind, t->recording, code, nth);
}

static void begin(struct tally *t, long code, int nth)
{
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0)
        exit((int)one(t, code, nth));
    t->running += pid > 0;
    t->faults += pid < 0;
}

/* All codes at this call. */
static void at_call(struct tally *t, int nth)
{
    for (long code = 0x80100001L; code <= 0x80100072L; code++) {
        if (!is_code(code) || (code + nth) % t->of != t->part)
            continue;
        if (t->running == AT_ONCE)
            collect(t);
        begin(t, code, nth);
    }
    while (t->running)
        collect(t);
}

/* How many calls it took, or 0 where it never ended. */
static int at_every_call(struct tally *t)
{
    t->passed = 0;
    for (int nth = 1; nth <= CALLS_MAX; nth++) {
        at_call(t, nth);
        if (t->passed)
            return nth;
    }
    t->faults++;
    return 0;
}

static int every_order(struct tally *t)
{
    int calls = 0;
    for (t->kind = 0; t->kind < CARD_TASKS; t->kind++)
        if (t->kind != CARD_TASK_EXTERNAL) /* comes after INTERNAL */
            calls += at_every_call(t);
    return calls;
}

int main(int argc, char **argv)
{
    struct tally t = { .kind = -1, .of = 1 };
    if (argc != 2 && argc != 4) {
        fprintf(stderr, "usage: pcsc-faults RECORDING [PART OF]\n");
        return 2;
    }
    t.recording = argv[1];
    if (argc == 4) {
        t.of = (int)strtol(argv[3], NULL, 10);
        t.of = t.of < 1 ? 1 : t.of;
        t.part = (int)(strtol(argv[2], NULL, 10) % t.of);
    }
    log_init("pcsc-faults", LOG_ERROR);
    int calls = argc == 4 ? every_order(&t) : at_every_call(&t);
    printf("%d faults injected, at %d calls\n", t.runs, calls);
    printf("%s\n", t.faults == 0 ? "all came back" : "not all came back");
    return t.faults == 0 ? 0 : 1;
}
