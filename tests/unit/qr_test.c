/* qr_test.c - a QR code is square, has its three eyes, and too much text is refused. */
#include "tests/test.h"

#include "hal/qr.h"

#include <string.h>

static bool eye(const struct qr *q, int x, int y)
{
    bool ok = true;
    for (int i = 0; i < 7; i++)
        ok = ok && q->dark[y * q->side + x + i] && q->dark[(y + 6) * q->side + x + i] &&
             q->dark[(y + i) * q->side + x] && q->dark[(y + 3) * q->side + x + 3];
    return ok && !q->dark[(y + 1) * q->side + x + 1];
}

TEST(a_code_has_three_eyes_and_grows_with_its_text)
{
    struct qr small, large;
    char text[300];
    CHECK_ERR(qr_make("7KQ3-M2XD-94TF", &small), OK);
    CHECK_EQ((small.side - 17) % 4, 0);
    CHECK(eye(&small, 0, 0) && eye(&small, small.side - 7, 0) && eye(&small, 0, small.side - 7));
    memset(text, 'x', sizeof text);
    text[sizeof text - 1] = '\0';
    CHECK_ERR(qr_make(text, &large), OK);
    CHECK(large.side > small.side && large.side <= QR_SIDE);
}

TEST(a_text_too_long_for_a_code_is_refused)
{
    struct qr q;
    char text[2000];
    memset(text, 'x', sizeof text);
    text[sizeof text - 1] = '\0';
    CHECK_ERR(qr_make(text, &q), ERR_TOO_BIG);
}
