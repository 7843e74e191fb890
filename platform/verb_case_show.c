/* verb_case_show.c - opens a case for the clerk, and ticks the papers that were seen. */
#include "hal/base/clock.h"
#include "platform/case_act.h"
#include "platform/case_open.h"
#include "platform/verbs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *source(const char *from)
{
    return strcmp(from, "card") == 0    ? "card 卡上读出"
           : strcmp(from, "place") == 0 ? "place 本机所在地"
                                        : "typed 您填的";
}

/* The next n of them. */
static void print_pages(const struct opened_pages *p, int *at, size_t n)
{
    for (size_t k = 0; k < n && *at < p->count; k++, ++*at)
        printf("        page %lld: %s\n", (long long)p->row[*at].no,
               p->row[*at].done_ms ? "here 已到" : "still on its way 还在路上");
}

static void print_papers(struct db *db, const struct case_row *row, const struct json *list)
{
    struct opened_pages pages;
    int at = 0;
    if (opened_pages_of(db, row->ref, &pages) != OK)
        return;
    for (size_t i = 0; i < json_count(list); i++) {
        const struct json *m = json_at(list, i);
        bool ticked = false;
        if (db_case_ticked(db, row->ref, opened_text(m, "name"), &ticked) != OK)
            return;
        printf("  %zu %s %s (%s)%s", i + 1,
               !opened_to_show(m) ? "   "
               : ticked           ? "[x]"
                                  : "[ ]",
               opened_text(m, "name"), opened_text(m, "via"),
               opened_to_show(m) ? " to be shown 待出示" : "");
        puts(opened_pages(m) ? " photographed 已拍照" : "");
        print_pages(&pages, &at, opened_pages(m));
    }
}

static void print_fields(const struct json *list)
{
    for (size_t i = 0; i < json_count(list); i++) {
        const struct json *f = json_at(list, i);
        printf("  %s: %s (%s)\n", opened_text(f, "label"), opened_text(f, "value"),
               source(opened_text(f, "from")));
    }
}

static void print_answers(const struct json *answers)
{
    const char *key = NULL;
    const struct json *value = NULL;
    const void *it = NULL;
    while ((it = json_next(answers, it, &key, &value)))
        printf("answer      %s = %s\n", key, json_str(value) ? json_str(value) : "");
}

static void print_text(const struct opened *x, struct db *db, const struct case_row *row)
{
    char at[32], received[32];
    const struct json *person = opened_member(x->root, "person"),
                      *card = opened_member(x->root, "card");
    clock_format_rfc3339(at, sizeof at, row->at_ms);
    clock_format_rfc3339(received, sizeof received, row->received_ms);
    printf("case        %s\nreceipt     %s\nservice     %s %s\nstate       %s%s%s\n", row->ref,
           row->receipt, row->service, row->service_name, row->state, row->reason[0] ? ": " : "",
           row->reason);
    printf("handed in   %s at %s\nreceived    %s\n", at, row->terminal, received);
    printf("identity    %s\n", source(row->identity));
    printf("name        %s\nid number   %s\n", opened_text(person, "name"),
           opened_text(person, "idno"));
    if (card && !json_is_null(card))
        printf("card        %s %s\n", opened_text(card, "kind"), opened_text(card, "no"));
    if (row->duplicate_of[0])
        printf("again       the same person has %s open\n", row->duplicate_of);
    printf("consent     %s\nvillage     %s\n", opened_text(x->root, "consent"),
           opened_text(x->root, "village"));
    print_answers(opened_member(x->root, "answers"));
    puts("fields");
    print_fields(opened_member(x->root, "fields"));
    puts("materials");
    print_papers(db, row, opened_member(x->root, "materials"));
}

static void put_fields(struct json_out *w, const struct json *list)
{
    json_open(w, "fields", '[');
    for (size_t i = 0; i < json_count(list); i++) {
        const struct json *f = json_at(list, i);
        json_open(w, NULL, '{');
        json_put_str(w, "id", opened_text(f, "id"));
        json_put_str(w, "label", opened_text(f, "label"));
        json_put_str(w, "value", opened_text(f, "value"));
        json_put_str(w, "from", opened_text(f, "from"));
        json_close(w, '}');
    }
    json_close(w, ']');
}

static int print_json(const struct opened *x, struct db *db, const struct case_row *row)
{
    struct json_out w;
    const struct json *person = opened_member(x->root, "person"),
                      *card = opened_member(x->root, "card");
    json_out_start(&w);
    json_open(&w, NULL, '{');
    verb_put_case(&w, row);
    json_put_str(&w, "name", opened_text(person, "name"));
    json_put_str(&w, "idno", opened_text(person, "idno"));
    json_put_str(&w, "card", card && !json_is_null(card) ? opened_text(card, "no") : NULL);
    json_put_str(&w, "consent", opened_text(x->root, "consent"));
    json_put_str(&w, "village", opened_text(x->root, "village"));
    put_fields(&w, opened_member(x->root, "fields"));
    enum err e = opened_put_papers(&w, db, row->ref, opened_member(x->root, "materials"));
    json_close(&w, '}');
    if (e == OK)
        return verb_print_json(&w);
    json_out_finish(&w);
    return verb_failed(row->ref, e);
}

/* A line that somebody looked, before anything is told. */
static enum err note_opened(struct db *db, const char *ref)
{
    enum err e = db_begin(db);
    if (e == OK)
        e = db_audit_add(db, clock_wall_ms(), verb_who(), "opened %s", ref);
    if (e == OK)
        e = db_commit(db);
    if (e != OK)
        db_rollback(db);
    return e;
}

int verb_case_show(const struct verb_order *o, const struct conf *c, struct db *db,
                   const struct case_row *row)
{
    struct opened x;
    int code = 0;
    enum err e = note_opened(db, row->ref);
    if (e == OK)
        e = opened_open(&x, c, db, row);
    if (e != OK)
        return verb_failed(row->ref, e);
    if (o->json)
        code = print_json(&x, db, row);
    else
        print_text(&x, db, row);
    opened_close(&x);
    return code;
}

int verb_case_tick(const struct verb_order *o, const struct conf *c, struct db *db,
                   const struct case_row *row)
{
    struct opened x;
    enum err e = opened_open(&x, c, db, row);
    if (e != OK)
        return verb_failed(row->ref, e);
    const char *paper = opened_paper(opened_member(x.root, "materials"), o->word[2]);
    e = paper ? case_tick(db, verb_who(), row->ref, paper, clock_wall_ms()) : ERR_NOT_FOUND;
    if (e == OK && o->json)
        printf("{\"case\":\"%s\",\"ticked\":true}\n", row->ref);
    else if (e == OK)
        printf("%s [x] %s\n", row->ref, paper);
    if (!paper)
        fprintf(stderr, "%s: no paper of this case that is to be shown\n", o->word[2]);
    opened_close(&x);
    return e == OK ? 0 : paper ? verb_failed(row->ref, e) : 1;
}
