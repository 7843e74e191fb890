/* screens.c - the table of all screens; a new one is one line here. */
#include "screens/screens.h"

#include <stddef.h>

/* form and review join with app/handin.c, which they need. */
/* clang-format off */
const struct screen *const screens[] = {
    &screen_home,
    &screen_prices,
    &screen_price,
    &screen_notices,
    &screen_notice,
    &screen_places,
    &screen_cameras,
    &screen_camera,
    &screen_place,
    &screen_search,
    &screen_help,
    &screen_out_of_service,
    &screen_citizen,
    &screen_services,
    &screen_service,
    &screen_form,
    &screen_papers,
    &screen_review,
    &screen_receipt,
    &screen_progress,
    &screen_account,
    &screen_staff,
    &screen_enrol,
    &screen_village,
    &screen_around,
    &screen_warning,
    &screen_food,
    &screen_map,
    &screen_proof,
    &screen_purse,
    &screen_card_pin,
    &screen_setup,
    NULL,
};
/* clang-format on */
