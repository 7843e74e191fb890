/* look.h - a database looked at without touching it: a copy of its file and its log is asked. */
#ifndef TESTS_MODEL_LOOK_H
#define TESTS_MODEL_LOOK_H

#include <stdbool.h>
#include <stdint.h>

/* One at a time of each. NULL: there is no such file (yet). */
struct look;
struct look *look_at(const char *path);
const char *look_copy(const struct look *l);
void look_end(struct look *l); /* accepts NULL */
void look_reset(void);         /* before the checker's disk is emptied */
/* One question at a time. */
void look_ask(struct look *l, const char *sql);
bool look_row(struct look *l);
int64_t look_int(struct look *l, int column);
const char *look_text(struct look *l, int column);

#endif
