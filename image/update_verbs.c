/* update_verbs.c - the small verbs: is the running version on trial, is it well, what comes next.
 */
#include "image/update.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* --- what people read ---------------------------------------------------------------------------
 */

static void print(char *line)
{
    for (char *p = line; *p; p++)
        if (*p < ' ' || *p > '~')
            *p = '?';
    puts(line);
    fflush(stdout);
}

void update_say(const char *fmt, ...)
{
    char line[UPDATE_LINE];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(line, sizeof line, fmt, ap);
    va_end(ap);
    print(line);
}

void update_outcome(const struct update *u, const char *fmt, ...)
{
    char line[UPDATE_LINE];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(line, sizeof line, fmt, ap);
    va_end(ap);
    print(line);
    enum err e = state_put_last(u, line);
    if (e != OK)
        update_say("this outcome is not remembered: %s", err_name(e));
}

static bool open_esp(const struct update *u, struct esp *out)
{
    enum err e = esp_open(u->esp, out);
    if (e != OK)
        update_say("failed: the ESP at %s: %s", u->esp, err_name(e));
    return e == OK;
}

static const struct esp_entry *on_trial(const struct update *u, const struct esp *esp)
{
    for (int i = 0; i < esp->count; i++)
        if (esp->entry[i].version == u->running && esp->entry[i].counted)
            return &esp->entry[i];
    return NULL;
}

/* --- verbs --------------------------------------------------------------------------------------
 */

int update_bless(const struct update *u)
{
    struct esp esp;
    enum err e = OK;
    if (!open_esp(u, &esp))
        return 1;
    bool trial = on_trial(u, &esp) != NULL;
    if (trial)
        e = esp_bless(&esp, u->running);
    bool more = esp_waiting(&esp, u->running) != 0;
    esp_close(&esp);
    if (e != OK)
        update_outcome(u, "failed: blessing version %lld: %s", (long long)u->running, err_name(e));
    else if (trial)
        update_outcome(u, "blessed: version %lld runs well and stays", (long long)u->running);
    else
        update_say("nothing to do: version %lld is not on trial", (long long)u->running);
    if (!more)
        (void)!state_set_waiting(u, 0); /* a hint for others: a stale one costs a look */
    return e == OK ? 0 : 1;
}

int update_counted(const struct update *u)
{
    struct esp esp;
    if (!open_esp(u, &esp))
        return 1;
    const struct esp_entry *x = on_trial(u, &esp);
    if (x)
        update_say("version %lld is on trial, %d tries left", (long long)u->running, x->left);
    else
        update_say("version %lld is not on trial", (long long)u->running);
    esp_close(&esp);
    return x ? 0 : 1;
}

int update_ready(const struct update *u)
{
    struct esp esp;
    if (!open_esp(u, &esp))
        return 1;
    int64_t waiting = esp_waiting(&esp, u->running);
    esp_close(&esp);
    if (waiting) {
        update_say("version %lld waits for a restart", (long long)waiting);
        return 0;
    }
    update_say("nothing waits for a restart");
    (void)!state_set_waiting(u, 0);
    return 1;
}

static void say_entry(const struct update *u, const struct esp_entry *x)
{
    if (x->version == u->running)
        return;
    if (!x->counted)
        update_say("other: version %lld, blessed", (long long)x->version);
    else
        update_say("other: version %lld, %d tries left%s", (long long)x->version, x->left,
                   x->left ? "" : ": it failed");
}

static void say_failed(char *text)
{
    for (char *p = text; *p; p++)
        if (*p == '\n')
            *p = p[1] ? ' ' : '\0';
    if (*text)
        update_say("failed here: %s", text);
}

int update_status(const struct update *u)
{
    struct esp esp;
    char text[UPDATE_LINE] = "";
    if (!open_esp(u, &esp))
        return 1;
    const struct esp_entry *own = esp_find(&esp, u->running), *trial = on_trial(u, &esp);
    update_say("running: version %lld in slot %s, %s", (long long)u->running,
               u->current < 0 ? "unknown"
               : u->current   ? "b"
                              : "a",
               trial ? "on trial"
               : own ? "blessed"
                     : "with no kernel on the ESP");
    for (int i = 0; i < esp.count; i++)
        say_entry(u, &esp.entry[i]);
    esp_close(&esp);
    if (state_read(u, "failed", text, sizeof text) == OK)
        say_failed(text);
    if (state_read(u, "last", text, sizeof text) == OK && text[0]) {
        text[strcspn(text, "\n")] = '\0';
        update_say("last: %s", text);
    }
    return 0;
}
