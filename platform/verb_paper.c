/* verb_paper.c - "case paper REF N FILE": a photographed paper, opened for the clerk. */
#include "hal/base/clock.h"
#include "hal/base/wipe.h"
#include "platform/paper.h"
#include "platform/verbs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { OPEN_BYTES = 2 * WIRE_BLOB_MAX + 4096 };

/* A new file that only this clerk can read. */
static enum err write_file(const char *path, const unsigned char *p, size_t n)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return errno == EEXIST ? ERR_BUSY : ERR_IO;
    while (n > 0) {
        ssize_t put = write(fd, p, n);
        if (put <= 0)
            break;
        p += put;
        n -= (size_t)put;
    }
    bool good = close(fd) == 0 && n == 0;
    if (!good)
        unlink(path);
    return good ? OK : ERR_IO;
}

static int told(const char *ref, const char *no, enum err e)
{
    if (e == ERR_NOT_FOUND)
        fprintf(stderr, "%s: no page %s was photographed\n", ref, no);
    else if (e == ERR_GAP)
        fprintf(stderr, "%s: page %s is still on its way\n", ref, no);
    else if (e == ERR_BUSY)
        fputs("the file is there already; nothing was written\n", stderr);
    else
        return verb_failed(ref, e);
    return 1;
}

int verb_case_paper(const struct verb_order *o, const struct conf *c, struct db *db,
                    const struct case_row *row)
{
    struct keys keys = { 0 };
    struct arena arena = { 0 };
    unsigned char *jpeg = NULL;
    size_t n = 0;
    char *end;
    long no = strtol(o->word[2], &end, 10);
    enum err e = *end || no < 1 ? ERR_NOT_FOUND : arena_init_locked(&arena, OPEN_BYTES);
    if (e == OK)
        e = keys_load(c->keys, &keys);
    if (e == OK)
        e = paper_open(db, &keys, row->ref, no, verb_who(), clock_wall_ms(), &arena, &jpeg, &n);
    if (e == OK)
        e = write_file(o->word[3], jpeg, n);
    if (e == OK && o->json)
        printf("{\"case\":\"%s\",\"page\":%ld,\"bytes\":%zu}\n", row->ref, no, n);
    else if (e == OK)
        printf("%s page %ld: %zu bytes in %s\n", row->ref, no, n, o->word[3]);
    arena_finish(&arena);
    keys_finish(&keys);
    wipe_stack();
    return e == OK ? 0 : told(row->ref, o->word[2], e);
}
