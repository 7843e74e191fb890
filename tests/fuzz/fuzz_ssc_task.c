/* fuzz_ssc_task.c - any bytes as what a social security card answers to a challenge or a PIN. */
#include "tests/fuzz/lib/card.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char may[] = "\xa4\xb2\xc0\x88\x84\x82\x20\x5e";

static struct card_task task_of(const uint8_t *data)
{
    struct card_task t = { .kind = (enum card_task_kind)(data[0] % CARD_TASKS),
                           .keep = data[0] & 0x80,
                           .last_too = data[0] & 0x40,
                           .card_no = "A42050607" };
    size_t n = CARD_PIN_LEAST + data[1] % (CARD_PIN - CARD_PIN_LEAST + 1u);
    memset(t.pin, '0' + data[1] % 10, n);
    memset(t.new_pin, '0' + data[0] % 10, n);
    return t;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_card c;
    struct apdu_channel ch;
    if (size < 2)
        return 0;
    struct card_task t = task_of(data);
    bool pin = t.kind == CARD_TASK_PIN_VERIFY || t.kind == CARD_TASK_PIN_CHANGE;
    fuzz_card_init(&c, &ch, may, data + 2, size - 2);
    enum err e = card_ssc_task(&ch, &t);
    assert(e == OK || fuzz_failure(e));
    assert(t.tries >= -1 && t.tries <= 15 && t.said <= CARD_SAID_UNABLE);
    if (pin) /* whatever the card did, they are gone; and the last one was not taken unawares */
        assert(!t.pin[0] && !t.new_pin[0] && (t.said != CARD_SAID_LAST || !t.last_too));
    if (t.kind == CARD_TASK_EXTERNAL && e == OK && t.said == CARD_SAID_YES)
        fuzz_face(&t.face);
    return 0;
}
