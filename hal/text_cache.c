/* text_cache.c - keeps drawn glyphs up to 4 MB; what was longest unused goes first. */
#include "hal/text_cache.h"

#include "hal/text_face.h"

#include <stdlib.h>

enum { BUCKETS = 4096, WIDTHS = 8192, CACHE_CAP = 4 << 20, PX_MAX = 1023 };

/* A glyph in two chains: its hash bucket, and the order of use (newest first). Owner: the cache;
 * the mask is the entry's own. */
struct entry {
    uint64_t key;
    struct entry *bucket;
    struct entry *newer, *older;
    struct text_glyph glyph;
    size_t bytes;
};
static struct entry *buckets[BUCKETS];
static struct entry *newest, *oldest;
static size_t held;

/* Advances have a table of their own: measuring a long notice must not draw it. Key 0 = empty. */
static struct {
    uint64_t key;
    int advance;
} widths[WIDTHS];

static uint64_t key_of(enum text_face face, int px, uint32_t cp, bool tabular)
{
    return (uint64_t)cp << 16 | (uint64_t)px << 4 | (uint64_t)face << 2 | (uint64_t)tabular << 1 |
           1;
}

static unsigned spread(uint64_t key)
{
    return (unsigned)((key * 0x9E3779B97F4A7C15u) >> 40);
}

/* Controls, joiners, direction marks and variation selectors take no room and show nothing. */
static bool is_silent(uint32_t cp)
{
    return cp < 0x20 || (cp >= 0x7F && cp < 0xA0) || (cp >= 0x200B && cp <= 0x200F) ||
           (cp >= 0x202A && cp <= 0x202E) || (cp >= 0x2060 && cp <= 0x206F) || cp == 0xFEFF ||
           (cp >= 0xFE00 && cp <= 0xFE0F);
}

static bool is_digit(uint32_t cp)
{
    return cp >= '0' && cp <= '9';
}

/* Hanzi, kana and full-width forms are one em wide in every CJK font: no need to load them. */
static bool is_square(uint32_t cp)
{
    return (cp >= 0x3000 && cp <= 0x30FF) || (cp >= 0x3400 && cp <= 0x9FFF) ||
           (cp >= 0xFF01 && cp <= 0xFF60) || (cp >= 0x20000 && cp <= 0x3FFFF);
}

static int plain_advance(enum text_face face, int px, uint32_t cp)
{
    enum text_face writes;
    if (is_silent(cp))
        return 0;
    if (!face_for(face, cp, &writes))
        return face_missing_advance(px);
    return is_square(cp) ? px : face_advance(writes, px, cp);
}

int cache_advance(enum text_face face, int px, uint32_t cp, bool tabular)
{
    uint64_t key = key_of(face, px, cp, tabular && is_digit(cp));
    unsigned at = spread(key) % WIDTHS;
    if (widths[at].key != key) {
        uint32_t as = tabular && is_digit(cp) ? '0' : cp;
        widths[at].advance = plain_advance(face, px, as);
        widths[at].key = key;
    }
    return widths[at].advance;
}

static void use_unlink(struct entry *e)
{
    if (e->newer)
        e->newer->older = e->older;
    else
        newest = e->older;
    if (e->older)
        e->older->newer = e->newer;
    else
        oldest = e->newer;
}

static void use_first(struct entry *e)
{
    e->newer = NULL;
    e->older = newest;
    if (newest)
        newest->newer = e;
    else
        oldest = e;
    newest = e;
}

static void entry_drop(struct entry *e)
{
    struct entry **at = &buckets[spread(e->key) % BUCKETS];
    while (*at != e)
        at = &(*at)->bucket;
    *at = e->bucket;
    use_unlink(e);
    held -= e->bytes;
    free((void *)(uintptr_t)e->glyph.mask);
    free(e);
}

static struct entry *entry_find(uint64_t key)
{
    struct entry *e = buckets[spread(key) % BUCKETS];
    while (e && e->key != key)
        e = e->bucket;
    if (e && e != newest) {
        use_unlink(e);
        use_first(e);
    }
    return e;
}

static struct text_glyph glyph_make(enum text_face face, int px, uint32_t cp, bool tabular)
{
    struct text_glyph g = { 0 };
    enum text_face writes;
    if (is_silent(cp))
        return g;
    enum err e = face_for(face, cp, &writes) ? face_render(writes, px, cp, &g)
                                             : face_render_missing(px, cp, &g);
    if (e != OK)
        g = (struct text_glyph){ 0 };
    int advance = cache_advance(face, px, cp, tabular);
    if (tabular && is_digit(cp))
        g.left += (advance - cache_advance(face, px, cp, false)) / 2;
    g.advance = advance;
    return g;
}

static void entry_add(uint64_t key, const struct text_glyph *g)
{
    struct entry *e = calloc(1, sizeof *e);
    if (!e) {
        free((void *)(uintptr_t)g->mask);
        return;
    }
    struct entry **at = &buckets[spread(key) % BUCKETS];
    *e = (struct entry){ .key = key, .bucket = *at, .glyph = *g };
    e->bytes = sizeof *e + (g->mask ? (size_t)g->h * (size_t)g->stride : 0);
    *at = e;
    held += e->bytes;
    use_first(e);
    while (held > CACHE_CAP && oldest != newest)
        entry_drop(oldest);
}

struct text_glyph text_glyph(enum text_face face, int px, uint32_t cp, bool tabular)
{
    px = px < 1 ? 1 : px > PX_MAX ? PX_MAX : px;
    uint64_t key = key_of(face, px, cp, tabular && is_digit(cp));
    struct entry *e = entry_find(key);
    if (e)
        return e->glyph;
    struct text_glyph g = glyph_make(face, px, cp, tabular);
    entry_add(key, &g);
    if (newest && newest->key == key)
        return newest->glyph;
    return (struct text_glyph){ .advance = g.advance }; /* no memory: a gap, no crash */
}

size_t text_cache_bytes(void)
{
    return held;
}

void cache_finish(void)
{
    while (oldest)
        entry_drop(oldest);
    for (int i = 0; i < WIDTHS; i++)
        widths[i].key = 0;
}
