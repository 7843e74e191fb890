/* screens.h - the screens by name, for the table. */
#ifndef SCREENS_SCREENS_H
#define SCREENS_SCREENS_H

#include "app/screen.h"

extern const struct screen screen_home, screen_prices, screen_price, screen_notices, screen_notice,
    screen_places, screen_cameras, screen_camera, screen_place, screen_search, screen_help,
    screen_out_of_service, screen_services, screen_service, screen_form, screen_papers,
    screen_review, screen_citizen;
extern const struct screen screen_receipt, screen_progress, screen_staff, screen_enrol;
extern const struct screen screen_account, screen_village, screen_around, screen_warning,
    screen_food, screen_map, screen_proof, screen_purse, screen_card_pin, screen_setup;
/* The newcomer's example; it compiles, but stands in no table. */
extern const struct screen screen_template;

#endif
