/* net_curl_tls.c - the authority we believe, our certificate and its key, given to curl. */
#include "hal/net_curl_tls.h"

#include <stdlib.h>
#include <string.h>

void curl_tls_finish(struct curl_tls *t)
{
    if (t->key)
        explicit_bzero(t->key, strlen(t->key));
    free(t->ca);
    free(t->cert);
    free(t->key);
    *t = (struct curl_tls){ .ca = NULL };
}

/* False: no memory. */
static bool copy(const char *text, char **out)
{
    if (!text || !*text)
        return true;
    *out = strdup(text);
    return *out != NULL;
}

enum err curl_tls_set(struct curl_tls *t, const struct net_tls *wanted)
{
    struct curl_tls mine = { .anyone = wanted->anyone, .set = true };
    if (!copy(wanted->ca, &mine.ca) || !copy(wanted->cert, &mine.cert) ||
        !copy(wanted->key, &mine.key)) {
        curl_tls_finish(&mine);
        return ERR_NOMEM;
    }
    curl_tls_finish(t);
    *t = mine;
    return OK;
}

static void set_blob(CURL *c, CURLoption which, char *text)
{
    struct curl_blob b = { .data = text, .len = text ? strlen(text) : 0, .flags = CURL_BLOB_COPY };
    curl_easy_setopt(c, which, text ? &b : NULL);
}

/* Sessions are kept by the library: a line that was cut goes on with a short handshake. */
void curl_tls_apply(const struct curl_tls *t, CURL *c)
{
    if (!t->set)
        return;
    curl_easy_setopt(c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, t->anyone ? 0L : 1L);
    curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, t->anyone ? 0L : 2L);
    set_blob(c, CURLOPT_CAINFO_BLOB, t->ca);
    set_blob(c, CURLOPT_SSLCERT_BLOB, t->cert);
    set_blob(c, CURLOPT_SSLKEY_BLOB, t->key);
}
