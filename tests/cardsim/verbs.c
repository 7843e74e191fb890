/* verbs.c - what tests may tell the card. */
#include "tests/cardsim/verbs.h"

#include "tests/cardsim/slot.h"
#include "tests/simctl/control.h"

#include <stdio.h>
#include <string.h>

/* At least one look of pcscd (every 400 ms) finds the slot empty, so that a swap is seen. */
enum { GAP_MS = 450 };

static void put_in(struct slot *s, const char *path, int gap_ms, char *out, size_t cap)
{
    char why[200];
    if (!slot_in(s, path, gap_ms, why, sizeof why))
        control_refuse(out, cap, "bad_argument", why);
}

static void tell_state(const struct slot *s, char *out, size_t cap)
{
    const char *slash = strrchr(s->path, '/');
    snprintf(out, cap,
             "{\"ok\":true,\"in\":%s,\"card\":\"%s\",\"connected\":%s,\"powered\":%s,"
             "\"commands\":%lu}",
             s->is_in ? "true" : "false", slash ? slash + 1 : s->path,
             s->fd >= 0 && !s->connecting ? "true" : "false", s->powered ? "true" : "false",
             s->commands);
}

/* "FILE MS": how long the slot stays empty in between; 0 is faster than pcscd looks. */
static void swap(struct slot *s, char *rest, char *out, size_t cap)
{
    int ms = control_cut_ms(rest);
    if (ms < 0)
        control_refuse(out, cap, "bad_argument", "swap FILE MS");
    else
        put_in(s, rest, ms, out, cap);
}

static void fault(struct slot *s, const char *rest, char *out, size_t cap)
{
    char name[32] = "", more;
    int n = 1;
    int words = sscanf(rest, "%31s %d %c", name, &n, &more);
    if (words < 1 || words > 2 || n < 0 || n > 1000000 || (words == 1 && strchr(rest, ' ')) ||
        !faults_set(&s->faults, name, n))
        control_refuse(out, cap, "bad_argument", "fault NAME N");
}

void verbs_obey(void *device, char *line, char *out, size_t cap)
{
    struct slot *s = device;
    size_t n = strlen(line);
    if (n > 0 && line[n - 1] == '\r')
        line[n - 1] = '\0';
    if (strncmp(line, "in ", 3) == 0)
        put_in(s, line + 3, GAP_MS, out, cap);
    else if (strncmp(line, "swap ", 5) == 0)
        swap(s, line + 5, out, cap);
    else if (strcmp(line, "out") == 0)
        slot_out(s);
    else if (strncmp(line, "fault ", 6) == 0)
        fault(s, line + 6, out, cap);
    else if (strcmp(line, "state") == 0)
        tell_state(s, out, cap);
    else
        control_refuse(out, cap, "unknown_command",
                       "in FILE, out, swap FILE MS, fault NAME N, state");
}
