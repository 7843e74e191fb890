/* console_sheet.c - a price sheet: looked through, shown as what it changes, then published. */
#include "platform/console_row.h"

#include "platform/input.h"
#include "platform/publish.h"
#include "platform/sheet_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    SHEET_BYTES = 1 << 20,
    FAULTS_SHOWN = 100,
    ROWS_SHOWN = 500,
    ROWS_MOST = 5000,
    LOOK_BACK_DAYS = 60, /* for the price before */
    JUMP_PERCENT = 50,
};

static const char file[] = "sheet", elsewhere[] = "prices_elsewhere";

/* --- reading it ------------------------------------------------------------------------------- */

/* What was told of a sheet. */
struct faults {
    struct call *call;
    int count;
    struct {
        int line;
        const char *what; /* without its column */
    } told[FAULTS_SHOWN];
};

/* A line is a visit and a price: what is wrong with both is one fault to whoever wrote it. */
static bool told_before(const struct faults *f, int line, const char *what)
{
    for (int i = 0; i < f->count && i < FAULTS_SHOWN; i++)
        if (f->told[i].line == line && strcmp(f->told[i].what, what) == 0)
            return true;
    return false;
}

static void take_fault(void *ctx, int line, const char *why)
{
    struct faults *f = ctx;
    const char *text = why ? why : "", *colon = strstr(text, ": ");
    const char *what = arena_strdup(f->call->arena, colon ? colon + 2 : text);
    if (!what || told_before(f, line, what) || f->count++ >= FAULTS_SHOWN)
        return;
    f->told[f->count - 1].line = line;
    f->told[f->count - 1].what = what;
    struct json_out *w = &f->call->w;
    json_open(w, NULL, '{');
    json_put_int(w, "line", line);
    json_put_str(w, "why", text);
    json_close(w, '}');
}

/* The bytes of the file, as base64 in the call. */
static enum err sheet_of(struct call *c, char **out, bool *out_gbk)
{
    const char *base64 = "";
    size_t n = 0;
    enum err e = console_text(c, "csv", CONSOLE_BODY_MAX, &base64);
    unsigned char *bytes = e == OK ? arena_alloc(c->arena, SHEET_BYTES) : NULL;
    if (e == OK && !bytes)
        e = ERR_NOMEM;
    if (e == OK)
        e = crypto_unbase64(base64, bytes, SHEET_BYTES, &n);
    if (e != OK)
        return e;
    e = sheet_text(c->arena, bytes, n, out, out_gbk);
    return e == ERR_FORMAT ? console_refuse(c, 400, "not_text") : e;
}

/* Where prices stand: what was looked at must still be so when it is published. */
static enum err head_of(struct db *db, struct arena *a, int64_t *out)
{
    struct wire_channel *ch = arena_array(a, struct wire_channel, WIRE_CHANNELS);
    int n = 0;
    *out = 0;
    enum err e = ch ? db_channels(db, a, ch, WIRE_CHANNELS, &n) : ERR_NOMEM;
    for (int i = 0; e == OK && i < n; i++)
        if (strcmp(ch[i].name, "price") == 0)
            *out = ch[i].head;
    return e;
}

/* --- what it changes -------------------------------------------------------------------------- */

/* A price, and the last one of the same good at the same place. -1: none, 0 as a place's word that
 * it has no quote is -1 too. */
struct change {
    int64_t day, good, place, fen, old_fen, old_day;
    bool jump, same;
};

static int64_t whole(const char *text)
{
    return text ? strtoll(text, NULL, 10) : -1;
}

static bool price_on(struct call *c, int64_t day, const struct change *x, int64_t *out)
{
    char key[96];
    const char *column[TABLE_COLUMNS];
    int n = table_key_int(key, day);
    n += table_key_int(key + n, x->good);
    table_key_int(key + n, x->place);
    bool there = console_row(c, "price", key, column);
    *out = there ? whole(column[3]) : -1;
    return there;
}

static void find_old(struct call *c, struct change *x)
{
    x->old_fen = -1;
    x->same = price_on(c, x->day, x, &x->old_fen) && x->old_fen == x->fen;
    x->old_day = x->day;
    for (int i = 1; i <= LOOK_BACK_DAYS && x->old_fen < 0; i++)
        if (price_on(c, x->day - i, x, &x->old_fen))
            x->old_day = x->day - i;
    int64_t by = x->fen > x->old_fen ? x->fen - x->old_fen : x->old_fen - x->fen;
    x->jump = x->fen >= 0 && x->old_fen > 0 && by * 100 > x->old_fen * JUMP_PERCENT;
}

static void put_name(struct call *c, const char *key, const char *table, int64_t id)
{
    console_put_name(c, key, table, arena_printf(c->arena, "%lld", (long long)id));
}

static void put_change(struct call *c, const struct change *x)
{
    json_open(&c->w, NULL, '{');
    json_put_int(&c->w, "day", x->day);
    put_name(c, "good", "good", x->good);
    put_name(c, "place", "place", x->place);
    json_put_int(&c->w, "fen", x->fen);
    json_put_int(&c->w, "old_fen", x->old_fen);
    json_put_int(&c->w, "old_day", x->old_day);
    json_put_bool(&c->w, "jump", x->jump);
    json_put_bool(&c->w, "same", x->same);
    json_close(&c->w, '}');
}

/* The prices among the rows of the sheet, each with what it was. Memory of the look-ups is given
 * back row by row. */
static struct change *changes_of(struct call *c, const struct input *in, int *out_n)
{
    struct change *list = arena_array(c->arena, struct change, in->count + 1);
    struct call look = *c;
    struct arena a;
    int n = 0;
    arena_init(&a, 1 << 16, 8 << 20);
    look.arena = &a;
    for (int i = 0; list && i < in->count; i++) {
        const char *column[TABLE_COLUMNS];
        if (strcmp(in->row[i]->table->name, "price") != 0 ||
            !console_columns(&look, in->row[i]->line, column))
            continue;
        list[n] = (struct change){ .day = whole(column[0]),
                                   .good = whole(column[1]),
                                   .place = whole(column[2]),
                                   .fen = whole(column[3]) };
        find_old(&look, &list[n++]);
        arena_reset(&a);
    }
    arena_finish(&a);
    *out_n = n;
    return list;
}

/* What needs a look first, then what changes, as far as it is shown. */
static void put_changes(struct call *c, const struct change *x, int n)
{
    int jumps = 0, same = 0, shown = 0;
    json_open(&c->w, "changes", '[');
    for (int round = 0; round < 2; round++)
        for (int i = 0; i < n; i++) {
            jumps += round == 0 && x[i].jump;
            same += round == 0 && x[i].same;
            if (x[i].jump == (round == 0) && !x[i].same && shown < ROWS_SHOWN && ++shown)
                put_change(c, &x[i]);
        }
    json_close(&c->w, ']');
    json_put_int(&c->w, "rows", n);
    json_put_int(&c->w, "same", same);
    json_put_int(&c->w, "jumps", jumps);
}

static enum err read_sheet(struct call *c, struct input *in, char *text)
{
    struct faults *f = arena_new(c->arena, struct faults);
    if (!f)
        return ERR_NOMEM;
    f->call = c;
    in->tell = take_fault;
    in->tell_ctx = f;
    json_open(&c->w, "faults", '[');
    enum err e = input_price_sheet(in, file, text);
    if (e == OK && in->arrived > 2 * ROWS_MOST)
        input_fault(in, file, 0, "more than 5000 prices");
    else if (e == OK)
        e = input_settle(in, c->console->db);
    json_close(&c->w, ']');
    json_put_int(&c->w, "fault_count", f->count);
    return e == ERR_FORMAT || in->faults > 0 ? ERR_FORMAT : e;
}

/* Told before anybody looks for what is wrong with a sheet that cannot go out from here at all. */
static enum err ours(struct call *c)
{
    const char *kid = "";
    enum err e = publish_signer(c->console->db, c->arena, table_find("price")->channel, &kid);
    return e == OK && *kid ? console_elsewhere(c, elsewhere, kid) : e;
}

enum err console_sheet(struct call *c)
{
    struct input in;
    char *text = NULL;
    bool gbk = false;
    int64_t head = 0;
    int n = 0;
    enum err e = sheet_of(c, &text, &gbk);
    if (e == OK)
        e = ours(c);
    if (e == OK)
        e = head_of(c->console->db, c->arena, &head);
    if (e != OK)
        return e;
    json_put_bool(&c->w, "gbk", gbk);
    json_put_int(&c->w, "head", head);
    input_begin(&in, file);
    e = read_sheet(c, &in, text);
    struct change *list = e == OK ? changes_of(c, &in, &n) : NULL;
    if (list)
        put_changes(c, list, n);
    input_close(&in);
    return e == ERR_FORMAT ? OK : e == OK && !list ? ERR_NOMEM : e;
}

/* --- publishing it ---------------------------------------------------------------------------- */

struct sheet_order {
    struct call *call;
    char *text;
    int64_t head;
};

static void forget_fault(void *ctx, int line, const char *why)
{
    (void)ctx;
    (void)line;
    (void)why;
}

/* ERR_REPLAYED: somebody published prices since this was looked at. */
static enum err add_sheet(void *ctx, struct db *db, struct input *in)
{
    struct sheet_order *o = ctx;
    int64_t head = 0;
    enum err e = head_of(db, o->call->arena, &head);
    if (e == OK && head != o->head)
        e = ERR_REPLAYED;
    in->tell = forget_fault; /* the page has shown them */
    if (e == OK)
        e = input_price_sheet(in, file, o->text);
    return e == OK ? db_audit_add(db, o->call->now_ms, o->call->who, "prices rows=%d", in->arrived)
                   : e;
}

enum err console_sheet_publish(struct call *c)
{
    struct sheet_order o = { .call = c, .head = console_number(c, "head") };
    struct publish_result r;
    bool gbk = false;
    enum err e = sheet_of(c, &o.text, &gbk);
    if (e == OK)
        e = publish_changed(&c->console->conf, add_sheet, &o, &r);
    if (e == ERR_REPLAYED)
        return console_refuse(c, 409, "changed");
    if (e == ERR_REFUSED)
        return c->reply->body ? e : console_published(c, e, &r, elsewhere);
    if (e != OK)
        return e;
    json_put_int(&c->w, "changed", r.changed);
    json_put_int(&c->w, "index", r.n);
    return OK;
}
