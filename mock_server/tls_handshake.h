/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How TLS began on a connection. */
#ifndef MOCK_SERVER_TLS_HANDSHAKE_H
#define MOCK_SERVER_TLS_HANDSHAKE_H

enum tls_handshake {
	TLS_NONE, /* the connection is plain */
	TLS_FULL,
	TLS_RESUMED, /* the client had a ticket of an earlier connection */
};

/* What ALPN chose (RFC 7301); TLS_ALPN_NONE: the client offered nothing. */
enum tls_alpn { TLS_ALPN_NONE, TLS_ALPN_HTTP1, TLS_ALPN_H2 };

#endif
