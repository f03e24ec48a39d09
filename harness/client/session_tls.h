/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * TLS on the socket of a session, by OpenSSL. It checks the server's
 * certificate as libcurl does for the client of client.h, offers h2 by ALPN,
 * and keeps the last session to resume it on the next connection.
 */
#ifndef HARNESS_CLIENT_SESSION_TLS_H
#define HARNESS_CLIENT_SESSION_TLS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include <flagrace/job.h>

#include "harness/base/address.h"

/* Zeroed: there is no TLS, and the functions below use the plain socket. */
struct session_tls {
	struct ssl_ctx_st *context; /* SSL_CTX */
	struct ssl_st *ssl;         /* SSL of the connection; NULL: none */
	/* SSL_SESSION of the last one; NULL: none, or not to be kept */
	struct ssl_session_st *session;
	bool writes; /* waits until the socket is writable */
};

/*
 * Prepares TLS if the address is secure. Returns 0, -ENOMEM, or -EINVAL: the
 * authorities cannot be read. session_tls_close is allowed in any case.
 */
int session_tls_open(struct session_tls *tls, const struct fr_http *http,
	const struct address *address);
void session_tls_close(struct session_tls *tls);

/* Begins on a connection that is being made. Returns 0 or -ENOMEM. */
int session_tls_begin(struct session_tls *tls, int fd);

/*
 * Goes on with the handshake. Returns 1: it is done; 0: the socket has to be
 * waited for; or an error as in struct fr_sample.
 */
int session_tls_shake(struct session_tls *tls);

/* Ends with its connection, whose socket is still open. */
void session_tls_end(struct session_tls *tls);

/* As recv(2) and send(2), but return -errno; -EAGAIN: to be waited for. */
ssize_t session_tls_receive(
	struct session_tls *tls, int fd, char *bytes, size_t size);
ssize_t session_tls_send(
	struct session_tls *tls, int fd, const char *bytes, size_t length);

#endif
