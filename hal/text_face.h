/* text_face.h - the font files: which there are, what they can write, and single glyphs of them. */
#ifndef HAL_TEXT_FACE_H
#define HAL_TEXT_FACE_H

#include "hal/text.h"

/* [ui] all functions. Fonts are opened when first needed and stay open until face_finish. */
MUST_CHECK enum err face_init(const struct text_fonts *fonts);
void face_finish(void);

bool face_has(enum text_face face, uint32_t cp);
/* The face that writes cp: the one asked for, Regular for a Bold that lacks it; false: none. */
bool face_for(enum text_face asked, uint32_t cp, enum text_face *out);
/* Whole pixels; only for a code point the face has. */
int face_advance(enum text_face face, int px, uint32_t cp);
/* The glyph as coverages, trimmed; out->mask is NULL for a blank, else the caller's, given back
 * with free(). ERR_FONT, ERR_NOMEM. */
MUST_CHECK enum err face_render(enum text_face face, int px, uint32_t cp, struct text_glyph *out);
/* A box with the code of cp in hex, for what no font can write. Same ownership. */
MUST_CHECK enum err face_render_missing(int px, uint32_t cp, struct text_glyph *out);
/* How wide that box is, with the air around it. */
int face_missing_advance(int px);

#endif
