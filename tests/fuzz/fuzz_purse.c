/* fuzz_purse.c - any bytes as the answers of a purse, 交通联合 or a city's older one. */
#include "tests/fuzz/lib/card.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void face(const struct card_face *f)
{
    assert(f->purse.known || f->card_no[0]);
    assert(f->card_no[0] != '0' && strspn(f->card_no, "0123456789") == strlen(f->card_no) &&
           strlen(f->card_no) <= 20);
    assert(f->kind == CARD_TRANSIT || (!f->purse.province && !f->purse.city));
    assert(!f->guarded && !f->name[0] && !f->id[0] && !f->area[0] && !f->issuer[0] && !f->sex &&
           !f->nation && !f->generation && f->birth_day == INT32_MIN);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct fuzz_kind transit = { &card_transit, "\xa4\xb0\xb2\x5c\xc0", face };
    static const struct fuzz_kind city = { &card_city, "\xa4\xb0\xb2\x5c\xc0", face };
    fuzz_kind(size && data[0] & FUZZ_OTHER ? &city : &transit, data, size);
    return 0;
}
