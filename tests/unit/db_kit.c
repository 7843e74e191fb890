/* db_kit.c - starts the PostgreSQL of the unit tests when the first of them wants it. */
#include "tests/unit/db_kit.h"

#include <libpq-fe.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "platform/db.h"

/* The script ends the server when `to` is closed, however this program ends. */
static struct {
    bool tried, wanted;
    pid_t script;
    int to;
    char address[300];
    PGconn *own;
    int schemas;
} pg;

static void stop(void)
{
    PQfinish(pg.own);
    close(pg.to);
    waitpid(pg.script, NULL, 0);
}

static void run_script(int in, int out)
{
    static char dir[64] = "/tmp/huimin-pg-XXXXXX";
    if (!mkdtemp(dir))
        _exit(1);
    dup2(in, STDIN_FILENO);
    dup2(out, STDOUT_FILENO);
    execl("tests/lib/pg", "tests/lib/pg", dir, (char *)NULL);
    _exit(1);
}

static bool start(void)
{
    int to[2], from[2];
    if (pipe2(to, 02000000) != 0 || pipe2(from, 02000000) != 0) /* O_CLOEXEC */
        return false;
    fflush(stdout);
    pg.script = fork();
    if (pg.script == 0)
        run_script(to[0], from[1]);
    close(to[0]);
    close(from[1]);
    pg.to = to[1];
    size_t n = 0;
    ssize_t got;
    while (n + 1 < sizeof pg.address && !memchr(pg.address, '\n', n) &&
           (got = read(from[0], pg.address + n, sizeof pg.address - 1 - n)) > 0)
        n += (size_t)got;
    close(from[0]);
    pg.address[strcspn(pg.address, "\n")] = '\0';
    pg.own = PQconnectdb(pg.address);
    atexit(stop);
    return pg.address[0] && PQstatus(pg.own) == CONNECTION_OK;
}

bool dbkit_postgres(void)
{
    if (access("/usr/lib/postgresql", X_OK) != 0) {
        puts("no PostgreSQL server here: not tried");
        return false;
    }
    if (!pg.tried) {
        pg.tried = true;
        pg.wanted = start();
    }
    pg.wanted = pg.own && PQstatus(pg.own) == CONNECTION_OK;
    return test_check("db_kit.c", 0, pg.wanted, "a PostgreSQL server that starts");
}

void dbkit_file(void)
{
    pg.wanted = false;
}

bool dbkit_is_file(void)
{
    return !pg.wanted;
}

void dbkit_path(const char *name, char *out, size_t cap)
{
    char sql[64];
    if (!pg.wanted) {
        snprintf(out, cap, "%s/%s", test_dir(), name);
        return;
    }
    snprintf(sql, sizeof sql, "CREATE SCHEMA t%d", ++pg.schemas);
    PQclear(PQexec(pg.own, sql));
    snprintf(out, cap, "%s&options=-csearch_path%%3Dt%d", pg.address, pg.schemas);
}

static int64_t ask_postgres(const char *path, const char *sql)
{
    PGconn *c = PQconnectdb(path);
    PGresult *r = PQexec(c, sql);
    ExecStatusType s = PQresultStatus(r);
    int64_t n = s == PGRES_TUPLES_OK && PQntuples(r) == 1 ? strtoll(PQgetvalue(r, 0, 0), NULL, 10)
                : s == PGRES_COMMAND_OK                   ? 0
                                                          : -1;
    PQclear(r);
    PQfinish(c);
    return n;
}

static int64_t ask_sqlite(const char *path, const char *sql)
{
    sqlite3 *sq = NULL;
    sqlite3_stmt *st = NULL;
    int64_t n = -1;
    if (sqlite3_open_v2(path, &sq, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK &&
        sqlite3_prepare_v2(sq, sql, -1, &st, NULL) == SQLITE_OK) {
        int rc = sqlite3_step(st);
        n = rc == SQLITE_ROW ? sqlite3_column_int64(st, 0) : rc == SQLITE_DONE ? 0 : -1;
    }
    sqlite3_finalize(st);
    sqlite3_close(sq);
    return n;
}

int64_t dbkit_number(const char *path, const char *sql)
{
    return db_is_file(path) ? ask_sqlite(path, sql) : ask_postgres(path, sql);
}

bool dbkit_sql(const char *path, const char *sql)
{
    return dbkit_number(path, sql) >= 0;
}

void dbkit_cut(void)
{
    PQclear(PQexec(pg.own, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                           " WHERE pid <> pg_backend_pid() AND datname = current_database()"));
}
