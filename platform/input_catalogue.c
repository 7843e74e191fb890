/* input_catalogue.c - whether what a service says fits together, and with the other services: the
 * rules the national item directory is checked by, before anybody reads a promise on a screen. */
#include "hal/json.h"
#include "platform/input.h"

#include <string.h>

/* A name already taken in this publication; newest first. */
struct input_name {
    const struct input_name *next;
    const char *id, *name;
};

static const struct json *given(const struct json *o, const char *key)
{
    const struct json *v = NULL;
    return json_get(o, key, &v) == OK && !json_is_null(v) ? v : NULL;
}

static const char *said(const struct json *o, const char *key)
{
    const struct json *v = given(o, key);
    const char *s = v ? json_str(v) : NULL;
    return s ? s : "";
}

static int64_t number(const struct json *o, const char *key)
{
    int64_t n = 0;
    return json_get_int(o, key, &n) == OK ? n : 0;
}

static size_t entries(const struct json *o, const char *key)
{
    const struct json *v = given(o, key);
    return v && json_is_array(v) ? json_count(v) : 0;
}

static const struct json *entry(const struct json *o, const char *key, size_t i)
{
    return json_at(given(o, key), i);
}

/* --- telephones ------------------------------------------------------------------------------ */

static size_t digits_of(const char *s, size_t n, char out[16])
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        bool dash = s[i] == '-' && count > 0 && i + 1 < n;
        if (dash || s[i] == ' ')
            continue;
        if (s[i] < '0' || s[i] > '9' || count == 15)
            return 0;
        out[count++] = s[i];
    }
    out[count] = '\0';
    return count;
}

/* An area code and number, a mobile, a 400 or 800 number, or a short one: all else cannot be
 * dialled from here. */
static bool can_dial(const char *s, size_t n)
{
    char d[16];
    size_t count = digits_of(s, n, d);
    if (count >= 10 && d[0] == '0')
        return d[1] >= '1' && count <= 12;
    if (count == 11)
        return d[0] == '1' && d[1] >= '3';
    if (count == 10)
        return memcmp(d, "400", 3) == 0 || memcmp(d, "800", 3) == 0;
    return (count >= 3 && count <= 6) && (d[0] == '1' || d[0] == '9');
}

/* The remark in full-width brackets after a number says what it is for. */
static size_t remark(const char *s)
{
    static const char open[] = "（", close[] = "）";
    const char *end = strncmp(s, open, sizeof open - 1) == 0 ? strstr(s, close) : NULL;
    return end ? (size_t)(end - s) + sizeof close - 1 : 0;
}

bool input_phone(const char *s)
{
    while (*s) {
        size_t n = strspn(s, "0123456789- ");
        if (!can_dial(s, n))
            return false;
        s += n;
        s += remark(s);
        if (*s == '\0')
            return true;
        if (*s != '/')
            return false;
        s++;
    }
    return false; /* nothing, or nothing after the stroke */
}

const char *input_phones(const char *consult, const char *complaint, const char *hotline)
{
    if (*consult && !input_phone(consult))
        return "phone: is no number that can be dialled (area code and number, mobile, or short)";
    if (*complaint && !input_phone(complaint))
        return "complaint: is no number that can be dialled (area code and number, mobile, or "
               "short)";
    if (*hotline && !input_phone(hotline))
        return "hotline: is no number that can be dialled";
    if (*consult && strcmp(consult, complaint) == 0)
        return "complaint: is the same number as phone: nobody complains to whom it is about";
    return NULL;
}

/* --- what it promises ---------------------------------------------------------------------- */

static bool free_of_charge(const char *fee)
{
    return strncmp(fee, "不收费", strlen("不收费")) == 0 ||
           strncmp(fee, "免费", strlen("免费")) == 0;
}

static const char *promise(const struct json *o)
{
    int64_t legal = number(o, "legal_days"), promised = number(o, "promised_days");
    if (legal > 0 && promised > legal)
        return "promised_days: is more than legal_days";
    if (strcmp(said(o, "handling"), "即办件") == 0 && promised > 1)
        return "promised_days: is more than 1, but 即办件 is done at once";
    if (number(o, "trips") > 0 && !*said(o, "trip_reason"))
        return "trip_reason: is missing: who must come is told why";
    if (number(o, "trips") == 0 && *said(o, "trip_reason"))
        return "trips: is 0, but there is a trip_reason";
    if (*said(o, "fee") && !free_of_charge(said(o, "fee")) && !*said(o, "legal_basis"))
        return "legal_basis: is missing: a fee needs one";
    return input_phones(said(o, "phone"), said(o, "complaint"), said(o, "hotline"));
}

/* --- what it asks for ---------------------------------------------------------------------- */

static const char *mode(const struct json *o)
{
    const char *kiosk = said(o, "kiosk");
    if (strcmp(kiosk, "full") == 0 && entries(o, "fields") == 0)
        return "fields: is missing: there would be nothing to hand in";
    if ((!*kiosk || strcmp(kiosk, "guide") == 0) && entries(o, "fields") > 0)
        return "kiosk: is guide, but there are fields";
    return NULL;
}

/* Equal, or with a kind of place behind it: "slot.time.hospital" is a "slot.time". */
static bool comes_from(const char *said_from, const char *from)
{
    size_t n = strlen(from);
    bool slot = strncmp(from, "slot.", 5) == 0;
    return strncmp(said_from, from, n) == 0 &&
           (said_from[n] == '\0' || (slot && said_from[n] == '.'));
}

/* Where a value comes from decides what it can be. */
static const char *source(const struct json *field)
{
    static const struct {
        const char *from, *type, * or ;
    } known[] = {
        { "card.name", "text", "text" },        { "agentcard.name", "text", "text" },
        { "card.idno", "idno", "idno" },        { "agentcard.idno", "idno", "idno" },
        { "card.birth", "date", "date" },       { "card.sex", "choice", "text" },
        { "card.ethnic", "choice", "text" },    { "card.address", "address", "text" },
        { "profile.phone", "phone", "phone" },  { "ssc.bankcard", "bankcard", "text" },
        { "slot.place", "choice", "choice" },   { "slot.day", "choice", "choice" },
        { "slot.time", "choice", "choice" },    { "ssc.cardno", "text", "text" },
        { "place.village", "text", "address" },
    };
    const char *type = said(field, "type");
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (comes_from(said(field, "from"), known[i].from))
            return strcmp(type, known[i].type) == 0 || strcmp(type, known[i].or) == 0
                       ? NULL
                       : "fields.type: does not fit its from";
    return NULL;
}

static const char *options(const struct json *field)
{
    bool choice = strcmp(said(field, "type"), "choice") == 0;
    size_t n = entries(field, "options");
    if (!choice && n > 0)
        return "fields.options: only a choice has them";
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < i; k++)
            if (strcmp(json_str(entry(field, "options", i)),
                       json_str(entry(field, "options", k))) == 0)
                return "fields.options: has the same words twice";
    return NULL;
}

static const char *fields(const struct json *o)
{
    for (size_t i = 0; i < entries(o, "fields"); i++) {
        const char *why = source(entry(o, "fields", i));
        why = why ? why : options(entry(o, "fields", i));
        if (why)
            return why;
    }
    return NULL;
}

static bool has_slot(const struct json *o, const char *id, const char *from)
{
    for (size_t i = 0; i < entries(o, "fields"); i++) {
        const struct json *f = entry(o, "fields", i);
        if (strcmp(said(f, "id"), id) == 0 && comes_from(said(f, "from"), from))
            return true;
    }
    return false;
}

/* The platform finds them by these ids, the terminal offers by `from`. */
static const char *appointment(const struct json *o)
{
    bool place = has_slot(o, "slot_place", "slot.place"), day = has_slot(o, "slot_day", "slot.day");
    bool time = has_slot(o, "slot_time", "slot.time"), any = place || day || time;
    for (size_t i = 0; !any && i < entries(o, "fields"); i++)
        any = strncmp(said(entry(o, "fields", i), "from"), "slot.", 5) == 0;
    return any && !(place && day && time)
               ? "fields: an appointment needs slot_place, slot_day and slot_time"
               : NULL;
}

static const char *materials(const struct json *o)
{
    for (size_t i = 0; i < entries(o, "materials"); i++)
        for (size_t k = 0; k < i; k++) {
            const struct json *a = entry(o, "materials", i), *b = entry(o, "materials", k);
            if (strcmp(said(a, "name"), said(b, "name")) == 0 &&
                strcmp(said(a, "when"), said(b, "when")) == 0)
                return "materials: the same paper is asked for twice";
        }
    return NULL;
}

static bool asked_about(const struct json *o, const char *list, const char *question)
{
    size_t n = strlen(question);
    for (size_t i = 0; i < entries(o, list); i++) {
        const char *w = said(entry(o, list, i), "when");
        if (strncmp(w, question, n) == 0 && w[n] == '=')
            return true;
    }
    return false;
}

static const char *questions(const struct json *o)
{
    for (size_t i = 0; i < entries(o, "questions"); i++) {
        const char *q = said(entry(o, "questions", i), "id");
        if (!asked_about(o, "materials", q) && !asked_about(o, "fields", q))
            return "questions: one changes nothing, so nobody should be asked";
    }
    return NULL;
}

/* --- beside the others --------------------------------------------------------------------- */

static const char *taken(struct input *in, const char *id, const char *key, const char *name)
{
    for (const struct input_name *n = in->names; n; n = n->next) {
        if (strcmp(n->name, name) != 0)
            continue;
        if (strcmp(n->id, id) == 0 && strcmp(key, "id") != 0)
            continue; /* one may be called by its own name */
        return arena_printf(&in->arena, "%s: is that of %s too", key, n->id);
    }
    return NULL;
}

static void take(struct input *in, const char *id, const char *name)
{
    struct input_name *n = arena_new(&in->arena, struct input_name);
    if (!n)
        return;
    *n = (struct input_name){ in->names, arena_strdup(&in->arena, id),
                              arena_strdup(&in->arena, name) };
    if (n->id && n->name)
        in->names = n;
}

/* An id is never a name, so one list holds both. */
static const char *unlike_the_others(struct input *in, const struct json *o)
{
    const char *id = said(o, "id"), *why = taken(in, id, "id", id);
    if (!why)
        why = taken(in, id, "name", said(o, "name"));
    if (!why && *said(o, "plain_name"))
        why = taken(in, id, "plain_name", said(o, "plain_name"));
    take(in, id, id);
    take(in, id, said(o, "name"));
    if (*said(o, "plain_name"))
        take(in, id, said(o, "plain_name"));
    return why;
}

const char *input_item(struct input *in, const struct json *o)
{
    const char *why = unlike_the_others(in, o);
    why = why ? why : promise(o);
    why = why ? why : mode(o);
    why = why ? why : fields(o);
    why = why ? why : appointment(o);
    why = why ? why : materials(o);
    return why ? why : questions(o);
}
