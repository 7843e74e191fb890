/* fuzz_ssc.c - any bytes as the answers of a social security card. */
#include "tests/fuzz/lib/card.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void face(const struct card_face *f)
{
    assert(strlen(f->id) <= 18 && strlen(f->card_no) <= 9 && !f->issuer[0]);
    assert(!f->card_no[0] || card_ssc_number_sound(f->card_no));
    assert(fuzz_blank(&f->purse, sizeof f->purse));
    if (f->guarded) /* then nothing of the holder is known */
        assert(!f->name[0] && !f->id[0] && !f->sex && !f->nation && f->birth_day == INT32_MIN);
    else
        assert(f->name[0] || f->id[0] || f->generation == 3);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct fuzz_kind ssc = { &card_ssc, "\xa4\xb2\xc0", face };
    fuzz_kind(&ssc, data, size);
    return 0;
}
