/* health.c - reader and printer in one word each, handed to huimin-sync. */
#include "app/health.h"

#include "app/app.h"
#include "hal/printer.h"
#include "hal/readers.h"

#include <string.h>

static const char *reader_word(const struct app *app)
{
    struct reader_status r = { .state = READER_ABSENT };
    if (!app->dev.readers)
        return "none";
    readers_status(app->dev.readers, &r);
    if (strcmp(r.driver, "none") == 0)
        return "none";
    bool away = r.state == READER_ABSENT || r.state == READER_NO_SERVICE;
    return away ? reader_state_name(r.state) : reader_state_name(READER_READY);
}

static const char *printer_word(const struct app *app)
{
    if (!app->dev.printer || strcmp(app->config->printer, "none") == 0)
        return "none";
    enum printer_state s = printer_state(app->dev.printer);
    return printer_state_name(s == PRINTER_BUSY ? PRINTER_READY : s);
}

void health_tell(const struct app *app)
{
    if (app->dev.link)
        line_devices(app->dev.link, reader_word(app), printer_word(app));
}
