/* search_fts.c - finding notices by the words in them: a bigram tokenizer and the query in front.
 */
#include "app/search_fts.h"

#include "app/store.h"
#include "hal/base/utf8.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <string.h>

enum { WORD_MAX = 64, COUNT_MAX = 2000 };

enum sort { APART, HANZI, WORD };

/* What a character is to the tokenizer; full-width letters and digits become ASCII. */
static enum sort sort_of(uint32_t *cp)
{
    if (*cp >= 0xFF01 && *cp <= 0xFF5E)
        *cp -= 0xFEE0;
    if (*cp >= 'A' && *cp <= 'Z')
        *cp += 'a' - 'A';
    if ((*cp >= 'a' && *cp <= 'z') || (*cp >= '0' && *cp <= '9'))
        return WORD;
    return utf8_is_hanzi(*cp) ? HANZI : APART;
}

/* The character at `at` of a text that need not end in NUL; 0 at its end. A broken byte is one
 * character that separates. */
static uint32_t peek(const char *text, int n, int at, int *out_next)
{
    if (at >= n)
        return 0;
    unsigned char c = (unsigned char)text[at];
    int len = c < 0x80 ? 1 : c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : c >= 0xC0 ? 2 : 1;
    *out_next = at + 1;
    if (len == 1 || at + len > n)
        return c < 0x80 && c ? c : 0xFFFD;
    uint32_t cp = c & (0xFF >> (len + 1));
    for (int i = 1; i < len; i++)
        cp = cp << 6 | ((unsigned char)text[at + i] & 0x3F);
    *out_next = at + len;
    return cp;
}

typedef int token_fn(void *ctx, int flags, const char *token, int n, int start, int end);

/* A run of ASCII letters and digits from `at`; a very long one is cut into words of WORD_MAX. */
static int word_token(const char *text, int n, int at, void *ctx, token_fn *emit, int *out_next)
{
    char word[WORD_MAX];
    int len = 0, next = at, here = at;
    for (;;) {
        uint32_t cp = peek(text, n, here, &next);
        if (len == WORD_MAX || !cp || sort_of(&cp) != WORD)
            break;
        word[len++] = (char)cp;
        here = next;
    }
    *out_next = here;
    return emit(ctx, 0, word, len, at, here);
}

/* One hanzi and the one after it. The last of a run stands alone, so that each hanzi begins exactly
 * one token; in a query the last of the whole text is left out, for its pair has already said it.
 */
static int hanzi_token(const char *text, int n, int at, int next, bool query_tail, void *ctx,
                       token_fn *emit)
{
    int after = next;
    uint32_t cp = peek(text, n, next, &after);
    bool pair = cp && sort_of(&cp) == HANZI;
    if (!pair && query_tail && next >= n)
        return SQLITE_OK;
    int end = pair ? after : next;
    return emit(ctx, 0, text + at, end - at, at, end);
}

static int bigram_tokenize(Fts5Tokenizer *t, void *ctx, int flags, const char *text, int n,
                           token_fn *emit)
{
    (void)t;
    bool query = flags & FTS5_TOKENIZE_QUERY;
    bool in_run = false;
    for (int at = 0, next = 0; at < n; at = next) {
        uint32_t cp = peek(text, n, at, &next);
        int rc = SQLITE_OK;
        enum sort sort = sort_of(&cp);
        if (sort == WORD)
            rc = word_token(text, n, at, ctx, emit, &next);
        else if (sort == HANZI)
            rc = hanzi_token(text, n, at, next, query && in_run, ctx, emit);
        in_run = sort == HANZI;
        if (rc != SQLITE_OK)
            return rc;
    }
    return SQLITE_OK;
}

static int bigram_create(void *ctx, const char **args, int n, Fts5Tokenizer **out)
{
    (void)ctx, (void)args, (void)n;
    static char nothing; /* the tokenizer has no state, but NULL would mean failure */
    *out = (Fts5Tokenizer *)(void *)&nothing;
    return SQLITE_OK;
}

static void bigram_delete(Fts5Tokenizer *t)
{
    (void)t;
}

enum err search_fts_register(struct sqlite3 *db)
{
    static fts5_tokenizer bigram = { bigram_create, bigram_delete, bigram_tokenize };
    fts5_api *api = NULL;
    sqlite3_stmt *stmt = NULL;
    if (sqlite3_prepare_v2(db, "SELECT fts5(?1)", -1, &stmt, NULL) == SQLITE_OK) {
        sqlite3_bind_pointer(stmt, 1, &api, "fts5_api_ptr", NULL);
        sqlite3_step(stmt);
    }
    sqlite3_finalize(stmt);
    if (!api || api->xCreateTokenizer(api, "bigram", NULL, &bigram, NULL) != SQLITE_OK)
        return ERR_IO;
    return OK;
}

/* An expression being written; a word is kept only when something in it can be searched for. */
struct writer {
    char *out;
    size_t len, cap;
};

static enum err put(struct writer *w, const char *s, size_t n)
{
    if (w->len + n >= w->cap)
        return ERR_TOO_BIG;
    memcpy(w->out + w->len, s, n);
    w->len += n;
    w->out[w->len] = '\0';
    return OK;
}

/* One word between spaces. Prefix: the text ends in an ASCII word, or in a hanzi without a pair. */
static enum err put_word(struct writer *w, const char *word, size_t n)
{
    enum sort last = APART, before = APART;
    int next = 0;
    bool any = false;
    for (int at = 0; at < (int)n; at = next) {
        uint32_t cp = peek(word, (int)n, at, &next);
        before = last;
        last = sort_of(&cp);
        any = any || last != APART;
    }
    if (!any)
        return OK;
    bool prefix = last == WORD || (last == HANZI && before != HANZI);
    enum err e = put(w, w->len ? " \"" : "\"", w->len ? 2 : 1);
    for (size_t i = 0; i < n && e == OK; i++)
        e = word[i] == '"' ? OK : put(w, word + i, 1);
    if (e == OK)
        e = put(w, prefix ? "\"*" : "\"", prefix ? 2 : 1);
    return e;
}

static bool is_space(const char *s, size_t *out_n)
{
    bool wide = memcmp(s, "\xE3\x80\x80", strnlen(s, 3)) == 0 && strnlen(s, 3) == 3;
    *out_n = wide ? 3 : 1;
    return wide || *s == ' ' || *s == '\t' || *s == '\n' || *s == '\r';
}

enum err search_fts_expression(const char *query, char *out, size_t cap)
{
    struct writer w = { out, 0, cap };
    size_t n;
    if (cap == 0)
        return ERR_TOO_BIG;
    *out = '\0';
    while (*query) {
        while (*query && is_space(query, &n))
            query += n;
        const char *word = query;
        while (*query && !is_space(query, &n))
            query++;
        enum err e = put_word(&w, word, (size_t)(query - word));
        if (e != OK)
            return e;
    }
    return OK;
}

enum err search_notices(struct store *s, const char *query, int64_t *out_ids, int cap,
                        int *out_count, int *out_total)
{
    char expression[1024];
    int count = 0, total = 0;
    enum err e = search_fts_expression(query, expression, sizeof expression);
    if (e != OK)
        return e;
    if (*expression) {
        struct query *q =
            store_query(s, "SELECT rowid FROM notice_fts(?1) ORDER BY rowid DESC LIMIT ?2");
        query_text(q, 1, expression);
        query_int(q, 2, cap > COUNT_MAX ? cap + 1 : COUNT_MAX + 1);
        for (; query_step(q); total++)
            if (count < cap)
                out_ids[count++] = query_col_int(q, 0) & 0xFFFFFFFF;
        e = query_done(q);
        if (e != OK)
            return e;
    }
    *out_count = count;
    *out_total = total > COUNT_MAX ? -1 : total;
    return OK;
}
