/* mask_test.c - what a screen shows of a name, a number and a phone. */
#include "app/session.h"
#include "hal/base/utf8.h"
#include "tests/test.h"

#include <string.h>

TEST(numbers_and_phones_show_their_ends_only_and_never_half_a_hanzi)
{
    struct arena a;
    arena_init(&a, 4096, 1 << 16);
    CHECK_STR(mask_number(&a, "420506196503071238"), "**************1238");
    CHECK_STR(mask_number(&a, "1234"), "****");
    CHECK_STR(mask_phone(&a, "13800001234"), "138****1234");
    CHECK_STR(mask_number(&a, "样本一号也写字"), "***号也写字");
    CHECK_STR(mask_number(&a, "样本一号"), "****");
    CHECK_STR(mask_number(&a, ""), "");
    CHECK_STR(mask_phone(&a, "打我家里电话吧好不好"), "打我家***吧好不好");
    arena_finish(&a);
}
