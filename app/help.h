/* help.h - whom to ask, who is on duty today, and how fresh the data on this terminal is. */
#ifndef APP_HELP_H
#define APP_HELP_H

#include "app/store.h"
#include "hal/base/arena.h"
#include "hal/base/err.h"

#include <stdbool.h>
#include <stdint.h>

enum { HELP_CONTACTS = 24, HELP_CHANNELS = 8 };

struct contact {
    int64_t id;
    const char *role;                /* duty hotline maintain */
    const char *name, *phone, *note; /* note NULL: none */
    bool today;                      /* duty: on duty today */
};

struct data_age {
    const char *channel; /* price place notice service */
    int64_t as_of_ms;
};

/* Owner: the app. Everything in it lives in its arena until the next load. [ui] */
struct help {
    struct arena arena;
    struct contact contact[HELP_CONTACTS];
    int contact_count;
    struct data_age age[HELP_CHANNELS];
    int age_count;
    int64_t last_ok_ms; /* when huimin-sync last heard that nothing newer exists; 0 = never */
    int64_t newest_ms;  /* the newest as_of of all channels; 0 = no data */
};

struct help *help_create(void); /* NULL: no memory */
void help_destroy(struct help *h);
/* A few dozen rows: every screen reloads it, since the status line shows it. */
MUST_CHECK enum err help_load(struct help *h, struct store *s, int today);

#endif
