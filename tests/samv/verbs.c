/* verbs.c - what tests may tell the module. */
#include "tests/samv/verbs.h"

#include "tests/samv/module.h"
#include "tests/simctl/control.h"

#include <stdlib.h>
#include <string.h>

static void put_in(struct module *m, const char *file, int gap_ms, char *out, size_t cap)
{
    char why[200];
    if (!module_in(m, file, gap_ms, why, sizeof why))
        control_refuse(out, cap, "bad_argument", why);
}

/* "FILE MS" */
static void swap(struct module *m, char *rest, char *out, size_t cap)
{
    int ms = control_cut_ms(rest);
    if (ms < 0)
        control_refuse(out, cap, "bad_argument", "swap FILE MS");
    else
        put_in(m, rest, ms, out, cap);
}

/* "NAME N"; of `sw` N is hexadecimal. */
static void fault(struct module *m, char *rest, char *out, size_t cap)
{
    char *space = strchr(rest, ' '), *end = NULL;
    long n = 1;
    if (space) {
        *space = '\0';
        n = strtol(space + 1, &end, strcmp(rest, "sw") == 0 ? 16 : 10);
    }
    if ((space && (end == space + 1 || *end)) || n < 0 || n > 1000000 ||
        !module_fault(m, rest, (int)n))
        control_refuse(out, cap, "bad_argument", "fault NAME N");
}

static void tell_state(const struct module *m, char *out, size_t cap)
{
    const char *slash = strrchr(m->path, '/');
    snprintf(out, cap,
             "{\"ok\":true,\"plugged\":%s,\"in\":%s,\"card\":\"%s\",\"was_read\":%s,"
             "\"commands\":%lu}",
             m->master >= 0 ? "true" : "false", m->in ? "true" : "false",
             slash ? slash + 1 : m->path, m->was_read ? "true" : "false", m->commands);
}

void verbs_obey(void *device, char *line, char *out, size_t cap)
{
    struct module *m = device;
    if (strncmp(line, "in ", 3) == 0)
        put_in(m, line + 3, 0, out, cap);
    else if (strncmp(line, "swap ", 5) == 0)
        swap(m, line + 5, out, cap);
    else if (strcmp(line, "out") == 0)
        module_out(m);
    else if (strncmp(line, "fault ", 6) == 0)
        fault(m, line + 6, out, cap);
    else if (strncmp(line, "habit ", 6) == 0) {
        if (!module_habit(m, line + 6))
            control_refuse(out, cap, "bad_argument", "habit find, select, read or never");
    } else if (strcmp(line, "unplug") == 0)
        module_unplug(m);
    else if (strcmp(line, "plug") == 0) {
        if (m->master < 0 && !module_plug(m))
            control_refuse(out, cap, "bad_argument", "no pseudo terminal");
    } else if (strcmp(line, "state") == 0)
        tell_state(m, out, cap);
    else
        control_refuse(out, cap, "unknown_command",
                       "in FILE, out, swap FILE MS, fault NAME N, habit NAME, unplug, plug, state");
}
