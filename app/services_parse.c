/* services_parse.c - one service of the feed, from its JSON (platform/SERVICES.md) to a struct. */
#include "app/services.h"

#include "hal/base/clock.h"
#include "hal/json.h"

#include <string.h>

enum { TEXT_MAX = 1200, NAME_MAX = 120, LABEL_MAX = 200, CHARS_USUAL = 60, DAYS_MAX = 3660 };

/* Where it goes, and the first thing that went wrong. */
struct reading {
    struct arena *arena;
    enum err err;
};

static void fail(struct reading *r, enum err e)
{
    if (r->err == OK)
        r->err = e;
}

static const char *keep(struct reading *r, const char *s)
{
    const char *out = arena_strdup(r->arena, s);
    if (!out)
        fail(r, ERR_NOMEM);
    return out ? out : "";
}

/* A text of at most max bytes; `instead` when it is absent or null. */
static const char *text(struct reading *r, const struct json *o, const char *key, size_t max,
                        const char *instead)
{
    const struct json *v = NULL;
    if (json_get(o, key, &v) != OK || json_is_null(v))
        return instead;
    const char *s = json_str(v);
    if (!s || strlen(s) > max) {
        fail(r, ERR_FORMAT);
        return instead;
    }
    return keep(r, s);
}

static const char *needed(struct reading *r, const struct json *o, const char *key, size_t max)
{
    const char *s = text(r, o, key, max, NULL);
    if (!s || !*s)
        fail(r, ERR_FORMAT);
    return s ? s : "";
}

static int whole(struct reading *r, const struct json *o, const char *key, int max, int instead)
{
    const struct json *v = NULL;
    int64_t n = 0;
    if (json_get(o, key, &v) != OK || json_is_null(v))
        return instead;
    if (json_int(v, &n) != OK || n < 0 || n > max) {
        fail(r, ERR_FORMAT);
        return instead;
    }
    return (int)n;
}

static bool flag(struct reading *r, const struct json *o, const char *key, bool instead)
{
    const struct json *v = NULL;
    bool out = instead;
    if (json_get(o, key, &v) != OK || json_is_null(v))
        return instead;
    if (json_get_bool(o, key, &out) != OK)
        fail(r, ERR_FORMAT);
    return out;
}

/* Absent or null is an empty list. */
static const struct json *list(struct reading *r, const struct json *o, const char *key, int max,
                               int *out_count)
{
    const struct json *v = NULL;
    *out_count = 0;
    if (json_get(o, key, &v) != OK || json_is_null(v))
        return NULL;
    if (!json_is_array(v) || json_count(v) > (size_t)max) {
        fail(r, ERR_FORMAT);
        return NULL;
    }
    *out_count = (int)json_count(v);
    return v;
}

static const char **texts(struct reading *r, const struct json *o, const char *key, int max,
                          int *out_count)
{
    const struct json *v = list(r, o, key, max, out_count);
    const char **out = arena_array(r->arena, const char *, *out_count + 1);
    if (!out) {
        fail(r, ERR_NOMEM);
        *out_count = 0;
        return NULL;
    }
    for (int i = 0; i < *out_count; i++) {
        const char *s = json_str(json_at(v, (size_t)i));
        if (!s || !*s || strlen(s) > LABEL_MAX)
            fail(r, ERR_FORMAT);
        else
            out[i] = keep(r, s);
    }
    return out;
}

/* The index of a word in a list ended by NULL, or -1. */
static int one_of(const char *s, const char *const *words)
{
    for (int i = 0; words[i]; i++)
        if (strcmp(s, words[i]) == 0)
            return i;
    return -1;
}

static int word(struct reading *r, const struct json *o, const char *key, const char *const *words,
                int instead)
{
    const char *s = text(r, o, key, NAME_MAX, NULL);
    int i = s ? one_of(s, words) : instead;
    if (i < 0)
        fail(r, ERR_FORMAT);
    return i < 0 ? 0 : i;
}

/* a-z, A-Z, 0-9, "-", "_", ".": safe in ids of screens, logs and files. */
static bool is_id(const char *s, size_t max)
{
    size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.");
    return n > 0 && n <= max && s[n] == '\0';
}

static const char *id_of(struct reading *r, const struct json *o)
{
    const char *s = needed(r, o, "id", SERVICE_ID);
    if (!is_id(s, SERVICE_ID))
        fail(r, ERR_FORMAT);
    return s;
}

/* "question=yes" or "question=no"; the question must be one of this service. */
static struct when when_of(struct reading *r, const struct json *o, const struct service *s)
{
    struct when w = { NULL, false };
    const char *t = text(r, o, "when", LABEL_MAX, NULL);
    if (!t)
        return w;
    const char *eq = strchr(t, '=');
    w.yes = eq && strcmp(eq, "=yes") == 0;
    for (int i = 0; eq && i < s->question_count; i++) {
        const char *id = s->question[i].id;
        if (strlen(id) == (size_t)(eq - t) && strncmp(id, t, (size_t)(eq - t)) == 0)
            w.question = id;
    }
    if (!w.question || (!w.yes && strcmp(eq, "=no") != 0))
        fail(r, ERR_FORMAT);
    return w;
}

static void read_questions(struct reading *r, const struct json *o, struct service *s)
{
    const struct json *v = list(r, o, "questions", SERVICE_QUESTIONS, &s->question_count);
    s->question = arena_array(r->arena, struct service_question, s->question_count + 1);
    if (!s->question)
        fail(r, ERR_NOMEM);
    for (int i = 0; i < s->question_count && r->err == OK; i++) {
        const struct json *q = json_at(v, (size_t)i);
        s->question[i].id = id_of(r, q);
        s->question[i].text = needed(r, q, "text", LABEL_MAX);
        for (int k = 0; k < i; k++)
            if (strcmp(s->question[k].id, s->question[i].id) == 0)
                fail(r, ERR_FORMAT);
    }
}

static void read_materials(struct reading *r, const struct json *o, struct service *s)
{
    static const char *const via[] = { "card", "scan", "form", "system", "bring", NULL };
    const struct json *v = list(r, o, "materials", SERVICE_MATERIALS, &s->material_count);
    s->material = arena_array(r->arena, struct service_material, s->material_count + 1);
    if (!s->material)
        fail(r, ERR_NOMEM);
    for (int i = 0; i < s->material_count && r->err == OK; i++) {
        const struct json *m = json_at(v, (size_t)i);
        s->material[i] = (struct service_material){
            .name = needed(r, m, "name", LABEL_MAX),
            .copies = text(r, m, "original_or_copy", LABEL_MAX, ""),
            .required = flag(r, m, "required", true),
            .count = whole(r, m, "copies", 99, 0),
            .via = (enum material_via)word(r, m, "via", via, VIA_BRING),
            .when = when_of(r, m, s),
        };
    }
}

static struct service_field read_field(struct reading *r, const struct json *o,
                                       const struct service *s)
{
    static const char *const types[] = { "text",   "idno", "date",    "phone",    "choice",
                                         "number", "tick", "address", "bankcard", NULL };
    struct service_field f = {
        .id = id_of(r, o),
        .label = needed(r, o, "label", LABEL_MAX),
        .hint = text(r, o, "hint", LABEL_MAX, NULL),
        .type = (enum field_type)word(r, o, "type", types, -1),
        .required = flag(r, o, "required", true),
        .from = text(r, o, "from", LABEL_MAX, NULL),
        .long_text = flag(r, o, "long", false),
        .when = when_of(r, o, s),
    };
    bool birth = f.from && strcmp(f.from, "card.birth") == 0;
    f.past = flag(r, o, "past", birth);
    f.max_chars = whole(r, o, "max", SERVICE_LETTER, f.long_text ? 500 : CHARS_USUAL);
    f.options = texts(r, o, "options", SERVICE_OPTIONS, &f.option_count);
    bool slot = f.from && strncmp(f.from, "slot.", 5) == 0; /* its options come with the day */
    if ((f.type == FIELD_CHOICE && f.option_count == 0 && !slot) || f.max_chars == 0)
        fail(r, ERR_FORMAT);
    return f;
}

static void read_fields(struct reading *r, const struct json *o, struct service *s)
{
    const struct json *v = list(r, o, "fields", SERVICE_FIELDS, &s->field_count);
    s->field = arena_array(r->arena, struct service_field, s->field_count + 1);
    if (!s->field)
        fail(r, ERR_NOMEM);
    for (int i = 0; i < s->field_count && r->err == OK; i++) {
        s->field[i] = read_field(r, json_at(v, (size_t)i), s);
        for (int k = 0; k < i; k++)
            if (strcmp(s->field[k].id, s->field[i].id) == 0)
                fail(r, ERR_FORMAT);
    }
}

static void read_limits(struct reading *r, const struct json *o, struct service *s)
{
    static const char *const handling[] = { "承诺件", "即办件", NULL };
    static const char *const unit[] = { "自然日", "工作日", NULL };
    const struct json *source = NULL;
    s->at_once = word(r, o, "handling", handling, 0) == 1;
    s->working_days = word(r, o, "day_unit", unit, 1) == 1;
    s->legal_days = whole(r, o, "legal_days", DAYS_MAX, 0);
    s->promised_days = whole(r, o, "promised_days", DAYS_MAX, 0);
    if (s->legal_days && s->promised_days > s->legal_days)
        fail(r, ERR_FORMAT);
    s->trips = whole(r, o, "trips", 9, 0);
    s->trip_reason = text(r, o, "trip_reason", TEXT_MAX, "");
    s->minutes = whole(r, o, "minutes", 600, 0);
    if (json_get(o, "source", &source) == OK && json_is_object(source))
        s->unsure = strcmp(text(r, source, "limits_confidence", LABEL_MAX, "high"), "low") == 0;
}

static void read_words(struct reading *r, const struct json *o, struct service *s)
{
    s->name = needed(r, o, "name", NAME_MAX);
    s->plain_name = text(r, o, "plain_name", NAME_MAX, s->name);
    s->name_en = text(r, o, "name_en", NAME_MAX, "");
    s->department = needed(r, o, "department", NAME_MAX);
    s->kind = text(r, o, "type", NAME_MAX, "");
    s->life_event = text(r, o, "life_event", NAME_MAX, "其他");
    s->audience = text(r, o, "audience", NAME_MAX, "person");
    s->benefit = text(r, o, "benefit", LABEL_MAX, "");
    s->who = text(r, o, "who", TEXT_MAX, "");
    s->fee = text(r, o, "fee", TEXT_MAX, "");
    s->result = text(r, o, "result", TEXT_MAX, "");
    s->where = text(r, o, "where", TEXT_MAX, "");
    s->basis = text(r, o, "legal_basis", TEXT_MAX, "");
    s->phone = text(r, o, "phone", LABEL_MAX, NULL);
    s->hotline = text(r, o, "hotline", LABEL_MAX, NULL);
    s->hours = text(r, o, "hours", LABEL_MAX, NULL);
    s->sample = flag(r, o, "sample", false);
}

static void read_keywords(struct reading *r, const struct json *o, struct service *s)
{
    int n = 0;
    const char **words = texts(r, o, "keywords", SERVICE_OPTIONS, &n);
    s->keywords = "";
    for (int i = 0; i < n && r->err == OK; i++) {
        s->keywords = arena_printf(r->arena, "%s%s%s", s->keywords, i ? " " : "", words[i]);
        if (!s->keywords) {
            s->keywords = "";
            fail(r, ERR_NOMEM);
        }
    }
}

static void read_rest(struct reading *r, const struct json *o, struct service *s)
{
    static const char *const modes[] = { "full", "prefill", "guide", NULL };
    const struct json *consent = NULL, *show = NULL;
    s->mode = (enum service_mode)word(r, o, "kiosk", modes, SERVICE_GUIDE);
    s->step = texts(r, o, "steps", SERVICE_STEPS, &s->step_count);
    s->updated_day = INT32_MIN;
    const char *updated = text(r, o, "updated", LABEL_MAX, NULL);
    if (updated && clock_parse_date(updated, &s->updated_day) != OK)
        fail(r, ERR_FORMAT);
    s->consent_version = "0";
    if (json_get(o, "consent", &consent) == OK && !json_is_null(consent)) {
        s->consent_version = needed(r, consent, "version", 32);
        s->consent_text = needed(r, consent, "text", TEXT_MAX);
    }
    if (json_get(o, "show", &show) == OK && !json_is_null(show)) {
        s->show_where = text(r, show, "where", LABEL_MAX, NULL);
        s->show_days = whole(r, show, "days", DAYS_MAX, 0);
    }
}

static void read_all(struct reading *r, const struct json *o, struct service *s)
{
    if (!json_is_object(o)) {
        fail(r, ERR_FORMAT);
        return;
    }
    s->id = id_of(r, o);
    read_words(r, o, s);
    read_keywords(r, o, s);
    read_limits(r, o, s);
    read_rest(r, o, s);
    read_questions(r, o, s);
    read_materials(r, o, s);
    read_fields(r, o, s);
    if (s->mode == SERVICE_FULL && s->field_count == 0)
        fail(r, ERR_FORMAT); /* nothing to hand in */
}

enum err service_parse(struct arena *a, const char *json, size_t n, struct service **out)
{
    struct json *root = NULL;
    struct reading r = { .arena = a };
    struct service *s = arena_new(a, struct service);
    if (!s)
        return ERR_NOMEM;
    enum err e = json_parse(json, n, &root);
    if (e != OK)
        return e;
    read_all(&r, root, s);
    json_free(root);
    if (r.err == OK)
        *out = s;
    return r.err;
}
