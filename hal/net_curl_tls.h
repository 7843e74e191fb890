/* net_curl_tls.h - whom we believe and who we are, on a curl handle; only hal/net_curl.c uses it.
 */
#ifndef HAL_NET_CURL_TLS_H
#define HAL_NET_CURL_TLS_H

#include "hal/net.h"

#include <curl/curl.h>

/* PEM texts of our own; NULL: none. Owner: the net. */
struct curl_tls {
    char *ca, *cert, *key;
    bool anyone, set;
};
MUST_CHECK enum err curl_tls_set(struct curl_tls *t, const struct net_tls *wanted);
void curl_tls_finish(struct curl_tls *t); /* accepts a zeroed one */
void curl_tls_apply(const struct curl_tls *t, CURL *c);

#endif
