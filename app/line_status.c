/* line_status.c - what huimin-sync says of the line, read out of its message. */
#include "app/line_status.h"

#include <stdio.h>
#include <string.h>

const char *line_state_name(enum line_state s)
{
    static const char *const names[] = { [LINE_STOPPED] = "stopped",
                                         [LINE_NEVER] = "never",
                                         [LINE_ONLINE] = "online",
                                         [LINE_OFFLINE] = "offline" };
    return names[s];
}

static enum line_state state_named(const char *s)
{
    for (enum line_state i = LINE_NEVER; i <= LINE_OFFLINE; i++)
        if (strcmp(line_state_name(i), s) == 0)
            return i;
    return LINE_OFFLINE;
}

enum err line_err_named(const char *s)
{
    for (int i = 0; i < ERR_COUNT; i++)
        if (strcmp(err_name((enum err)i), s) == 0)
            return (enum err)i;
    return ERR_IO;
}

/* A key that is missing leaves the value as it is: an older huimin-sync may not know it. */
int64_t line_int(const struct json *o, const char *key, int64_t otherwise)
{
    int64_t v = otherwise;
    return json_get_int(o, key, &v) == OK ? v : otherwise;
}

const char *line_str(const struct json *o, const char *key, const char *otherwise)
{
    const char *s = otherwise;
    return json_get_str(o, key, &s) == OK ? s : otherwise;
}

static void read_channels(const struct json *channels, struct line_status *out)
{
    const void *it = NULL;
    const char *name;
    const struct json *ch;
    out->channel_count = 0;
    while ((it = json_next(channels, it, &name, &ch)) != NULL) {
        if (out->channel_count == LINE_CHANNELS)
            return;
        struct line_channel *c = &out->channel[out->channel_count++];
        *c = (struct line_channel){ .seq = line_int(ch, "seq", 0),
                                    .as_of_ms = line_int(ch, "as_of", 0) };
        snprintf(c->name, sizeof c->name, "%s", name);
        snprintf(c->epoch, sizeof c->epoch, "%s", line_str(ch, "epoch", ""));
    }
}

/* "price bad_signature, village rollback" */
static void read_bad(const struct json *bad, struct line_status *out)
{
    const void *it = NULL;
    const char *name;
    const struct json *why;
    size_t n = 0;
    while ((it = json_next(bad, it, &name, &why)) != NULL && n < sizeof out->bad)
        n += (size_t)snprintf(out->bad + n, sizeof out->bad - n, "%s%s %s", n ? ", " : "", name,
                              json_str(why) ? json_str(why) : "");
}

static void read_carry(const struct json *m, struct line_carry *out)
{
    const struct json *c;
    if (json_get(m, "carry", &c) != OK || !json_is_object(c))
        return;
    *out = (struct line_carry){ .err = line_err_named(line_str(c, "err", "ok")),
                                .written = (int)line_int(c, "written", 0),
                                .taken = (int)line_int(c, "taken", 0),
                                .spoilt = (int)line_int(c, "spoilt", 0),
                                .at_ms = line_int(c, "at", 0) };
}

void line_status_read(const struct json *m, struct line_status *out)
{
    struct line_status s = { .state = state_named(line_str(m, "state", "")),
                             .err = line_err_named(line_str(m, "err", "ok")),
                             .outbox = line_err_named(line_str(m, "outbox", "ok")),
                             .last_ok_ms = line_int(m, "last_ok", 0),
                             .since_ms = line_int(m, "since", 0),
                             .n = line_int(m, "n", 0) };
    const struct json *o;
    read_carry(m, &s.carry);
    if (json_get(m, "ch", &o) == OK && json_is_object(o))
        read_channels(o, &s);
    if (json_get(m, "bad", &o) == OK && json_is_object(o))
        read_bad(o, &s);
    snprintf(s.stick, sizeof s.stick, "%s", line_str(m, "stick", ""));
    *out = s;
}
