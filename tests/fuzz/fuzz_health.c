/* fuzz_health.c - any bytes as the answers of a resident health card. */
#include "tests/fuzz/lib/card.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void face(const struct card_face *f)
{
    assert(f->guarded && (f->issuer[0] || f->card_no[0]) && strlen(f->card_no) <= 18);
    assert(!f->name[0] && !f->id[0] && !f->area[0] && !f->sex && !f->nation && !f->generation);
    assert(f->birth_day == INT32_MIN && f->expires_day == INT32_MIN);
    assert(fuzz_blank(&f->purse, sizeof f->purse));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct fuzz_kind health = { &card_health, "\xa4\xb2\xc0", face };
    fuzz_kind(&health, data, size);
    return 0;
}
