/* ca.h - the authority's files among the keys, and what nginx reads of them. */
#ifndef PLATFORM_CA_H
#define PLATFORM_CA_H

#include "platform/db.h"
#include "platform/x509.h"

/* In KEYS: ca.key (0600) and ca.crt; server.key (0600) and server.crt for nginx; crl.pem, the list
 * of revoked certificates, written anew at each revocation. */

/* Makes all of it for a server of these names ("a.cn,10.0.0.1"). ERR_BUSY: there is an authority.
 * ERR_ARG: not names. */
MUST_CHECK enum err ca_make(const char *keys, const char *hosts, int64_t now_ms);
/* Another certificate for the server, by the authority that is there. */
MUST_CHECK enum err ca_renew_server(const char *keys, const char *hosts, int64_t now_ms);
/* ERR_NOT_FOUND: there is no authority. The key lies in the arena: wipe it (ca_wipe) after use. */
MUST_CHECK enum err ca_load(struct arena *a, const char *keys, struct x509_ca *out);
void ca_wipe(struct x509_ca *ca);
/* Writes crl.pem from the database. Without an authority there is nothing to write. */
MUST_CHECK enum err ca_write_crl(const char *keys, struct db *db, int64_t now_ms);
/* What terminals are to believe, in the arena: KEYS/ca.crt and the newest KEYS/root-N.pub (root.pub
 * while there is none), as they stand. The sheet's print is of the same two. */
MUST_CHECK enum err ca_anchors(struct arena *a, const char *keys, char **out_roots, char **out_ca);

#endif
