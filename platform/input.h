/* input.h - reads a directory of CSV and JSON into rows, and says what is wrong, line by line. */
#ifndef PLATFORM_INPUT_H
#define PLATFORM_INPUT_H

#include "platform/db.h"
#include "platform/tables.h"

enum { INPUT_FAULTS_SHOWN = 20 };

struct input_chunk;
struct input_name;
struct input_book;
struct json;

/* Owner: the caller. After input_read row[0..count) is sorted by table and key, each key once. */
struct input {
    struct arena arena;
    const char *dir;
    struct input_chunk *chunk; /* newest first */
    int arrived, faults;
    struct row **row;
    int count;
    const struct input_name *names; /* of the services read so far */
    struct input_book *books;       /* of the villages read so far */
    /* Who is told of faults instead of stderr, each of them; NULL: stderr. */
    void (*tell)(void *ctx, int line, const char *why);
    void *tell_ctx;
};

/* Every fault is a line "file:line: column: why" on stderr, the first 20; ERR_FORMAT when there was
 * one. db answers for keys that were published before. */
MUST_CHECK enum err input_read(struct input *in, const char *dir, struct db *db);
void input_close(struct input *in);
/* The same for rows that come from elsewhere: begin, input_add …, settle. */
void input_begin(struct input *in, const char *dir);
MUST_CHECK enum err input_settle(struct input *in, struct db *db);

/* For the readers of single files (input_*.c). */
void input_fault(struct input *in, const char *file, int line, const char *why);
MUST_CHECK enum err input_add(struct input *in, const struct row *r);
MUST_CHECK enum err input_table_row(struct input *in, const char *file, int line,
                                    const struct table_def *t, char *const *values, bool put,
                                    bool weak);
MUST_CHECK enum err input_prices(struct input *in, const char *file);
/* The same of a text, which is changed. */
MUST_CHECK enum err input_price_sheet(struct input *in, const char *file, char *text);
MUST_CHECK enum err input_json(struct input *in, const char *file, const struct table_def *t,
                               bool lines);
/* Whether a terminal can use this service (SERVICES.md); the first fault is told. */
bool input_service(struct input *in, const char *file, int line, const struct json *o);
/* Whether a terminal can judge this rule (PROTOCOL.md "Rules"); the first fault is told. */
bool input_rule(struct input *in, const char *file, int line, const struct json *o);
/* Whether what it says fits together and with the services read before; else "key: why". */
const char *input_item(struct input *in, const struct json *o);
/* "0717-1234567", "12345", "110（紧急）/12367": numbers that can be dialled. */
bool input_phone(const char *s);
/* NULL or "column: why"; "" = not said. */
const char *input_phones(const char *consult, const char *complaint, const char *hotline);
/* Addresses, and the hosts they may be at, separated by spaces: NULL or "column: why". */
const char *input_camera(const char *urls, const char *hosts);
/* One row of a village's tables: NULL or "column: why". */
const char *input_village(struct input *in, const char *table, int line, char **value, int columns);
/* The same of what stands around us: air, water, rivers, warnings, food. */
const char *input_around(const char *table, char **value);
/* After all rows: a book whose lines do not lead from opening to closing is told. */
void input_books(struct input *in);
/* The last row added must find this key when everything is read. */
void input_refer(struct input *in, const char *table, const char *key);
/* The file's text; NULL with OK when it is absent, and after a fault was told. */
MUST_CHECK enum err input_text(struct input *in, const char *file, char **out);

#endif
