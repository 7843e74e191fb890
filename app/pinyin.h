/* pinyin.h - how hanzi are said, and whether letters typed mean a name written in hanzi. */
#ifndef APP_PINYIN_H
#define APP_PINYIN_H

#include <stdbool.h>
#include <stdint.h>

enum { PINYIN_READINGS = 5, PINYIN_CHARS = 48 };

/* One code point of a text. Readings are syllables without tones, the one it has in this word
 * first, then the others it can have (重: chong in 重庆, also zhong). A letter or digit reads as
 * itself, in lower case; punctuation has no reading and is passed over. */
struct pinyin_char {
    uint32_t cp;
    int count;
    const char *reading[PINYIN_READINGS]; /* static strings */
    char self[2];                         /* what an ASCII letter's reading points to */
};

/* [any] Reads at most `cap` code points of text, words by longest match; returns how many. The
 * result holds pointers into itself and must stay where it is. */
int pinyin_read(const char *text, struct pinyin_char *out, int cap);

/* [any] Whether what was typed means this text, and how surely: 0 no; the more the surer. Hanzi:
 * a part of it (spaces do not count). Letters: the initials of its words ("jd" 鸡蛋) or full
 * pinyin, the last syllable may be unfinished ("jida"), from any hanzi on; one letter alone only
 * from the first. Other readings of a hanzi count too, but less. */
int pinyin_match(const char *text, const char *typed);

#endif
