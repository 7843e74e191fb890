/* form_pack.c - the application as the platform reads it: JSON, written nowhere but in the arena.
 */
#include "app/form.h"

#include "app/papers.h"

#include <stdio.h>
#include <string.h>

enum { PACK_MAX = 96 * 1024 };

/* A writer of its own: the usual one grows by realloc and would leave copies of a citizen's words
 * behind in the heap. buf NULL: it only counts. */
struct pack {
    char *buf;
    size_t len;
    bool comma;
};

static void raw(struct pack *p, const char *s)
{
    size_t n = strlen(s);
    if (p->buf)
        memcpy(p->buf + p->len, s, n);
    p->len += n;
}

static void quoted(struct pack *p, const char *s)
{
    char one[8];
    raw(p, "\"");
    for (; *s; s++) {
        if (*s == '"' || *s == '\\')
            snprintf(one, sizeof one, "\\%c", *s);
        else if ((unsigned char)*s < 0x20)
            snprintf(one, sizeof one, "\\u%04x", (unsigned)(unsigned char)*s);
        else
            snprintf(one, sizeof one, "%c", *s);
        raw(p, one);
    }
    raw(p, "\"");
    explicit_bzero(one, sizeof one);
}

static void key(struct pack *p, const char *name)
{
    if (p->comma)
        raw(p, ",");
    p->comma = true;
    if (!name)
        return;
    quoted(p, name);
    raw(p, ":");
}

static void put_str(struct pack *p, const char *name, const char *value)
{
    key(p, name);
    quoted(p, value);
}

static void put_open(struct pack *p, const char *name, const char *bracket)
{
    key(p, name);
    raw(p, bracket);
    p->comma = false;
}

static void put_close(struct pack *p, const char *bracket)
{
    raw(p, bracket);
    p->comma = true;
}

/* --- its parts ------------------------------------------------------------------------------ */

/* Name and number (as far as the service asks for them) are the card's own. */
static bool known_by_card(const struct form *f, const struct card_face *face)
{
    bool number = false;
    for (int i = 0; face && i < f->service->field_count; i++) {
        const char *from = f->service->field[i].from;
        bool id = from && strcmp(from, "card.idno") == 0;
        bool name = from && strcmp(from, "card.name") == 0;
        if ((id || name) && f->value[i].source != SOURCE_CARD)
            return false;
        number = number || id;
    }
    return number;
}

static const char *source_name(const struct form_value *v)
{
    return v->source == SOURCE_CARD ? "card" : v->source == SOURCE_PLACE ? "place" : "typed";
}

static void put_field(struct pack *p, const struct form *f, int i, struct arena *a)
{
    const struct service_field *def = &f->service->field[i];
    const char *words = form_words(f, i, a);
    if (!form_has(f, i) || (!def->required && !*words))
        return;
    put_open(p, NULL, "{");
    put_str(p, "id", def->id);
    put_str(p, "label", def->label);
    put_str(p, "value", words);
    put_str(p, "from", source_name(&f->value[i]));
    put_close(p, "}");
}

/* The photographs of a paper, by the hashes of their sealed bytes; in the order of papers_list. */
static void put_pages(struct pack *p, const struct papers *papers, int material)
{
    char bytes[24];
    put_open(p, "pages", "[");
    for (int k = 0; k < papers_count(papers, material); k++) {
        const struct wire_page *page = &papers->of[material].page[k].page;
        snprintf(bytes, sizeof bytes, "%lld", (long long)page->bytes);
        put_open(p, NULL, "{");
        put_str(p, "blob", page->hash);
        key(p, "bytes");
        raw(p, bytes);
        put_str(p, "kid", page->kid);
        put_close(p, "}");
    }
    put_close(p, "]");
}

static void put_lists(struct pack *p, const struct form *f, struct arena *a)
{
    static const char *const via[] = { "card", "scan", "form", "system", "bring" };
    const struct service *s = f->service;
    put_open(p, "answers", "{");
    for (int q = 0; q < s->question_count; q++)
        if (f->answer[q] != ANSWER_NONE)
            put_str(p, s->question[q].id, f->answer[q] == ANSWER_YES ? "yes" : "no");
    put_close(p, "}");
    put_open(p, "fields", "[");
    for (int i = 0; i < s->field_count; i++)
        put_field(p, f, i, a);
    put_close(p, "]");
    put_open(p, "materials", "[");
    for (int i = 0; i < s->material_count; i++) {
        const struct service_material *m = &s->material[i];
        if (!form_needs(f, m->when))
            continue;
        put_open(p, NULL, "{");
        put_str(p, "name", m->name);
        put_str(p, "via", via[m->via]);
        key(p, "show");
        raw(p, material_shown(m) && !papers_count(f->papers, i) ? "true" : "false");
        if (papers_count(f->papers, i) > 0)
            put_pages(p, f->papers, i);
        put_close(p, "}");
    }
    put_close(p, "]");
}

struct head {
    const struct card_face *face;
    const char *receipt, *village;
    int64_t at_ms;
};

static void put_card(struct pack *p, const struct card_face *face)
{
    key(p, "card");
    if (!face) {
        raw(p, "null");
        return;
    }
    raw(p, "{");
    p->comma = false;
    put_str(p, "kind", card_kind_name(face->kind));
    put_str(p, "no", face->card_no);
    put_close(p, "}");
}

static void put_all(struct pack *p, const struct form *f, struct arena *a, const struct head *h)
{
    char at[24];
    snprintf(at, sizeof at, "%lld", (long long)h->at_ms);
    put_open(p, NULL, "{");
    key(p, "v");
    raw(p, "1");
    put_str(p, "type", "apply");
    put_str(p, "service", f->service->id);
    put_str(p, "service_name", f->service->name);
    put_str(p, "receipt", h->receipt);
    key(p, "at");
    raw(p, at);
    put_str(p, "identity", known_by_card(f, h->face) ? "card" : "typed");
    put_card(p, h->face);
    put_str(p, "consent", f->service->consent_version);
    put_str(p, "village", h->village);
    put_open(p, "person", "{");
    put_str(p, "name", form_person_name(f));
    put_str(p, "idno", form_person_id(f));
    put_close(p, "}");
    put_lists(p, f, a);
    put_close(p, "}");
}

enum err form_pack(const struct form *f, struct arena *a, const struct card_face *face,
                   const char *receipt, int64_t at_ms, const char *village_code, char **out_json)
{
    const struct head h = { face, receipt, village_code, at_ms };
    struct pack count = { 0 }, write = { 0 };
    put_all(&count, f, a, &h);
    if (count.len >= PACK_MAX)
        return ERR_TOO_BIG;
    write.buf = arena_alloc(a, count.len + 1);
    if (!write.buf)
        return ERR_NOMEM;
    put_all(&write, f, a, &h);
    *out_json = write.buf;
    return OK;
}
