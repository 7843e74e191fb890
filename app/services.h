/* services.h - the services of the feed as data: the list, and one item's guide and form. */
#ifndef APP_SERVICES_H
#define APP_SERVICES_H

#include "app/store.h"
#include "hal/base/arena.h"
#include "hal/base/err.h"

#include <stdbool.h>
#include <stdint.h>

/* No service is known to the code: everything comes from table `service` (id, JSON) of the feed, as
 * described in platform/PROTOCOL.md. Text is Chinese; *_en where the platform gives it. A service
 * is addressed by its key, a 63-bit hash of its id, so that an event can carry it. */
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
    const char *name, *copies; /* copies: "原件", "原件及复印件" … */
    bool required;
    int count;
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
    int max_chars;  /* of FIELD_TEXT; 0 = 60 */
    bool long_text; /* FIELD_TEXT of several lines (a letter) */
    struct when when;
};
/* One item. Everything lives in the arena it was loaded into. */
struct service {
    const char *id, *name, *plain_name, *department, *kind, *life_event, *audience;
    const char *who, *fee, *result, *where, *basis;
    const char *phone, *hours; /* of the department; NULL unknown */
    bool sample_phone;
    bool at_once; /* 即办件: 当场 */
    int legal_days, promised_days;
    bool working_days;
    bool unsure; /* limits nobody vouched for: 以窗口答复为准 */
    int trips;
    const char *trip_reason;
    enum service_mode mode;
    bool scan_at_end;
    const char *consent_version, *consent_text; /* to whom, for what */
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

/* The list, for the screen `services`. */
struct service_line {
    int64_t key;
    const char *id, *name, *plain_name, *department, *life_event;
    enum service_mode mode;
};
struct services {
    struct arena arena;        /* of the list; reset by each load */
    struct service_line *line; /* by life event, then name */
    int count;
    const char **event; /* life events in their order */
    int event_count;
    int chosen_event; /* -1 = all */
    int *shown;       /* indexes of the lines that fit chosen_event and the query */
    int shown_count;
    struct arena page;       /* of the one on the guide */
    struct service *service; /* NULL: none loaded */
};
struct services *services_create(void); /* NULL: no memory */
void services_destroy(struct services *s);
MUST_CHECK enum err services_load(struct services *s, struct store *store);
/* Filters by life event and by what was typed (hanzi, pinyin, initials, keywords). */
MUST_CHECK enum err services_show(struct services *s, struct store *store, int event,
                                  const char *typed);
MUST_CHECK enum err services_open(struct services *s, struct store *store, int64_t key);

#endif
