/* sync_bad.c - which channels of the feed cannot be had, and why; the others go on. */
#include "app/sync_part.h"

#include "hal/base/log.h"
#include "hal/json.h"

#include <stdio.h>
#include <string.h>

void sync_bad_skip(struct sync *s, enum err e)
{
    const struct wire_channel *ch = s->step[s->step_at].channel;
    s->faults.of[ch - s->index.channel] = e;
    while (s->step_at < s->step_count && s->step[s->step_at].channel == ch)
        s->step_at++;
}

static enum err known_fault(const struct sync *s, const char *channel)
{
    for (int i = 0; i < s->bad_count; i++)
        if (strcmp(s->bad[i].channel, channel) == 0)
            return s->bad[i].err;
    return OK;
}

enum err sync_bad_settle(struct sync *s, const char **out_channel)
{
    struct sync_bad now[WIRE_CHANNELS] = { { .err = OK } };
    int count = 0;
    for (int i = 0; i < s->index.channel_count; i++) {
        const char *name = s->index.channel[i].name;
        enum err e = s->faults.of[i];
        if (e == OK)
            continue;
        if (known_fault(s, name) != e)
            log_warn("channel_refused", "ch=%s why=%s", name, err_name(e));
        snprintf(now[count].channel, sizeof now[count].channel, "%s", name);
        now[count++].err = e;
    }
    memcpy(s->bad, now, sizeof now[0] * (size_t)count);
    s->bad_count = count;
    *out_channel = count ? s->bad[0].channel : "";
    return count ? s->bad[0].err : OK;
}

void sync_bad_put(const struct sync *s, struct json_out *w)
{
    json_open(w, "bad", '{');
    for (int i = 0; i < s->bad_count; i++)
        json_put_str(w, s->bad[i].channel, err_name(s->bad[i].err));
    json_close(w, '}');
}
