/* help.c - loads contacts, duty and the age of the data from the cache. */
#include "app/help.h"

#include "app/i18n.h"

#include <stdlib.h>
#include <string.h>

enum { ARENA_BLOCK = 8 * 1024, ARENA_CAP = 128 * 1024 };

struct help *help_create(void)
{
    struct help *h = calloc(1, sizeof *h);
    if (h)
        arena_init(&h->arena, ARENA_BLOCK, ARENA_CAP);
    return h;
}

void help_destroy(struct help *h)
{
    if (!h)
        return;
    arena_finish(&h->arena);
    free(h);
}

static const char *picked(struct help *h, const struct query *q, int col)
{
    if (query_col_null(q, col))
        return NULL;
    const char *en = query_col_null(q, col + 1) ? NULL : query_col_text(q, col + 1);
    return arena_strdup(&h->arena, i18n_pick(query_col_text(q, col), en));
}

/* Duty of other days is left out: a number nobody answers today is no help. */
static enum err load_contacts(struct help *h, struct store *s, int today)
{
    struct query *q = store_query(
        s, "SELECT id, role, name, name_en, note, note_en, phone FROM contact WHERE role <> 'duty' "
           "OR (?1 BETWEEN coalesce(from_day, ?1) AND coalesce(to_day, ?1)) "
           "ORDER BY CASE role WHEN 'duty' THEN 0 WHEN 'hotline' THEN 1 ELSE 2 END, sort, id");
    query_int(q, 1, today);
    while (h->contact_count < HELP_CONTACTS && query_step(q)) {
        struct contact *c = &h->contact[h->contact_count++];
        *c = (struct contact){ .id = query_col_int(q, 0),
                               .role = query_col_dup(q, 1, &h->arena),
                               .name = picked(h, q, 2),
                               .note = picked(h, q, 4),
                               .phone = query_col_dup(q, 6, &h->arena) };
        c->today = c->role && strcmp(c->role, "duty") == 0;
    }
    return query_done(q);
}

static enum err load_ages(struct help *h, struct store *s)
{
    struct query *q = store_query(s, "SELECT name, as_of FROM channel ORDER BY name");
    while (h->age_count < HELP_CHANNELS && query_step(q)) {
        struct data_age *a = &h->age[h->age_count++];
        *a = (struct data_age){ query_col_dup(q, 0, &h->arena), query_col_int(q, 1) };
        if (a->as_of_ms > h->newest_ms)
            h->newest_ms = a->as_of_ms;
    }
    enum err e = query_done(q);
    if (e != OK)
        return e;
    q = store_query(s, "SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'last_ok'");
    if (query_step(q))
        h->last_ok_ms = query_col_int(q, 0);
    return query_done(q);
}

enum err help_load(struct help *h, struct store *s, int today)
{
    arena_reset(&h->arena);
    h->contact_count = h->age_count = 0;
    h->last_ok_ms = h->newest_ms = 0;
    enum err e = load_contacts(h, s, today);
    return e == OK ? load_ages(h, s) : e;
}
