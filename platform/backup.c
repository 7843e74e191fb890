/* backup.c - makes a backup beside a platform that serves, and a platform of a backup. */
#include "platform/backup.h"

#include "hal/base/clock.h"
#include "platform/files.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { PATH_BYTES = 4096 };
/* More than one a millisecond nobody numbers; and clocks may differ a little. */
static const int64_t spare = 100000;

/* An empty file beside path that nobody else may read. */
static enum err make_beside(const char *path, char out[PATH_BYTES])
{
    if (snprintf(out, PATH_BYTES, "%s.XXXXXX", path) >= PATH_BYTES)
        return ERR_ARG;
    int fd = mkstemp(out); /* 0600 */
    if (fd < 0)
        return ERR_READONLY;
    close(fd);
    return OK;
}

static void remove_with_log(const char *path)
{
    char log[PATH_BYTES + 8];
    static const char *const endings[] = { "", "-wal", "-shm", "-journal" };
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        snprintf(log, sizeof log, "%s%s", path, endings[i]);
        unlink(log);
    }
}

/* --- backup ----------------------------------------------------------------------------------- */

/* First, so that the copy itself says when it was begun: what is numbered later it does not have.
 */
static enum err note_begin(struct db *db, const char *who)
{
    char at[24];
    int64_t now_ms = clock_wall_ms();
    snprintf(at, sizeof at, "%lld", (long long)now_ms);
    enum err e = db_begin(db);
    if (e == OK)
        e = db_meta_set(db, "backup_at", at);
    if (e == OK)
        e = db_audit_add(db, now_ms, who, "backup begun");
    if (e == OK)
        e = db_commit(db);
    if (e != OK)
        db_rollback(db);
    return e;
}

static enum err copy_of(const char *path, const char *who, const char *to)
{
    struct db *db = NULL;
    bool there = !db_is_file(path) || access(path, F_OK) == 0;
    enum err e = there ? db_open(path, &db) : ERR_NOT_FOUND;
    if (e == OK)
        e = note_begin(db, who);
    if (e == OK)
        e = db_copy(db, to);
    db_close(db);
    return e;
}

/* The chain, and how much there is. */
static enum err look(struct db *db, struct backup *out)
{
    int64_t lines = 0;
    enum err e = db_audit_verify(db, &lines, out->audit_hash);
    return e == OK ? db_facts_read(db, &out->facts) : e;
}

static enum err check_copy(const char *path, struct backup *out)
{
    struct db *db = NULL;
    enum err e = db_open_read(path, &db);
    if (e == OK)
        e = db_sound(db);
    if (e == OK)
        e = look(db, out);
    db_close(db);
    return e;
}

enum err backup_make(const char *db, const char *file, const char *who, struct backup *out)
{
    char beside[PATH_BYTES];
    if (access(file, F_OK) == 0)
        return ERR_BUSY;
    enum err e = make_beside(file, beside);
    if (e != OK)
        return e;
    e = copy_of(db, who, beside);
    if (e == OK)
        e = check_copy(beside, out);
    if (e == OK)
        e = file_appear(beside, file);
    if (e != OK)
        remove_with_log(beside);
    return e;
}

/* --- restore ---------------------------------------------------------------------------------- */

/* A log that lies beside a name would be played into whatever gets this name. */
static bool name_free(const char *path)
{
    char log[PATH_BYTES + 8];
    snprintf(log, sizeof log, "%s-wal", path);
    return access(path, F_OK) != 0 && access(log, F_OK) != 0;
}

static enum err sound_copy(const char *file, const char *to)
{
    struct db *db = NULL;
    enum err e = db_open_read(file, &db);
    if (e == OK)
        e = db_sound(db);
    if (e == OK)
        e = db_copy(db, to);
    db_close(db);
    return e;
}

static enum err change(struct db *db, const char *who, const struct db_facts *f)
{
    char epoch[WIRE_NAME_MAX];
    uint32_t r = 0;
    int64_t now_ms = clock_wall_ms(), since_ms = f->backup_ms > 0 ? now_ms - f->backup_ms : now_ms;
    crypto_random(&r, sizeof r);
    snprintf(epoch, sizeof epoch, "e%08x", r);
    enum err e = db_begin(db);
    if (e == OK)
        e = db_begin_again(db, (since_ms > 0 ? since_ms : 0) + spare, epoch);
    if (e == OK)
        e = db_audit_add(db, now_ms, who, "restored from a backup of %lld ms before",
                         (long long)since_ms);
    if (e == OK)
        e = db_commit(db);
    if (e != OK)
        db_rollback(db);
    return e;
}

/* An older backup is brought forward by being opened; then it must have its chain. */
static enum err begin_again(const char *path, const char *who, struct backup *out)
{
    struct db *db = NULL;
    enum err e = db_open(path, &db);
    if (e == OK)
        e = look(db, out);
    if (e == OK)
        e = change(db, who, &out->facts);
    db_close(db);
    return e;
}

/* The file, sound, brought forward and begun again, under a name beside `near`. */
static enum err renewed(const char *file, const char *near, const char *who, struct backup *out,
                        char beside[PATH_BYTES])
{
    if (access(file, R_OK) != 0)
        return ERR_NOT_FOUND;
    enum err e = make_beside(near, beside);
    if (e != OK)
        return e;
    e = sound_copy(file, beside);
    if (e == OK)
        e = begin_again(beside, who, out);
    if (e != OK)
        remove_with_log(beside);
    return e;
}

static enum err fill(struct db *to, const char *path, struct arena *a)
{
    struct db *from = NULL;
    enum err e = db_open_read(path, &from);
    if (e == OK)
        e = db_begin(to);
    if (e == OK)
        e = db_fill(to, from, a);
    if (e == OK)
        e = db_commit(to);
    if (e != OK)
        db_rollback(to);
    db_close(from);
    return e;
}

/* Into a server's database, all in one transaction. */
static enum err pour(const char *path, const char *url)
{
    struct db *to = NULL;
    struct arena a;
    enum err e = db_open(url, &to);
    if (e != OK)
        return e;
    arena_init(&a, 65536, 1 << 20);
    e = fill(to, path, &a);
    db_close(to);
    arena_finish(&a);
    return e;
}

enum err backup_restore(const char *file, const char *db, const char *who, struct backup *out)
{
    char beside[PATH_BYTES];
    bool is_file = db_is_file(db);
    if (is_file && !name_free(db))
        return ERR_BUSY;
    enum err e = renewed(file, is_file ? db : file, who, out, beside);
    if (e != OK)
        return e;
    e = is_file ? file_appear(beside, db) : pour(beside, db);
    if (e != OK || !is_file)
        remove_with_log(beside);
    return e;
}
