/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The TLS of a server: its certificate, and what it accepts of clients: TLS 1.2
 * and 1.3, HTTP/1.1 and HTTP/2 by ALPN, and tickets by which a client resumes a
 * session. Read-only once it is made, so all loops share it.
 */
#ifndef MOCK_SERVER_TLS_H
#define MOCK_SERVER_TLS_H

#include <stddef.h>

#include "mock_server/mock_server.h"
#include "mock_server/tls_handshake.h"

struct tls {
	struct ssl_ctx_st *context;   /* SSL_CTX */
	struct bio_method_st *socket; /* BIO_METHOD: channel_method */
	char *authority; /* PEM; NULL: the certificate is the user's */
	size_t authority_length;
};

/*
 * With the certificate chain and the key of PEM files, or (both NULL) with ones
 * that are made for `host`. Returns 0; -EINVAL: a file is wrong; or -ENOMEM.
 */
int tls_create(struct tls **out, const char *host, const char *certificate,
	const char *key, struct mock_error *err);

/* NULL is accepted. */
void tls_free(struct tls *tls);

#endif
