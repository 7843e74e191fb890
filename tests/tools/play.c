/* play.c - plays tours: lists of control-port commands, each a test and an example. */
#include "tests/tools/lib/client.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* tests/tours/README.md describes the lines. */
enum { LINE = 4096, PATIENCE_MS = 2000, LOOK_AGAIN_MS = 25 };

static struct client *client;
static const char *socket_path;
static char why[LINE + 600]; /* the last line went wrong because … */

static bool fail(const char *what, const char *more)
{
    snprintf(why, sizeof why, "%s%s", what, more);
    return false;
}

/* --- commands ----------------------------------------------------------------------------------
 */

static bool ask_at(struct client *at, const char *command, struct json **out)
{
    enum err e = client_ask(at, command, out);
    return e == OK ? true : fail("no answer: ", err_name(e));
}

static bool ask(const char *command, struct json **out)
{
    return ask_at(client, command, out);
}

/* code NULL: it must succeed; else it must fail with this code. */
static bool command_at(struct client *at, const char *line, const char *code)
{
    struct json *answer;
    bool ok = false;
    const char *error = "", *text = "";
    char said[300];
    if (!ask_at(at, line, &answer))
        return false;
    (void)!json_get_bool(answer, "ok", &ok);
    (void)!json_get_str(answer, "error", &error);
    (void)!json_get_str(answer, "text", &text);
    snprintf(said, sizeof said, "%s %s", ok ? "ok" : error, text);
    bool good = code ? !ok && strcmp(error, code) == 0 : ok;
    json_free(answer);
    return good ? true : fail("the answer was: ", said);
}

static bool command(const char *line, const char *code)
{
    return command_at(client, line, code);
}

/* One verb to a helper of this tour: its socket lies in the tour's directory. */
static bool command_beside(const char *name, const char *line)
{
    char path[300];
    struct client *beside;
    const char *w = getenv("W");
    snprintf(path, sizeof path, "%s/%s", w ? w : ".", name);
    if (client_connect(path, PATIENCE_MS, &beside) != OK)
        return fail("nobody answers at ", path);
    bool ok = command_at(beside, line, NULL);
    client_close(beside);
    return ok;
}

/* `in FILE` and `swap FILE MS`: FILE is one of ours unless it says otherwise. */
static bool card_verb(const char *verb)
{
    char line[LINE], here[300];
    size_t n = strcspn(verb, " ");
    bool names_file = strncmp(verb, "in ", 3) == 0 || strncmp(verb, "swap ", 5) == 0;
    if (!names_file || verb[n + 1] == '/')
        return command_beside("card.sock", verb);
    if (!getcwd(here, sizeof here))
        return fail("where am I", "");
    int len = snprintf(line, sizeof line, "%.*s %s/tests/cardsim/cards/%s", (int)n, verb, here,
                       verb + n + 1);
    return len < (int)sizeof line ? command_beside("card.sock", line) : fail("too long", "");
}

/* --- expectations ------------------------------------------------------------------------------
 */

static const struct json *node_named(const struct json *tree, const char *id)
{
    const struct json *nodes;
    const char *s = "";
    if (json_get(tree, "nodes", &nodes) != OK)
        return NULL;
    for (size_t i = 0; i < json_count(nodes); i++) {
        const struct json *n = json_at(nodes, i);
        bool visible = false;
        if (json_get_str(n, "id", &s) == OK && strcmp(s, id) == 0 &&
            json_get_bool(n, "visible", &visible) == OK && visible)
            return n;
    }
    return NULL;
}

/* A value anywhere below o by its path "sync.ch.price.seq", as text; states are joined. */
static bool value_at(const struct json *o, const char *path, char *out, size_t cap)
{
    char key[64];
    size_t n = strcspn(path, ".");
    const struct json *v;
    int64_t i;
    double real;
    bool b;
    snprintf(key, sizeof key, "%.*s", (int)n, path);
    if (json_get(o, key, &v) != OK)
        return false;
    if (path[n])
        return value_at(v, path + n + 1, out, cap);
    out[0] = '\0';
    if (json_str(v))
        snprintf(out, cap, "%s", json_str(v));
    else if (json_int(v, &i) == OK)
        snprintf(out, cap, "%lld", (long long)i);
    else if (json_get_bool(o, key, &b) == OK)
        snprintf(out, cap, "%s", b ? "true" : "false");
    else if (json_is_null(v))
        snprintf(out, cap, "null");
    else if (json_get_real(o, key, &real) == OK)
        snprintf(out, cap, "%.2f", real);
    for (size_t k = 0; json_is_array(v) && k < json_count(v); k++) {
        const char *s = json_str(json_at(v, k));
        size_t at = strlen(out);
        snprintf(out + at, cap - at, "%s%s", k ? " " : "", s ? s : "");
    }
    return true;
}

static bool compare(const char *have, const char *op, const char *want)
{
    if (strcmp(op, "<=") == 0)
        return strtod(have, NULL) <= strtod(want, NULL);
    if (strcmp(op, ">=") == 0)
        return strtod(have, NULL) >= strtod(want, NULL);
    if (strcmp(op, "has") == 0)
        return strstr(have, want) != NULL;
    return strcmp(have, want) == 0;
}

/* Takes the next word off *p; in quotes it may hold spaces. */
static char *word(char **p)
{
    *p += strspn(*p, " ");
    char *start = *p;
    bool in_quotes = *start == '"';
    start += in_quotes;
    *p = start + strcspn(start, in_quotes ? "\"" : " ");
    if (**p)
        *(*p)++ = '\0';
    return start;
}

struct expectation {
    const char *kind, *node, *path, *op, *want;
};

static bool holds(const struct expectation *x)
{
    struct json *answer;
    char have[600] = "";
    bool is_node = strcmp(x->kind, "node") == 0, absent = strcmp(x->kind, "no") == 0;
    if (!ask(is_node || absent ? "tree" : x->kind, &answer))
        return false;
    const struct json *o = is_node || absent ? node_named(answer, x->node) : answer;
    bool good;
    if (absent)
        good = !o || fail("it is there", "");
    else if (!o)
        good = fail("it is not there", "");
    else if (!*x->path)
        good = true;
    else if (!value_at(o, x->path, have, sizeof have))
        good = fail("no such value", "");
    else
        good = compare(have, x->op, x->want) || fail("it is: ", have);
    json_free(answer);
    return good;
}

/* What comes over the line may take a moment; what does not come in 2 s is missing. */
static bool expect(char *line)
{
    char text[LINE + 16];
    char *p = line;
    struct expectation x = { .op = "=" };
    if (strncmp(line, "text ", 5) == 0 || strncmp(line, "gone ", 5) == 0 ||
        strncmp(line, "screen ", 7) == 0) {
        snprintf(text, sizeof text, "wait %s %d", line, PATIENCE_MS);
        return command(text, NULL);
    }
    x.kind = word(&p);
    x.node = strcmp(x.kind, "node") == 0 || strcmp(x.kind, "no") == 0 ? word(&p) : "";
    x.path = word(&p);
    x.want = word(&p);
    if (strcmp(x.want, "<=") == 0 || strcmp(x.want, ">=") == 0 || strcmp(x.want, "has") == 0) {
        x.op = x.want;
        x.want = word(&p);
    }
    for (int ms = 0; ms < PATIENCE_MS; ms += LOOK_AGAIN_MS) {
        if (holds(&x))
            return true;
        usleep(LOOK_AGAIN_MS * 1000);
    }
    return false;
}

/* --- programs ----------------------------------------------------------------------------------
 */

/* In the child: what it prints is kept in the tour's directory, for a later line to look at. */
static void keep_output(const char *name)
{
    char path[300];
    const char *w = getenv("W");
    snprintf(path, sizeof path, "%s/%s", w ? w : ".", name);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (fd < 0 || dup2(fd, STDOUT_FILENO) < 0) {
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
        _exit(127);
    }
    close(fd);
}

/* A script of tests/tours/bin, with the words of the line. keep: where its output goes, or NULL. */
static bool run(const char *script, char *line, const char *keep)
{
    char path[300], *argv[32] = { path };
    int argc = 1, status = -1;
    snprintf(path, sizeof path, "tests/tours/bin/%s", script);
    for (line += strspn(line, " "); *line && argc < 31; line += strspn(line, " "))
        argv[argc++] = word(&line);
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        if (keep)
            keep_output(keep);
        execv(path, argv);
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
        _exit(127);
    }
    if (pid < 0 || waitpid(pid, &status, 0) != pid)
        return fail("cannot start ", path);
    return status == 0 ? true : fail("it failed: ", path);
}

/* What a script wrote, held under the terminal's scanner: the code in a picture, a telephone's. */
static bool scan_output(const char *script, char *args)
{
    char path[300], text[1500], line[LINE];
    const char *w = getenv("W");
    if (!run(script, args, "scan.out"))
        return false;
    snprintf(path, sizeof path, "%s/scan.out", w ? w : ".");
    FILE *f = fopen(path, "re");
    bool read = f && fgets(text, sizeof text, f);
    if (f)
        fclose(f);
    if (!read || strpbrk(text, "\"\\"))
        return fail("no code, or one with quotes, in ", path);
    text[strcspn(text, "\n")] = '\0';
    snprintf(line, sizeof line, "scan \"%s\"", text);
    return command(line, NULL);
}

/* --- the tour ------------------------------------------------------------------------------------
 */

/* $NAME becomes what the environment says. */
static bool fill_in(const char *from, char *to, size_t cap)
{
    size_t n = 0;
    while (*from && n + 1 < cap) {
        char name[64];
        size_t len = *from == '$' ? strspn(from + 1, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789") : 0;
        if (len == 0 || len >= sizeof name) {
            to[n++] = *from++;
            continue;
        }
        memcpy(name, from + 1, len);
        name[len] = '\0';
        const char *value = getenv(name);
        if (!value)
            return fail("not set: ", name);
        n += (size_t)snprintf(to + n, cap - n, "%s", value);
        from += len + 1;
    }
    to[n < cap ? n : cap - 1] = '\0';
    return n + 1 < cap ? true : fail("too long", "");
}

static bool starts(const char *line, const char *with, char **rest)
{
    size_t n = strlen(with);
    if (strncmp(line, with, n) != 0)
        return false;
    *rest = (char *)line + n;
    return true;
}

/* The program was started anew. */
static bool again(void)
{
    client_close(client);
    client = NULL;
    return client_connect(socket_path, PATIENCE_MS, &client) == OK ||
           fail("nobody answers", socket_path);
}

static bool play_line(char *line)
{
    char *rest;
    if (strcmp(line, "again") == 0)
        return again();
    if (starts(line, "expect ", &rest))
        return expect(rest);
    if (starts(line, "fails ", &rest)) {
        const char *code = word(&rest);
        return command(rest, code);
    }
    if (starts(line, "platform: ", &rest))
        return run("platform", rest, "platform.out");
    if (starts(line, "card: ", &rest))
        return card_verb(rest);
    if (starts(line, "scan: ", &rest))
        return scan_output("read-qr", rest);
    if (starts(line, "ecard: ", &rest))
        return scan_output("ecard", rest);
    if (starts(line, "idcard: ", &rest))
        return command_beside("samv.sock", rest);
    if (starts(line, "line: ", &rest))
        return command_beside("line.sock", rest);
    if (starts(line, "run: ", &rest)) {
        const char *script = word(&rest);
        return run(script, rest, NULL);
    }
    return command(line, NULL);
}

static bool play(const char *path)
{
    char raw[LINE], line[LINE];
    FILE *f = fopen(path, "re");
    if (!f) {
        printf("FAIL %s: %s\n", path, strerror(errno));
        return false;
    }
    bool ok = true;
    for (int n = 1; ok && fgets(raw, sizeof raw, f); n++) {
        raw[strcspn(raw, "\n")] = '\0';
        if (!raw[0] || raw[0] == '#')
            continue;
        ok = fill_in(raw, line, sizeof line) && play_line(line);
        if (!ok)
            printf("FAIL %s:%d: %s: %s\n", path, n, raw, why);
    }
    fclose(f);
    return ok;
}

static const char *short_name(const char *path, char *out, size_t cap)
{
    const char *slash = strrchr(path, '/');
    snprintf(out, cap, "%s", slash ? slash + 1 : path);
    char *dot = strrchr(out, '.');
    if (dot)
        *dot = '\0';
    return out;
}

int main(int argc, char **argv)
{
    bool all = true;
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (argc < 4 || strcmp(argv[1], "--control") != 0) {
        fprintf(stderr, "usage: play --control SOCKET FILE.tour…\n");
        return 2;
    }
    socket_path = argv[2];
    enum err e = client_connect(argv[2], 10000, &client);
    if (e != OK) {
        printf("FAIL %s: nobody answers (%s)\n", argv[2], err_name(e));
        return 1;
    }
    for (int i = 3; i < argc; i++) {
        char name[100];
        bool ok = play(argv[i]);
        all &= ok;
        if (ok)
            printf("ok %s\n", short_name(argv[i], name, sizeof name));
    }
    client_close(client);
    return all ? 0 : 1;
}
