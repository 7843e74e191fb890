/* fuzz_bank.c - any bytes as the answers of a bank's chip: told as one, asked for nothing. */
#include "tests/fuzz/lib/card.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char may[] = "\xa4\xc0"; /* its name and the rest of that answer; no record */
    static const struct fuzz_kind bank = { &card_bank, may, NULL };
    enum err told = fuzz_kind(&bank, data, size);

    struct fuzz_card c;
    struct apdu_channel ch;
    struct card_face f;
    fuzz_card_init(&c, &ch, may, data, size);
    c.only = ch.contactless ? "2PAY.SYS.DDF01" : "1PAY.SYS.DDF01";
    enum err e = card_read(&ch, &f);
    assert(told == OK ? e == ERR_CARD_UNKNOWN && f.kind == CARD_BANK : f.kind == CARD_NONE);
    if (fuzz_failure(told) && told != ERR_FORMAT && told != ERR_LOCKED)
        assert(e == told);
    else /* it mumbled, says that it is locked, or is no bank's at all */
        assert(e == ERR_CARD_UNKNOWN || e == ERR_FORMAT || e == ERR_LOCKED);
    f.kind = CARD_NONE;
    assert(fuzz_blank(&f, sizeof f));
    fuzz_card_init(&c, &ch, may, data, size);
    c.only = "PAY.SYS.DDF01";
    e = fuzz_confirm(&ch, "");
    assert(e == ERR_REFUSED || fuzz_failure(e));
    return 0;
}
