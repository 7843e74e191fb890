/* verb_keys.c - "keys": who may sign what; a ceremony in steps that each need only their files. */
#include "platform/ceremony.h"
#include "platform/keys.h"
#include "platform/verbs.h"

#include <stdio.h>
#include <string.h>

static void show_list(const char *name, const struct wire_key *list, int count)
{
    for (int i = 0; i < count; i++) {
        char b64[64];
        crypto_base64(list[i].pub, CRYPTO_PUB, b64, sizeof b64);
        printf("  %-9s %-24s %s\n", name, list[i].kid, b64);
    }
}

/* Public halves in full: whoever signs compares them with what was told by telephone. */
static void show_set(const struct wire_keyset *k)
{
    printf("key set %d: %d of %d root keys\n", k->n, k->threshold, k->root_count);
    show_list("root", k->root, k->root_count);
    show_list("feed", k->feed, k->feed_count);
    show_list("seal", k->seal, k->seal_count);
    for (int i = 0; i < k->publisher_count; i++) {
        const struct wire_publisher *p = &k->publisher[i];
        char b64[64];
        crypto_base64(p->key.pub, CRYPTO_PUB, b64, sizeof b64);
        printf("  publisher %-24s %s %s%s%s\n", p->key.kid, b64, p->channel,
               p->scope[0] ? " only " : "", p->scope);
    }
}

static void show_signers(const struct draft *d, const struct wire_keyset *before)
{
    struct draft_count n;
    draft_count_signers(d, before, &n);
    printf("signed by %d of its own root keys, %d wanted\n", n.own, n.own_wanted);
    if (before)
        printf("signed by %d root keys of key set %d, %d wanted\n", n.before, before->n,
               n.before_wanted);
}

static int list(struct arena *a, const struct conf *c)
{
    struct wire_keyset k;
    struct draft d;
    enum err e = ceremony_newest(a, c, &k);
    if (e == OK)
        show_set(&k);
    else if (e == ERR_NOT_FOUND)
        puts("no key set yet");
    else
        return verb_failed("keys list", e);
    if (draft_read(a, draft_path(a, c), &d) == OK) {
        puts("draft:");
        show_set(&d.set);
        show_signers(&d, e == OK ? &k : NULL);
    }
    return 0;
}

static int make(const struct verb_order *o)
{
    bool known =
        o->words == 4 && (strcmp(o->word[1], "root") == 0 || strcmp(o->word[1], "publisher") == 0);
    if (!known)
        return verb_wrong("keys make", "expected root KID FILE or publisher KID FILE");
    struct wire_key test;
    if (wire_key_make(o->word[2], "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", &test) != OK)
        return verb_wrong(o->word[2], "a name has 1-31 of A-Z a-z 0-9 . _ -");
    enum err e = keys_make_pair(o->word[1], o->word[2], o->word[3]);
    if (e != OK)
        return verb_failed(o->word[3], e);
    printf("%s.key stays where it is; %s.pub is for the draft\n", o->word[3], o->word[3]);
    return 0;
}

static int drop(struct arena *a, const struct conf *c)
{
    enum err e = draft_drop(a, c);
    if (e == ERR_BUSY)
        return verb_wrong("keys draft none", "it is published but not finished: keys publish");
    if (e != OK && e != ERR_NOT_FOUND)
        return verb_failed("keys draft none", e);
    puts(e == OK ? "the draft is thrown away, and the new keys made for it" : "there is no draft");
    return 0;
}

static int draft(struct arena *a, const struct verb_order *o, const struct conf *c)
{
    struct draft d, was;
    const char *why = "";
    if (o->words == 2 && strcmp(o->word[1], "none") == 0)
        return drop(a, c);
    if (o->words < 2)
        return verb_wrong("keys draft",
                          "expected feed, seal, threshold=N, add-root=FILE.pub, drop-root=KID, "
                          "drop-feed=KID, add-publisher=FILE.pub:CHANNEL[:SCOPE] or "
                          "drop-publisher=KID; or none");
    bool goes_on = draft_there(a, c, &was) == OK;
    enum err e = draft_change(a, c, o->word + 1, o->words - 1, &d, &why);
    if (e == ERR_NOT_FOUND || e == ERR_ARG || e == ERR_FORMAT)
        return verb_wrong(why, e == ERR_ARG ? "a channel has publishers with scopes or without"
                                            : "no such change, file or channel");
    if (e != OK)
        return verb_failed(why, e);
    show_set(&d.set);
    if (goes_on)
        puts("this goes on with the draft that was there; its signatures count no more; "
             "keys draft none throws it away");
    printf("%s: have it signed: keys sign DRAFT ROOT.key\n", draft_path(a, c));
    return 0;
}

static int sign(struct arena *a, const struct verb_order *o)
{
    struct draft d;
    struct wire_key by;
    if (o->words != 3)
        return verb_wrong("keys sign", "expected DRAFT ROOT.key");
    enum err e = draft_sign(a, o->word[1], o->word[2], &d, &by);
    if (e != OK)
        return verb_failed(o->word[1], e);
    show_set(&d.set);
    show_signers(&d, NULL);
    printf("signed by %s\n", by.kid);
    return 0;
}

/* Of each set by itself: a key that is in both counts in both. */
static int too_few(const struct draft *d, const struct wire_keyset *before)
{
    struct draft_count n;
    draft_count_signers(d, before, &n);
    int missing[2] = { n.before_wanted - n.before, n.own_wanted - n.own };
    const char *between = ": ";
    fputs("not enough signatures yet", stderr);
    for (int i = 0; i < 2; i++) {
        if (missing[i] <= 0)
            continue;
        fprintf(stderr, "%s%d more root key%s of set %d", between, missing[i],
                missing[i] == 1 ? "" : "s", i ? d->set.n : before->n);
        between = ", ";
    }
    fputc('\n', stderr);
    return 1;
}

static bool enough(const struct draft *d, const struct wire_keyset *before)
{
    struct draft_count n;
    draft_count_signers(d, before, &n);
    return n.own >= n.own_wanted && n.before >= n.before_wanted;
}

static int publish_draft(struct arena *a, const char *path, const struct conf *c)
{
    struct draft d = { .text = NULL };
    struct wire_keyset before;
    bool has_before = ceremony_newest(a, c, &before) == OK;
    enum err e = draft_publish(a, c, path, verb_who(), &d);
    if (e == ERR_SIGNATURE && d.text && !enough(&d, has_before ? &before : NULL))
        return too_few(&d, has_before ? &before : NULL);
    if (e != OK)
        return verb_failed(path, e);
    printf("key set %d is published\n", d.set.n);
    return 0;
}

/* With a root key at hand that may sign alone it is one step; else nothing is begun. */
static int rotate(struct arena *a, const struct verb_order *o, const struct conf *c)
{
    struct draft d;
    struct wire_key by;
    const char *why = "", *path = draft_path(a, c);
    char *root = arena_printf(a, "%s/root.key", c->keys);
    if (o->words != 2 || (strcmp(o->word[1], "feed") != 0 && strcmp(o->word[1], "seal") != 0))
        return verb_wrong("keys rotate", "expected feed or seal");
    if (draft_there(a, c, &d) == OK)
        return verb_wrong("keys rotate", "a draft is there already: keys publish finishes it, "
                                         "keys draft none throws it away");
    enum err e = ceremony_alone(a, c);
    if (e == ERR_NO_KEY) {
        fprintf(stderr, "the root keys are not here: keys draft %s\n", o->word[1]);
        return 1;
    }
    if (e == OK)
        e = draft_change(a, c, o->word + 1, 1, &d, &why);
    if (e == OK)
        e = draft_sign(a, path, root, &d, &by);
    return e == OK ? publish_draft(a, path, c) : verb_failed("keys rotate", e);
}

int verb_keys(const struct verb_order *o, const struct conf *c)
{
    struct arena a;
    int code;
    const char *what = o->word[0];
    if (crypto_init() != OK)
        return verb_failed("keys", ERR_IO);
    arena_init(&a, 65536, 32 << 20);
    if (strcmp(what, "list") == 0)
        code = list(&a, c);
    else if (strcmp(what, "make") == 0)
        code = make(o);
    else if (strcmp(what, "draft") == 0)
        code = draft(&a, o, c);
    else if (strcmp(what, "sign") == 0)
        code = sign(&a, o);
    else if (strcmp(what, "publish") == 0)
        code = publish_draft(&a, o->words > 1 ? o->word[1] : draft_path(&a, c), c);
    else if (strcmp(what, "rotate") == 0)
        code = rotate(&a, o, c);
    else
        code = verb_wrong("keys", "expected list, make, draft, sign, publish or rotate");
    arena_finish(&a);
    return code;
}
