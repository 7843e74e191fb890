/* office_case.c - what a citizen's cases answer to their question, and what one receipt does. */
#include "platform/office_part.h"

#include "hal/base/clock.h"
#include "platform/booking.h"
#include "platform/deadline.h"
#include "platform/rating.h"

#include <string.h>

enum { CASES_MAX = 20 };

/* The appointment, and when there was no room the next ones that are free. */
static enum err put_slot(struct answer *a, const struct case_row *c)
{
    struct booking b, other[3];
    int n = 0;
    enum err e = db_booking_get(a->db, c->ref, &b);
    if (e != OK)
        return e == ERR_NOT_FOUND ? OK : e;
    if (strcmp(b.state, "full") == 0)
        e = booking_free(a->db, b.place, clock_today(), other, 3, &n);
    json_open(&a->w, "slot", '{');
    json_put_str(&a->w, "state", b.state);
    json_put_int(&a->w, "place", b.place);
    json_put_int(&a->w, "day", b.day);
    json_put_int(&a->w, "minute", b.minute);
    json_open(&a->w, "free", '[');
    for (int i = 0; i < n; i++) {
        json_open(&a->w, NULL, '[');
        json_put_int(&a->w, NULL, other[i].day);
        json_put_int(&a->w, NULL, other[i].minute);
        json_close(&a->w, ']');
    }
    json_close(&a->w, ']');
    json_close(&a->w, '}');
    return e;
}

static enum err put_case(void *ctx, const struct case_row *c)
{
    struct answer *a = ctx;
    struct deadline due = { .promised_day = 0 };
    unsigned char who[CRYPTO_MAC];
    bool rated = false;
    enum err e = db_deadline_get(a->db, c->ref, &due);
    rating_who(a->key, c->receipt, who);
    if (e == OK)
        e = db_rating_there(a->db, who, &rated);
    if (e != OK)
        return e;
    a->rows++;
    json_open(&a->w, NULL, '{');
    json_put_str(&a->w, "receipt", c->receipt);
    if (a->full) {
        json_put_str(&a->w, "service", c->service);
        json_put_str(&a->w, "service_name", c->service_name);
        json_put_str(&a->w, "reason", c->reason);
    }
    json_put_str(&a->w, "state", c->state);
    json_put_int(&a->w, "at", c->at_ms);
    json_put_int(&a->w, "decided_at", c->decided_ms);
    json_put_int(&a->w, "due", due.promised_day);
    json_put_int(&a->w, "legal", due.legal_day);
    json_put_bool(&a->w, "working", due.working);
    json_put_bool(&a->w, "rated", rated);
    e = put_slot(a, c);
    json_close(&a->w, '}');
    return e;
}

static enum err list_receipt(const struct question *q, struct answer *a)
{
    char receipt[WIRE_RECEIPT + 1];
    struct case_row c;
    if (wire_receipt_clean(q->receipt, receipt) != OK)
        return OK; /* no such receipt, and no more is said */
    enum err e = db_case_find(a->db, receipt, &c);
    if (e == OK)
        return put_case(a, &c);
    return e == ERR_NOT_FOUND ? OK : e;
}

enum err office_put_receipt(struct asking *k, const struct question *q, struct answer *a)
{
    (void)k;
    json_open(&a->w, "cases", '[');
    enum err e = list_receipt(q, a);
    json_close(&a->w, ']');
    return e;
}

enum err office_put_cases(struct asking *k, const struct question *q, struct answer *a)
{
    unsigned char person[CRYPTO_MAC], card[CRYPTO_MAC];
    bool with_card = *q->card;
    if (!person_mac(a->key, q->id, person) ||
        (with_card && !card_mac(a->key, q->id, q->card, card)))
        return ERR_FORMAT;
    a->full = true;
    json_open(&a->w, "cases", '[');
    enum err e =
        db_cases_of(k->office->db, person, with_card ? card : NULL, CASES_MAX, put_case, a);
    json_close(&a->w, ']');
    return e;
}
