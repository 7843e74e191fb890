/* fuzz_sheet.c - any bytes as a price sheet somebody chose at the clerks' page: rows, or faults. */
#include "hal/base/utf8.h"
#include "platform/input.h"
#include "platform/sheet_text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void told(void *ctx, int line, const char *why)
{
    (void)line;
    *(int *)ctx += why != NULL;
}

/* What was taken is text, and each row a line of the feed. */
static void read_rows(char *text)
{
    struct input in;
    int faults = 0;
    input_begin(&in, "");
    in.tell = told;
    in.tell_ctx = &faults;
    enum err e = input_price_sheet(&in, "sheet", text);
    if ((e != OK && e != ERR_NOMEM) || in.faults != faults)
        abort();
    input_close(&in);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    char *text = NULL;
    bool gbk = false;
    if (size > 1 << 16)
        return 0;
    arena_init(&a, 1 << 16, 1 << 22);
    if (sheet_text(&a, data, size, &text, &gbk) == OK) {
        if (!utf8_valid(text, strlen(text)))
            abort();
        read_rows(text);
    }
    arena_finish(&a);
    return 0;
}
