/* mirror.c - the whole feed into another directory, in an order that can be cut short anywhere. */
#include "platform/mirror.h"

#include "hal/crypto.h"
#include "hal/wire.h"
#include "platform/files.h"
#include "platform/publish_part.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { OBJECTS_MAX = WIRE_CHANNELS * (WIRE_SEGMENTS + 1) };

/* One run. */
struct job {
    const struct conf *conf;
    const char *dir;
    struct arena arena; /* of the run */
    struct arena file;  /* of one object */
    struct wire_index from, there;
    struct mirror_result *out;
};

/* The index as its own key sets sign it: enough to know what belongs together. ERR_NOT_FOUND. */
static enum err read_index(struct job *j, const char *feed, struct wire_index *out, char **out_text)
{
    struct wire_keyset set = { .n = 0 };
    size_t n = 0;
    if (keyset_of_feed(&j->arena, feed, &set) == ERR_FORMAT)
        return ERR_FORMAT;
    char *path = arena_printf(&j->arena, "%s/%s/index", feed, j->conf->area);
    enum err e = path ? file_read(&j->arena, path, WIRE_INDEX_MAX, out_text, &n) : ERR_NOMEM;
    return e == OK ? wire_index_read(&j->arena, *out_text, n, &set, out) : e;
}

static bool names(const struct wire_index *x, const char *hash)
{
    for (int i = 0; i < x->channel_count; i++) {
        const struct wire_channel *ch = &x->channel[i];
        if (ch->has_base && strcmp(ch->base.hash, hash) == 0)
            return true;
        for (int k = 0; k < ch->seg_count; k++)
            if (strcmp(ch->seg[k].hash, hash) == 0)
                return true;
    }
    return false;
}

/* Temporary files of a run that was cut, and objects that none of the two names. */
static enum err clear(struct job *j, const struct wire_index *a, const struct wire_index *b)
{
    char *path = arena_printf(&j->arena, "%s/o", j->dir);
    DIR *d = path ? opendir(path) : NULL;
    if (!d)
        return path ? OK : ERR_NOMEM;
    for (struct dirent *f; (f = readdir(d));) {
        if (f->d_name[0] == '.' || names(a, f->d_name) || names(b, f->d_name))
            continue;
        if (unlinkat(dirfd(d), f->d_name, 0) == 0)
            j->out->removed++;
    }
    closedir(d);
    return OK;
}

static enum err good_bytes(struct job *j, const char *dir, const struct wire_object *o, char **out)
{
    char hash[WIRE_HASH_HEX + 1];
    size_t n = 0;
    char *path = arena_printf(&j->file, "%s/o/%s", dir, o->hash);
    enum err e = path ? file_read(&j->file, path, WIRE_SEGMENT_MAX, out, &n) : ERR_NOMEM;
    if (e != OK)
        return e;
    crypto_hash_of(*out, n, hash);
    return (int64_t)n == o->size && strcmp(hash, o->hash) == 0 ? OK : ERR_HASH;
}

/* Read back, not looked at: a stick that lost power has files of the right size. */
static enum err copy_object(struct job *j, const struct wire_object *o)
{
    char *bytes = NULL;
    arena_reset(&j->file);
    j->out->objects++;
    if (good_bytes(j, j->dir, o, &bytes) == OK)
        return OK;
    enum err e = good_bytes(j, j->conf->feed, o, &bytes);
    char *to = arena_printf(&j->file, "%s/o/%s", j->dir, o->hash);
    if (e == OK)
        e = to ? file_write(to, bytes, (size_t)o->size, 0644) : ERR_NOMEM;
    if (e == OK) {
        j->out->copied++;
        j->out->bytes += o->size;
    }
    return e;
}

static enum err copy_objects(struct job *j)
{
    char *path = arena_printf(&j->arena, "%s/o", j->dir);
    enum err e = path ? dir_make(path) : ERR_NOMEM;
    for (int i = 0; i < j->from.channel_count && e == OK; i++) {
        const struct wire_channel *ch = &j->from.channel[i];
        e = ch->has_base ? copy_object(j, &ch->base) : OK;
        for (int k = 0; k < ch->seg_count && e == OK; k++)
            e = copy_object(j, &ch->seg[k]);
    }
    return e;
}

static enum err copy_roots(struct job *j)
{
    char *dir = arena_printf(&j->arena, "%s/root", j->dir);
    enum err e = dir ? dir_make(dir) : ERR_NOMEM;
    for (int i = 1; e == OK && i <= j->from.root; i++) {
        char *text = NULL;
        size_t n = 0;
        char *from = arena_printf(&j->arena, "%s/root/%d", j->conf->feed, i);
        char *to = arena_printf(&j->arena, "%s/root/%d", j->dir, i);
        e = from && to ? file_read(&j->arena, from, WIRE_ROOT_MAX, &text, &n) : ERR_NOMEM;
        if (e == OK)
            e = file_write(to, text, n, 0644);
    }
    return e;
}

static enum err show_index(struct job *j, const char *text)
{
    char *dir = arena_printf(&j->arena, "%s/%s", j->dir, j->conf->area);
    char *path = arena_printf(&j->arena, "%s/index", dir ? dir : "");
    enum err e = dir && path ? dir_make(dir) : ERR_NOMEM;
    return e == OK ? file_write(path, text, strlen(text), 0644) : e;
}

static enum err run(struct job *j)
{
    struct stat st;
    char *text = NULL, *old = NULL;
    if (stat(j->dir, &st) != 0 || !S_ISDIR(st.st_mode))
        return ERR_NOT_FOUND;
    enum err e = read_index(j, j->conf->feed, &j->from, &text);
    if (e != OK)
        return e == ERR_NOT_FOUND ? ERR_NOT_FEED : e;
    if (read_index(j, j->dir, &j->there, &old) != OK)
        j->there = (struct wire_index){ .n = 0 }; /* torn, or none: written anew */
    j->out->there_n = j->there.n;
    j->out->n = j->from.n;
    if (j->there.n > j->from.n)
        return ERR_ROLLBACK;
    e = clear(j, &j->from, &j->there); /* room before it is needed */
    if (e == OK)
        e = copy_objects(j);
    if (e == OK)
        e = copy_roots(j);
    if (e == OK)
        e = show_index(j, text);
    return e == OK ? clear(j, &j->from, &j->from) : e;
}

enum err mirror(const struct conf *c, const char *dir, struct mirror_result *out)
{
    struct job *j = calloc(1, sizeof *j);
    if (!j)
        return ERR_NOMEM;
    *out = (struct mirror_result){ .n = 0 };
    j->conf = c;
    j->dir = dir;
    j->out = out;
    arena_init(&j->arena, 65536, 16 << 20);
    arena_init(&j->file, 1 << 20, WIRE_SEGMENT_MAX + (1 << 20));
    enum err e = crypto_init();
    if (e == OK)
        e = run(j);
    arena_finish(&j->file);
    arena_finish(&j->arena);
    free(j);
    return e;
}
