/* memory.c - what each card has learned: it outlives power and being taken out. */
#include "tests/cardsim/memory.h"

#include <stdlib.h>
#include <string.h>

struct memory *memory_of(struct memories *all, const char *path, const struct card *card)
{
    char *real = realpath(path, NULL);
    struct memory *m = NULL;
    if (!real || strlen(real) >= sizeof m->path) {
        free(real);
        return NULL;
    }
    for (size_t i = 0; i < MEMORIES && !m; i++)
        if (strcmp(all->card[i].path, real) == 0)
            m = &all->card[i];
    if (!m) {
        m = &all->card[all->next++ % MEMORIES];
        *m = (struct memory){ .auth_tries = AUTH_TRIES, .pin_tries = card->pin_tries };
        memcpy(m->path, real, strlen(real) + 1);
        memcpy(m->pin, card->pin, sizeof m->pin);
    }
    free(real);
    return m;
}
