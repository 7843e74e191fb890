/* input_service.c - whether a service can be shown and filled in, by the rules of SERVICES.md: what
 * a terminal would pass over is refused before it is published. */
#include "hal/base/clock.h"
#include "hal/json.h"
#include "platform/input.h"

#include <string.h>

enum { NAME_MAX = 120, LABEL_MAX = 200, TEXT_MAX = 1200, ID_MAX = 39, DAYS_MAX = 3660 };
enum { QUESTIONS_MAX = 16, MATERIALS_MAX = 32, FIELDS_MAX = 48, OPTIONS_MAX = 40, STEPS_MAX = 16 };

static const char *const types[] = { "text",   "idno", "date",    "phone",    "choice",
                                     "number", "tick", "address", "bankcard", NULL };
static const char *const vias[] = { "card", "scan", "form", "system", "bring", NULL };
static const char *const modes[] = { "full", "prefill", "guide", NULL };
static const char *const handlings[] = { "承诺件", "即办件", NULL };
static const char *const audiences[] = { "person", "enterprise", NULL };
static const char *const units[] = { "工作日", "自然日", NULL };

struct check {
    struct input *in;
    const char *file;
    int line;
    const char *id; /* of the item, as far as it says one */
};

static bool wrong(const struct check *c, const char *where, const char *key, const char *why)
{
    input_fault(
        c->in, c->file, c->line,
        arena_printf(&c->in->arena, "%s: %s%s%s: %s", c->id, where, *where ? "." : "", key, why));
    return false;
}

static const struct json *given(const struct json *o, const char *key)
{
    const struct json *v = NULL;
    return json_get(o, key, &v) == OK && !json_is_null(v) ? v : NULL;
}

static bool text(const struct check *c, const struct json *o, const char *where, const char *key,
                 bool needed, size_t max)
{
    const struct json *v = given(o, key);
    const char *s = v ? json_str(v) : NULL;
    if (!v)
        return needed ? wrong(c, where, key, "is missing") : true;
    if (!s)
        return wrong(c, where, key, "is not a text");
    if (needed && !*s)
        return wrong(c, where, key, "is empty");
    return strlen(s) <= max ? true : wrong(c, where, key, "is too long");
}

static bool one_of(const struct check *c, const struct json *o, const char *where, const char *key,
                   bool needed, const char *const *words)
{
    if (!text(c, o, where, key, needed, NAME_MAX))
        return false;
    const struct json *v = given(o, key);
    for (int i = 0; v && words[i]; i++)
        if (strcmp(json_str(v), words[i]) == 0)
            return true;
    return v ? wrong(c, where, key, "is no known word") : true;
}

static bool whole(const struct check *c, const struct json *o, const char *where, const char *key,
                  int max)
{
    const struct json *v = given(o, key);
    int64_t n = 0;
    if (!v || (json_int(v, &n) == OK && n >= 0 && n <= max))
        return true;
    return wrong(c, where, key, "is no whole number within its limits");
}

static bool flag(const struct check *c, const struct json *o, const char *where, const char *key)
{
    bool b;
    return !given(o, key) || json_get_bool(o, key, &b) == OK
               ? true
               : wrong(c, where, key, "is neither true nor false");
}

static bool list(const struct check *c, const struct json *o, const char *where, const char *key,
                 size_t max)
{
    const struct json *v = given(o, key);
    return !v || (json_is_array(v) && json_count(v) <= max)
               ? true
               : wrong(c, where, key, "is no list, or too long a one");
}

static bool texts(const struct check *c, const struct json *o, const char *where, const char *key,
                  size_t max)
{
    const struct json *v = given(o, key);
    if (!list(c, o, where, key, max))
        return false;
    for (size_t i = 0; v && i < json_count(v); i++) {
        const char *s = json_str(json_at(v, i));
        if (!s || !*s || strlen(s) > LABEL_MAX)
            return wrong(c, where, key, "has an entry that is no short text");
    }
    return true;
}

static bool id(const struct check *c, const struct json *o, const char *where)
{
    if (!text(c, o, where, "id", true, ID_MAX))
        return false;
    const char *s = json_str(given(o, "id"));
    size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.");
    return s[n] == '\0' ? true : wrong(c, where, "id", "may only have a-z A-Z 0-9 - _ .");
}

/* "question=yes" of a question that is there. */
static bool when(const struct check *c, const struct json *o, const char *where,
                 const struct json *service)
{
    const struct json *questions = given(service, "questions");
    if (!text(c, o, where, "when", false, LABEL_MAX))
        return false;
    if (!given(o, "when"))
        return true;
    const char *s = json_str(given(o, "when")), *eq = strchr(s, '=');
    bool said = eq && (strcmp(eq, "=yes") == 0 || strcmp(eq, "=no") == 0);
    for (size_t i = 0; said && questions && i < json_count(questions); i++) {
        const char *q = NULL;
        if (json_get_str(json_at(questions, i), "id", &q) == OK && strlen(q) == (size_t)(eq - s) &&
            strncmp(q, s, strlen(q)) == 0)
            return true;
    }
    return wrong(c, where, "when", "is not QUESTION=yes or QUESTION=no of this service");
}

static bool unlike(const struct check *c, const struct json *all, size_t i, const char *where)
{
    const char *a = NULL, *b = NULL;
    for (size_t k = 0; k < i; k++)
        if (json_get_str(json_at(all, k), "id", &a) == OK &&
            json_get_str(json_at(all, i), "id", &b) == OK && strcmp(a, b) == 0)
            return wrong(c, where, "id", "is there twice");
    return true;
}

static bool question(const struct check *c, const struct json *o, const struct json *service)
{
    (void)service;
    return id(c, o, "questions") && text(c, o, "questions", "text", true, LABEL_MAX);
}

static bool material(const struct check *c, const struct json *o, const struct json *service)
{
    return text(c, o, "materials", "name", true, LABEL_MAX) &&
           text(c, o, "materials", "original_or_copy", false, LABEL_MAX) &&
           flag(c, o, "materials", "required") && whole(c, o, "materials", "copies", 99) &&
           one_of(c, o, "materials", "via", false, vias) && when(c, o, "materials", service);
}

static bool field(const struct check *c, const struct json *o, const struct json *service)
{
    bool ok = id(c, o, "fields") && text(c, o, "fields", "label", true, LABEL_MAX) &&
              text(c, o, "fields", "hint", false, LABEL_MAX) &&
              text(c, o, "fields", "from", false, LABEL_MAX) &&
              one_of(c, o, "fields", "type", true, types) && flag(c, o, "fields", "required") &&
              flag(c, o, "fields", "long") && flag(c, o, "fields", "past") &&
              whole(c, o, "fields", "max", 2000) && texts(c, o, "fields", "options", OPTIONS_MAX) &&
              when(c, o, "fields", service);
    int64_t max = 1;
    if (ok && given(o, "max") && json_int(given(o, "max"), &max) == OK && max == 0)
        return wrong(c, "fields", "max", "leaves no room");
    const struct json *from = given(o, "from");
    bool slot = ok && from && strncmp(json_str(from), "slot.", 5) == 0;
    if (ok && !slot && strcmp(json_str(given(o, "type")), "choice") == 0 &&
        (!given(o, "options") || json_count(given(o, "options")) == 0))
        return wrong(c, "fields", "options", "is missing");
    return ok;
}

static bool each(const struct check *c, const struct json *o, const char *key, size_t max, bool ids,
                 bool (*one)(const struct check *c, const struct json *o, const struct json *all))
{
    const struct json *v = given(o, key);
    if (!list(c, o, "", key, max))
        return false;
    for (size_t i = 0; v && i < json_count(v); i++) {
        if (!json_is_object(json_at(v, i)))
            return wrong(c, "", key, "has an entry that is no object");
        if (!one(c, json_at(v, i), o) || (ids && !unlike(c, v, i, key)))
            return false;
    }
    return true;
}

static bool limits(const struct check *c, const struct json *o)
{
    return one_of(c, o, "", "handling", false, handlings) &&
           one_of(c, o, "", "day_unit", false, units) &&
           one_of(c, o, "", "audience", false, audiences) &&
           whole(c, o, "", "legal_days", DAYS_MAX) && whole(c, o, "", "promised_days", DAYS_MAX) &&
           whole(c, o, "", "trips", 9) && text(c, o, "", "trip_reason", false, TEXT_MAX) &&
           whole(c, o, "", "minutes", 600);
}

static bool words(const struct check *c, const struct json *o)
{
    static const struct {
        const char *key;
        bool needed;
        size_t max;
    } known[] = {
        { "name", true, NAME_MAX },         { "plain_name", false, NAME_MAX },
        { "name_en", false, NAME_MAX },     { "department", true, NAME_MAX },
        { "type", false, NAME_MAX },        { "life_event", false, NAME_MAX },
        { "complaint", false, LABEL_MAX },  { "benefit", false, LABEL_MAX },
        { "who", false, TEXT_MAX },         { "fee", false, TEXT_MAX },
        { "result", false, TEXT_MAX },      { "where", false, TEXT_MAX },
        { "legal_basis", false, TEXT_MAX }, { "phone", false, LABEL_MAX },
        { "hotline", false, LABEL_MAX },    { "hours", false, LABEL_MAX },
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (!text(c, o, "", known[i].key, known[i].needed, known[i].max))
            return false;
    return texts(c, o, "", "keywords", OPTIONS_MAX) && texts(c, o, "", "steps", STEPS_MAX);
}

static bool rest(const struct check *c, const struct json *o)
{
    const struct json *consent = given(o, "consent"), *show = given(o, "show");
    int day = 0;
    if (!flag(c, o, "", "sample") || !one_of(c, o, "", "kiosk", false, modes) ||
        !text(c, o, "", "updated", false, LABEL_MAX))
        return false;
    if (given(o, "updated") && clock_parse_date(json_str(given(o, "updated")), &day) != OK)
        return wrong(c, "", "updated", "is no day like 2026-11-23");
    if (consent && !(text(c, consent, "consent", "version", true, 32) &&
                     text(c, consent, "consent", "text", true, TEXT_MAX)))
        return false;
    return !show || (text(c, show, "show", "where", false, LABEL_MAX) &&
                     whole(c, show, "show", "days", DAYS_MAX));
}

bool input_service(struct input *in, const char *file, int line, const struct json *o)
{
    const struct json *named = given(o, "id");
    const char *name = named ? json_str(named) : NULL;
    const struct check c = { in, file, line, name ? name : "?" };
    bool ok = id(&c, o, "") && words(&c, o) && limits(&c, o) && rest(&c, o) &&
              each(&c, o, "questions", QUESTIONS_MAX, true, question) &&
              each(&c, o, "materials", MATERIALS_MAX, false, material) &&
              each(&c, o, "fields", FIELDS_MAX, true, field);
    const char *why = ok ? input_item(in, o) : NULL;
    if (why)
        input_fault(in, file, line, arena_printf(&in->arena, "%s: %s", c.id, why));
    return ok && !why;
}
