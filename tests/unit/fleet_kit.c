/* fleet_kit.c - for tests: a real publisher and a terminal that reads its folder. */
#include "tests/unit/fleet_kit.h"

#include "app/store.h"
#include "app/sync.h"
#include "hal/base/log.h"
#include "hal/crypto.h"
#include "platform/ceremony.h"
#include "platform/files.h"
#include "platform/keys.h"
#include "platform/publish.h"
#include "tests/unit/db_kit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void must(bool ok, const char *what)
{
    if (ok)
        return;
    fprintf(stderr, "fleet_kit: %s\n", what);
    abort();
}

char *fleet_path(struct fleet *f, const char *name)
{
    return arena_printf(&f->arena, "%s/%s", f->dir, name);
}

void fleet_put(struct fleet *f, const char *name, const char *text)
{
    char *path = arena_printf(&f->arena, "%s/%s", f->input, name);
    must(file_write(path, text, strlen(text), 0600) == OK, name);
}

void fleet_init(struct fleet *f, const char *dir)
{
    memset(f, 0, sizeof *f);
    must(crypto_init() == OK, "crypto");
    arena_init(&f->arena, 65536, 64 << 20);
    snprintf(f->dir, sizeof f->dir, "%s", dir);
    snprintf(f->input, sizeof f->input, "%s/in", dir);
    conf_default(&f->conf);
    dbkit_path("p.db", f->conf.db, sizeof f->conf.db);
    snprintf(f->conf.keys, sizeof f->conf.keys, "%s/keys", dir);
    snprintf(f->conf.feed, sizeof f->conf.feed, "%s/feed", dir);
    config_init(&f->config);
    snprintf(f->config.data_dir, sizeof f->config.data_dir, "%.200s/data", dir);
    snprintf(f->config.share_dir, sizeof f->config.share_dir, "%.200s/share", dir);
    snprintf(f->config.feed_dir, sizeof f->config.feed_dir, "%.200s/feed", dir);
    snprintf(f->config.feed_root, sizeof f->config.feed_root, "%.200s/keys/root.pub", dir);
    must(dir_make(f->input) == OK, f->input);
    fleet_put(f, "categories.csv", "id,name,sort\nmeat,肉蛋禽,1\n");
    fleet_put(f, "goods.csv",
              "id,name,spec,unit,category\n1,鸡蛋,散装,元/斤,meat\n10,排骨,肋排,元/斤,meat\n");
    fleet_put(f, "townships.csv", "code,name\n420506001,小溪塔街道\n");
    fleet_put(f, "villages.csv",
              "code,name,township\n420506001201,甲村,420506001\n"
              "420506001202,乙村,420506001\n");
    fleet_put(f, "places.csv", "id,kind,name,township,address\n3,market,中心市场,420506001,集镇\n");
    fleet_put(f, "prices.csv", "day,place,good,yuan\n2026-11-23,3,1,4.98\n");
}

void fleet_finish(struct fleet *f)
{
    arena_finish(&f->arena);
}

enum err fleet_publish(struct fleet *f, bool renew)
{
    struct publish_result r;
    log_init("test", LOG_ERROR + 1);
    enum err e = publish(&f->conf, f->input, renew, &r);
    log_init("test", LOG_INFO);
    return e;
}

enum err fleet_publish_by(struct fleet *f, const char *kid)
{
    struct publish_result r;
    struct publish_as as = { .kid = kid };
    struct wire_key key;
    char *file = arena_printf(&f->arena, "%s/%s.key", f->dir, kid);
    must(keys_read_secret(file, as.secret, &key) == OK, file);
    log_init("test", LOG_ERROR + 1);
    enum err e = publish_by(&f->conf, f->input, &as, &r);
    log_init("test", LOG_INFO);
    return e;
}

void fleet_pair(struct fleet *f, const char *kind, const char *name)
{
    must(keys_make_pair(kind, name, fleet_path(f, name)) == OK, name);
}

/* Words of a text, "@" replaced by the directory. */
static int words(struct fleet *f, const char *text, const char **out, int max)
{
    int n = 0;
    char *copy = arena_strdup(&f->arena, text), *rest = NULL;
    for (char *w = strtok_r(copy, " ", &rest); w && n < max; w = strtok_r(NULL, " ", &rest)) {
        char *at = strchr(w, '@');
        out[n++] = at ? arena_printf(&f->arena, "%.*s%s%s", (int)(at - w), w, f->dir, at + 1) : w;
    }
    return n;
}

enum err fleet_keys(struct fleet *f, const char *changes, const char *roots)
{
    const char *word[16], *root[8], *why = "";
    struct draft *d = arena_new(&f->arena, struct draft);
    struct wire_key by;
    int count = words(f, changes, word, 16), signers = words(f, roots, root, 8);
    log_init("test", LOG_ERROR + 1);
    enum err e = count ? draft_change(&f->arena, &f->conf, word, count, d, &why) : OK;
    char *path = draft_path(&f->arena, &f->conf);
    for (int i = 0; i < signers && e == OK; i++)
        e = draft_sign(&f->arena, path, arena_printf(&f->arena, "%s/%s.key", f->dir, root[i]), d,
                       &by);
    if (e == OK)
        e = draft_publish(&f->arena, &f->conf, path, "test", d);
    log_init("test", LOG_INFO);
    return e;
}

enum err fleet_sync(struct fleet *f)
{
    log_init("test", LOG_ERROR + 1);
    enum err e = sync_run(&f->config, true, -1);
    log_init("test", LOG_INFO);
    return e;
}

const char *fleet_value(struct fleet *f, const char *sql)
{
    struct store *s = NULL;
    const char *text = "no cache";
    if (store_open(arena_printf(&f->arena, "%s/cache.db", f->config.data_dir), STORE_READ, &s) !=
        OK)
        return text;
    struct query *q = store_query(s, sql);
    text = query_step(q) ? arena_strdup(&f->arena, query_col_text(q, 0)) : "none";
    if (query_done(q) != OK)
        text = "error";
    store_close(s);
    return text;
}

void fleet_index(struct fleet *f, struct wire_index *out)
{
    struct wire_keyset *set = arena_new(&f->arena, struct wire_keyset);
    char *text = NULL;
    size_t n = 0;
    for (int i = 1;; i++) {
        char *path = arena_printf(&f->arena, "%s/root/%d", f->conf.feed, i);
        if (file_read(&f->arena, path, WIRE_ROOT_MAX, &text, &n) != OK)
            break;
        must(wire_keyset_peek(text, n, set) == OK, path);
    }
    char *path = arena_printf(&f->arena, "%s/420506/index", f->conf.feed);
    must(file_read(&f->arena, path, WIRE_INDEX_MAX, &text, &n) == OK &&
             wire_index_read(&f->arena, text, n, set, out) == OK,
         path);
}

bool fleet_three_roots(struct fleet *f, bool synced)
{
    struct keys first;
    fleet_init(f, test_dir());
    for (int i = 1; i <= 3; i++)
        fleet_pair(f, "root", arena_printf(&f->arena, "r%d", i));
    if (fleet_publish(f, false) != OK || (synced && fleet_sync(f) != OK) ||
        keys_load(f->conf.keys, &first) != OK)
        return false;
    return fleet_keys(f,
                      arena_printf(&f->arena,
                                   "add-root=@/r1.pub add-root=@/r2.pub add-root=@/r3.pub"
                                   " drop-root=%s threshold=2",
                                   first.root.kid),
                      "keys/root r1 r2") == OK;
}
