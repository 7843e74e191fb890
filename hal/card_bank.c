/* card_bank.c - a bank's chip is told as one and never asked anything.
 *
 * PBOC / EMV: the payment environment is the only name that is selected. No application, no number,
 * no GET PROCESSING OPTIONS. */
#include "hal/card.h"

static enum err bank_identify(struct apdu_channel *ch, struct apdu_answer *fci)
{
    static const char contact[] = "1PAY.SYS.DDF01", contactless[] = "2PAY.SYS.DDF01";
    return apdu_select_name(ch, ch->contactless ? contactless : contact, sizeof contact - 1, fci);
}

const struct card_driver card_bank = { .name = "bank",
                                       .kind = CARD_BANK,
                                       .identify = bank_identify };
