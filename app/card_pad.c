/* card_pad.c - the PIN pad as the page of the card's PIN uses it. */
#include "app/card_pad.h"

#include "app/app.h"
#include "app/card_pin.h"
#include "app/visit.h"
#include "hal/pinpad.h"

#include <string.h>

static bool asks(const struct app *app)
{
    return app->dev.pinpad && strcmp(app_screen(app)->name, "card_pin") == 0 && app->session.face &&
           !app->session.held && app->card_says == CARD_SAYS_NOTHING &&
           app->scan_says == SCAN_SAYS_NOTHING;
}

static void press(struct app *app, unsigned char key)
{
    visit_touched(app);
    visit_stay(app);
    switch (key) {
    case PINPAD_ERASE:
        card_pin_erase(app);
        break;
    case PINPAD_CONFIRM:
        card_pin_ok(app);
        break;
    case PINPAD_CANCEL:
        app_back(app);
        break;
    case PINPAD_LOST:
        card_pin_lost(app);
        break;
    default: {
        char digit[2] = { (char)key, '\0' };
        card_pin_type(app, digit);
        explicit_bzero(digit, sizeof digit);
    }
    }
}

void card_pad_came(struct app *app)
{
    unsigned char key;
    while (asks(app) && (key = pinpad_take(app->dev.pinpad)) != PINPAD_NO_KEY)
        press(app, key);
    explicit_bzero(&key, sizeof key);
}

void card_pad_ask(struct app *app)
{
    if (app->dev.pinpad)
        pinpad_ask(app->dev.pinpad, asks(app));
}

bool card_pad_used(const struct app *app)
{
    struct pinpad_status s = { .state = PINPAD_NONE };
    if (app->dev.pinpad)
        pinpad_status(app->dev.pinpad, &s);
    return s.state == PINPAD_READY && !app->card_pin->on_screen;
}
