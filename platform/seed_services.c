/* seed_services.c - the services of the catalogue, each with its department's phone and the words
 * of consent. */
#include "hal/json.h"
#include "platform/seed.h"

#include <string.h>

enum { GUIDE_AGE_DAYS = 5, SHOW_DAYS = 5 };

static const struct json *department(const struct json *list, const char *name)
{
    const char *s = NULL;
    for (size_t i = 0; i < json_count(list); i++)
        if (json_get_str(json_at(list, i), "name", &s) == OK && strcmp(s, name) == 0)
            return json_at(list, i);
    return NULL;
}

static void put_from(struct json_out *w, const char *key, const struct json *o, const char *from)
{
    const char *s = NULL;
    if (json_get_str(o, from, &s) == OK)
        json_put_str(w, key, s);
}

/* The place of an item in the list of those that stand on home; 0 = none. */
static int quick_place(struct seed *s, const char *id)
{
    char *text;
    size_t n = strlen(id);
    if (seed_read(s, "quick.txt", &text) != OK)
        return 0;
    for (int place = 1; *text; place++) {
        size_t line = strcspn(text, "\n");
        if (line == n && memcmp(text, id, n) == 0)
            return place;
        text += line + (text[line] == '\n');
    }
    return 0;
}

/* Its plain name in English: services_en.csv, "id,name" lines; the catalogue has none. */
static void put_english(struct seed *s, struct json_out *w, const char *id)
{
    char *text;
    size_t n = strlen(id);
    if (seed_read(s, "services_en.csv", &text) != OK)
        return;
    for (; *text; text += strcspn(text, "\n"), text += *text == '\n')
        if (strncmp(text, id, n) == 0 && text[n] == ',')
            json_put_str(
                w, "name_en",
                arena_printf(&s->arena, "%.*s", (int)strcspn(text + n + 1, "\n"), text + n + 1));
}

/* What an item of the catalogue does not say itself. */
static void put_additions(struct seed *s, struct json_out *w, const struct json *dep,
                          const char *name, const char *id)
{
    char day[16];
    if (quick_place(s, id))
        json_put_int(w, "quick", quick_place(s, id));
    put_english(s, w, id);
    seed_date(day, s->today - GUIDE_AGE_DAYS);
    json_put_str(w, "updated", day);
    json_put_bool(w, "sample", true);
    put_from(w, "phone", dep, "consult_phone");
    put_from(w, "complaint", dep, "complaint_phone");
    put_from(w, "hotline", dep, "hotline");
    put_from(w, "hours", dep, "hours");
    json_open(w, "show", '{');
    json_put_str(w, "where", "村（社区）便民服务站窗口");
    json_put_int(w, "days", SHOW_DAYS);
    json_close(w, '}');
    json_open(w, "consent", '{');
    json_put_str(w, "version", "v1");
    json_put_str(w, "text", arena_printf(&s->arena, "同意把这些内容交给%s，用来办这件事", name));
    json_close(w, '}');
}

/* The line as it is, without its last brace, and the additions. */
static enum err write_line(struct seed *s, FILE *out, char *line, const struct json *departments)
{
    struct json *o = NULL;
    const char *name = NULL, *id = NULL;
    struct json_out w;
    char *end = strrchr(line, '}');
    if (!end || json_parse(line, strlen(line), &o) != OK ||
        json_get_str(o, "department", &name) != OK || json_get_str(o, "id", &id) != OK ||
        !department(departments, name)) {
        fprintf(stderr, "services.jsonl: no such department: %.60s\n", line);
        json_free(o);
        return ERR_FORMAT;
    }
    json_out_start(&w);
    json_open(&w, NULL, '{');
    put_additions(s, &w, department(departments, name), name, id);
    json_close(&w, '}');
    const char *more = json_out_text(&w);
    *end = '\0';
    if (more)
        fprintf(out, "%s,%s\n", line, more + 1);
    json_out_finish(&w);
    json_free(o);
    return more ? OK : ERR_NOMEM;
}

static enum err write_file(struct seed *s, FILE *out, const char *from, const struct json *deps)
{
    char *text;
    enum err e = seed_read(s, from, &text);
    while (e == OK && *text) {
        char *end = strchrnul(text, '\n'), *next = *end ? end + 1 : end;
        *end = '\0';
        if (*text)
            e = write_line(s, out, text, deps);
        text = next;
    }
    return e;
}

static const char *of(const struct json *o, const char *key)
{
    const char *s = "";
    return json_get_str(o, key, &s) == OK ? s : "";
}

/* A service of a department that is not in this list is refused at publish. */
static enum err write_departments(struct seed *s, const struct json *list)
{
    FILE *out = seed_create(s, "departments.csv");
    if (!out)
        return ERR_IO;
    fputs("name,phone,complaint,hotline,address,hours,sort\n", out);
    for (size_t i = 0; i < json_count(list); i++) {
        const struct json *d = json_at(list, i);
        fprintf(out, "%s,%s,%s,%s,%s,%s,%zu\n", of(d, "name"), of(d, "consult_phone"),
                of(d, "complaint_phone"), of(d, "hotline"), of(d, "where"), of(d, "hours"), i + 1);
    }
    return seed_close(out);
}

enum err seed_services(struct seed *s)
{
    char *text;
    struct json *root = NULL;
    const struct json *list = NULL;
    enum err e = seed_read(s, "catalogue/departments.json", &text);
    if (e == OK)
        e = json_parse(text, strlen(text), &root);
    if (e == OK)
        e = json_get(root, "departments", &list);
    if (e == OK)
        e = write_departments(s, list);
    FILE *out = e == OK ? seed_create(s, "services.jsonl") : NULL;
    if (!out) {
        json_free(root);
        return e == OK ? ERR_IO : e;
    }
    e = write_file(s, out, "catalogue/services.jsonl", list);
    if (e == OK)
        e = write_file(s, out, "services.jsonl", list);
    json_free(root);
    enum err closed = seed_close(out);
    return e == OK ? closed : e;
}
