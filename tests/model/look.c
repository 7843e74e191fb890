/* look.c - a database looked at without touching it. */
#include "tests/model/look.h"

#include "tests/model/disk.h"
#include "tests/model/world.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

enum { LOOKS = 3 };

/* A copy of the file at `path`. Kept open, because reading the tables' definitions is most of the
 * work: a WAL's shared index tells the reader that the file below it is another one now. */
struct look {
    char path[DISK_PATH], copy[DISK_PATH];
    sqlite3 *db;
    sqlite3_stmt *st;
};
static struct look looks[LOOKS];

static struct look *place_of(const char *path)
{
    int i = 0;
    while (i < LOOKS && looks[i].path[0] && strcmp(looks[i].path, path) != 0)
        i++;
    must(i < LOOKS, "looks");
    snprintf(looks[i].path, DISK_PATH, "%s", path);
    snprintf(looks[i].copy, DISK_PATH, "/@c/%d.db", i);
    return &looks[i];
}

static void close_look(struct look *l)
{
    must(sqlite3_close(l->db) == SQLITE_OK, "a copy can be closed");
    l->db = NULL;
}

struct look *look_at(const char *path)
{
    char from[DISK_PATH + 8], to[DISK_PATH + 8];
    struct look *l = place_of(path);
    const struct inode *f = disk_find(path);
    must(!l->st, "one look at a time");
    if (l->db && !(f && f->share.region[0]))
        close_look(l);
    if (!f)
        return NULL;
    snprintf(from, sizeof from, "%s-wal", path);
    snprintf(to, sizeof to, "%s-wal", l->copy);
    disk_copy(path, l->copy);
    disk_copy(from, to);
    if (l->db)
        return l;
    must(sqlite3_open_v2(l->copy, &l->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) ==
             SQLITE_OK,
         "a copy can be opened");
    (void)sqlite3_db_config(l->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    return l;
}

const char *look_copy(const struct look *l)
{
    return l->copy;
}

void look_end(struct look *l)
{
    if (!l)
        return;
    sqlite3_finalize(l->st);
    l->st = NULL;
}

void look_reset(void)
{
    for (int i = 0; i < LOOKS; i++)
        if (looks[i].db)
            close_look(&looks[i]);
}

void look_ask(struct look *l, const char *sql)
{
    sqlite3_finalize(l->st);
    l->st = NULL;
    if (sqlite3_prepare_v2(l->db, sql, -1, &l->st, NULL) != SQLITE_OK)
        talk("look: %s", sqlite3_errmsg(l->db)); /* before its tables are made */
}

bool look_row(struct look *l)
{
    int rc = l->st ? sqlite3_step(l->st) : SQLITE_DONE;
    if (rc != SQLITE_ROW && rc != SQLITE_DONE)
        broken("a database cannot be read: %s", sqlite3_errmsg(l->db));
    return rc == SQLITE_ROW;
}

int64_t look_int(struct look *l, int column)
{
    return sqlite3_column_int64(l->st, column);
}

const char *look_text(struct look *l, int column)
{
    const unsigned char *text = sqlite3_column_text(l->st, column);
    return text ? (const char *)text : "";
}
