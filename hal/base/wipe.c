/* wipe.c - a free() that leaves nothing behind, for every library in the process. */
#include "hal/base/wipe.h"

#include <errno.h>
#include <malloc.h>
#include <string.h>

enum { STACK_BYTES = 256 * 1024 };

__attribute__((noinline)) void wipe_stack(void)
{
    unsigned char room[STACK_BYTES];
    explicit_bzero(room, sizeof room);
}

/* clang says so in another way than gcc. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define OWN_HEAP 1
#endif
#endif
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) && !defined(OWN_HEAP)

#include <stdlib.h>

/* glibc's own, under the name it exports for this. */
void __libc_free(void *p);

void free(void *p)
{
    int saved = errno;
    if (p)
        explicit_bzero(p, malloc_usable_size(p));
    __libc_free(p);
    errno = saved;
}

/* Never in place: glibc would free the old bytes as they are when it moves a block. */
void *realloc(void *p, size_t n)
{
    if (!p)
        return malloc(n);
    if (n == 0) {
        free(p);
        return NULL;
    }
    size_t old = malloc_usable_size(p);
    if (n <= old && n > old / 2)
        return p;
    void *q = malloc(n);
    if (!q)
        return NULL;
    memcpy(q, p, old < n ? old : n);
    free(p);
    return q;
}

#endif
