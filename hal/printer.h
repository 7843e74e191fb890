/* printer.h - a receipt printer: a thread that puts lines on paper and says honestly how it went.
 */
#ifndef HAL_PRINTER_H
#define HAL_PRINTER_H

#include "hal/base/err.h"
#include "hal/qr.h"

#include <stdbool.h>

enum {
    PAPER_LINES = 48,
    PAPER_TEXT = 160,
    PAPER_COLUMNS = 32 /* half-width cells of 58 mm paper */
};
enum paper_style { PAPER_PLAIN, PAPER_BIG, PAPER_BOLD, PAPER_CENTER, PAPER_RULE };
/* What is to be printed. May hold personal data (receipt number, masked name): wiped by the printer
 * once it is out or given up. */
struct paper {
    struct {
        enum paper_style style;
        char text[PAPER_TEXT];
    } line[PAPER_LINES];
    int count;
    struct qr qr;        /* side 0: none; printed after the lines */
    int copies_of_qr_px; /* dots a module; 0 = 6 */
};
void paper_add(struct paper *p, enum paper_style style, const char *text);

enum printer_state { PRINTER_ABSENT, PRINTER_READY, PRINTER_BUSY, PRINTER_PAPER, PRINTER_COVER };
const char *printer_state_name(enum printer_state s);

/* target: "none", "file:PATH" (bytes appended; PATH.status may hold paper_out | cover_open |
 * absent), "usb:/dev/usb/lp0", "tcp:HOST:PORT" (9100). ESC/POS in GB18030; status by DLE EOT. */
struct printer;
MUST_CHECK enum err printer_create(const char *target, void (*printed)(void *ctx, enum err e),
                                   void *ctx, struct printer **out);
void printer_destroy(struct printer *p); /* accepts NULL */
/* [ui] Copies the paper. ERR_BUSY while another is being printed, ERR_NO_DEVICE. `printed` follows
 * on [printer]: OK, ERR_PAPER, ERR_COVER, ERR_NO_DEVICE, ERR_TIMEOUT, ERR_IO. */
MUST_CHECK enum err printer_print(struct printer *p, const struct paper *paper);
/* [any] As last seen; asks the device again by itself every few seconds. */
enum printer_state printer_state(struct printer *p);

#endif
