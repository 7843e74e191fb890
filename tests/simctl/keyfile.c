/* keyfile.c - reads `key = value` lines. */
#include "tests/simctl/keyfile.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static char *trim(char *s)
{
    s += strspn(s, " \t");
    size_t n = strlen(s);
    while (n > 0 && strchr(" \t\r\n", s[n - 1]))
        s[--n] = '\0';
    return s;
}

bool keyfile_read(const char *path, bool (*put)(void *to, const char *key, char *value), void *to,
                  char *why, size_t cap)
{
    char line[1024];
    bool ok = true;
    FILE *f = fopen(path, "re");
    if (!f) {
        snprintf(why, cap, "%s", strerror(errno));
        return false;
    }
    for (int n = 1; ok && fgets(line, sizeof line, f); n++) {
        char *key = trim(line), *eq = strchr(key, '=');
        if (!*key || *key == '#')
            continue;
        if (eq)
            *eq = '\0';
        key = trim(key);
        ok = eq && put(to, key, trim(eq + 1));
        if (!ok)
            snprintf(why, cap, "line %d: %.40s", n, key);
    }
    fclose(f);
    return ok;
}
