/* session.c - what one citizen's card said, in locked memory; how it is masked; how it is wiped. */
#include "app/session.h"

#include "hal/base/utf8.h"
#include "hal/crypto.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

enum err session_init(struct session *s)
{
    memset(s, 0, sizeof *s);
    enum err e = arena_init_locked(&s->arena, SESSION_BYTES);
    return e == OK ? arena_init_locked(&s->desk, SESSION_DESK) : e;
}

void session_finish(struct session *s)
{
    arena_finish(&s->desk);
    arena_finish(&s->arena);
    memset(s, 0, sizeof *s);
}

enum err session_begin(struct session *s, struct card_face *face, uint32_t serial)
{
    struct card_face *to = s->face ? s->face : s->other;
    bool citizen = face->kind == CARD_SSC || face->kind == CARD_IDCARD || face->kind == CARD_ECARD;
    if (!to)
        to = arena_new(&s->arena, struct card_face);
    if (to)
        *to = *face;
    explicit_bzero(face, sizeof *face);
    s->face = citizen ? to : NULL;
    s->other = citizen ? NULL : to;
    s->serial = serial;
    s->held = false;
    return to ? OK : ERR_NOMEM;
}

const struct card_face *session_card(const struct session *s)
{
    return s->face ? s->face : s->other;
}

void session_wipe(struct session *s)
{
    arena_reset(&s->desk);
    arena_reset(&s->arena);
    s->face = s->other = NULL;
    s->serial = 0;
    s->held = false;
    s->held_until_ms = 0;
}

/* --- masks ---------------------------------------------------------------------------------- */

/* 张* · 张*兰 · 欧**娜 · W***: who knows the person recognises it, who does not learns nothing. */
const char *mask_name(struct arena *a, const char *name)
{
    int n = (int)utf8_count(name);
    char *out = arena_alloc(a, strlen(name) + (size_t)n + 8), *to = out;
    if (!out || n == 0)
        return "";
    bool latin = (unsigned char)*name < 0x80;
    if (latin)
        n = n > 4 ? 4 : n; /* the length of a Latin name says more than one of hanzi */
    const char *p = name;
    for (int i = 0; i < n; i++) {
        const char *begin = p;
        if (!utf8_next(&p))
            break;
        bool shown = i == 0 || (!latin && n > 2 && i == n - 1);
        size_t bytes = shown ? (size_t)(p - begin) : 1;
        memcpy(to, shown ? begin : "*", bytes);
        to += bytes;
    }
    return out;
}

/* Characters, not bytes: where a number is asked for, somebody may write hanzi. */
static const char *stars(struct arena *a, const char *s, size_t head, size_t tail)
{
    size_t n = utf8_count(s);
    char *out = arena_alloc(a, strlen(s) + 1), *to = out;
    if (!out)
        return "";
    const char *p = s;
    for (size_t i = 0; i < n; i++) {
        const char *begin = p;
        if (!utf8_next(&p))
            break;
        bool shown = i < head || i + tail >= n;
        size_t bytes = shown ? (size_t)(p - begin) : 1;
        memcpy(to, shown ? begin : "*", bytes);
        to += bytes;
    }
    *to = '\0';
    return out;
}

const char *mask_number(struct arena *a, const char *number)
{
    return stars(a, number, 0, utf8_count(number) > 4 ? 4 : 0);
}

const char *mask_phone(struct arena *a, const char *phone)
{
    size_t n = utf8_count(phone);
    return stars(a, phone, n >= 9 ? 3 : 0, n > 4 ? 4 : 0);
}

/* --- who handed in what since the program started --------------------------------------------- */

/* One instance, in a page of its own that is locked and never dumped. [ui] */
struct memory {
    unsigned char key[CRYPTO_MAC_KEY];
    int count, next;
    struct {
        unsigned char who[CRYPTO_MAC];
        struct handed what;
    } row[SESSION_HANDED];
};
static struct memory *memory;

static bool memory_ready(void)
{
    if (memory)
        return true;
    void *p =
        mmap(NULL, sizeof *memory, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED)
        return false;
    (void)mlock(p, sizeof *memory);
    (void)madvise(p, sizeof *memory, MADV_DONTDUMP);
    memory = p;
    crypto_random(memory->key, sizeof memory->key);
    return true;
}

void handed_note(const char *person_id, const char *service, const char *receipt, int64_t at_ms)
{
    if (!*person_id || !memory_ready())
        return;
    int i = memory->next;
    memory->next = (i + 1) % SESSION_HANDED;
    memory->count += memory->count < SESSION_HANDED;
    struct handed *h = &memory->row[i].what;
    crypto_mac(person_id, strlen(person_id), memory->key, memory->row[i].who);
    snprintf(h->receipt, sizeof h->receipt, "%s", receipt);
    snprintf(h->service, sizeof h->service, "%s", service);
    h->at_ms = at_ms;
}

int handed_find(const char *person_id, const char *service, struct handed *out, int max)
{
    unsigned char who[CRYPTO_MAC];
    int found = 0;
    if (!*person_id || !memory)
        return 0;
    crypto_mac(person_id, strlen(person_id), memory->key, who);
    for (int k = 1; k <= memory->count && found < max; k++) {
        int i = (memory->next - k + SESSION_HANDED) % SESSION_HANDED;
        const struct handed *h = &memory->row[i].what;
        if (memcmp(memory->row[i].who, who, sizeof who) == 0 &&
            (!service || strcmp(service, h->service) == 0))
            out[found++] = *h;
    }
    explicit_bzero(who, sizeof who);
    return found;
}
