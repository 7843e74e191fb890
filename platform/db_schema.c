/* db_schema.c - the tables of the platform's database, version after version. */
#include "platform/db_blob.h"
#include "platform/db_part.h"

#include "hal/base/log.h"

#include <stdio.h>
#include <stdlib.h>

static const char feed_tables[] =
    "CREATE TABLE IF NOT EXISTS meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;"
    "CREATE TABLE IF NOT EXISTS row(tbl INTEGER NOT NULL, key TEXT NOT NULL, val TEXT NOT NULL,"
    " PRIMARY KEY(tbl, key)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS channel(name TEXT PRIMARY KEY, epoch TEXT NOT NULL,"
    " schema INTEGER NOT NULL, head INTEGER NOT NULL, rows INTEGER NOT NULL) STRICT;"
    "CREATE TABLE IF NOT EXISTS object(ch TEXT NOT NULL, base INTEGER NOT NULL,"
    " from_seq INTEGER NOT NULL, to_seq INTEGER NOT NULL, hash TEXT NOT NULL,"
    " size INTEGER NOT NULL, raw INTEGER NOT NULL, PRIMARY KEY(ch, base, to_seq)) STRICT;";

/* inbox keeps the sealed boxes; cases holds nothing that could not be told to a terminal, and two
 * keyed hashes by which a person is recognised. */
static const char office_tables[] =
    "CREATE TABLE terminal(name TEXT PRIMARY KEY, item BLOB NOT NULL, line BLOB NOT NULL UNIQUE,"
    " revoked INTEGER NOT NULL, added_at INTEGER NOT NULL, last_n INTEGER NOT NULL) STRICT;"
    "CREATE TABLE nonce(terminal TEXT NOT NULL, nonce TEXT NOT NULL, at INTEGER NOT NULL,"
    " PRIMARY KEY(terminal, nonce)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX nonce_at ON nonce(at);"
    "CREATE TABLE inbox(terminal TEXT NOT NULL, id TEXT NOT NULL, n INTEGER NOT NULL,"
    " kind TEXT NOT NULL, at INTEGER NOT NULL, suite TEXT NOT NULL, kid TEXT NOT NULL,"
    " box_hash TEXT NOT NULL, box BLOB NOT NULL, sig BLOB NOT NULL, received_at INTEGER NOT NULL,"
    " outcome TEXT NOT NULL, ref TEXT NOT NULL, why TEXT NOT NULL,"
    " PRIMARY KEY(terminal, id)) STRICT;"
    "CREATE TABLE cases(no INTEGER PRIMARY KEY, ref TEXT NOT NULL UNIQUE, terminal TEXT NOT NULL,"
    " id TEXT NOT NULL, receipt TEXT NOT NULL, service TEXT NOT NULL, service_name TEXT NOT NULL,"
    " person BLOB, card BLOB, identity TEXT NOT NULL, state TEXT NOT NULL, reason TEXT NOT NULL,"
    " at INTEGER NOT NULL, received_at INTEGER NOT NULL, decided_at INTEGER NOT NULL,"
    " duplicate_of TEXT NOT NULL, seq INTEGER NOT NULL UNIQUE, UNIQUE(terminal, id)) STRICT;"
    "CREATE INDEX cases_receipt ON cases(receipt);"
    "CREATE INDEX cases_person ON cases(person, service);"
    "CREATE INDEX cases_status ON cases(terminal, seq);"
    "CREATE TABLE tick(ref TEXT NOT NULL, material TEXT NOT NULL, at INTEGER NOT NULL,"
    " PRIMARY KEY(ref, material)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE audit(n INTEGER PRIMARY KEY, at INTEGER NOT NULL, who TEXT NOT NULL,"
    " what TEXT NOT NULL, prev TEXT NOT NULL, hash TEXT NOT NULL) STRICT;";

/* Citizens' social security; a person is the same keyed hash as in cases. */
static const char account_tables[] =
    "CREATE TABLE IF NOT EXISTS account(person BLOB PRIMARY KEY NOT NULL, card BLOB NOT NULL,"
    " certified INTEGER NOT NULL, facts TEXT NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS account_sheet(person BLOB NOT NULL, part TEXT NOT NULL, scheme "
    "TEXT NOT NULL,"
    " state TEXT NOT NULL, since INTEGER NOT NULL, months INTEGER NOT NULL,"
    " monthly INTEGER NOT NULL, from_account INTEGER NOT NULL, balance INTEGER NOT NULL,"
    " PRIMARY KEY(person, part)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS account_year(person BLOB NOT NULL, part TEXT NOT NULL, year "
    "INTEGER NOT NULL,"
    " months INTEGER NOT NULL, own INTEGER NOT NULL, other INTEGER NOT NULL,"
    " rate INTEGER NOT NULL, interest INTEGER NOT NULL, paid INTEGER NOT NULL,"
    " balance INTEGER NOT NULL, PRIMARY KEY(person, part, year)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS account_settle(person BLOB NOT NULL, n INTEGER NOT NULL, day "
    "INTEGER NOT NULL,"
    " kind TEXT NOT NULL, hospital TEXT NOT NULL, level INTEGER NOT NULL,"
    " total INTEGER NOT NULL, deductible INTEGER NOT NULL, fund INTEGER NOT NULL,"
    " account INTEGER NOT NULL, cash INTEGER NOT NULL,"
    " PRIMARY KEY(person, n)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS account_rule(kind TEXT NOT NULL, key TEXT NOT NULL, n INTEGER NOT "
    "NULL,"
    " a INTEGER NOT NULL, b INTEGER NOT NULL, name TEXT NOT NULL,"
    " PRIMARY KEY(kind, key, n)) STRICT, WITHOUT ROWID;";

/* What a case was promised; how services were rated (who: a keyed hash, one each); what was booked.
 */
static const char catalogue_tables[] =
    "CREATE TABLE IF NOT EXISTS case_day(ref TEXT PRIMARY KEY NOT NULL, promised INTEGER NOT NULL,"
    " legal INTEGER NOT NULL, working INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS rating(who BLOB PRIMARY KEY NOT NULL, service TEXT NOT NULL,"
    " level INTEGER NOT NULL, month INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS booking(ref TEXT PRIMARY KEY NOT NULL, place INTEGER NOT NULL,"
    " day INTEGER NOT NULL, minute INTEGER NOT NULL, state TEXT NOT NULL)"
    " STRICT, WITHOUT ROWID;"
    "CREATE INDEX IF NOT EXISTS booking_slot ON booking(place, day, minute);";

/* Proofs of insurance that were given, under their numbers: what each one says. */
static const char proof_tables[] =
    "CREATE TABLE IF NOT EXISTS proof(no INTEGER PRIMARY KEY, number TEXT NOT NULL UNIQUE,"
    " person BLOB NOT NULL, part TEXT NOT NULL, purpose TEXT NOT NULL, day INTEGER NOT NULL,"
    " scheme TEXT NOT NULL, state TEXT NOT NULL, since INTEGER NOT NULL,"
    " months INTEGER NOT NULL) STRICT;"
    "CREATE INDEX IF NOT EXISTS proof_person ON proof(person, day);";

/* Papers of an account: referrals, loans, who looked. */
static const char entry_tables[] =
    "CREATE TABLE IF NOT EXISTS account_entry(person BLOB NOT NULL, part TEXT NOT NULL,"
    " n INTEGER NOT NULL, kind TEXT NOT NULL, day INTEGER NOT NULL, until INTEGER NOT NULL,"
    " title TEXT NOT NULL, who TEXT NOT NULL, place TEXT NOT NULL, total INTEGER NOT NULL,"
    " owed INTEGER NOT NULL, late INTEGER NOT NULL, PRIMARY KEY(person, part, n))"
    " STRICT, WITHOUT ROWID;";

/* Why services were rated badly: counts of a month, beside nothing that says by whom. */
static const char reason_tables[] =
    "CREATE TABLE IF NOT EXISTS rating_reason(service TEXT NOT NULL, reason TEXT NOT NULL,"
    " month INTEGER NOT NULL, n INTEGER NOT NULL, PRIMARY KEY(service, reason, month))"
    " STRICT, WITHOUT ROWID;";

/* What a card was asked, what may be asked because of it, and whose a card is. bound: a keyed hash
 * of terminal, visit and card; holder.card: of the card's number alone; box: sealed to seal.key. */
static const char visit_tables[] =
    "CREATE TABLE IF NOT EXISTS challenge(id TEXT PRIMARY KEY NOT NULL, bound BLOB NOT NULL,"
    " factor BLOB NOT NULL, orig BLOB NOT NULL, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS token(hash TEXT PRIMARY KEY NOT NULL, bound BLOB NOT NULL,"
    " person BLOB, made INTEGER NOT NULL, until INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS holder(card BLOB PRIMARY KEY NOT NULL, person BLOB NOT NULL,"
    " box BLOB) STRICT, WITHOUT ROWID;";

/* The clerks' page: who may work there (hash: of the password), who is there (hash: of what the
 * browser holds), logins that failed. Terminals: when they were heard last, what they said of
 * themselves. */
static const char console_tables[] =
    "CREATE TABLE IF NOT EXISTS clerk(name TEXT PRIMARY KEY NOT NULL, hash TEXT NOT NULL,"
    " roles INTEGER NOT NULL, locked INTEGER NOT NULL, added_at INTEGER NOT NULL,"
    " changed_at INTEGER NOT NULL) STRICT;"
    "CREATE TABLE IF NOT EXISTS console_session(hash TEXT PRIMARY KEY NOT NULL,"
    " clerk TEXT NOT NULL, begun_at INTEGER NOT NULL, used_at INTEGER NOT NULL) STRICT;"
    "CREATE TABLE IF NOT EXISTS console_try(key TEXT PRIMARY KEY NOT NULL,"
    " fails INTEGER NOT NULL, last_at INTEGER NOT NULL) STRICT;"
    "CREATE TABLE IF NOT EXISTS terminal_seen(terminal TEXT PRIMARY KEY NOT NULL,"
    " at INTEGER NOT NULL, skew INTEGER NOT NULL) STRICT;"
    "CREATE TABLE IF NOT EXISTS terminal_report(terminal TEXT PRIMARY KEY NOT NULL,"
    " at INTEGER NOT NULL, version TEXT NOT NULL, up_s INTEGER NOT NULL,"
    " waiting INTEGER NOT NULL, stuck INTEGER NOT NULL, rejected INTEGER NOT NULL,"
    " oldest INTEGER NOT NULL, reader TEXT NOT NULL, printer TEXT NOT NULL,"
    " disk_mb INTEGER NOT NULL, idx INTEGER NOT NULL, temp INTEGER NOT NULL) STRICT;";

/* Notices that are taken back after a day. */
static const char notice_tables[] =
    "CREATE TABLE IF NOT EXISTS notice_until(id INTEGER PRIMARY KEY, day INTEGER NOT NULL) STRICT;";

/* How terminals become known: codes on paper (only their keyed hashes), certificates given out. */
static const char enrol_tables[] =
    "CREATE TABLE IF NOT EXISTS enrol_code(hash TEXT PRIMARY KEY NOT NULL, name TEXT NOT NULL,"
    " village TEXT NOT NULL, until INTEGER NOT NULL, used INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE INDEX IF NOT EXISTS enrol_code_name ON enrol_code(name, used);"
    "CREATE TABLE IF NOT EXISTS certificate(serial TEXT PRIMARY KEY NOT NULL,"
    " terminal TEXT NOT NULL, line BLOB NOT NULL, made INTEGER NOT NULL, until INTEGER NOT NULL,"
    " revoked INTEGER NOT NULL, pem TEXT NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE INDEX IF NOT EXISTS certificate_terminal ON certificate(terminal, until);";

/* A version adds tables, columns that have a default, indexes: then programs that know only the one
 * before go on writing beside it, and terminals notice nothing while a platform is renewed. One
 * that changes what is there says so (breaks), and older programs are refused from then on. */
static const struct version {
    const char *sql;
    bool breaks;
} version[] = { { feed_tables, true },       { office_tables, false }, { account_tables, false },
                { catalogue_tables, false }, { proof_tables, false },  { entry_tables, false },
                { reason_tables, false },    { visit_tables, false },  { enrol_tables, false },
                { console_tables, false },   { notice_tables, false }, { db_blob_tables, false } };
enum { NEWEST = sizeof version / sizeof *version };

/* In table meta: the version a program must know to write. Absent: what all know. */
static const char oldest_key[] = "tables_for";

static int known = NEWEST;

int db_newest(void)
{
    return known;
}

void db_know(int newest)
{
    known = newest > 0 ? newest : NEWEST;
}

static int needed_by(int newest)
{
    int needed = 1;
    for (int i = 0; i < newest; i++)
        if (version[i].breaks)
            needed = i + 1;
    return needed;
}

enum err db_fits(struct db *db, int have)
{
    struct arena a;
    char *text = NULL;
    if (have <= known)
        return OK;
    arena_init(&a, 256, 4096);
    enum err e = db_meta_get(db, &a, oldest_key, &text);
    bool fits = e == OK && strtol(text, NULL, 10) <= known;
    arena_finish(&a);
    if (e == ERR_NOT_FOUND || (e == OK && !fits)) {
        log_error("platform_db_newer", "version=%d known=%d", have, known);
        return ERR_TYPE;
    }
    return e;
}

/* Asked again inside the transaction: another program may have been quicker. */
static enum err forward(struct db *db)
{
    char needed[24];
    int have = 0;
    enum err e = db_version(db, &have);
    if (e != OK || have >= known)
        return e;
    for (int i = have; i < known && e == OK; i++)
        e = db_script(db, version[i].sql);
    snprintf(needed, sizeof needed, "%d", needed_by(known));
    if (e == OK)
        e = db_meta_set(db, oldest_key, needed);
    return e == OK ? db_version_set(db, known) : e;
}

enum err db_migrate(struct db *db)
{
    int have = 0;
    enum err e = db_version(db, &have);
    if (e != OK || have >= known)
        return e == OK ? db_fits(db, have) : e;
    e = db_begin(db);
    if (e == OK)
        e = forward(db);
    if (e == OK)
        e = db_commit(db);
    if (e != OK)
        db_rollback(db);
    return e;
}
