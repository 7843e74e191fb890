/* setup_net.c - setting up: how the terminal gets its line, and how the system took it. */
#include "screens/setup_part.h"

#include "screens/frame.h"

#include "app/i18n.h"
#include "app/widgets.h"

#include <string.h>

void setup_build_net(struct ui *ui, const struct app *app)
{
    static const struct {
        enum setup_net net;
        const char *label, *caption;
    } way[] = {
        { NET_DHCP, "setup.net.dhcp", "setup.net.dhcp_what" },
        { NET_WIFI, "setup.net.wifi", "setup.net.wifi_what" },
        { NET_DONGLE, "setup.net.dongle", "setup.net.dongle_what" },
        { NET_STATIC, "setup.net.static", "setup.net.static_what" },
        { NET_NONE, "setup.net.none", "setup.net.none_what" },
    };
    bool grid = !ui_theme(ui)->portrait;
    UI(ui, .dir = grid ? UI_GRID : UI_COL, .cols = 2, .w = UI_FILL, .gap = 14)
    for (size_t i = 0; i < sizeof way / sizeof *way; i++)
        setup_option(ui, frame_id(ui, "setup.net", way[i].net), T(way[i].label), T(way[i].caption),
                     app->setup->net == way[i].net, UI_PICK_ON("setup.net", way[i].net));
}

void setup_build_net_how(struct ui *ui, const struct app *app)
{
    if (app->setup->net == NET_WIFI)
        setup_field_boxes(ui, app, SETUP_SSID, SETUP_KEY);
    else
        setup_field_boxes(ui, app, SETUP_ADDRESS, SETUP_DNS2);
}

void setup_build_ntp(struct ui *ui, const struct app *app)
{
    setup_field_box(ui, app, SETUP_SERVER);
}

void setup_build_platform(struct ui *ui, const struct app *app)
{
    setup_field_box(ui, app, SETUP_URL);
}

/* --- how it fares -------------------------------------------------------------------------------
 */

/* Why stands in the log: it is for whoever looks after the machine. */
static const char *refused_words(struct ui *ui, const struct setup *s)
{
    static const struct {
        const char *key;
        enum setup_field field;
    } of[] = { { "net.address", SETUP_ADDRESS }, { "net.gateway", SETUP_GATEWAY },
               { "net.dns", SETUP_DNS1 },        { "wifi.ssid", SETUP_SSID },
               { "wifi.key", SETUP_KEY },        { "ntp", SETUP_SERVER },
               { "hostname", SETUP_NAME_EN } };
    for (size_t i = 0; i < sizeof of / sizeof *of; i++)
        if (strcmp(of[i].key, s->refused_key) == 0)
            return i18n_fmt(ui_arena(ui), "setup.refused_line", "field",
                            setup_field_label(of[i].field), NULL);
    return T("setup.test.restart_do");
}

void setup_wait_words(struct ui *ui, const struct app *app)
{
    const struct setup *s = app->setup;
    struct ui_banner b = { .id = "setup.outcome", .kind = BANNER_WARN, .icon = ICON_ERROR };
    switch (s->wait) {
    case WISH_QUIET:
        return;
    case WISH_ASKED:
        b = (struct ui_banner){ .id = b.id, .kind = BANNER_INFO, .icon = ICON_HOURGLASS };
        b.title = T("setup.asking");
        break;
    case WISH_DONE:
        b = (struct ui_banner){ .id = b.id, .kind = BANNER_OK, .icon = ICON_CHECK_CIRCLE };
        b.title = T("setup.asked_done");
        b.line = T("setup.asked_line");
        break;
    case WISH_REFUSED:
        b.title = T("setup.refused");
        b.line = refused_words(ui, s);
        break;
    case WISH_UNANSWERED:
        b.title = T("setup.unanswered");
        b.line = T("setup.unanswered_line");
        break;
    case WISH_UNWRITTEN:
        b.title = T("setup.unwritten");
        b.line = T("setup.unanswered_line");
        break;
    }
    ui_banner(ui, &b);
}

void setup_build_apply(struct ui *ui, const struct app *app)
{
    enum setup_wait w = app->setup->wait;
    setup_wait_words(ui, app);
    if (w == WISH_REFUSED || w == WISH_UNANSWERED || w == WISH_UNWRITTEN)
        ui_button(ui, &(struct ui_button){ .id = "setup.again",
                                           .label = T("setup.again"),
                                           .icon = ICON_REFRESH,
                                           .kind = BUTTON_SECONDARY,
                                           .main = true,
                                           .w = UI_FILL,
                                           .on = UI_PICK_ON("setup.again", 0) });
}
