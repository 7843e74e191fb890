/* forger.c - acknowledgements that the platform never gave. */
#include "tests/model/forger.h"

#include "hal/wire_item.h"
#include "tests/model/platform.h"
#include "tests/model/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void forge(struct wire_ack *ack, const struct wire_item *item)
{
    unsigned char pub[CRYPTO_PUB], secret[CRYPTO_SECRET];
    char hash[WIRE_HASH_HEX + 1];
    *ack = (struct wire_ack){ .outcome = WIRE_ACCEPTED, .ref = "2026-999999", .at_ms = 1 };
    memcpy(ack->id, item->id, sizeof ack->id);
    snprintf(ack->kid, sizeof ack->kid, "%s", platform_keys()->feed.kid);
    crypto_hash_of(item->box, item->box_n, hash);
    crypto_keypair(pub, secret);
    wire_ack_sign(ack, hash, secret);
}

void forger_answers(const struct line_ask *ask, struct line_told *out)
{
    struct arena a;
    struct wire_item *items = NULL;
    struct wire_ack acks[WIRE_POST_ITEMS];
    char *json = NULL;
    int count = 0;
    arena_init(&a, 65536, 8 << 20);
    *out = (struct line_told){ .status = 200 };
    if (wire_post_read(&a, ask->body, ask->body_n, &items, &count) == OK) {
        for (int i = 0; i < count; i++)
            forge(&acks[i], &items[i]);
        must(wire_acks_write(&a, acks, count, &json) == OK, "a forged answer");
    }
    out->body = strdup(json ? json : "{}");
    must(out->body != NULL, "memory");
    out->n = strlen(out->body);
    arena_finish(&a);
    trace("a forged answer for %d", count);
}

/* Words of the same length, so that it stays what it is else. */
void forger_changes(struct line_told *t)
{
    static const char *const word[][2] = { { "\"rejected\"", "\"accepted\"" },
                                           { "\"2026-00", "\"2027-00" },
                                           { "\"accepted\"", "\"rejected\"" } };
    for (size_t i = 0; i < sizeof word / sizeof *word; i++) {
        char *at = t->body ? strstr(t->body, word[i][0]) : NULL;
        if (!at)
            continue;
        memcpy(at, word[i][1], strlen(word[i][1]));
        trace("a forged word");
        return;
    }
}
