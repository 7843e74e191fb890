/* printer_escpos.c - a receipt in the language small receipt printers speak (ESC/POS, GB18030). */
#include "hal/printer_part.h"

#include "hal/codec.h"

#include <string.h>

enum { MODULE_DOTS = 6, QUIET = 4 };

struct bytes {
    unsigned char *p;
    size_t n, cap;
    bool full;
};

static void put(struct bytes *b, const void *data, size_t n)
{
    if (b->n + n > b->cap) {
        b->full = true;
        return;
    }
    memcpy(b->p + b->n, data, n);
    b->n += n;
}
#define PUT(b, ...) \
    put((b), (const unsigned char[]){ __VA_ARGS__ }, sizeof(const unsigned char[]){ __VA_ARGS__ })

enum { ESC = 0x1B, GS = 0x1D, FS = 0x1C, DLE = 0x10, EOT = 0x04, LF = 0x0A };

static void put_rule(struct bytes *b)
{
    for (int i = 0; i < PAPER_COLUMNS; i++)
        PUT(b, '-');
}

static void put_line(struct bytes *b, enum paper_style style, const char *text)
{
    size_t n = 0;
    unsigned char line[2 * PAPER_TEXT];
    bool big = style == PAPER_BIG, bold = big || style == PAPER_BOLD;
    PUT(b, ESC, 'a', big || style == PAPER_CENTER);
    PUT(b, ESC, 'E', bold);
    PUT(b, GS, '!', big ? 0x11 : 0);
    if (style == PAPER_RULE)
        put_rule(b);
    else if (codec_gb18030(text, line, sizeof line, &n) == OK)
        put(b, line, n);
    PUT(b, LF);
    explicit_bzero(line, sizeof line);
}

/* --- the picture of the code ------------------------------------------------------------------ */

static int module_dots(const struct paper *paper)
{
    int dots = paper->copies_of_qr_px > 0 ? paper->copies_of_qr_px : MODULE_DOTS;
    while (dots > 1 && (paper->qr.side + 2 * QUIET) * dots > PAPER_DOTS)
        dots--;
    return dots;
}

static bool dark_at(const struct qr *qr, int dots, int x, int y)
{
    int mx = x / dots - QUIET, my = y / dots - QUIET;
    return mx >= 0 && my >= 0 && mx < qr->side && my < qr->side && qr->dark[my * qr->side + mx];
}

static void put_row(struct bytes *b, const struct qr *qr, int dots, int y)
{
    int size = (qr->side + 2 * QUIET) * dots;
    for (int x = 0; x < size; x += 8) {
        unsigned char byte = 0;
        for (int bit = 0; bit < 8; bit++)
            byte |= (unsigned char)(dark_at(qr, dots, x + bit, y) << (7 - bit));
        put(b, &byte, 1);
    }
}

/* GS v 0: a raster picture, bytes across then dots down, low byte first. */
static void put_qr(struct bytes *b, const struct paper *paper)
{
    int dots = module_dots(paper), size = (paper->qr.side + 2 * QUIET) * dots;
    int across = (size + 7) / 8;
    PUT(b, ESC, 'a', 1);
    PUT(b, GS, '!', 0);
    PUT(b, GS, 'v', '0', 0, (unsigned char)across, (unsigned char)(across >> 8),
        (unsigned char)size, (unsigned char)(size >> 8));
    for (int y = 0; y < size; y++)
        put_row(b, &paper->qr, dots, y);
    PUT(b, LF);
}

enum err escpos_paper(const struct paper *paper, unsigned char *out, size_t cap, size_t *out_n)
{
    struct bytes b = { .p = out, .cap = cap };
    PUT(&b, ESC, '@'); /* as if it had just been switched on */
    PUT(&b, FS, '&');  /* hanzi */
    for (int i = 0; i < paper->count; i++)
        put_line(&b, paper->line[i].style, paper->line[i].text);
    if (paper->qr.side > 0)
        put_qr(&b, paper);
    PUT(&b, ESC, 'a', 0);
    PUT(&b, ESC, 'd', 4);     /* past the knife */
    PUT(&b, GS, 'V', 'B', 0); /* cut, where there is one */
    if (b.full)
        return ERR_TOO_BIG;
    *out_n = b.n;
    return OK;
}

/* --- status ----------------------------------------------------------------------------------- */

const unsigned char escpos_ask[ESCPOS_ASKS][ESCPOS_ASK] = { { DLE, EOT, 1 },
                                                            { DLE, EOT, 2 },
                                                            { DLE, EOT, 4 } };
const unsigned char escpos_end[3] = { GS, 'r', 1 };

/* Bits 1 and 4 of a real-time answer are always set, 0 and 7 never. */
enum err escpos_answer(int i, unsigned char byte)
{
    if ((byte & 0x93) != 0x12)
        return ERR_FORMAT;
    if (i == 1 && (byte & 0x04))
        return ERR_COVER;
    if ((i == 1 && (byte & 0x20)) || (i == 2 && (byte & 0x60)))
        return ERR_PAPER;
    return OK;
}

bool escpos_is_end(unsigned char byte)
{
    return (byte & 0x90) == 0;
}
