/* printer_part.h - what the parts of printer share: the bytes of a paper, and the way to a device.
 */
#ifndef HAL_PRINTER_PART_H
#define HAL_PRINTER_PART_H

#include "hal/printer.h"

#include <stddef.h>

enum { PAPER_BYTES = 64 * 1024, PAPER_DOTS = 384 /* across 58 mm paper */ };

/* --- printer_escpos.c: the language of the device ------------------------------------------- */
/* The whole receipt as ESC/POS in GB18030, from reset to cut. ERR_TOO_BIG. A line that cannot be
 * written (no UTF-8) is left out rather than the receipt. */
MUST_CHECK enum err escpos_paper(const struct paper *paper, unsigned char *out, size_t cap,
                                 size_t *out_n);
/* Real-time status questions: DLE EOT n, n = 1 device, 2 why it is off line, 4 paper. */
enum { ESCPOS_ASKS = 3, ESCPOS_ASK = 3 };
extern const unsigned char escpos_ask[ESCPOS_ASKS][ESCPOS_ASK];
/* What the answer to escpos_ask[i] says: OK, ERR_COVER, ERR_PAPER; ERR_FORMAT: no such answer. */
MUST_CHECK enum err escpos_answer(int i, unsigned char byte);
/* GS r 1: answered only after all that was sent before it has been printed. */
extern const unsigned char escpos_end[3];
bool escpos_is_end(unsigned char byte);

/* --- printer_port.c: the way to the device --------------------------------------------------- */
enum port_kind { PORT_NONE, PORT_FILE, PORT_USB, PORT_TCP };
enum { PORT_PATH = 256, PORT_DEADLINE_MS = 5000, PORT_ANSWER_MS = 1500 };
/* Owner: the printer's thread. stop_fd becomes readable when everything is to end. */
struct port {
    enum port_kind kind;
    char path[PORT_PATH]; /* or the numeric address */
    int number;           /* TCP port */
    int fd, stop_fd;
};
/* "file:PATH" …; ERR_CONFIG. */
MUST_CHECK enum err port_parse(const char *target, struct port *out);
/* ERR_NO_DEVICE, ERR_TIMEOUT, ERR_IO, ERR_STOPPED. */
MUST_CHECK enum err port_open(struct port *p);
void port_close(struct port *p);
/* All of it, or why not, within PORT_DEADLINE_MS of the last byte taken. */
MUST_CHECK enum err port_write(struct port *p, const void *data, size_t n);
/* One byte. ERR_TIMEOUT. */
MUST_CHECK enum err port_read(struct port *p, unsigned char *out, int ms);
/* How the device is: OK, ERR_PAPER, ERR_COVER, ERR_NO_DEVICE, ERR_TIMEOUT … The port is open. */
MUST_CHECK enum err port_status(struct port *p);
/* Waits until what was written is on paper. */
MUST_CHECK enum err port_drain(struct port *p);

#endif
