/* sheet_text.h - the text of a sheet as a spreadsheet program saved it. */
#ifndef PLATFORM_SHEET_TEXT_H
#define PLATFORM_SHEET_TEXT_H

#include "hal/base/arena.h"
#include "hal/base/err.h"

#include <stdbool.h>

/* UTF-8 with or without a mark, or what Excel writes in China (GBK, GB18030): UTF-8 in the arena.
 * ERR_FORMAT: neither (or UTF-16, or a workbook). */
MUST_CHECK enum err sheet_text(struct arena *a, const void *bytes, size_t n, char **out,
                               bool *out_gbk);

#endif
