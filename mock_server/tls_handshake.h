/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How TLS began on a connection. */
#ifndef MOCK_SERVER_TLS_HANDSHAKE_H
#define MOCK_SERVER_TLS_HANDSHAKE_H

enum tls_handshake {
	TLS_NONE, /* the connection is plain */
	TLS_FULL,
	TLS_RESUMED, /* the client had a ticket of an earlier connection */
};

static inline const char *tls_handshake_name(enum tls_handshake handshake)
{
	if (handshake == TLS_NONE)
		return "none";
	return handshake == TLS_FULL ? "full" : "resumed";
}

/* What ALPN chose (RFC 7301); TLS_ALPN_NONE: the client offered nothing. */
enum tls_alpn { TLS_ALPN_NONE, TLS_ALPN_HTTP1, TLS_ALPN_H2 };

static inline const char *tls_alpn_name(enum tls_alpn alpn)
{
	if (alpn == TLS_ALPN_NONE)
		return "";
	return alpn == TLS_ALPN_H2 ? "h2" : "http/1.1";
}

/* What a handshake came to. All zero: there was none. */
struct tls_outcome {
	enum tls_handshake handshake;
	enum tls_alpn alpn;
	const char *version; /* such as "TLSv1.3"; of static storage */
};

#endif
