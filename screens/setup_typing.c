/* setup_typing.c - keyboards while setting up: which a field gets, and where its letters go. */
#include "screens/setup_part.h"

#include "app/i18n.h"
#include "app/typing.h"
#include "hal/base/utf8.h"

#include <string.h>

/* most: bytes. on: 写好了 goes on to the next field. */
static const struct {
    const char *id;
    enum typing_mode mode;
    size_t most;
    bool digits, on;
} table[SETUP_FIELDS] = {
    [SETUP_W] = { "setup.w", TYPING_DIGITS, 4, true, true },
    [SETUP_H] = { "setup.h", TYPING_DIGITS, 4, true, false },
    [SETUP_NAME_ZH] = { "setup.name_zh", TYPING_PINYIN, 60, false, false },
    [SETUP_NAME_EN] = { "setup.name_en", TYPING_ENGLISH, 60, false, false },
    [SETUP_PLACE_ZH] = { "setup.place_zh", TYPING_PINYIN, 120, false, false },
    [SETUP_PLACE_EN] = { "setup.place_en", TYPING_ENGLISH, 120, false, false },
    [SETUP_ADDRESS] = { "setup.address", TYPING_ADDRESS, 45, false, true },
    [SETUP_MASK] = { "setup.mask", TYPING_ADDRESS, 15, false, true },
    [SETUP_GATEWAY] = { "setup.gateway", TYPING_ADDRESS, 45, false, true },
    [SETUP_DNS1] = { "setup.dns1", TYPING_ADDRESS, 45, false, false },
    [SETUP_DNS2] = { "setup.dns2", TYPING_ADDRESS, 45, false, false },
    [SETUP_SSID] = { "setup.ssid", TYPING_SIGNS, 32, false, true },
    [SETUP_KEY] = { "setup.key", TYPING_SIGNS, 64, false, false },
    [SETUP_SERVER] = { "setup.server", TYPING_ENGLISH, 150, false, false },
    [SETUP_URL] = { "setup.url", TYPING_SIGNS, 150, false, false },
    [SETUP_PIN_NEW] = { "setup.pin", TYPING_DIGITS, STAFF_PIN_MAX, true, true },
    [SETUP_PIN_AGAIN] = { "setup.pin_again", TYPING_DIGITS, STAFF_PIN_MAX, true, false },
};

const char *setup_field_id(enum setup_field f)
{
    return table[f].id;
}

void setup_write(struct app *app, enum setup_field f)
{
    app->setup->shouts++;
    if (f == SETUP_URL && !*app->setup->field[f])
        memcpy(app->setup->field[f], "https://", 9);
    if (table[f].mode == TYPING_SIGNS)
        typing_begin_signs(app->typing, table[f].id, f == SETUP_SSID);
    else if (table[f].mode == TYPING_PINYIN && !i18n_chinese())
        typing_begin(app->typing, table[f].id, TYPING_ENGLISH);
    else
        typing_begin(app->typing, table[f].id, table[f].mode);
}

static enum setup_field field_of(const char *id)
{
    int f = 0;
    while (f < SETUP_FIELDS && (!id || strcmp(table[f].id, id) != 0))
        f++;
    return (enum setup_field)f;
}

/* All of it or nothing of it: half a letter would be no letter. */
static void append(struct setup *s, enum setup_field f, const char *out)
{
    char *text = s->field[f];
    size_t have = strlen(text), more = strlen(out);
    if (table[f].digits && out[strspn(out, "0123456789")])
        return;
    if (have + more <= table[f].most)
        memcpy(text + have, out, more + 1);
}

static void erase(struct setup *s, enum setup_field f)
{
    char *text = s->field[f];
    size_t had = strlen(text), n = utf8_without_last(text, had);
    explicit_bzero(text + n, had - n);
    if (f == SETUP_PLACE_ZH && n == 0)
        s->village = 0; /* what is written instead is another place */
}

static bool closes(const struct event *ev)
{
    return ev->type == EV_PICK && strcmp(ev->what, "kb.done") == 0;
}

bool setup_typed(struct app *app, const struct event *ev)
{
    struct setup *s = app->setup;
    char out[TYPING_OUT];
    bool erased = false;
    enum setup_field f = field_of(app->typing->open ? app->typing->field : ev->what);
    if (f == SETUP_FIELDS || !typing_event(app->typing, ev, out, sizeof out, &erased))
        return false;
    s->wrong = NULL;
    if (erased)
        erase(s, f);
    append(s, f, out);
    explicit_bzero(out, sizeof out);
    if (closes(ev) && table[f].on && !*s->field[f + 1])
        setup_write(app, (enum setup_field)(f + 1));
    return true;
}
