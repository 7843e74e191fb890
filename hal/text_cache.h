/* text_cache.h - glyphs once drawn are kept, so that text costs copying and nothing else. */
#ifndef HAL_TEXT_CACHE_H
#define HAL_TEXT_CACHE_H

#include "hal/text.h"

/* [ui] Advance in px of one code point, without drawing it. */
int cache_advance(enum text_face face, int px, uint32_t cp, bool tabular);
/* [ui] */
void cache_finish(void);

#endif
