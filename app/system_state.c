/* system_state.c - what the machine under the terminal says of itself. */
#include "app/system_state.h"

#include "hal/base/conf.h"
#include "hal/base/io.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

static void take(char *out, size_t cap, const char *value)
{
    size_t n = 0;
    for (; *value && n + 1 < cap; value++)
        if (*value > ' ' && *value <= '~')
            out[n++] = *value;
    out[n] = '\0';
}

void system_state_read(const struct config *c, struct system_state *out)
{
    char text[2048], *at = text, *key, *value;
    size_t n = 0;
    memset(out, 0, sizeof *out);
    if (!*c->system_state || io_slurp(AT_FDCWD, c->system_state, text, sizeof text, &n) != OK)
        return;
    out->there = true;
    while (conf_next(&at, &key, &value)) {
        if (!value)
            continue;
        if (strcmp(key, "version") == 0)
            take(out->version, sizeof out->version, value);
        else if (strcmp(key, "slot") == 0)
            take(out->slot, sizeof out->slot, value);
        else if (strcmp(key, "secure_boot") == 0)
            take(out->secure_boot, sizeof out->secure_boot, value);
        else if (strcmp(key, "data") == 0)
            take(out->data, sizeof out->data, value);
        else if (strcmp(key, "clock") == 0)
            take(out->clock, sizeof out->clock, value);
    }
}
