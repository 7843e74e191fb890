/* pinyin_table.h - the shape of the table that assets/pinyin/gen.py makes at build time. */
#ifndef APP_PINYIN_TABLE_H
#define APP_PINYIN_TABLE_H

#include <stdint.h>

enum { PINYIN_FIRST_CP = 0x4E00, PINYIN_LAST_CP = 0x9FFF };

/* Syllables without tones ("lv" for lü), number 0 is none. Read only and without pointers, so the
 * pages stay shared and cost memory only where they are looked at. */
extern const char pinyin_name[][8];
extern const int pinyin_names;
/* The commonest syllable of each hanzi from PINYIN_FIRST_CP on. */
extern const uint16_t pinyin_first[];
/* Its other readings, sorted by code point. */
extern const uint16_t pinyin_extra_cp[], pinyin_extra_name[];
extern const int pinyin_extras;
/* Words whose reading is not that of their hanzi one by one, sorted by bytes: text, syllables. */
extern const char pinyin_phrase_text[];
extern const uint32_t pinyin_phrase_at[], pinyin_phrase_name_at[];
extern const uint16_t pinyin_phrase_name[];
extern const int pinyin_phrases;

#endif
