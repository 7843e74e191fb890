/* stats.c - how fast the terminal is and what it takes, counted while it runs. */
#include "app/stats.h"

#include "app/app.h"
#include "hal/base/clock.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { SUB_BITS = 5 }; /* HIST_SUB = 1 << SUB_BITS */

static int bucket_of(int64_t v)
{
    if (v < HIST_SUB)
        return v < 0 ? 0 : (int)v;
    int top = 63 - __builtin_clzll((unsigned long long)v);
    int shift = top - SUB_BITS;
    int64_t index = (int64_t)(shift + 1) * HIST_SUB + ((v >> shift) - HIST_SUB);
    return index < HIST_BUCKETS ? (int)index : HIST_BUCKETS - 1;
}

static int64_t bucket_top(int index)
{
    if (index < HIST_SUB)
        return index;
    int shift = index / HIST_SUB - 1;
    return ((int64_t)(HIST_SUB + index % HIST_SUB + 1) << shift) - 1;
}

void hist_add(struct hist *h, int64_t value)
{
    if (value < 0)
        value = 0;
    h->bucket[bucket_of(value)]++;
    h->count++;
    if (value > h->max)
        h->max = value;
}

int64_t hist_at(const struct hist *h, int per_mille)
{
    int64_t rank = (h->count * per_mille + 999) / 1000;
    int64_t seen = 0;
    if (rank < 1)
        rank = 1;
    for (int i = 0; i < HIST_BUCKETS; i++) {
        seen += h->bucket[i];
        if (seen >= rank)
            return bucket_top(i) < h->max ? bucket_top(i) : h->max;
    }
    return h->max;
}

void stats_reset(struct stats *s)
{
    int64_t first = s->first_frame_ms;
    memset(s, 0, sizeof *s);
    s->first_frame_ms = first;
}

void stats_input(struct stats *s, const struct input *in)
{
    bool person = in->kind == INPUT_DOWN || in->kind == INPUT_UP || in->kind == INPUT_KEY ||
                  in->kind == INPUT_TEXT;
    if (person && s->input_us == 0)
        s->input_us = in->at_us;
}

/* Since exec by the kernel's own account; our own clock cannot know when we were started. */
static int64_t age_ms(void)
{
    char text[1024];
    FILE *f = fopen("/proc/self/stat", "re");
    if (!f)
        return 0;
    size_t n = fread(text, 1, sizeof text - 1, f);
    fclose(f);
    text[n] = '\0';
    const char *p = strrchr(text, ')'); /* the name may hold spaces; field 22 is the 20th after */
    unsigned long long ticks = 0;
    if (!p || sscanf(p + 1,
                     " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d "
                     "%*d %llu",
                     &ticks) != 1)
        return 0;
    struct timespec now;
    clock_gettime(CLOCK_BOOTTIME, &now);
    int64_t start_ms = (int64_t)(ticks * 1000 / (unsigned long long)sysconf(_SC_CLK_TCK));
    return now.tv_sec * 1000LL + now.tv_nsec / 1000000 - start_ms;
}

void stats_frame(struct stats *s, int64_t begin_us, int64_t end_us,
                 const struct display_damage *damage)
{
    if (s->first_frame_ms == 0)
        s->first_frame_ms = age_ms();
    int64_t input_us = s->input_us;
    s->input_us = 0;
    if (damage->cells_changed == 0)
        return;
    s->frames++;
    s->last = *damage;
    if (damage->cells_changed > s->most.cells_changed)
        s->most = *damage;
    hist_add(&s->frame_us, end_us - begin_us);
    if (input_us != 0 && damage->cells_changed * 100LL >= damage->cells_all)
        hist_add(&s->tap_us, end_us - input_us);
}

int64_t stats_pss_kb(void)
{
    char line[256];
    long long kb = -1;
    FILE *f = fopen("/proc/self/smaps_rollup", "re");
    if (!f)
        return -1;
    while (kb < 0 && fgets(line, sizeof line, f))
        if (sscanf(line, "Pss: %lld kB", &kb) != 1)
            kb = -1;
    fclose(f);
    return kb;
}

int64_t stats_cpu_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

void stats_card(struct stats *s, const struct app *app)
{
    if (!session_card(&app->session) || app->session.held || app->session.serial == s->card_serial)
        return;
    s->card_serial = app->session.serial;
    if (app->card.present_us > 0)
        hist_add(&s->card_us, clock_timer_us() - app->card.present_us);
}
