/* console_row.c - reads published rows for the console. */
#include "platform/console_row.h"

#include "platform/publish.h"
#include "platform/tables.h"

#include <stdlib.h>
#include <string.h>

bool console_columns(struct call *c, const char *line, const char **out)
{
    struct json *row = NULL;
    int64_t n = 0;
    if (json_parse(line, strlen(line), &row) != OK)
        return false;
    for (size_t i = 0; i < TABLE_COLUMNS; i++) {
        const struct json *v = i + 2 < json_count(row) ? json_at(row, i + 2) : NULL;
        out[i] = NULL;
        if (v && json_str(v))
            out[i] = arena_strdup(c->arena, json_str(v));
        else if (v && json_int(v, &n) == OK)
            out[i] = arena_printf(c->arena, "%lld", (long long)n);
    }
    json_free(row);
    return true;
}

struct wanted {
    struct call *call;
    const char **out;
    bool read;
};

static enum err take(void *ctx, const char *line)
{
    struct wanted *w = ctx;
    w->read = console_columns(w->call, line, w->out);
    return OK;
}

bool console_row(struct call *c, const char *table, const char *key, const char **out)
{
    struct wanted w = { .call = c, .out = out };
    const struct table_def *t = table_find(table);
    return t && db_row_get(c->console->db, t->id, key, take, &w) == OK && w.read;
}

static int column_of(const char *table, const char *name)
{
    const struct table_def *t = table_find(table);
    for (int i = 0; i < table_columns(t); i++)
        if (strcmp(t->column[i].name, name) == 0)
            return i;
    return 0;
}

void console_put_name(struct call *c, const char *key, const char *table, const char *id)
{
    const char *column[TABLE_COLUMNS];
    char row_key[32];
    table_key_int(row_key, strtoll(id, NULL, 10));
    bool there = *id && console_row(c, table, row_key, column);
    const char *name = there ? column[column_of(table, "name")] : NULL;
    json_put_str(&c->w, key, name ? name : id);
}

/* A key's name is letters, digits, - and _: it needs no escapes. */
enum err console_elsewhere(struct call *c, const char *code, const char *kid)
{
    c->reply->status = 409;
    c->reply->body = arena_printf(c->arena, "{\"error\":\"%s\",\"by\":\"%s\"}", code, kid);
    return ERR_REFUSED;
}

enum err console_published(struct call *c, enum err e, const struct publish_result *r,
                           const char *code)
{
    return e == ERR_REFUSED ? console_elsewhere(c, code, r->elsewhere) : e;
}
