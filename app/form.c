/* form.c - one application being filled in: which pages it has, and what stands in each field. */
#include "app/form.h"

#include "hal/base/clock.h"
#include "hal/base/utf8.h"

#include <stdio.h>
#include <string.h>

enum { NUMBER_CAP = 64, ADDRESS_CAP = 400 };

bool form_open(const struct form *f)
{
    return f && f->service != NULL;
}

void form_close(struct form *f)
{
    explicit_bzero(f, sizeof *f);
    f->missing_at = -1;
}

int form_page(const struct form *f)
{
    if (f->reviewing)
        return f->edit;
    return f->step < f->asked_count ? f->asked[f->step] : -1;
}

/* --- a copy of the service that lasts as long as the form --------------------------------------
 */

static const char *copied(struct arena *a, const char *s, bool *ok)
{
    char *out = s ? arena_strdup(a, s) : NULL;
    *ok = *ok && (out || !s);
    return out;
}

static void copy_field(struct arena *a, struct service_field *f, bool *ok)
{
    const char **options = arena_array(a, const char *, f->option_count + 1);
    *ok = *ok && options;
    for (int i = 0; options && i < f->option_count; i++)
        options[i] = copied(a, f->options[i], ok);
    f->options = options;
    f->id = copied(a, f->id, ok);
    f->label = copied(a, f->label, ok);
    f->hint = copied(a, f->hint, ok);
    f->from = copied(a, f->from, ok);
    f->when.question = copied(a, f->when.question, ok);
}

static void *copy_array(struct arena *a, const void *from, int count, size_t size, bool *ok)
{
    void *out = arena_alloc(a, size * (size_t)(count + 1));
    *ok = *ok && out;
    if (out && count)
        memcpy(out, from, size * (size_t)count);
    return out;
}

static void copy_lists(struct arena *a, struct service *s, bool *ok)
{
    s->question = copy_array(a, s->question, s->question_count, sizeof *s->question, ok);
    s->material = copy_array(a, s->material, s->material_count, sizeof *s->material, ok);
    s->field = copy_array(a, s->field, s->field_count, sizeof *s->field, ok);
    for (int i = 0; *ok && i < s->question_count; i++) {
        s->question[i].id = copied(a, s->question[i].id, ok);
        s->question[i].text = copied(a, s->question[i].text, ok);
    }
    for (int i = 0; *ok && i < s->material_count; i++) {
        s->material[i].name = copied(a, s->material[i].name, ok);
        s->material[i].copies = copied(a, s->material[i].copies, ok);
        s->material[i].when.question = copied(a, s->material[i].when.question, ok);
    }
    for (int i = 0; *ok && i < s->field_count; i++)
        copy_field(a, &s->field[i], ok);
    s->step = NULL;
    s->step_count = 0;
}

/* The guide may be reloaded while the form is filled in: the form keeps its own. */
static struct service *copy_service(struct arena *a, const struct service *from)
{
    struct service *s = arena_new(a, struct service);
    bool ok = s != NULL;
    if (!ok)
        return NULL;
    *s = *from;
    const char **text[] = { &s->id,          &s->name,       &s->plain_name,
                            &s->name_en,     &s->department, &s->kind,
                            &s->life_event,  &s->audience,   &s->benefit,
                            &s->who,         &s->fee,        &s->result,
                            &s->where,       &s->basis,      &s->phone,
                            &s->hotline,     &s->hours,      &s->keywords,
                            &s->trip_reason, &s->show_where, &s->consent_version,
                            &s->consent_text };
    for (size_t i = 0; i < sizeof text / sizeof *text; i++)
        *text[i] = copied(a, *text[i], &ok);
    copy_lists(a, s, &ok);
    return ok ? s : NULL;
}

/* --- what the card gives ------------------------------------------------------------------------
 */

static const char *nation_name(int code)
{
    static const char *const name[] = { "",     "汉族", "蒙古族", "回族",   "藏族",   "维吾尔族",
                                        "苗族", "彝族", "壮族",   "布依族", "朝鲜族", "满族",
                                        "侗族", "瑶族", "白族",   "土家族" };
    return code > 0 && code < (int)(sizeof name / sizeof *name) ? name[code] : "";
}

static const char *date_digits(struct arena *a, int day)
{
    if (day == INT32_MIN)
        return "";
    struct civil c = clock_civil_of_day(day);
    const char *s = arena_printf(a, "%04d%02d%02d", c.year, c.month, c.day);
    return s ? s : "";
}

/* "" when the card does not say it. */
static const char *from_card(struct arena *a, const struct card_face *face, const char *from)
{
    if (!face || !from)
        return "";
    if (strcmp(from, "card.name") == 0)
        return face->name;
    if (strcmp(from, "card.idno") == 0)
        return face->id;
    if (strcmp(from, "card.birth") == 0)
        return date_digits(a, face->birth_day);
    if (strcmp(from, "card.sex") == 0)
        return face->sex == '1' ? "男" : face->sex == '2' ? "女" : "";
    if (strcmp(from, "card.ethnic") == 0)
        return nation_name(face->nation);
    return strcmp(from, "ssc.cardno") == 0 ? face->card_no : "";
}

static int option_of(const struct service_field *f, const char *word)
{
    for (int i = 0; i < f->option_count; i++)
        if (strcmp(f->options[i], word) == 0)
            return i;
    return -1;
}

static void prefill(struct form *f, int i, const struct card_face *face,
                    const struct form_place *here)
{
    const struct service_field *def = &f->service->field[i];
    struct form_value *v = &f->value[i];
    const char *said = from_card(f->arena, face, def->from);
    if (def->type == FIELD_CHOICE) {
        v->choice = option_of(def, said);
        v->source = v->choice >= 0 ? SOURCE_CARD : SOURCE_NONE;
    } else if (*said && def->type != FIELD_TICK && def->type != FIELD_ADDRESS) {
        v->source = form_set(f, i, said) ? SOURCE_CARD : SOURCE_NONE;
    } else if (here && here->village && def->type == FIELD_ADDRESS) {
        v->village = here->village;
        v->place = arena_printf(f->arena, "%s%s", here->township_name, here->village_name);
    } else if (here && here->village && def->from && strcmp(def->from, "place.village") == 0) {
        v->source = form_set(f, i, here->village_name) ? SOURCE_PLACE : SOURCE_NONE;
    }
}

static int cap_of(const struct service_field *def)
{
    if (def->type == FIELD_TEXT)
        return def->max_chars * 4 + 1 > NUMBER_CAP * 4 ? def->max_chars * 4 + 1 : NUMBER_CAP * 4;
    return def->type == FIELD_ADDRESS ? ADDRESS_CAP : NUMBER_CAP;
}

/* --- pages ---------------------------------------------------------------------------------------
 */

bool form_needs(const struct form *f, struct when w)
{
    return service_when(f->service, f->answer, w);
}

bool material_shown(const struct service_material *m)
{
    return m->via == VIA_SCAN || m->via == VIA_BRING;
}

bool form_has(const struct form *f, int field)
{
    return form_needs(f, f->service->field[field].when);
}

/* Ticks stand on the review page; what the card or the place gave needs no page. */
static bool has_page(const struct form *f, int i)
{
    enum value_source from = f->value[i].source;
    return form_has(f, i) && f->service->field[i].type != FIELD_TICK && from != SOURCE_CARD &&
           from != SOURCE_PLACE;
}

static void list_pages(struct form *f)
{
    f->asked_count = 0;
    for (int q = 0; q < f->service->question_count; q++)
        if (f->put[q])
            f->asked[f->asked_count++] = FORM_FIELDS + q;
    for (int i = 0; i < f->service->field_count; i++)
        if (has_page(f, i))
            f->asked[f->asked_count++] = i;
}

void form_say(struct form *f, int question, enum form_answer a)
{
    f->answer[question] = (signed char)a;
    f->touched = true;
    list_pages(f);
}

enum err form_begin(struct form *f, struct arena *desk, const struct service *s,
                    const signed char *answers, const struct card_face *face,
                    const struct form_place *here)
{
    form_close(f);
    f->arena = desk;
    f->service = copy_service(desk, s);
    for (int i = 0; f->service && i < s->field_count; i++) {
        f->value[i].cap = cap_of(&s->field[i]);
        f->value[i].text = arena_alloc(desk, (size_t)f->value[i].cap);
        f->value[i].place = "";
        f->value[i].choice = -1;
        if (!f->value[i].text)
            f->service = NULL;
    }
    if (!f->service) {
        form_close(f);
        return ERR_NOMEM;
    }
    for (int q = 0; q < s->question_count; q++) {
        f->answer[q] = answers ? answers[q] : ANSWER_NONE;
        f->put[q] = f->answer[q] == ANSWER_NONE;
    }
    for (int i = 0; i < s->field_count; i++)
        prefill(f, i, face, here);
    list_pages(f);
    f->touched = false; /* nobody typed anything yet */
    return OK;
}

/* --- filling in
 * ------------------------------------------------------------------------------------ */

static void typed(struct form *f, int field)
{
    f->value[field].source = SOURCE_TYPED;
    f->touched = true;
    f->shown_fault = FAULT_NONE;
}

bool form_type(struct form *f, int field, const char *utf8)
{
    struct form_value *v = &f->value[field];
    size_t have = strlen(v->text), more = strlen(utf8);
    if (have + more >= (size_t)v->cap)
        return false;
    memcpy(v->text + have, utf8, more + 1);
    typed(f, field);
    return true;
}

bool form_erase(struct form *f, int field)
{
    struct form_value *v = &f->value[field];
    size_t n = strlen(v->text);
    if (n == 0)
        return false;
    size_t left = utf8_without_last(v->text, n);
    explicit_bzero(v->text + left, n - left);
    typed(f, field);
    return true;
}

bool form_set(struct form *f, int field, const char *utf8)
{
    struct form_value *v = &f->value[field];
    if (strlen(utf8) >= (size_t)v->cap)
        return false;
    explicit_bzero(v->text, (size_t)v->cap);
    memcpy(v->text, utf8, strlen(utf8));
    typed(f, field);
    return true;
}

bool form_choose(struct form *f, int field, int option)
{
    if (option < 0 || option >= f->service->field[field].option_count)
        return false;
    f->value[field].choice = option;
    typed(f, field);
    return true;
}

void form_tick(struct form *f, int field, bool on)
{
    f->value[field].ticked = on;
    typed(f, field);
}

bool form_settle(struct form *f, int field, int64_t village, const char *place)
{
    const char *kept = arena_strdup(f->arena, place);
    if (!kept)
        return false;
    f->value[field].village = village;
    f->value[field].place = kept;
    typed(f, field);
    return true;
}

/* --- reading
 * ----------------------------------------------------------------------------------------- */

/* 20261123 and 2026-11-23 both read 2026-11-23; anything else stays as typed. */
static const char *date_words(struct arena *a, const char *text)
{
    if (strlen(text) != 8 || strspn(text, "0123456789") != 8)
        return text;
    const char *s = arena_printf(a, "%.4s-%.2s-%.2s", text, text + 4, text + 6);
    return s ? s : "";
}

const char *form_words(const struct form *f, int field, struct arena *a)
{
    const struct service_field *def = &f->service->field[field];
    const struct form_value *v = &f->value[field];
    const char *out = v->text;
    if (def->type == FIELD_CHOICE)
        return v->choice >= 0 ? def->options[v->choice] : "";
    if (def->type == FIELD_TICK)
        return v->ticked ? "是" : "否";
    if (def->type == FIELD_ADDRESS && (v->source != SOURCE_NONE || *v->text))
        out = arena_printf(a, "%s%s", v->place, v->text);
    if (def->type == FIELD_DATE)
        out = date_words(a, v->text);
    return out ? out : "";
}

int form_truth(const struct form *f)
{
    for (int i = 0; i < f->service->field_count; i++)
        if (f->service->field[i].type == FIELD_TICK &&
            strcmp(f->service->field[i].id, "truth") == 0)
            return i;
    return -1;
}

static const char *value_from(const struct form *f, const char *from)
{
    for (int i = 0; form_open(f) && i < f->service->field_count; i++) {
        const char *s = f->service->field[i].from;
        if (s && strcmp(s, from) == 0 && form_has(f, i))
            return f->value[i].text;
    }
    return "";
}

const char *form_person_id(const struct form *f)
{
    return value_from(f, "card.idno");
}

const char *form_person_name(const struct form *f)
{
    return value_from(f, "card.name");
}
