/* fuzz_card.c - any bytes as a card of any kind: told apart, read, and asked whether it is still
 * the same. */
#include "tests/fuzz/lib/card.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_card c;
    struct apdu_channel ch;
    struct card_face f, blank;
    fuzz_card_init(&c, &ch, "\xa4\xb0\xb2\x5c\xc0", data, size);
    memset(&f, 0x5a, sizeof f); /* of the card before */
    memset(&blank, 0, sizeof blank);
    enum err e = card_read(&ch, &f);
    assert(e == OK || e == ERR_CARD_UNKNOWN || fuzz_failure(e));
    if (e == OK) {
        fuzz_face(&f);
        assert(f.kind > CARD_NONE && f.kind < CARD_KINDS && f.kind != CARD_BANK);
    } else {
        blank.kind = e == ERR_CARD_UNKNOWN && f.kind == CARD_BANK ? CARD_BANK : CARD_NONE;
        assert(memcmp(&f, &blank, sizeof f) == 0); /* nothing stays of a card that failed */
    }
    const char *no = e == OK && !(c.manner & FUZZ_OTHER) ? f.card_no : "";
    e = fuzz_confirm(&ch, no);
    assert(e == ERR_REFUSED || fuzz_failure(e) || (e == OK && no[0]));
    return 0;
}
