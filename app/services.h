/* services.h - the services of the feed as data: the list, and one item's guide and form. */
#ifndef APP_SERVICES_H
#define APP_SERVICES_H

#include "app/holidays.h"
#include "app/store.h"
#include "hal/base/arena.h"
#include "hal/base/err.h"

#include <stdbool.h>
#include <stdint.h>

/* No service is known to the code: everything comes from table `service` (id, JSON) of the feed, as
 * described in platform/SERVICES.md. A service is addressed by its key, a 63-bit hash of its id, so
 * that an event can carry it. */
enum {
    SERVICE_QUESTIONS = 16,
    SERVICE_MATERIALS = 32,
    SERVICE_FIELDS = 48,
    SERVICE_OPTIONS = 40,
    SERVICE_STEPS = 16,
    SERVICE_ID = 39,      /* bytes */
    SERVICE_LETTER = 2000 /* characters, at most, of one text */
};
int64_t service_key(const char *id);

enum field_type {
    FIELD_TEXT,
    FIELD_IDNO,
    FIELD_DATE,
    FIELD_PHONE,
    FIELD_CHOICE,
    FIELD_NUMBER,
    FIELD_TICK,
    FIELD_ADDRESS,
    FIELD_BANKCARD
};
enum material_via { VIA_CARD, VIA_SCAN, VIA_FORM, VIA_SYSTEM, VIA_BRING };
enum service_mode { SERVICE_FULL, SERVICE_PREFILL, SERVICE_GUIDE };

/* "question=yes": asked of the answers; question NULL = always. */
struct when {
    const char *question;
    bool yes;
};
struct service_question {
    const char *id, *text;
};
struct service_material {
    const char *name, *copies; /* copies: "原件", "原件及复印件" …; "" not said */
    bool required;
    int count; /* of copies to leave; 0 = none */
    enum material_via via;
    struct when when;
};
struct service_field {
    const char *id, *label, *hint; /* hint: why it is asked; may be NULL */
    enum field_type type;
    bool required;
    const char
        *from; /* "card.name", "card.idno", "card.sex", "card.birth", "place.village" … NULL */
    const char **options;
    int option_count;
    int max_chars;  /* of FIELD_TEXT */
    bool long_text; /* FIELD_TEXT of several lines (a letter) */
    bool past;      /* FIELD_DATE: not after today */
    struct when when;
};
/* One item. Everything lives in the arena it was loaded into. Texts are "" where nothing was said,
 * if not told otherwise. */
struct service {
    const char *id, *name, *plain_name, *department, *kind, *life_event, *audience;
    const char *name_en; /* as plain as plain_name; "" where nobody translated it */
    const char *benefit; /* one sentence */
    const char *who, *fee, *result, *where, *basis;
    const char *phone, *hotline, *hours; /* of the department; NULL unknown */
    const char *keywords;                /* separated by spaces */
    bool sample;                         /* invented: limits and phones are no real ones */
    bool at_once;                        /* 即办件: 当场 */
    int legal_days, promised_days;       /* 0 = not said */
    bool working_days;
    bool unsure; /* limits nobody vouched for: 以窗口答复为准 */
    int trips;
    const char *trip_reason;
    int minutes;     /* at this machine; 0 = not said */
    int updated_day; /* INT32_MIN = not said */
    enum service_mode mode;
    const char *show_where;                     /* papers to be shown: where; NULL = `where` */
    int show_days;                              /* … within so many days; 0 = not said */
    const char *consent_version, *consent_text; /* to whom, for what; text NULL = the usual one */
    struct service_question *question;
    int question_count;
    struct service_material *material;
    int material_count;
    struct service_field *field;
    int field_count;
    const char **step;
    int step_count;
};
/* ERR_NOT_FOUND, ERR_FORMAT (the item is unusable: it is not shown, one log line with its id),
 * ERR_NOMEM. */
MUST_CHECK enum err service_load(struct store *s, struct arena *a, int64_t key,
                                 struct service **out);
/* From text, for the above and for tests. */
MUST_CHECK enum err service_parse(struct arena *a, const char *json, size_t n,
                                  struct service **out);

/* What a citizen calls it, in their language. */
const char *service_called(const char *plain_name, const char *name_en);
/* What was typed stands in its English name; never in Chinese, where letters are pinyin. */
bool service_in_english(const char *name_en, const char *typed);

/* The list, for the screen `services`. */
struct service_line {
    int64_t key;
    const char *id, *name, *plain_name, *name_en, *department, *life_event, *keywords;
    enum service_mode mode;
    bool enterprise; /* for a shop or a firm, not for a household */
};
/* How the list is looked through: what happens in a household, what a firm needs, or who decides.
 */
enum services_view { SERVICES_PERSON, SERVICES_ENTERPRISE, SERVICES_BY_DEPARTMENT };
/* What an address is picked from: townships, or the villages of one. */
struct place_choice {
    int64_t code;
    const char *name;
};
/* Owner: the app. [ui] */
enum { SERVICES_QUICK = 6 };
struct services {
    int64_t list_mark; /* the state of the feed the lines were read at */
    int64_t home_mark; /* … and these: */
    /* for home: how many there are, and those the platform calls the most asked for */
    int total;
    struct {
        int64_t key;
        char name[96], name_en[96];
    } quick[SERVICES_QUICK];
    int quick_count;
    struct arena arena;        /* of the list; reset by each load */
    struct service_line *line; /* by life event, then as published */
    int count;
    int refused; /* items that could not be read */
    bool loaded;
    const char **event; /* life events, the fullest first */
    int event_count;
    const char **department; /* those of the lines, the fullest first */
    int *department_size;    /* how many each has */
    int department_count;
    enum services_view view;
    int chosen_event;      /* -1 = all */
    int chosen_department; /* -1 = none yet: the departments are the list */
    int *shown;            /* indexes of the lines that fit what is chosen, or the query */
    int shown_count;
    struct holidays holidays;
    struct arena page;       /* of the one on the guide */
    struct service *service; /* NULL: none loaded */
    int64_t key;             /* of it */
    enum err room;           /* OK, or why nothing can be handed in just now */
    /* what was said on its guide: kept until another is opened or the visit ends */
    signed char answer[SERVICE_QUESTIONS]; /* 0 not yet, 1 yes, 2 no */
    bool brought[SERVICE_MATERIALS];
    struct arena pick; /* of the choices on an address page */
    struct place_choice *choice;
    int choice_count;
    int64_t choice_township; /* 0: the choices are townships */
    const char *choice_name; /* of that township */
};
struct services *services_create(void); /* NULL: no memory */
void services_destroy(struct services *s);
MUST_CHECK enum err services_load_home(struct services *s, struct store *store);
MUST_CHECK enum err services_load(struct services *s, struct store *store);
/* Filters by the view and life event (-1 = all), or by what was typed (hanzi, pinyin, initials,
 * keywords): then among all. */
void services_show(struct services *s, int event, const char *typed);
/* Another way to look; nothing is chosen in it yet. */
void services_look(struct services *s, enum services_view view);
/* What one department has (-1: none); the view is SERVICES_BY_DEPARTMENT then. */
void services_show_department(struct services *s, int department);
/* Whether this view has an item of the event. */
bool services_has(const struct services *s, int event);
/* ERR_NOT_FOUND, ERR_FORMAT, ERR_NOMEM: then service is NULL. */
MUST_CHECK enum err services_open(struct services *s, struct store *store, int64_t key);
/* A visit ended: what was answered and ticked on the guide. */
void services_forget(struct services *s);
/* Townships (0), or the villages of one, into choice. */
MUST_CHECK enum err services_pick(struct services *s, struct store *store, int64_t township);
/* The names of a village and its township; ERR_NOT_FOUND. */
MUST_CHECK enum err services_village(struct store *store, struct arena *a, int64_t village,
                                     const char **out_township, const char **out_village);
bool service_when(const struct service *s, const signed char *answer, struct when w);

#endif
