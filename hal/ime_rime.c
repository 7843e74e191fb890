/* ime_rime.c - pinyin to hanzi by librime: one schema of ours, read only, without a memory. */
#include "hal/ime.h"

#include "hal/base/log.h"
#include "hal/base/utf8.h"

#include <dlfcn.h>
#include <rime_api.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* librime is one a process, so is this. The schema (assets/ime) has no user dictionary; what was
 * built beforehand is only mapped. start_maintenance would write, so it is never called. */
struct ime {
    RimeApi *api;
    RimeSessionId session;
    char dir[256]; /* librime keeps the pointer */
    bool open;
};

enum { XK_BACKSPACE = 0xff08, XK_PAGE_UP = 0xff55, XK_PAGE_DOWN = 0xff56, LETTERS = 40 };

static struct ime engine;

static bool all_there(const char *dir)
{
    static const char *const file[] = { "default.yaml", "huimin.schema.yaml", "huimin.prism.bin",
                                        "huimin.table.bin", "huimin.reverse.bin" };
    for (size_t i = 0; i < sizeof file / sizeof *file; i++) {
        char path[sizeof engine.dir + 32];
        snprintf(path, sizeof path, "%s/%s", dir, file[i]);
        if (access(path, R_OK) != 0)
            return false;
    }
    return true;
}

/* Loaded by the first field that wants it: linked, its thirty libraries would cost every start of
 * the terminal 9 ms and 6 MB. Never unloaded, since its objects end with the process. */
static RimeApi *load(void)
{
    static RimeApi *api;
    void *lib = api ? NULL : dlopen("librime.so.1", RTLD_NOW | RTLD_LOCAL);
    RimeApi *(*get)(void) = NULL;
    if (lib)
        *(void **)&get = dlsym(lib, "rime_get_api");
    if (get)
        api = get();
    return api;
}

static bool begin(struct ime *m)
{
    m->session = m->api->create_session();
    return m->session && m->api->select_schema(m->session, "huimin");
}

/* A damaged dictionary opens quietly and knows nothing: only trying it tells. The first key also
 * pays for the pages of the dictionary, so that the citizen's does not. */
static bool knows_a_word(struct ime *m)
{
    struct ime_view v;
    ime_key(m, 'a');
    ime_view(m, &v);
    ime_clear(m);
    return v.count > 0;
}

static void start(struct ime *m)
{
    static bool set_up;
    RIME_STRUCT(RimeTraits, traits);
    traits.shared_data_dir = m->dir;
    traits.prebuilt_data_dir = m->dir;
    traits.user_data_dir = "/nonexistent";
    traits.staging_dir = "/nonexistent";
    traits.distribution_name = traits.distribution_code_name = "huimin";
    traits.distribution_version = "1";
    traits.app_name = "rime.huimin";
    traits.min_log_level = 3;
    traits.log_dir = ""; /* else every start leaves files in /tmp */
    if (!set_up)
        m->api->setup(&traits);
    set_up = true;
    m->api->initialize(&traits);
}

enum err ime_open(const char *dir, struct ime **out)
{
    struct ime *m = &engine;
    ime_close(m->open ? m : NULL);
    if (strlen(dir) >= sizeof m->dir || !all_there(dir))
        return ERR_NOT_FOUND;
    m->api = load();
    if (!m->api)
        return ERR_NOT_FOUND;
    snprintf(m->dir, sizeof m->dir, "%s", dir);
    start(m);
    m->open = true;
    if (!begin(m) || !knows_a_word(m)) {
        ime_close(m);
        return ERR_NOT_FOUND;
    }
    *out = m;
    return OK;
}

void ime_close(struct ime *m)
{
    if (!m || !m->open)
        return;
    if (m->session)
        m->api->destroy_session(m->session);
    m->api->finalize();
    m->session = 0;
    m->open = false;
}

/* A session remembers what was committed in it, to guess from: it must not outlive a citizen. */
void ime_forget(struct ime *m)
{
    m->api->clear_composition(m->session);
    m->api->destroy_session(m->session);
    if (!begin(m))
        log_error("ime_lost", "err=%s", err_name(ERR_NOMEM));
}

static const char *letters(const struct ime *m)
{
    const char *s = m->api->get_input(m->session);
    return s ? s : "";
}

bool ime_composing(const struct ime *m)
{
    return m && *letters(m);
}

bool ime_key(struct ime *m, char c)
{
    bool first = !*letters(m);
    if (!((c >= 'a' && c <= 'z') || (c == '\'' && !first)) || strlen(letters(m)) >= LETTERS)
        return false;
    return m->api->process_key(m->session, c, 0);
}

bool ime_erase(struct ime *m)
{
    if (!ime_composing(m))
        return false;
    m->api->process_key(m->session, XK_BACKSPACE, 0);
    return true;
}

/* What was finished by the last key, behind what stands in out; all of it or nothing. */
static void take(struct ime *m, char *out, int cap)
{
    RIME_STRUCT(RimeCommit, commit);
    if (!m->api->get_commit(m->session, &commit))
        return;
    size_t have = strlen(out), more = strlen(commit.text);
    if (have + more < (size_t)cap)
        memcpy(out + have, commit.text, more + 1);
    explicit_bzero(commit.text, more);
    m->api->free_commit(&commit);
}

void ime_pick(struct ime *m, int index, char *out, int cap)
{
    if (index >= 0 && m->api->select_candidate_on_current_page(m->session, (size_t)index))
        take(m, out, cap);
}

/* One press of the space bar would leave letters the first candidate does not reach. */
void ime_commit(struct ime *m, char *out, int cap)
{
    for (int i = 0; i < LETTERS && ime_composing(m); i++)
        if (!m->api->select_candidate(m->session, 0))
            break;
    if (ime_composing(m))
        m->api->commit_composition(m->session);
    take(m, out, cap);
    ime_clear(m);
}

void ime_clear(struct ime *m)
{
    m->api->clear_composition(m->session);
}

void ime_page(struct ime *m, int by)
{
    if (ime_composing(m))
        m->api->process_key(m->session, by > 0 ? XK_PAGE_DOWN : XK_PAGE_UP, 0);
}

/* A candidate too long for its place is left out, never cut: it could not be read. */
static void copy_page(const RimeMenu *menu, struct ime_view *out)
{
    for (int i = 0; i < menu->num_candidates && i < IME_CANDIDATES; i++) {
        if (strlen(menu->candidates[i].text) >= IME_TEXT)
            break;
        snprintf(out->candidate[i], IME_TEXT, "%s", menu->candidates[i].text);
        out->count = i + 1;
    }
    out->has_prev = menu->page_no > 0;
    out->has_next = !menu->is_last_page && menu->num_candidates > 0;
}

/* As much as fits, never half a hanzi. */
static void copy_whole(char *out, size_t cap, const char *s)
{
    size_t n = strnlen(s, cap - 1);
    memcpy(out, s, n);
    out[n] = '\0';
    while (n > 0 && !utf8_valid(out, n))
        out[--n] = '\0';
}

void ime_view(struct ime *m, struct ime_view *out)
{
    RIME_STRUCT(RimeContext, now);
    *out = (struct ime_view){ 0 };
    if (!m->api->get_context(m->session, &now))
        return;
    if (now.composition.preedit)
        copy_whole(out->preedit, sizeof out->preedit, now.composition.preedit);
    copy_page(&now.menu, out);
    m->api->free_context(&now);
}
