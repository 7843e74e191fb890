/* feed_floor.c - what the rows of a feed cost without a feed: a JSON file into the terminal's own
 * tables, with the same search index, in one transaction. usage: feed_floor ROWS.json CACHE.db */
#include "app/feed_tables.h"
#include "app/store.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static const char insert[] =
    "INSERT INTO notice(id, day, at_min, sender, sender_en, title, title_en, body, body_en, kind,"
    " pinned) SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'),"
    " json_extract(value, '$[2]'), json_extract(value, '$[3]'), json_extract(value, '$[4]'),"
    " json_extract(value, '$[5]'), json_extract(value, '$[6]'), json_extract(value, '$[7]'),"
    " json_extract(value, '$[8]'), json_extract(value, '$[9]'), json_extract(value, '$[10]')"
    " FROM json_each(?1)";

static enum err import(struct store *s, const char *text, size_t n)
{
    enum err e = store_begin(s);
    if (e != OK)
        return e;
    struct query *q = store_query(s, insert);
    query_bytes(q, 1, text, n);
    query_step(q);
    e = query_done(q);
    if (e == OK)
        e = store_exec(s, "INSERT INTO notice_fts(notice_fts) VALUES('rebuild')");
    if (e == OK)
        e = store_commit(s);
    return e == OK ? store_exec(s, "PRAGMA wal_checkpoint(PASSIVE)") : e;
}

int main(int argc, char **argv)
{
    struct store *s = NULL;
    struct stat st;
    int fd = argc == 3 ? open(argv[1], O_RDONLY | O_CLOEXEC) : -1;
    if (fd < 0 || fstat(fd, &st) != 0)
        return 2;
    const char *text = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    enum err e = text != MAP_FAILED ? store_open(argv[2], STORE_WRITE, &s) : ERR_IO;
    if (e == OK)
        e = feed_schema_ensure(s);
    if (e == OK)
        e = import(s, text, (size_t)st.st_size);
    store_close(s);
    if (e != OK)
        fprintf(stderr, "feed_floor: %s\n", err_name(e));
    return e == OK ? 0 : 1;
}
