/* office_post.h - the items of one POST on their way; for office_post.c and office_take.c alone. */
#ifndef PLATFORM_OFFICE_POST_H
#define PLATFORM_OFFICE_POST_H

#include "platform/booking.h"
#include "platform/office_part.h"
#include "platform/rating.h"

/* What is said of an item. why is a code. */
struct said {
    enum wire_outcome outcome;
    char ref[WIRE_NAME_MAX], why[WIRE_WHY];
};

/* What we think of one item. forged: nothing in it counts, not even its number. judged: before the
 * database was asked; said: after, anew with each try to write. */
struct verdict {
    struct said judged, said;
    bool forged, rates; /* a rating, not an application */
    char box_hash[WIRE_HASH_HEX + 1];
    struct application app;
    struct rating rating;
    struct booking_wish wish;
};
struct posted {
    struct wire_item *item;
    struct verdict *v;
    int count;
};
void verdict_reject(struct said *s, const char *why);

#endif
