/* arena.c - chained blocks; the first is kept over a reset so that a frame costs no malloc. */
#include "hal/base/arena.h"

#include "hal/base/log.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

struct arena_block {
    struct arena_block *next;
    size_t size, used;
    _Alignas(16) unsigned char data[];
};

void arena_init(struct arena *a, size_t block_size, size_t cap)
{
    *a = (struct arena){ .cap = cap, .block_size = block_size };
}

enum err arena_init_locked(struct arena *a, size_t cap)
{
    size_t size = (cap + sizeof(struct arena_block) + 4095) & ~(size_t)4095;
    struct arena_block *b =
        mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (b == MAP_FAILED)
        return ERR_NOMEM;
    if (mlock(b, size) != 0)
        log_warn("arena_not_locked", "bytes=%zu", size);
    (void)madvise(b, size, MADV_DONTDUMP);
    b->size = cap;
    *a = (struct arena){ .first = b, .current = b, .cap = cap, .locked = true };
    return OK;
}

static size_t mapped(const struct arena *a)
{
    return (a->cap + sizeof(struct arena_block) + 4095) & ~(size_t)4095;
}

static void free_chain(struct arena_block *b)
{
    while (b) {
        struct arena_block *next = b->next;
        free(b);
        b = next;
    }
}

void arena_reset(struct arena *a)
{
    if (!a->first)
        return;
    if (a->locked)
        explicit_bzero(a->first->data, a->first->used);
    free_chain(a->first->next);
    a->first->next = NULL;
    a->first->used = 0;
    a->current = a->first;
    a->used = 0;
}

void arena_scrub(struct arena *a)
{
    for (struct arena_block *b = a->first; b; b = b->next)
        explicit_bzero(b->data + b->used, b->size - b->used);
}

void arena_finish(struct arena *a)
{
    if (a->locked) {
        arena_reset(a);
        munmap(a->first, mapped(a));
    } else {
        free_chain(a->first);
    }
    *a = (struct arena){ 0 };
}

static struct arena_block *add_block(struct arena *a, size_t need)
{
    size_t size = need > a->block_size ? need : a->block_size;
    struct arena_block *b = malloc(sizeof *b + size);
    if (!b)
        return NULL;
    *b = (struct arena_block){ .size = size };
    if (a->current)
        a->current->next = b;
    else
        a->first = b;
    a->current = b;
    return b;
}

void *arena_alloc(struct arena *a, size_t size)
{
    if (size > SIZE_MAX / 2)
        return NULL;
    size = (size + 15) & ~(size_t)15;
    if (a->used + size > a->cap)
        return NULL;
    struct arena_block *b = a->current;
    if (!b || b->size - b->used < size)
        b = add_block(a, size);
    if (!b)
        return NULL;
    void *p = b->data + b->used;
    b->used += size;
    a->used += size;
    return memset(p, 0, size);
}

char *arena_strndup(struct arena *a, const char *s, size_t n)
{
    char *p = arena_alloc(a, n + 1);
    if (p && n)
        memcpy(p, s, n);
    return p;
}

char *arena_strdup(struct arena *a, const char *s)
{
    return arena_strndup(a, s, strlen(s));
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
    va_list ap, again;
    va_start(ap, fmt);
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    char *p = n < 0 ? NULL : arena_alloc(a, (size_t)n + 1);
    if (p)
        vsnprintf(p, (size_t)n + 1, fmt, again);
    va_end(again);
    return p;
}
