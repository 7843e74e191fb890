/* terminals.c - a terminal's row of the feed: anybody can verify its receipts by it. */
#include "platform/terminals.h"

#include "platform/input.h"
#include "platform/tables.h"

#include <stdio.h>

enum err terminal_publish(const struct terminal *t, struct input *in)
{
    char item[64], name[WIRE_NAME_MAX], revoked[2] = { t->revoked ? '1' : '0', '\0' };
    snprintf(name, sizeof name, "%s", t->name);
    crypto_base64(t->item, sizeof t->item, item, sizeof item);
    char *values[] = { name, item, revoked };
    return input_table_row(in, "terminal", 0, table_find("terminal"), values, true, false);
}
