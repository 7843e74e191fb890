/* world.c - chance, time and the trace of one schedule. */
#include "tests/model/world.h"

#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct prog prog[PROGRAMS] = { [HUIMIN] = { .name = "huimin", .on = TERMINAL },
                               [SYNC] = { .name = "sync", .on = TERMINAL },
                               [OFFICE] = { .name = "office", .on = PLATFORM },
                               [CLERK] = { .name = "clerk", .on = PLATFORM },
                               [OUTSIDE] = { .name = "outside", .on = CHECKER } };
enum program running = OUTSIDE;
const int64_t world_start_us = 1795400000000000;
int64_t world_us, skew_ms[MACHINES];
int trace_shown;

static uint64_t chance_state, keys_state, hash;
static char why[400];

int64_t world_ms(void)
{
    return world_us / 1000;
}

/* splitmix64 (Steele, Lea, Flood 2014). */
static uint64_t mix(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

void chance_seed(uint64_t seed)
{
    chance_state = seed;
    chance_state = mix(&chance_state);
}

uint64_t chance_next(void)
{
    return mix(&chance_state);
}

int below(int n)
{
    return n > 0 ? (int)(chance_next() % (uint64_t)n) : 0;
}

bool one_in(int n)
{
    return n > 0 && below(n) == 0;
}

int between(int least, int most)
{
    return least + below(most - least + 1);
}

void keys_seed(uint64_t seed)
{
    keys_state = ~seed;
    keys_state = mix(&keys_state);
}

void keys_draw(void *buf, int n)
{
    unsigned char *p = buf;
    for (uint64_t r; n > 0; n -= 8, p += 8) {
        r = mix(&keys_state);
        memcpy(p, &r, (size_t)(n < 8 ? n : 8));
    }
}

static const char *sodium_name(void)
{
    return "model";
}

static uint32_t sodium_random(void)
{
    return (uint32_t)mix(&keys_state);
}

static void sodium_buf(void *const buf, const size_t n)
{
    keys_draw(buf, (int)n);
}

void keys_install(void)
{
    static struct randombytes_implementation ours = { .implementation_name = sodium_name,
                                                      .random = sodium_random,
                                                      .buf = sodium_buf };
    must(randombytes_set_implementation(&ours) == 0, "libsodium takes the model's randomness");
}

static void note(int level, const char *fmt, va_list ap)
{
    char text[400];
    vsnprintf(text, sizeof text, fmt, ap);
    for (const char *p = text; *p; p++)
        hash = (hash ^ (unsigned char)*p) * 0x100000001b3u;
    hash = (hash ^ (uint64_t)world_us) * 0x100000001b3u;
    if (trace_shown >= level)
        printf("%9.3f %-7s %s\n", (double)(world_us - world_start_us) / 1e6, prog[running].name,
               text);
}

void trace(const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    note(SHOW_DEEDS, fmt, ap);
    va_end(ap);
}

void talk(const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    note(SHOW_ALL, fmt, ap);
    va_end(ap);
}

uint64_t trace_hash(void)
{
    return hash;
}

void trace_reset(void)
{
    hash = 0xcbf29ce484222325u;
}

void broken(const char *fmt, ...)
{
    va_list ap;
    if (why[0])
        return;
    va_start(ap, fmt);
    vsnprintf(why, sizeof why, fmt, ap);
    va_end(ap);
    trace("BROKEN %s", why);
}

const char *broken_why(void)
{
    return why[0] ? why : NULL;
}

void broken_reset(void)
{
    why[0] = '\0';
}

void must(bool ok, const char *what)
{
    if (ok)
        return;
    dprintf(STDERR_FILENO, "model: %s\n", what);
    abort();
}
