/* outbox_db.c - the file outbox.db: its tables, and how one item gets into it whole or not at all.
 */
#include "app/outbox_part.h"

#include "hal/base/log.h"
#include "hal/net.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* box stands last: what lies behind it would be read through all its pages. box_hash stays when
 * the box is emptied, so that a late acknowledgement can still be verified. */
static const char schema_1[] =
    "CREATE TABLE item(n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, receipt TEXT NOT NULL,"
    " kind TEXT NOT NULL, at INTEGER NOT NULL, suite TEXT NOT NULL, kid TEXT NOT NULL,"
    " state INTEGER NOT NULL DEFAULT 0, tries INTEGER NOT NULL DEFAULT 0,"
    " first_try INTEGER NOT NULL DEFAULT 0, next_at INTEGER NOT NULL DEFAULT 0,"
    " reason TEXT NOT NULL DEFAULT '', ref TEXT NOT NULL DEFAULT '',"
    " delivered INTEGER NOT NULL DEFAULT 0, case_state TEXT NOT NULL DEFAULT '',"
    " case_at INTEGER NOT NULL DEFAULT 0, sig BLOB NOT NULL, box_hash TEXT NOT NULL,"
    " box BLOB NOT NULL) STRICT;"
    "CREATE INDEX item_receipt ON item(receipt);"
    "CREATE INDEX item_state ON item(state, next_at, first_try);"
    "CREATE TABLE meta(key TEXT PRIMARY KEY NOT NULL, value INTEGER NOT NULL)"
    " STRICT, WITHOUT ROWID;"
    "INSERT INTO meta VALUES('last_n', 0), ('status_seq', 0);"
    "PRAGMA user_version=1";
/* What only few items have, apart from the boxes: how often it failed by its own fault, and when it
 * was written to a stick. */
static const char schema_2[] =
    "CREATE TABLE mark(n INTEGER PRIMARY KEY, faults INTEGER NOT NULL DEFAULT 0,"
    " carried INTEGER NOT NULL DEFAULT 0) STRICT;"
    "PRAGMA user_version=2";
static const char *const schema[] = { schema_1, schema_2, outbox_blob_tables };
enum { SCHEMA = sizeof schema / sizeof *schema };

enum err outbox_db_path(const char *data_dir, const char *name, char out[OUTBOX_PATH])
{
    int n = snprintf(out, OUTBOX_PATH, "%s/%s", data_dir, name);
    return n > 0 && n < OUTBOX_PATH ? OK : ERR_ARG;
}

/* Either program may be the first one ever started here. Setgid: what both make is their group's.
 */
static enum err make_dir(const char *dir)
{
    char part[OUTBOX_PATH];
    for (size_t i = 1; i < sizeof part && dir[i]; i++)
        if (dir[i] == '/') {
            snprintf(part, sizeof part, "%.*s", (int)i, dir);
            (void)mkdir(part, 0755);
        }
    if (mkdir(dir, 0770) != 0)
        return errno == EEXIST ? OK : net_file_error(errno);
    return chmod(dir, 02770) == 0 ? OK : net_file_error(errno);
}

/* SQLite would make it 0644: the other program, of the same group, could not write. -wal and -shm
 * follow the mode of the file. */
static enum err make_file(const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0660);
    if (fd < 0)
        return errno == EEXIST ? OK : net_file_error(errno);
    enum err e = fchmod(fd, 0660) == 0 ? OK : net_file_error(errno);
    close(fd);
    return e;
}

static enum err version_of(struct store *s, int64_t *out)
{
    struct query *q = store_query(s, "SELECT user_version FROM pragma_user_version");
    if (query_step(q))
        *out = query_col_int(q, 0);
    return query_done(q);
}

/* The version is read again inside: the other program may have been first. */
static enum err upgrade(struct store *s)
{
    int64_t have = -1;
    enum err e = version_of(s, &have);
    if (e != OK || have == SCHEMA)
        return e;
    e = store_begin(s);
    if (e != OK)
        return e;
    e = version_of(s, &have);
    if (e == OK && (have < 0 || have > SCHEMA))
        e = ERR_FORMAT;
    for (int64_t v = have; e == OK && v < SCHEMA; v++)
        e = store_exec(s, schema[v]);
    if (e == OK)
        return store_commit(s);
    store_rollback(s);
    return e;
}

/* The names of outbox.db and its -wal must outlive a power cut as their bytes do. */
static enum err sync_dir(const char *dir)
{
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return net_file_error(errno);
    enum err e = fsync(fd) == 0 ? OK : net_file_error(errno);
    close(fd);
    return e;
}

enum err outbox_db_open(const char *data_dir, struct store **out)
{
    char path[OUTBOX_PATH];
    struct store *s = NULL;
    enum err e = outbox_db_path(data_dir, "outbox.db", path);
    if (e == OK)
        e = make_dir(data_dir);
    if (e == OK)
        e = make_file(path);
    if (e == OK)
        e = store_open(path, STORE_OUTBOX, &s);
    if (e != OK)
        return e;
    e = upgrade(s);
    if (e == OK)
        e = sync_dir(data_dir);
    if (e == OK)
        *out = s;
    else
        store_close(s);
    return e;
}

bool outbox_db_free_reserve(const char *data_dir)
{
    char path[OUTBOX_PATH];
    if (outbox_db_path(data_dir, "outbox.reserve", path) != OK || unlink(path) != 0)
        return false;
    log_warn("outbox_reserve_used", "bytes=%d", (int)OUTBOX_RESERVE);
    return true;
}

static enum err next_n(struct store *s, int64_t *out)
{
    struct query *q = store_query(s, "UPDATE meta SET value = value + 1 WHERE key = 'last_n'"
                                     " RETURNING value");
    int64_t n = 0;
    while (query_step(q))
        n = query_col_int(q, 0);
    enum err e = query_done(q);
    if (e == OK && n < 1)
        e = ERR_CORRUPT;
    if (e == OK)
        *out = n;
    return e;
}

static enum err insert(struct store *s, const struct wire_item *item, const char *receipt)
{
    char hash[WIRE_HASH_HEX + 1];
    crypto_hash_of(item->box, item->box_n, hash);
    struct query *q =
        store_query(s, "INSERT INTO item(n, id, receipt, kind, at, suite, kid, sig, box_hash, box)"
                       " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)");
    query_int(q, 1, item->n);
    query_text(q, 2, item->id);
    query_text(q, 3, receipt);
    query_text(q, 4, item->kind);
    query_int(q, 5, item->at_ms);
    query_text(q, 6, item->suite);
    query_text(q, 7, item->kid);
    query_blob(q, 8, item->sig, sizeof item->sig);
    query_text(q, 9, hash);
    query_blob(q, 10, item->box, item->box_n);
    query_step(q);
    return query_done(q);
}

enum err outbox_db_put(struct store *s, const unsigned char secret[CRYPTO_SECRET],
                       struct wire_item *item, char out_receipt[WIRE_RECEIPT + 1])
{
    return outbox_db_put_pages(s, secret, item, NULL, out_receipt);
}

enum err outbox_db_put_pages(struct store *s, const unsigned char secret[CRYPTO_SECRET],
                             struct wire_item *item, const struct outbox_blobs *pages,
                             char out_receipt[WIRE_RECEIPT + 1])
{
    char receipt[WIRE_RECEIPT + 1];
    wire_receipt(item->id, receipt);
    enum err e = store_begin(s);
    if (e != OK)
        return e;
    e = next_n(s, &item->n);
    if (e == OK) {
        wire_item_sign(item, secret);
        e = insert(s, item, receipt);
    }
    if (e == OK)
        e = outbox_blobs_insert(s, item->n, pages);
    if (e == OK)
        e = store_commit(s);
    else
        store_rollback(s);
    if (e == OK)
        memcpy(out_receipt, receipt, sizeof receipt);
    return e;
}
