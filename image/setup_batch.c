/* setup_batch.c - a signed file that sets up a batch of machines: what it says to this one. */
#include "image/setup_part.h"

#include "hal/base/conf.h"
#include "hal/base/utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Lines of terminal.conf that may be said here. Each value is checked as app/config.c will check
 * it: a terminal whose config is wrong does not start. (tests/unit/setup_test.c compares.) */
enum kind { TEXT, WORD, CODE, URL, MM, LANG, READER, ROTATE };
static const struct {
    const char *key;
    enum kind kind;
} table[] = {
    { "lang", LANG },
    { "panel_w_mm", MM },
    { "panel_h_mm", MM },
    { "rotate", ROTATE },
    { "terminal.name_zh", TEXT },
    { "terminal.name_en", TEXT },
    { "terminal.place_zh", TEXT },
    { "terminal.place_en", TEXT },
    { "terminal.village", CODE },
    { "area", CODE },
    { "platform.url", URL },
    { "help.phone", WORD },
    { "help.phone_name_zh", TEXT },
    { "help.phone_name_en", TEXT },
    { "reader", READER },
    { "reader.name", TEXT },
    { "idreader", TEXT },
    { "scanner.device", TEXT },
    { "pinpad", TEXT },
    { "doccam", TEXT },
    { "printer", TEXT },
};
enum { KEYS = sizeof table / sizeof *table };

static bool digits(const char *s, size_t most)
{
    return *s && strlen(s) <= most && s[strspn(s, "0123456789")] == '\0';
}

static const char *fault_of(enum kind kind, const char *v)
{
    bool web = strncmp(v, "http://", 7) == 0 || strncmp(v, "https://", 8) == 0;
    const char *unsayable = conf_unsayable(v);
    if (unsayable)
        return unsayable;
    if (strlen(v) >= (kind == WORD || kind == CODE ? 64 : BATCH_VALUE))
        return "is too long";
    if (kind == CODE && !digits(v, 63))
        return "is not a code of digits";
    if (kind == MM && (!digits(v, 4) || strtol(v, NULL, 10) > 5000))
        return "is not a whole number from 0 to 5000";
    if (kind == URL && !web && strcmp(v, "none") != 0)
        return "is neither http://, https:// nor none";
    if (kind == LANG && strcmp(v, "zh_CN") != 0 && strcmp(v, "en") != 0)
        return "is neither zh_CN nor en";
    if (kind == ROTATE && strcmp(v, "normal") != 0 && strcmp(v, "left") != 0 &&
        strcmp(v, "right") != 0 && strcmp(v, "inverted") != 0)
        return "is not normal, left, right or inverted";
    return kind == READER && strcmp(v, "pcsc") != 0 && strcmp(v, "none") != 0
               ? "is neither pcsc nor none"
               : NULL;
}

static int find(const char *key)
{
    for (int i = 0; i < KEYS; i++)
        if (strcmp(table[i].key, key) == 0)
            return i;
    return -1;
}

/* A line in a machine's own section beats the one for all: it comes later, or earlier, and wins. */
static const char *set_config(struct batch *b, int i, const char *value)
{
    const char *why = fault_of(table[i].kind, value);
    if (why)
        return why;
    int at = 0;
    while (at < b->settings && b->setting[at].key != table[i].key)
        at++;
    if (at == BATCH_SETTINGS)
        return "is one line too many";
    b->settings += at == b->settings;
    b->setting[at].key = table[i].key;
    snprintf(b->setting[at].value, BATCH_VALUE, "%s", value);
    return NULL;
}

static const char *set_sheet(struct batch *b, const char *v)
{
    if (strlen(v) >= sizeof b->sheet || strspn(v, "0123456789-ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                                  "abcdefghijklmnopqrstuvwxyz") != strlen(v))
        return "is not the code of a sheet";
    snprintf(b->sheet, sizeof b->sheet, "%s", v);
    return NULL;
}

static const char *set_pin(struct batch *b, const char *v)
{
    if (strncmp(v, "$argon2id$", 10) != 0 || strlen(v) >= sizeof b->pin_hash ||
        strspn(v, "$=,+/0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") !=
            strlen(v))
        return "is not a hash as huimin --staff-pin writes it";
    snprintf(b->pin_hash, sizeof b->pin_hash, "%s", v);
    return NULL;
}

static const char *set_again(struct batch *b, const char *v)
{
    b->again = strcmp(v, "yes") == 0;
    return b->again || strcmp(v, "no") == 0 ? NULL : "is neither yes nor no";
}

static const char *set(struct batch *b, const char *key, const char *value)
{
    int i = find(key);
    if (i >= 0)
        return set_config(b, i, value);
    if (strcmp(key, "sheet") == 0)
        return set_sheet(b, value);
    if (strcmp(key, "staff_pin_hash") == 0)
        return set_pin(b, value);
    if (strcmp(key, "again") == 0)
        return set_again(b, value);
    if (strcmp(key, "serial") == 0 || strcmp(key, "restart") == 0 || !wish_knows(key))
        return "is not a key of a set-up file";
    return wish_set(&b->wish, key, value);
}

/* --- sections --------------------------------------------------------------------------------- */

static char small(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

/* "[MAC AA:BB:cc:dd:ee:ff]": "aa:bb:cc:dd:ee:ff". */
static bool mac_of(const char *line, char mac[18])
{
    if (strncmp(line, "[MAC ", 5) != 0 || strlen(line) != 5 + 17 + 1 || line[22] != ']')
        return false;
    for (int i = 0; i < 17; i++) {
        mac[i] = small(line[5 + i]);
        bool fits = i % 3 == 2 ? mac[i] == ':' : strchr("0123456789abcdef", mac[i]) && mac[i];
        if (!fits)
            return false;
    }
    mac[17] = '\0';
    return true;
}

/* Of this machine: 1; of another: 0; no such line: -1. */
static int section(const char *line, const char (*cards)[18], int count)
{
    char mac[18];
    if (!mac_of(line, mac))
        return -1;
    for (int i = 0; i < count; i++)
        if (strcmp(cards[i], mac) == 0)
            return 1;
    return 0;
}

static enum err fail(struct batch *b, const char *key, const char *why)
{
    snprintf(b->key, sizeof b->key, "%.39s", key);
    snprintf(b->why, sizeof b->why, "%s", why);
    return ERR_FORMAT;
}

/* A key that is none is not repeated: it may be half of a value. */
static bool known(const char *key)
{
    return wish_knows(key) || find(key) >= 0 || strcmp(key, "sheet") == 0 ||
           strcmp(key, "staff_pin_hash") == 0 || strcmp(key, "again") == 0;
}

/* Lines for all are read in the first round, those of the machine's own section in the second, so
 * that these win. Lines for other machines are checked as well: one file is right, or it is not. */
static enum err line_of(struct batch *b, struct batch *others, int mine, int round, char *key,
                        const char *value)
{
    const char *why;
    if (!value)
        return fail(b, "?", "has a line without \"=\"");
    if (mine == 0)
        why = round == 0 ? set(others, key, value) : NULL;
    else
        why = (mine < 0) == (round == 0) ? set(b, key, value) : NULL;
    return why ? fail(b, known(key) ? key : "?", why) : OK;
}

static const char *next_line(const char *line)
{
    const char *lf = strchr(line, '\n');
    return lf ? lf + 1 : line + strlen(line);
}

static enum err round_of(struct batch *b, struct batch *others, const char *text,
                         const char (*cards)[18], int count, int round)
{
    int mine = -1; /* -1: for all, 1: for this machine, 0: for another */
    enum err e = OK;
    b->line = 1; /* behind the first, which says what it is */
    for (const char *line = text; e == OK && *line;) {
        const char *next = next_line(line);
        char one[1024], *at = one, *key, *value;
        b->line++;
        if (next - line >= (int)sizeof one)
            return fail(b, "?", "has a line that is too long");
        memcpy(one, line, (size_t)(next - line));
        one[next - line] = '\0';
        line = next;
        if (!conf_next(&at, &key, &value))
            continue;
        if (*key != '[') {
            e = line_of(b, others, mine, round, key, value);
        } else if ((mine = value ? -1 : section(key, cards, count)) < 0) {
            e = fail(b, "?", "has a section that is not [MAC aa:bb:cc:dd:ee:ff]");
        }
        explicit_bzero(one, sizeof one);
    }
    return e;
}

static enum err read_all(struct batch *b, const char *text, const char (*cards)[18], int count)
{
    static const char first[] = "huimin-setup 1";
    struct batch others = { 0 };
    memset(b, 0, sizeof *b);
    b->line = 1;
    if (!utf8_valid(text, strlen(text)))
        return fail(b, "?", "is not UTF-8");
    size_t n = strcspn(text, "\n");
    if (strncmp(text, first, sizeof first - 1) != 0 || text[n] != '\n' || n > sizeof first ||
        (n == sizeof first && text[n - 1] != '\r'))
        return fail(b, "?", "does not begin with \"huimin-setup 1\"");
    enum err e = round_of(b, &others, text + n + 1, cards, count, 0);
    if (e == OK)
        e = round_of(b, &others, text + n + 1, cards, count, 1);
    explicit_bzero(&others, sizeof others);
    return e;
}

enum err batch_read(struct batch *b, const char *text, const char (*cards)[18], int count)
{
    const char *key, *why = NULL;
    enum err e = read_all(b, text, cards, count);
    if (e == OK && (why = wish_fault(&b->wish, &key)))
        e = fail(b, key, why);
    return e;
}

/* Half of a network may stand in the lines for all, and each machine's address in its section. */
enum err batch_check(struct batch *b, const char *text)
{
    enum err e = read_all(b, text, NULL, 0);
    int sections = 0, number = 0;
    for (const char *line = text; e == OK && *line; line = next_line(line)) {
        char one[64], card[1][18], *at = one, *key, *value;
        number++;
        snprintf(one, sizeof one, "%.*s", (int)strcspn(line, "\n"), line);
        if (!conf_next(&at, &key, &value) || value || !mac_of(key, card[0]))
            continue;
        sections++;
        e = batch_read(b, text, (const char(*)[18])card, 1);
        if (e != OK)
            b->line = number; /* each line by itself is right */
    }
    return e == OK && sections == 0 ? batch_read(b, text, NULL, 0) : e;
}

const char *batch_name(const struct batch *b)
{
    for (int i = 0; i < b->settings; i++)
        if (strcmp(b->setting[i].key, "terminal.name_en") == 0)
            return b->setting[i].value;
    return *b->wish.hostname ? b->wish.hostname : "terminal";
}
