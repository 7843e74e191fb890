/* input.c - reads a directory of CSV and JSON into sorted rows. */
#include "platform/input.h"

#include "hal/base/utf8.h"
#include "platform/csv.h"
#include "platform/files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK_ROWS = 4096, FILE_MAX = 256 << 20, ROW_MAX = 256 << 10 };
static const size_t arena_cap = (size_t)2 << 30;

struct input_chunk {
    struct input_chunk *next;
    int n;
    struct row row[CHUNK_ROWS];
};

void input_fault(struct input *in, const char *file, int line, const char *why)
{
    in->faults++;
    if (in->tell)
        in->tell(in->tell_ctx, line, why);
    else if (in->faults <= INPUT_FAULTS_SHOWN)
        fprintf(stderr, "%s/%s:%d: %s\n", in->dir, file, line, why);
}

enum err input_add(struct input *in, const struct row *r)
{
    struct input_chunk *c = in->chunk;
    if (!c || c->n == CHUNK_ROWS) {
        c = arena_new(&in->arena, struct input_chunk);
        if (!c)
            return ERR_NOMEM;
        c->next = in->chunk;
        in->chunk = c;
    }
    c->row[c->n] = *r;
    c->row[c->n++].order = in->arrived++;
    return OK;
}

void input_refer(struct input *in, const char *table, const char *key)
{
    struct row *r = in->chunk ? &in->chunk->row[in->chunk->n - 1] : NULL;
    const char *own = arena_strdup(&in->arena, key);
    if (r && own)
        r->ref[r->ref[0].table ? 1 : 0] = (struct row_ref){ table_find(table), own };
}

enum err input_table_row(struct input *in, const char *file, int line, const struct table_def *t,
                         char *const *values, bool put, bool weak)
{
    struct row r;
    const char *why = NULL;
    enum err e = table_row(&in->arena, t, values, put, &r, &why);
    if (e == ERR_FORMAT) {
        input_fault(in, file, line, why ? why : "no memory");
        return OK; /* go on: all faults are told at once */
    }
    if (e != OK)
        return e;
    if (strlen(r.line) > ROW_MAX) {
        input_fault(in, file, line, "longer than 256 KB");
        return OK;
    }
    r.file = file;
    r.line_no = line;
    r.weak = weak;
    return input_add(in, &r);
}

enum err input_text(struct input *in, const char *file, char **out)
{
    size_t n = 0;
    *out = NULL;
    char *path = arena_printf(&in->arena, "%s/%s", in->dir, file);
    if (!path)
        return ERR_NOMEM;
    enum err e = file_read(&in->arena, path, FILE_MAX, out, &n);
    if (e == ERR_NOT_FOUND)
        return OK;
    if (e == ERR_NOMEM)
        return e;
    if (e != OK) {
        input_fault(in, file, 0, e == ERR_TOO_BIG ? "larger than 256 MB" : "cannot be read");
    } else if (!utf8_valid(*out, n) || memchr(*out, '\0', n)) {
        input_fault(in, file, 1, "not UTF-8 text");
        *out = NULL;
    }
    return OK;
}

/* The column of each field of the header; -1 for one that is not ours (it is told). */
static void match_header(struct input *in, const struct table_def *t, char **field, int n, int *map)
{
    for (int i = 0; i < n; i++) {
        const char *name = strcmp(field[i], "streetCode") == 0 ? "township" : field[i];
        map[i] = -1;
        for (int c = 0; c < table_columns(t); c++)
            if (strcmp(t->column[c].name, name) == 0)
                map[i] = c;
        if (map[i] < 0)
            input_fault(in, t->file, 1, arena_printf(&in->arena, "%s: unknown column", field[i]));
    }
}

/* A department's numbers stand on every guide of its services. */
static void check_phones(struct input *in, const struct table_def *t, int line, char **value)
{
    if (strcmp(t->name, "department") != 0)
        return;
    const char *why =
        input_phones(value[1] ? value[1] : "", value[2] ? value[2] : "", value[3] ? value[3] : "");
    if (why)
        input_fault(in, t->file, line, why);
}

/* What a terminal would refuse to open. */
static void check_camera(struct input *in, const struct table_def *t, int line, char **value)
{
    if (strcmp(t->name, "camera") != 0 || !value[4] || !value[5])
        return;
    const char *why = input_camera(value[4], value[5]);
    if (why)
        input_fault(in, t->file, line, why);
}

static void check_village(struct input *in, const struct table_def *t, int line, char **value)
{
    const char *why = strcmp(t->channel, "village") == 0
                          ? input_village(in, t->name, line, value, table_columns(t))
                          : input_around(t->name, value);
    if (why)
        input_fault(in, t->file, line, why);
}

static enum err csv_rows(struct input *in, const struct table_def *t, struct csv *c)
{
    char *field[CSV_FIELDS];
    int map[CSV_FIELDS], columns = 0, n = 0;
    enum err e = csv_next(c, field, &columns);
    if (e == OK)
        match_header(in, t, field, columns, map);
    while (e == OK && (e = csv_next(c, field, &n)) == OK && n > 0) {
        char *value[TABLE_COLUMNS] = { NULL };
        if (n != columns) {
            input_fault(in, t->file, c->line, "another number of fields than the header line");
            continue;
        }
        for (int i = 0; i < n; i++)
            if (map[i] >= 0 && field[i][0])
                value[map[i]] = field[i];
        e = input_table_row(in, t->file, c->line, t, value, true, false);
        check_phones(in, t, c->line, value);
        check_camera(in, t, c->line, value);
        check_village(in, t, c->line, value);
    }
    return e;
}

static enum err read_csv(struct input *in, const struct table_def *t)
{
    char *text;
    struct csv c;
    enum err e = input_text(in, t->file, &text);
    if (e != OK || !text)
        return e;
    csv_start(&c, text);
    e = csv_rows(in, t, &c);
    if (e != ERR_FORMAT)
        return e;
    input_fault(in, t->file, c.line, "a quote that is not closed, or too many fields");
    return OK;
}

/* withdraw.csv: table,key1[,key2,key3]; a first line beginning with "table" is a header. */
static enum err read_withdraw(struct input *in)
{
    static const char file[] = "withdraw.csv";
    char *text, *field[CSV_FIELDS] = { NULL };
    struct csv c;
    int n = 0;
    enum err e = input_text(in, file, &text);
    if (e != OK || !text)
        return e;
    csv_start(&c, text);
    while (e == OK && (e = csv_next(&c, field, &n)) == OK && n > 0) {
        const struct table_def *t = table_find(field[0]);
        if (c.line == 1 && strcmp(field[0], "table") == 0)
            continue;
        if (!t)
            input_fault(in, file, c.line, "table: no such table");
        else if (n < t->keys + 1)
            input_fault(in, file, c.line, "key: too few for this table");
        else
            e = input_table_row(in, file, c.line, t, field + 1, false, false);
    }
    if (e != ERR_FORMAT)
        return e;
    input_fault(in, file, c.line, "a quote that is not closed, or too many fields");
    return OK;
}

/* Calls read for dir/one file after the other, by name. */
static enum err each_file(struct input *in, const char *dir, const char *suffix,
                          const struct table_def *t)
{
    char **name = NULL;
    int n = 0;
    char *path = arena_printf(&in->arena, "%s/%s", in->dir, dir);
    enum err e = path ? dir_list(&in->arena, path, suffix, &name, &n) : ERR_NOMEM;
    for (int i = 0; i < n && e == OK; i++) {
        char *file = arena_printf(&in->arena, "%s/%s", dir, name[i]);
        if (!file)
            return ERR_NOMEM;
        e = t ? input_json(in, file, t, false) : input_prices(in, file);
    }
    return e;
}

static enum err read_files(struct input *in)
{
    enum err e = OK;
    for (int i = 0; i < table_count && e == OK; i++)
        if (tables[i].file)
            e = read_csv(in, &tables[i]);
    if (e == OK)
        input_books(in);
    if (e == OK)
        e = input_prices(in, "prices.csv");
    if (e == OK)
        e = each_file(in, "prices", ".csv", NULL);
    if (e == OK)
        e = input_json(in, "notices.jsonl", table_find("notice"), true);
    if (e == OK)
        e = each_file(in, "notices", ".json", table_find("notice"));
    if (e == OK)
        e = input_json(in, "services.jsonl", table_find("service"), true);
    if (e == OK)
        e = each_file(in, "services", ".json", table_find("service"));
    if (e == OK)
        e = input_json(in, "rules.jsonl", table_find("rule"), true);
    return e == OK ? read_withdraw(in) : e;
}

static int same_place(const struct row *a, const struct row *b)
{
    return a->table != b->table ? (a->table->id < b->table->id ? -1 : 1) : strcmp(a->key, b->key);
}

/* Weak rows first, then by arrival: the last of equals is the one that counts. */
static int by_key(const void *pa, const void *pb)
{
    const struct row *a = *(struct row *const *)pa, *b = *(struct row *const *)pb;
    int c = same_place(a, b);
    if (c != 0)
        return c;
    if (a->weak != b->weak)
        return a->weak ? -1 : 1;
    return a->order < b->order ? -1 : 1;
}

static enum err sort_rows(struct input *in)
{
    int n = 0;
    in->row = arena_array(&in->arena, struct row *, in->arrived + 1);
    if (!in->row)
        return ERR_NOMEM;
    for (struct input_chunk *c = in->chunk; c; c = c->next)
        for (int i = 0; i < c->n; i++)
            in->row[c->row[i].order] = &c->row[i];
    qsort(in->row, (size_t)in->arrived, sizeof *in->row, by_key);
    for (int i = 0; i < in->arrived; i++)
        if (i + 1 == in->arrived || same_place(in->row[i], in->row[i + 1]) != 0)
            in->row[n++] = in->row[i];
    in->count = n;
    return OK;
}

static bool in_input(const struct input *in, const struct row_ref *ref, bool *out_put)
{
    const struct row want = { .table = ref->table, .key = ref->key };
    int lo = 0, hi = in->count;
    while (lo < hi) {
        int mid = (lo + hi) / 2, c = same_place(in->row[mid], &want);
        if (c == 0) {
            *out_put = in->row[mid]->line[2] == 'p';
            return true;
        }
        if (c < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return false;
}

/* A price of a good nobody named would never be seen: it is a mistake in the input. */
static enum err check_ref(struct input *in, struct db *db, const struct row *r,
                          const struct row_ref *ref)
{
    bool put = false;
    if (!in_input(in, ref, &put)) {
        enum err e = db_row_get(db, ref->table->id, ref->key, NULL, NULL);
        if (e != OK && e != ERR_NOT_FOUND)
            return e;
        put = e == OK;
    }
    if (!put)
        input_fault(in, r->file, r->line_no,
                    arena_printf(&in->arena, "%s: names a %s that is not known",
                                 r->table->column[0].kind == 't' ? r->key : r->table->name,
                                 ref->table->name));
    return OK;
}

static enum err check_refs(struct input *in, struct db *db)
{
    struct row_ref seen[2] = { { NULL, "" }, { NULL, "" } };
    for (int i = 0; i < in->count; i++) {
        const struct row *r = in->row[i];
        for (int k = 0; k < 2 && r->ref[k].table; k++) {
            if (seen[k].table == r->ref[k].table && strcmp(seen[k].key, r->ref[k].key) == 0)
                continue;
            seen[k] = r->ref[k];
            enum err e = check_ref(in, db, r, &r->ref[k]);
            if (e != OK)
                return e;
        }
    }
    return OK;
}

void input_begin(struct input *in, const char *dir)
{
    *in = (struct input){ .dir = dir };
    arena_init(&in->arena, 1 << 20, arena_cap);
}

enum err input_settle(struct input *in, struct db *db)
{
    enum err e = sort_rows(in);
    if (e == OK)
        e = check_refs(in, db);
    if (e == OK && in->faults > INPUT_FAULTS_SHOWN && !in->tell)
        fprintf(stderr, "%d more faults\n", in->faults - INPUT_FAULTS_SHOWN);
    return e == OK && in->faults > 0 ? ERR_FORMAT : e;
}

enum err input_read(struct input *in, const char *dir, struct db *db)
{
    input_begin(in, dir);
    enum err e = read_files(in);
    return e == OK ? input_settle(in, db) : e;
}

void input_close(struct input *in)
{
    arena_finish(&in->arena);
}
