/* check_atr.c - huimin --check-atr: the verdict on an Answer To Reset, for whoever has a card that
 * is not read. */
#include "app/check.h"

#include "hal/atr.h"

#include <stdio.h>
#include <string.h>

enum { BYTES = 256, LINE = 1024 };

/* One line: ok or "bad REASON", then the historical bytes. False: that is no hex. */
static bool judge(const char *text)
{
    unsigned char b[BYTES];
    size_t n = 0;
    struct atr atr;
    if (!atr_hex(text, b, sizeof b, &n))
        return false;
    enum atr_fault f = atr_read(b, n, &atr);
    printf("%s%s", f == ATR_OK ? "" : "bad ", atr_fault_name(f));
    for (size_t i = 0; i < atr.historical_n; i++)
        printf(i ? "%02X" : " %02X", atr.historical[i]);
    putchar('\n');
    return true;
}

int check_atr(const char *hex)
{
    char line[LINE];
    bool good = true;
    if (strcmp(hex, "-") != 0)
        good = judge(hex);
    else
        while (good && fgets(line, sizeof line, stdin)) {
            line[strcspn(line, "\r\n")] = '\0';
            good = judge(line);
        }
    if (!good)
        fprintf(stderr,
                "huimin: --check-atr: wanted hex, for example 3B6D0000008101312042050000\n");
    return good ? 0 : 2;
}
