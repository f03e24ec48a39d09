/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/client/session_tls.h"

#include <curl/curl.h>
#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <string.h>
#include <sys/socket.h>

/* Keeps the session of a ticket; the reference is ours if this returns 1. */
static int keep(SSL *ssl, SSL_SESSION *session)
{
	struct session_tls *tls = SSL_get_app_data(ssl);

	SSL_SESSION_free(tls->session);
	tls->session = session;
	return 1;
}

/* Returns 0 or -EINVAL. */
static int trust(SSL_CTX *context, const char *authorities)
{
	int rc = SSL_CTX_load_verify_file(context, authorities);

	ERR_clear_error();
	return rc == 1 ? 0 : -EINVAL;
}

static int set_context(SSL_CTX *context, const struct fr_http *http,
	const struct address *address)
{
	static const unsigned char h2[] = "\x02h2";

	if (SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) != 1 ||
		SSL_CTX_set_alpn_protos(context, h2, sizeof(h2) - 1) ||
		X509_VERIFY_PARAM_set1_ip_asc(
			SSL_CTX_get0_param(context), address->ip) != 1)
		return -ENOMEM;
	/* As libcurl does: any certificate of the authorities is trusted. */
	(void)X509_VERIFY_PARAM_set_flags(
		SSL_CTX_get0_param(context), X509_V_FLAG_PARTIAL_CHAIN);
	/* A stream says where it ends, so that the connection need not. */
	(void)SSL_CTX_set_options(context, SSL_OP_IGNORE_UNEXPECTED_EOF);
	(void)SSL_CTX_set_mode(context,
		SSL_MODE_ENABLE_PARTIAL_WRITE |
			SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	if (!http->full_handshakes) {
		(void)SSL_CTX_set_session_cache_mode(context,
			SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
		SSL_CTX_sess_set_new_cb(context, keep);
	}
	if (http->any_certificate)
		return 0;
	SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
	if (http->authorities)
		return trust(context, http->authorities);
	return SSL_CTX_set_default_verify_paths(context) == 1 ? 0 : -ENOMEM;
}

int session_tls_open(struct session_tls *tls, const struct fr_http *http,
	const struct address *address)
{
	if (!address->secure)
		return 0;
	tls->context = SSL_CTX_new(TLS_client_method());
	return tls->context ? set_context(tls->context, http, address)
			    : -ENOMEM;
}

void session_tls_close(struct session_tls *tls)
{
	SSL_SESSION_free(tls->session);
	SSL_CTX_free(tls->context);
	*tls = (struct session_tls){0};
}

int session_tls_begin(struct session_tls *tls, int fd)
{
	if (!tls->context)
		return 0;
	tls->ssl = SSL_new(tls->context);
	if (!tls->ssl || SSL_set_fd(tls->ssl, fd) != 1)
		return -ENOMEM;
	(void)SSL_set_app_data(tls->ssl, tls);
	if (tls->session)
		(void)SSL_set_session(tls->ssl, tls->session);
	SSL_set_connect_state(tls->ssl);
	tls->writes = false;
	return 0;
}

/* The -errno of a call that returned rc; -EPROTO: TLS itself failed. */
static int failure(struct session_tls *tls, int rc)
{
	int saved = errno;

	switch (SSL_get_error(tls->ssl, rc)) {
	case SSL_ERROR_WANT_READ:
		return -EAGAIN;
	case SSL_ERROR_WANT_WRITE:
		tls->writes = true;
		return -EAGAIN;
	case SSL_ERROR_ZERO_RETURN:
		return 0;
	case SSL_ERROR_SYSCALL:
		return saved ? -saved : -ECONNRESET;
	default:
		return -EPROTO;
	}
}

static bool chose_h2(const SSL *ssl)
{
	const unsigned char *name;
	unsigned length;

	SSL_get0_alpn_selected(ssl, &name, &length);
	return length == 2 && memcmp(name, "h2", 2) == 0;
}

int session_tls_shake(struct session_tls *tls)
{
	int rc;

	if (!tls->ssl)
		return 1;
	tls->writes = false;
	ERR_clear_error();
	rc = SSL_do_handshake(tls->ssl);
	if (rc == 1)
		return chose_h2(tls->ssl) ? 1 : CURLE_HTTP2;
	rc = failure(tls, rc);
	if (rc == -EAGAIN)
		return 0;
	if (SSL_get_verify_result(tls->ssl) != X509_V_OK)
		return CURLE_PEER_FAILED_VERIFICATION;
	return rc == 0 || rc == -EPROTO ? CURLE_SSL_CONNECT_ERROR : rc;
}

void session_tls_end(struct session_tls *tls)
{
	/* Without TLS, OpenSSL is not called: that would initialise it. */
	if (!tls->ssl)
		return;
	ERR_clear_error();
	/* Without it OpenSSL takes the session for one that must not be used. */
	if (SSL_is_init_finished(tls->ssl))
		(void)SSL_shutdown(tls->ssl);
	SSL_free(tls->ssl);
	tls->ssl = NULL;
}

ssize_t session_tls_receive(
	struct session_tls *tls, int fd, char *bytes, size_t size)
{
	size_t have = 0, n;

	if (!tls->ssl) {
		ssize_t got = recv(fd, bytes, size, 0);

		return got < 0 ? -errno : got;
	}
	/* Whole records, so that none is left where poll(2) does not see it. */
	while (size - have >= SSL3_RT_MAX_PLAIN_LENGTH) {
		int rc;

		ERR_clear_error();
		rc = SSL_read_ex(tls->ssl, bytes + have, size - have, &n);
		if (rc != 1) {
			rc = failure(tls, rc);
			return have ? (ssize_t)have : rc;
		}
		have += n;
	}
	return (ssize_t)have;
}

ssize_t session_tls_send(
	struct session_tls *tls, int fd, const char *bytes, size_t length)
{
	size_t n;
	int rc;

	if (!tls->ssl) {
		ssize_t sent = send(fd, bytes, length, MSG_NOSIGNAL);

		return sent < 0 ? -errno : sent;
	}
	ERR_clear_error();
	rc = SSL_write_ex(tls->ssl, bytes, length, &n);
	if (rc == 1)
		return (ssize_t)n;
	rc = failure(tls, rc);
	return rc ? rc : -EPIPE;
}
