/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mock_server/tls.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/pem.h>
#include <stdlib.h>
#include <string.h>

#include "mock_server/certificate.h"
#include "mock_server/channel.h"
#include "mock_server/error.h"

/* RFC 7301, 3.2: a client that offers nothing of ours gets an alert. */
static int choose_alpn(SSL *ssl, const unsigned char **out,
	unsigned char *length, const unsigned char *offered,
	unsigned int offered_length, void *arg)
{
#ifdef BUILD_NGHTTP2
	static const unsigned char ours[] = "\x02h2\x08http/1.1";
#else
	static const unsigned char ours[] = "\x08http/1.1";
#endif

	(void)ssl, (void)arg;
	return SSL_select_next_proto((unsigned char **)out, length, ours,
		       sizeof(ours) - 1, offered,
		       offered_length) == OPENSSL_NPN_NEGOTIATED
		? SSL_TLSEXT_ERR_OK
		: SSL_TLSEXT_ERR_ALERT_FATAL;
}

/* Returns 0 or -ENOMEM. */
static int set_context(SSL_CTX *context)
{
	static const unsigned char name[] = "flagrace";

	if (SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) != 1 ||
		SSL_CTX_set_session_id_context(
			context, name, sizeof(name) - 1) != 1)
		return -ENOMEM;
	/*
	 * A client that just closes has ended its input: the length of a
	 * request does not depend on the end of the connection.
	 */
	(void)SSL_CTX_set_options(context,
		SSL_OP_NO_RENEGOTIATION | SSL_OP_IGNORE_UNEXPECTED_EOF |
			SSL_OP_NO_COMPRESSION);
	(void)SSL_CTX_set_mode(context,
		SSL_MODE_ENABLE_PARTIAL_WRITE |
			SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
			SSL_MODE_RELEASE_BUFFERS);
	/* Sessions are in the tickets that clients keep, not here. */
	(void)SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_read_ahead(context, 1);
	SSL_CTX_set_alpn_select_cb(context, choose_alpn, NULL);
	return 0;
}

static int read_files(struct tls *tls, const char *certificate, const char *key,
	struct mock_error *err)
{
	const char *wrong = certificate;

	ERR_clear_error();
	if (SSL_CTX_use_certificate_chain_file(tls->context, certificate) ==
		1) {
		wrong = key;
		if (SSL_CTX_use_PrivateKey_file(
			    tls->context, key, SSL_FILETYPE_PEM) == 1)
			return 0;
	}
	return mock_error_set(err, -EINVAL,
		"%s '%.100s': %.120s; expected a PEM file with %s",
		wrong == key ? "key" : "cert", wrong,
		ERR_reason_error_string(ERR_peek_last_error()),
		wrong == key ? "the key of the certificate, without a password"
			     : "a certificate and those of its issuers");
}

/* Keeps the certificate of the authority as PEM. Returns 0 or -ENOMEM. */
static int keep_authority(struct tls *tls, X509 *authority)
{
	BIO *memory = BIO_new(BIO_s_mem());
	int rc = -ENOMEM;
	char *text;
	long length;

	if (memory && PEM_write_bio_X509(memory, authority) == 1) {
		length = BIO_get_mem_data(memory, &text);
		tls->authority = malloc((size_t)length);
		if (tls->authority) {
			memcpy(tls->authority, text, (size_t)length);
			tls->authority_length = (size_t)length;
			rc = 0;
		}
	}
	BIO_free(memory);
	return rc;
}

static int make_certificate(struct tls *tls, const char *host)
{
	struct certificate made;
	int rc = certificate_make(&made, host);

	if (!rc &&
		(SSL_CTX_use_certificate(tls->context, made.server) != 1 ||
			SSL_CTX_use_PrivateKey(tls->context, made.key) != 1))
		rc = -ENOMEM;
	if (!rc)
		rc = keep_authority(tls, made.authority);
	certificate_release(&made);
	return rc;
}

int tls_create(struct tls **out, const char *host, const char *certificate,
	const char *key, struct mock_error *err)
{
	struct tls *tls = calloc(1, sizeof(*tls));
	int rc = tls ? 0 : -ENOMEM;

	*out = NULL;
	if (!rc) {
		tls->context = SSL_CTX_new(TLS_server_method());
		tls->socket = channel_method();
		rc = tls->context && tls->socket ? set_context(tls->context)
						 : -ENOMEM;
	}
	if (!rc && certificate)
		rc = read_files(tls, certificate, key, err);
	else if (!rc)
		rc = make_certificate(tls, host);
	if (!rc) {
		*out = tls;
		return 0;
	}
	tls_free(tls);
	if (rc == -ENOMEM)
		(void)mock_error_set(err, rc,
			"cannot make a certificate, or no memory is left");
	return rc;
}

void tls_free(struct tls *tls)
{
	if (!tls)
		return;
	SSL_CTX_free(tls->context);
	BIO_meth_free(tls->socket);
	free(tls->authority);
	free(tls);
}
