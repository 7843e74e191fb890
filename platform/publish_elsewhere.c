/* publish_elsewhere.c - a publisher signs on a machine of its own; the platform checks and packs.
 */
#include "platform/publish_part.h"

#include "platform/files.h"

#include <stdio.h>
#include <string.h>

enum { FILE_MAX_BYTES = 1 << 20 };

enum err signatures_read(struct publication *p, const char *input_dir)
{
    size_t n = 0;
    char *path = arena_printf(&p->arena, "%s/signed", input_dir);
    return path ? file_read(&p->arena, path, FILE_MAX_BYTES, &p->signatures.text, &n) : ERR_NOMEM;
}

enum err signatures_write(struct publication *p, const char *input_dir)
{
    const char *text = p->signatures.text ? p->signatures.text : "";
    char *path = arena_printf(&p->arena, "%s/signed", input_dir);
    return path ? file_write(path, text, strlen(text), 0644) : ERR_NOMEM;
}

enum err signatures_add(struct publication *p, const char *channel, const char *line)
{
    const char *before = p->signatures.text ? p->signatures.text : "";
    p->signatures.text = arena_printf(&p->arena, "%s%s %s\n", before, channel, line);
    return p->signatures.text ? OK : ERR_NOMEM;
}

static bool fits(const struct wire_rows *have, const struct wire_rows *want)
{
    return strcmp(have->kid, want->kid) == 0 && strcmp(have->scope, want->scope) == 0 &&
           have->from == want->from && have->rows == want->rows && have->to > want->from;
}

enum err signatures_find(struct publication *p, const struct wire_rows_place *at,
                         struct wire_rows *r, char **out_line)
{
    size_t name = strlen(at->channel);
    for (const char *line = p->signatures.text; line && *line;) {
        size_t n = strcspn(line, "\n");
        struct wire_rows have;
        if (n > name + 1 && strncmp(line, at->channel, name) == 0 && line[name] == ' ' &&
            wire_rows_read(line + name + 1, n - name - 1, &have) == OK && fits(&have, r) &&
            wire_rows_verify(&have, at, &p->set) == OK) {
            *r = have;
            *out_line = arena_strndup(&p->arena, line + name + 1, n - name - 1);
            return *out_line ? OK : ERR_NOMEM;
        }
        line += n + (line[n] == '\n');
    }
    fprintf(stderr,
            "%s%s%s: %s has not signed what comes of this input here (%lld rows, behind its"
            " number %lld)\n",
            at->channel, *r->scope ? " " : "", r->scope, r->kid, (long long)r->rows,
            (long long)r->from);
    return ERR_SIGNATURE;
}
