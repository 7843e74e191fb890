/* config.c - reads terminal.conf against the one table of keys, and says exactly what is wrong. */
#include "app/config.h"

#include "hal/base/utf8.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef SHARE_DIR
#define SHARE_DIR "/usr/share/huimin"
#endif
#ifndef ROOT_PUB
#define ROOT_PUB ""
#endif

enum { FILE_MAX = 64 * 1024 };

enum kind { TEXT, WORD, INT, URL, CHOICE, CODE };

/* One key. `more` is the choices of a CHOICE ("a|b"); low and high bound an INT. */
struct key {
    const char *name;
    enum kind kind;
    size_t offset, cap;
    const char *fallback;
    int low, high;
    const char *more;
};

#define FIELD(f) offsetof(struct config, f), sizeof(((struct config *)0)->f)

/* clang-format off */
static const struct key keys[] = {
    { "data.dir",            TEXT,   FIELD(data_dir),              "/var/lib/huimin", 0, 0, NULL },
    { "share.dir",           TEXT,   FIELD(share_dir),             SHARE_DIR, 0, 0, NULL },
    { "area",                CODE,   FIELD(area),                  "420506", 0, 0, NULL },
    { "feed.root",           TEXT,   FIELD(feed_root),             ROOT_PUB, 0, 0, NULL },
    { "setup.dir",           TEXT,   FIELD(setup_dir),             "", 0, 0, NULL },
    { "system.state",        TEXT,   FIELD(system_state),          "/run/huimin-system/state", 0, 0, NULL },
    { "feed.dir",            TEXT,   FIELD(feed_dir),              "", 0, 0, NULL },
    { "carry.dir",           TEXT,   FIELD(carry_dir),             "", 0, 0, NULL },
    { "platform.url",        URL,    FIELD(platform_url),          "none", 0, 0, NULL },
    { "platform.ca",         TEXT,   FIELD(platform_ca),           "", 0, 0, NULL },
    { "poll_s",              INT,    FIELD(poll_s),                "300", 1, 86400, NULL },
    { "net.deadline_s",      INT,    FIELD(net_deadline_s),        "20", 1, 600, NULL },
    { "net.object_deadline_s", INT,  FIELD(net_object_deadline_s), "900", 1, 86400, NULL },
    { "net.connect_s",       INT,    FIELD(net_connect_s),         "10", 1, 600, NULL },
    { "net.low_speed_s",     INT,    FIELD(net_low_speed_s),       "60", 1, 600, NULL },
    { "cache.max_mb",        INT,    FIELD(cache_max_mb),          "512", 1, 65536, NULL },
    { "update.dir",          TEXT,   FIELD(update_dir),            "", 0, 0, NULL },
    { "update.key",          TEXT,   FIELD(update_key),            "/usr/share/huimin/deployer.pub", 0, 0, NULL },
    { "update.running",      INT,    FIELD(update_running),        "0", 0, 999999999, NULL },
    { "update_h",            INT,    FIELD(update_h),              "6", 0, 8760, NULL },
    { "terminal.name_zh",    TEXT,   FIELD(terminal_name_zh),      "惠民终端", 0, 0, NULL },
    { "terminal.name_en",    TEXT,   FIELD(terminal_name_en),      "Huimin Terminal", 0, 0, NULL },
    { "terminal.place_zh",   TEXT,   FIELD(terminal_place_zh),     "太平溪镇 许家冲村 便民服务点", 0, 0, NULL },
    { "terminal.place_en",   TEXT,   FIELD(terminal_place_en),     "Xujiachong Village, Taipingxi Town", 0, 0, NULL },
    { "terminal.village",    CODE,   FIELD(terminal_village),      "420506104201", 0, 0, NULL },
    { "help.phone",          WORD,   FIELD(help_phone),            "12345", 0, 0, NULL },
    { "help.phone_name_zh",  TEXT,   FIELD(help_phone_name_zh),    "政务服务热线", 0, 0, NULL },
    { "help.phone_name_en",  TEXT,   FIELD(help_phone_name_en),    "Government service hotline", 0, 0, NULL },
    { "panel_w_mm",          INT,    FIELD(panel_w_mm),            "0", 0, 5000, NULL },
    { "panel_h_mm",          INT,    FIELD(panel_h_mm),            "0", 0, 5000, NULL },
    { "rotate",              CHOICE, FIELD(rotate),                "normal", 0, 0, "normal|left|inverted|right" },
    { "window_w_px",         INT,    FIELD(window_w_px),           "0", 0, 16384, NULL },
    { "window_h_px",         INT,    FIELD(window_h_px),           "0", 0, 16384, NULL },
    { "lang",                CHOICE, FIELD(lang),                  "zh_CN", 0, 0, "zh_CN|en|xx" },
    { "theme",               WORD,   FIELD(theme),                 "normal", 0, 0, NULL },
    { "reader",              CHOICE, FIELD(reader),                "none", 0, 0, "pcsc|sim|none" },
    { "reader.session",      CHOICE, FIELD(reader_session),        "insert", 0, 0, "insert|tap" },
    { "reader.name",         TEXT,   FIELD(reader_name),           "", 0, 0, NULL },
    { "idreader",            TEXT,   FIELD(idreader),              "", 0, 0, NULL },
    { "idreader.session",    CHOICE, FIELD(idreader_session),      "tap", 0, 0, "insert|tap" },
    { "scanner.device",      TEXT,   FIELD(scanner_device),        "", 0, 0, NULL },
    { "pinpad",              TEXT,   FIELD(pinpad),                "", 0, 0, NULL },
    { "doccam",              TEXT,   FIELD(doccam),                "none", 0, 0, NULL },
    { "printer",             TEXT,   FIELD(printer),               "none", 0, 0, NULL },
    { "idle_ask_s",          INT,    FIELD(idle_ask_s),            "60", 5, 3600, NULL },
    { "idle_answer_s",       INT,    FIELD(idle_answer_s),         "30", 20, 3600, NULL },
    { "font.regular",        TEXT,   FIELD(font_regular),          "", 0, 0, NULL },
    { "font.bold",           TEXT,   FIELD(font_bold),             "", 0, 0, NULL },
    { "font.icons",          TEXT,   FIELD(font_icons),            "", 0, 0, NULL },
};
/* clang-format on */
enum { KEYS = sizeof keys / sizeof *keys };

static const struct key *find(const char *name)
{
    for (int i = 0; i < KEYS; i++)
        if (strcmp(keys[i].name, name) == 0)
            return &keys[i];
    return NULL;
}

const char *const config_rotate[4] = { "normal", "left", "inverted", "right" };

int config_quarters(const struct config *c)
{
    int i = 3;
    while (i > 0 && strcmp(c->rotate, config_rotate[i]) != 0)
        i--;
    return i;
}

static int min3(int a, int b, int c)
{
    int ab = a < b ? a : b;
    return ab < c ? ab : c;
}

/* Levenshtein distance of two short words. */
static int distance(const char *a, const char *b)
{
    int row[65];
    int n = (int)strnlen(b, 64);
    for (int j = 0; j <= n; j++)
        row[j] = j;
    for (int i = 1; a[i - 1] && i <= 64; i++) {
        int diagonal = row[0];
        row[0] = i;
        for (int j = 1; j <= n; j++) {
            int above = row[j];
            row[j] = min3(above + 1, row[j - 1] + 1, diagonal + (a[i - 1] != b[j - 1]));
            diagonal = above;
        }
    }
    return row[n];
}

const char *config_nearest(const char *key)
{
    int best = 64;
    const char *name = NULL;
    for (int i = 0; i < KEYS; i++) {
        int d = distance(key, keys[i].name);
        if (d < best) {
            best = d;
            name = keys[i].name;
        }
    }
    return best <= 2 + (int)strlen(key) / 3 ? name : NULL;
}

static enum err set_int(const struct key *k, const char *value, int *field, char *why, size_t cap)
{
    char *end;
    errno = 0;
    long n = strtol(value, &end, 10);
    if (!*value || *end || errno || n < k->low || n > k->high) {
        snprintf(why, cap, "%s: \"%.40s\" is not a whole number from %d to %d", k->name, value,
                 k->low, k->high);
        return ERR_CONFIG;
    }
    *field = (int)n;
    return OK;
}

static bool among(const char *choices, const char *value)
{
    size_t n = strlen(value);
    for (const char *p = choices; *p; p += strcspn(p, "|"), p += *p == '|')
        if (n && n == strcspn(p, "|") && memcmp(p, value, n) == 0)
            return true;
    return false;
}

static const char *fault_of(const struct key *k, const char *value)
{
    if (strlen(value) >= k->cap)
        return "is too long";
    if (!utf8_valid(value, strlen(value)))
        return "is not UTF-8";
    if (k->kind == CHOICE && !among(k->more, value))
        return "is not one of";
    if (k->kind == CODE && (!*value || value[strspn(value, "0123456789")]))
        return "is not a code of digits";
    if (k->kind == URL && strcmp(value, "none") != 0 && strncmp(value, "http://", 7) != 0 &&
        strncmp(value, "https://", 8) != 0)
        return "is neither http://…, https://… nor none";
    return NULL;
}

enum err config_set(struct config *c, const char *name, const char *value, char *why, size_t cap)
{
    const struct key *k = find(name);
    if (!k) {
        const char *near = config_nearest(name);
        snprintf(why, cap, "%.60s: unknown key%s%s", name, near ? "; did you mean " : "",
                 near ? near : "");
        return ERR_CONFIG;
    }
    char *field = (char *)c + k->offset;
    if (k->kind == INT)
        return set_int(k, value, (int *)(void *)field, why, cap);
    const char *fault = fault_of(k, value);
    if (fault) {
        snprintf(why, cap, "%s: \"%.40s\" %s%s%s", k->name, value, fault, k->more ? " " : "",
                 k->kind == CHOICE ? k->more : "");
        return ERR_CONFIG;
    }
    memcpy(field, value, strlen(value) + 1);
    return OK;
}

void config_init(struct config *c)
{
    char why[256];
    memset(c, 0, sizeof *c);
    for (int i = 0; i < KEYS; i++)
        if (config_set(c, keys[i].name, keys[i].fallback, why, sizeof why) != OK)
            abort(); /* the table itself is wrong: the unit test catches it */
}

enum err config_parse_size(const char *s, int *out_w, int *out_h)
{
    int w, h, n = 0;
    if (strlen(s) > 11 || sscanf(s, "%5dx%5d%n", &w, &h, &n) != 2 || s[n] || w < 1 || h < 1)
        return ERR_CONFIG;
    *out_w = w;
    *out_h = h;
    return OK;
}

static char *trim(char *s)
{
    s += strspn(s, " \t\r");
    size_t n = strlen(s);
    while (n && strchr(" \t\r", s[n - 1]))
        s[--n] = '\0';
    return s;
}

/* One line without its LF. A comment starts at the line's first # or at a # after a space. */
static enum err parse_line(struct config *c, char *line, char *why, size_t cap)
{
    for (char *p = line; *p; p++)
        if (*p == '#' && (p == line || p[-1] == ' ' || p[-1] == '\t')) {
            *p = '\0';
            break;
        }
    char *key = trim(line);
    if (!*key)
        return OK;
    char *eq = strchr(key, '=');
    if (!eq) {
        snprintf(why, cap, "%.60s: no \"=\" in this line", key);
        return ERR_CONFIG;
    }
    *eq = '\0';
    return config_set(c, trim(key), trim(eq + 1), why, cap);
}

enum err config_parse(struct config *c, const char *name, const char *text, size_t n, char *why,
                      size_t cap)
{
    char line[1024], fault[512];
    int number = 0;
    for (size_t at = 0; at < n; number++) {
        const char *lf = memchr(text + at, '\n', n - at);
        size_t len = lf ? (size_t)(lf - (text + at)) : n - at;
        enum err e = OK;
        if (len >= sizeof line || memchr(text + at, '\0', len)) {
            e = ERR_CONFIG;
            snprintf(fault, sizeof fault, "%.40s: line too long or not text", "?");
        } else {
            memcpy(line, text + at, len);
            line[len] = '\0';
            e = parse_line(c, line, fault, sizeof fault);
        }
        if (e != OK) {
            snprintf(why, cap, "%s:%d: %s", name, number + 1, fault);
            return e;
        }
        at += len + 1;
    }
    return OK;
}

enum err config_load(struct config *c, const char *path, char *why, size_t cap)
{
    char *text = malloc(FILE_MAX + 1);
    enum err e = ERR_CONFIG;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd >= 0 && text ? read(fd, text, FILE_MAX + 1) : -1;
    if (n < 0)
        snprintf(why, cap, "%s: cannot be read: %s", path, strerror(errno));
    else if (n > FILE_MAX)
        snprintf(why, cap, "%s: larger than %d bytes", path, FILE_MAX);
    else
        e = config_parse(c, path, text, (size_t)n, why, cap);
    if (fd >= 0)
        close(fd);
    free(text);
    return e;
}
