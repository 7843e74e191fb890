/* services.c - the list of all services by life event, and the one that is open. */
#include "app/services.h"

#include "app/i18n.h"
#include "app/pinyin.h"
#include "app/slots.h"
#include "hal/base/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    LIST_BLOCK = 64 * 1024,
    LIST_CAP = 1024 * 1024,
    PAGE_BLOCK = 32 * 1024,
    PAGE_CAP = 512 * 1024,
    LINES_MAX = 1000,
    EVENTS_MAX = 40, /* and departments */
    CHOICES_MAX = 400
};

/* FNV-1a, cut to 63 bits; never 0, which means none. */
int64_t service_key(const char *id)
{
    uint64_t h = 14695981039346656037u;
    for (const unsigned char *s = (const unsigned char *)id; *s; s++)
        h = (h ^ *s) * 1099511628211u;
    h &= INT64_MAX;
    return h ? (int64_t)h : 1;
}

struct services *services_create(void)
{
    struct services *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    arena_init(&s->arena, LIST_BLOCK, LIST_CAP);
    arena_init(&s->page, PAGE_BLOCK, PAGE_CAP);
    arena_init(&s->pick, PAGE_BLOCK, PAGE_CAP);
    s->chosen_event = s->chosen_department = -1;
    return s;
}

void services_destroy(struct services *s)
{
    if (!s)
        return;
    arena_finish(&s->pick);
    arena_finish(&s->page);
    arena_finish(&s->arena);
    free(s);
}

/* --- the list ------------------------------------------------------------------------------- */

static enum err keep_line(struct services *s, const struct service *from)
{
    struct service_line *l = &s->line[s->count];
    struct arena *a = &s->arena;
    *l = (struct service_line){
        .key = service_key(from->id),
        .id = arena_strdup(a, from->id),
        .name = arena_strdup(a, from->name),
        .plain_name = arena_strdup(a, from->plain_name),
        .name_en = arena_strdup(a, from->name_en),
        .department = arena_strdup(a, from->department),
        .life_event = arena_strdup(a, from->life_event),
        .keywords = arena_strdup(a, from->keywords),
        .mode = from->mode,
        .enterprise = strcmp(from->audience, "enterprise") == 0,
    };
    bool all = l->id && l->name && l->plain_name && l->name_en && l->department && l->life_event;
    if (!all || !l->keywords)
        return ERR_NOMEM;
    s->count++;
    return OK;
}

/* One row: kept, or passed over with a line in the log. */
static enum err read_row(struct services *s, const struct query *q)
{
    struct service *one = NULL;
    const char *json = query_col_text(q, 1);
    arena_reset(&s->pick);
    s->choice_count = 0;
    enum err e = service_parse(&s->pick, json, strlen(json), &one);
    if (e == OK)
        return keep_line(s, one);
    if (e == ERR_NOMEM)
        return e;
    s->refused++;
    log_warn("service_not_usable", "id=%s err=%s", query_col_text(q, 0), err_name(e));
    return OK;
}

static int among(const char *const *name, int n, const char *wanted)
{
    for (int i = 0; i < n; i++)
        if (strcmp(name[i], wanted) == 0)
            return i;
    return -1;
}

static int event_of(const struct services *s, const char *name)
{
    return among(s->event, s->event_count, name);
}

/* One more of that name. */
static void count_one(const char **name, int *size, int *n, const char *one)
{
    int at = among(name, *n, one);
    if (at < 0 && *n < EVENTS_MAX) {
        at = (*n)++;
        name[at] = one;
        size[at] = 0;
    }
    if (at >= 0)
        size[at]++;
}

/* The fullest first: most people come for those. */
static void sort_names(const char **name, int *size, int n)
{
    for (int i = 1; i < n; i++) {
        const char *one = name[i];
        int of_it = size[i], at = i;
        for (; at > 0 && size[at - 1] < of_it; at--) {
            name[at] = name[at - 1];
            size[at] = size[at - 1];
        }
        name[at] = one;
        size[at] = of_it;
    }
}

static void sort_headings(struct services *s)
{
    int size[EVENTS_MAX] = { 0 };
    for (int i = 0; i < s->count; i++) {
        count_one(s->event, size, &s->event_count, s->line[i].life_event);
        count_one(s->department, s->department_size, &s->department_count, s->line[i].department);
    }
    sort_names(s->event, size, s->event_count);
    sort_names(s->department, s->department_size, s->department_count);
}

/* Keeps the order of the feed within one event. */
static enum err sort_lines(struct services *s)
{
    struct service_line *to = arena_array(&s->arena, struct service_line, s->count + 1);
    int n = 0;
    if (!to)
        return ERR_NOMEM;
    for (int e = -1; e < s->event_count; e++)
        for (int i = 0; i < s->count; i++)
            if (event_of(s, s->line[i].life_event) == e)
                to[n++] = s->line[i];
    s->line = to;
    return OK;
}

static enum err read_rows(struct services *s, struct store *store)
{
    struct query *q = store_query(store, "SELECT id, json FROM service ORDER BY id");
    enum err e = OK;
    while (e == OK && s->count < LINES_MAX && query_step(q))
        e = read_row(s, q);
    enum err done = query_done(q);
    arena_reset(&s->pick);
    return e != OK ? e : done;
}

/* What the feed's rows stand at; 0 when it was never fetched. */
static enum err read_mark(struct store *store, int64_t *out)
{
    struct query *q = store_query(store, "SELECT seq, epoch FROM channel WHERE name = 'service'");
    *out = query_step(q) ? service_key(query_col_text(q, 1)) ^ query_col_int(q, 0) : 0;
    return query_done(q);
}

enum err services_load(struct services *s, struct store *store)
{
    int64_t mark;
    enum err e = read_mark(store, &mark);
    if (e != OK || (s->loaded && mark && mark == s->list_mark))
        return e;
    arena_reset(&s->arena);
    s->count = s->event_count = s->department_count = s->shown_count = s->refused = 0;
    s->loaded = false;
    s->line = arena_array(&s->arena, struct service_line, LINES_MAX);
    s->event = arena_array(&s->arena, const char *, EVENTS_MAX);
    s->department = arena_array(&s->arena, const char *, EVENTS_MAX);
    s->department_size = arena_array(&s->arena, int, EVENTS_MAX);
    s->shown = arena_array(&s->arena, int, LINES_MAX);
    if (!s->line || !s->event || !s->department || !s->department_size || !s->shown)
        return ERR_NOMEM;
    e = read_rows(s, store);
    if (e != OK)
        return e;
    sort_headings(s);
    e = sort_lines(s);
    if (s->chosen_event >= s->event_count)
        s->chosen_event = -1;
    if (s->chosen_department >= s->department_count)
        s->chosen_department = -1;
    s->loaded = e == OK;
    s->list_mark = mark;
    return e;
}

const char *service_called(const char *plain_name, const char *name_en)
{
    return i18n_pick(plain_name, *name_en ? name_en : plain_name);
}

bool service_in_english(const char *name_en, const char *typed)
{
    return !i18n_chinese() && strcasestr(name_en, typed) != NULL;
}

/* How surely it is meant: its names count more than the words people use for it. */
static int sureness(const struct service_line *l, const char *typed)
{
    int plain = pinyin_match(l->plain_name, typed), name = pinyin_match(l->name, typed);
    int best = plain > name ? plain : name;
    if (best)
        return best + 1;
    return pinyin_match(l->keywords, typed) || pinyin_match(l->department, typed) ||
           service_in_english(l->name_en, typed);
}

static void show_matching(struct services *s, const char *typed)
{
    int sure[LINES_MAX];
    for (int i = 0; i < s->count; i++) {
        int m = sureness(&s->line[i], typed), at = s->shown_count;
        if (!m)
            continue;
        for (; at > 0 && sure[at - 1] < m; at--) {
            sure[at] = sure[at - 1];
            s->shown[at] = s->shown[at - 1];
        }
        sure[at] = m;
        s->shown[at] = i;
        s->shown_count++;
    }
}

static bool in_view(const struct services *s, const struct service_line *l)
{
    if (s->view != SERVICES_BY_DEPARTMENT)
        return l->enterprise == (s->view == SERVICES_ENTERPRISE) &&
               (s->chosen_event < 0 || event_of(s, l->life_event) == s->chosen_event);
    return s->chosen_department >= 0 &&
           strcmp(l->department, s->department[s->chosen_department]) == 0;
}

void services_show(struct services *s, int event, const char *typed)
{
    s->shown_count = 0;
    s->chosen_event = event < s->event_count ? event : -1;
    if (*typed) {
        s->chosen_event = -1;
        show_matching(s, typed);
        return;
    }
    for (int i = 0; i < s->count; i++)
        if (in_view(s, &s->line[i]))
            s->shown[s->shown_count++] = i;
}

void services_look(struct services *s, enum services_view view)
{
    s->view = view;
    s->chosen_department = -1;
    services_show(s, -1, "");
}

void services_show_department(struct services *s, int department)
{
    s->view = SERVICES_BY_DEPARTMENT;
    s->chosen_department = department < s->department_count ? department : -1;
    services_show(s, -1, "");
}

bool services_has(const struct services *s, int event)
{
    bool enterprise = s->view == SERVICES_ENTERPRISE;
    for (int i = 0; i < s->count; i++)
        if (s->line[i].enterprise == enterprise && event_of(s, s->line[i].life_event) == event)
            return true;
    return false;
}

/* An item with "quick": N in its data stands on home, in order of N. Every item's JSON is read for
 * it: once for each state of the feed. */
enum err services_load_home(struct services *s, struct store *store)
{
    int64_t mark;
    enum err e = read_mark(store, &mark);
    if (e != OK || (mark && mark == s->home_mark))
        return e;
    s->home_mark = 0;
    struct query *q = store_query(store, "SELECT count(*) FROM service");
    s->total = query_step(q) ? (int)query_col_int(q, 0) : 0;
    s->quick_count = 0;
    e = query_done(q);
    if (e != OK)
        return e;
    q = store_query(store, "SELECT id, json_extract(json, '$.plain_name'), "
                           "coalesce(json_extract(json, '$.name_en'), '') FROM service WHERE "
                           "instr(json, '\"quick\":') ORDER BY json_extract(json, '$.quick')");
    while (s->quick_count < SERVICES_QUICK && query_step(q)) {
        s->quick[s->quick_count].key = service_key(query_col_text(q, 0));
        snprintf(s->quick[s->quick_count].name, sizeof s->quick[0].name, "%s",
                 query_col_text(q, 1));
        snprintf(s->quick[s->quick_count].name_en, sizeof s->quick[0].name_en, "%s",
                 query_col_text(q, 2));
        s->quick_count++;
    }
    e = query_done(q);
    s->home_mark = e == OK ? mark : 0;
    return e;
}

/* --- one of them ---------------------------------------------------------------------------- */

enum err service_load(struct store *store, struct arena *a, int64_t key, struct service **out)
{
    struct query *q = store_query(store, "SELECT id FROM service");
    char *id = NULL;
    while (!id && query_step(q))
        if (service_key(query_col_text(q, 0)) == key)
            id = query_col_dup(q, 0, a);
    enum err e = query_done(q);
    if (e != OK || !id)
        return e != OK ? e : ERR_NOT_FOUND;
    q = store_query(store, "SELECT json FROM service WHERE id = ?");
    query_text(q, 1, id);
    e = ERR_NOT_FOUND;
    if (query_step(q))
        e = service_parse(a, query_col_text(q, 0), strlen(query_col_text(q, 0)), out);
    enum err done = query_done(q);
    if (e == OK)
        return slots_offer(store, a, *out);
    return e == ERR_NOT_FOUND && done != OK ? done : e;
}

void services_forget(struct services *s)
{
    memset(s->answer, 0, sizeof s->answer);
    memset(s->brought, 0, sizeof s->brought);
}

enum err services_open(struct services *s, struct store *store, int64_t key)
{
    if (key != s->key)
        services_forget(s);
    arena_reset(&s->page);
    s->service = NULL;
    s->key = key;
    return service_load(store, &s->page, key, &s->service);
}

bool service_when(const struct service *s, const signed char *answer, struct when w)
{
    if (!w.question)
        return true;
    for (int i = 0; i < s->question_count; i++)
        if (strcmp(s->question[i].id, w.question) == 0)
            return answer[i] == (w.yes ? 1 : 2);
    return false;
}

/* --- places an address is picked from --------------------------------------------------------- */

/* 许家冲村村民委员会 is the village 许家冲村, 东湖社区居民委员会 the community 东湖社区. */
static char *spoken(struct arena *a, const char *name)
{
    static const char *const tail[][2] = {
        { "村村民委员会", "村" }, { "村民委员会", "村" }, { "居民委员会", "" }, { "居委会", "" }
    };
    size_t n = strlen(name);
    for (size_t i = 0; i < sizeof tail / sizeof *tail; i++) {
        size_t m = strlen(tail[i][0]);
        if (n > m && strcmp(name + n - m, tail[i][0]) == 0)
            return arena_printf(a, "%.*s%s", (int)(n - m), name, tail[i][1]);
    }
    return arena_strdup(a, name);
}

static enum err read_choices(struct services *s, struct query *q)
{
    s->choice = arena_array(&s->pick, struct place_choice, CHOICES_MAX);
    s->choice_count = 0;
    while (s->choice && s->choice_count < CHOICES_MAX && query_step(q)) {
        struct place_choice *c = &s->choice[s->choice_count];
        c->code = query_col_int(q, 0);
        c->name = spoken(&s->pick, query_col_text(q, 1));
        s->choice_count += c->name != NULL;
    }
    enum err e = query_done(q);
    return s->choice ? e : ERR_NOMEM;
}

enum err services_pick(struct services *s, struct store *store, int64_t township)
{
    arena_reset(&s->pick);
    s->choice_township = township;
    s->choice_name = "";
    if (!township)
        return read_choices(s, store_query(store, "SELECT code, name FROM township ORDER BY code"));
    struct query *q = store_query(store, "SELECT name FROM township WHERE code = ?");
    query_int(q, 1, township);
    if (query_step(q))
        s->choice_name = query_col_dup(q, 0, &s->pick);
    enum err e = query_done(q);
    if (e != OK)
        return e;
    q = store_query(store, "SELECT code, name FROM village WHERE township = ? ORDER BY code");
    query_int(q, 1, township);
    return read_choices(s, q);
}

enum err services_village(struct store *store, struct arena *a, int64_t village,
                          const char **out_township, const char **out_village)
{
    struct query *q = store_query(store, "SELECT t.name, v.name FROM village v JOIN township t ON "
                                         "t.code = v.township WHERE v.code = ?");
    query_int(q, 1, village);
    const char *town = NULL, *name = NULL;
    bool found = query_step(q);
    if (found) {
        town = query_col_dup(q, 0, a);
        name = spoken(a, query_col_text(q, 1));
    }
    enum err e = query_done(q);
    if (e != OK || !found)
        return e != OK ? e : ERR_NOT_FOUND;
    if (!town || !name)
        return ERR_NOMEM;
    *out_township = town;
    *out_village = name;
    return OK;
}
