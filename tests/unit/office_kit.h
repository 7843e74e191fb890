/* office_kit.h - a platform with one terminal in the test's directory, and what it would send. */
#ifndef TESTS_UNIT_OFFICE_KIT_H
#define TESTS_UNIT_OFFICE_KIT_H

#include "hal/wire_item.h"
#include "platform/conf.h"
#include "platform/db_case.h"
#include "platform/keys.h"
#include "platform/office.h"

#define KIT_IDNO "420506196503071238"
#define KIT_CARD "A12345678"
#define KIT_CHIP "\"chip\":{\"area\":\"420506\",\"hist\":\"4205000000000001\",\"alg\":1}"

/* Owner: the test, one at a time. */
struct office_kit {
    struct conf conf;
    struct keys keys;
    struct office *office;
    struct arena arena;
    struct terminal terminal;
    unsigned char item_secret[CRYPTO_SECRET], line_secret[CRYPTO_SECRET];
    int64_t now, n;
    char visit[33], token[33]; /* of kit_visit */
};

struct office_kit *kit_start(void);      /* a fresh one; the clock is held */
struct db *kit_db(struct office_kit *k); /* a connection of its own, closed by the next kit_start */
/* An item that is right in everything; text NULL: the kit's application of this person. */
struct wire_item kit_item(struct office_kit *k, const char *idno, const char *text);
char *kit_application(struct office_kit *k, const char *id, const char *idno);
void kit_reseal(struct office_kit *k, struct wire_item *item, const char *text);

/* A signed request; spoil is called before it is sent (may be NULL). Returns the status. */
struct kit_headers {
    char line[64], time[24], nonce[33], signature[128];
};
void kit_sign(struct office_kit *k, const char *method, const char *path, const char *body,
              struct kit_headers *out);
struct office_request kit_request(const char *method, const char *path, const char *body,
                                  const struct kit_headers *h);
int kit_ask(struct office_kit *k, const char *method, const char *path, const char *body,
            const struct kit_headers *h, const char **out_body);
/* Posts the items; the acknowledgements, verified, in the arena. */
int kit_post(struct office_kit *k, const struct wire_item *items, int count,
             struct wire_ack **out_acks);
/* A new visit with this card, which cannot prove itself: gets the token for kit_mine. */
bool kit_visit(struct office_kit *k, const char *card);
/* kit_query with visit and token, those of KIT_CARD unless kit_visit was called. */
int kit_mine(struct office_kit *k, const char *what, const char *more, char **out);
/* A text of the answer, in the arena; "" when there is none. */
const char *kit_text(struct office_kit *k, const char *answer, const char *key);
/* Asks a sealed question (more: the rest of its JSON) and opens the answer; the status. */
int kit_query(struct office_kit *k, const char *what, const char *more, char **out);

#endif
