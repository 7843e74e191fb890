/* office_report.c - how a terminal is, by its own word: kept for the operator's page. */
#include "platform/db_fleet.h"
#include "platform/office_part.h"

#include <stdio.h>
#include <string.h>

enum { REPORT_MAX = 4096, NOT_KNOWN = -1 };

static enum err text_of(const struct json *o, const char *key, char *out, size_t cap)
{
    const char *s = NULL;
    enum err e = json_get_str(o, key, &s);
    if (e != OK)
        return e == ERR_NOT_FOUND ? OK : e;
    if (strlen(s) >= cap)
        return ERR_FORMAT;
    snprintf(out, cap, "%s", s);
    return OK;
}

/* Absent: not known. */
static enum err number_of(const struct json *o, const char *key, int64_t *out)
{
    enum err e = json_get_int(o, key, out);
    if (e == ERR_NOT_FOUND)
        *out = NOT_KNOWN;
    return e == ERR_NOT_FOUND ? OK : e;
}

static enum err read_report(const struct json *o, struct terminal_report *r)
{
    const struct {
        const char *key;
        int64_t *out;
    } numbers[] = { { "up_s", &r->up_s },        { "waiting", &r->waiting },
                    { "stuck", &r->stuck },      { "rejected", &r->rejected },
                    { "oldest", &r->oldest_ms }, { "disk_mb", &r->disk_mb },
                    { "index", &r->index_n },    { "temp_c", &r->temp_c } };
    int64_t v = 0;
    enum err e = json_get_int(o, "v", &v);
    if (e == OK && v != 1)
        e = ERR_FORMAT;
    if (e == OK)
        e = text_of(o, "version", r->version, sizeof r->version);
    if (e == OK)
        e = text_of(o, "reader", r->reader, sizeof r->reader);
    if (e == OK)
        e = text_of(o, "printer", r->printer, sizeof r->printer);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers && e == OK; i++)
        e = number_of(o, numbers[i].key, numbers[i].out);
    return e == ERR_NOT_FOUND ? ERR_FORMAT : e;
}

enum err office_report(struct asking *k)
{
    struct json *root = NULL;
    struct terminal_report r = { .at_ms = k->now_ms };
    enum err e = k->q->body_n > REPORT_MAX ? ERR_TOO_BIG : OK;
    if (e == OK)
        e = json_parse(k->q->body, k->q->body_n, &root);
    if (e == OK)
        e = json_is_object(root) ? read_report(root, &r) : ERR_TYPE;
    json_free(root);
    if (e != OK)
        office_fault(k, e);
    else if (office_first_time(k))
        e = db_report_put(k->office->db, k->terminal.name, &r);
    if (e == OK && !k->answered)
        *k->reply = (struct office_reply){ .status = 200, .body = "{\"v\":1}" };
    return k->answered ? OK : e;
}
