/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * OpenSSL reads and writes the socket through a BIO of ours, because bytes have
 * been read before it is known that they are TLS, and because the stamps of the
 * kernel (received.h) would be lost otherwise.
 */
#include "mock_server/channel_tls.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdlib.h>
#include <string.h>

#include "mock_server/clock.h"
#include "mock_server/received.h"

enum {
	SEALED_MAX = SSL3_RT_MAX_PLAIN_LENGTH,
	/* Of a client's handshake, which has about 500 bytes. */
	SHAKING_MAX = 65536,
	/*
	 * Of the socket, for one reading under TLS, which goes on until it has
	 * a byte: a client might send records without any, such as updates of
	 * the key, and hold up the loop. A whole record takes two.
	 */
	READS_MAX = 8,
};

static size_t take_early(struct channel *channel, char *bytes, size_t room)
{
	size_t n = channel->early_length - channel->early_taken;

	if (n > room)
		n = room;
	memcpy(bytes, channel->early + channel->early_taken, n);
	channel->early_taken += n;
	if (channel->early_taken == channel->early_length) {
		free(channel->early);
		channel->early = NULL;
	}
	return n;
}

static int read_socket(BIO *bio, char *bytes, int room)
{
	struct channel *channel = BIO_get_data(bio);
	uint64_t age_ns;
	ssize_t n;

	BIO_clear_retry_flags(bio);
	if (channel->reads++ == READS_MAX) {
		channel->error = EPROTO;
		return -1;
	}
	if (channel->early) {
		n = (ssize_t)take_early(channel, bytes, (size_t)room);
	} else {
		n = received_read(channel->fd, bytes, (size_t)room, &age_ns);
		channel->drained = n < room;
		channel->arrival_ns = clock_now_ns() - age_ns;
	}
	if (n == -EAGAIN)
		BIO_set_retry_read(bio);
	else if (n < 0)
		channel->error = (int)-n;
	if (n <= 0)
		return n ? -1 : 0;
	if (!channel->shaken)
		channel->shaking += (size_t)n;
	return (int)n;
}

static int write_socket(BIO *bio, const char *bytes, int length)
{
	struct channel *channel = BIO_get_data(bio);
	ssize_t n = send(channel->fd, bytes, (size_t)length, MSG_NOSIGNAL);

	BIO_clear_retry_flags(bio);
	if (n < 0 && errno == EAGAIN)
		BIO_set_retry_write(bio);
	else if (n < 0)
		channel->error = errno;
	return n < 0 ? -1 : (int)n;
}

static long control_socket(BIO *bio, int command, long number, void *arg)
{
	(void)bio, (void)number, (void)arg;
	return command == BIO_CTRL_FLUSH;
}

BIO_METHOD *channel_method(void)
{
	BIO_METHOD *method = BIO_meth_new(
		BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "channel");

	if (method &&
		(BIO_meth_set_read(method, read_socket) != 1 ||
			BIO_meth_set_write(method, write_socket) != 1 ||
			BIO_meth_set_ctrl(method, control_socket) != 1)) {
		BIO_meth_free(method);
		return NULL;
	}
	return method;
}

int channel_begin_tls(struct channel *channel, const struct tls *tls,
	const char *bytes, size_t length)
{
	BIO *bio = BIO_new(tls->socket);

	channel->ssl = SSL_new(tls->context);
	channel->early = malloc(length);
	if (!bio || !channel->ssl || !channel->early) {
		BIO_free(bio);
		return -ENOMEM;
	}
	memcpy(channel->early, bytes, length);
	channel->early_length = length;
	BIO_set_data(bio, channel);
	BIO_set_init(bio, 1);
	SSL_set_bio(channel->ssl, bio, bio);
	SSL_set_accept_state(channel->ssl);
	return 0;
}

/* The -errno of a call that returned rc. */
static int failure(struct channel *channel, int rc)
{
	switch (SSL_get_error(channel->ssl, rc)) {
	case SSL_ERROR_WANT_READ:
	case SSL_ERROR_WANT_WRITE:
		return -EAGAIN;
	case SSL_ERROR_ZERO_RETURN:
		return 0;
	case SSL_ERROR_SYSCALL:
		channel->broken = true;
		return channel->error ? -channel->error : -ECONNRESET;
	default:
		channel->broken = true;
		return -EPROTO;
	}
}

int channel_shake(struct channel *channel)
{
	int rc;

	channel->reads = 0;
	ERR_clear_error();
	rc = SSL_do_handshake(channel->ssl);
	if (rc == 1) {
		channel->shaken = true;
		return 0;
	}
	rc = failure(channel, rc);
	if (rc == -EAGAIN && channel->shaking <= SHAKING_MAX)
		return rc;
	channel->broken = true;
	return -EPROTO;
}

static enum tls_alpn alpn_of(const struct channel *channel)
{
	const unsigned char *name = NULL;
	unsigned length = 0;

	SSL_get0_alpn_selected(channel->ssl, &name, &length);
	if (!length)
		return TLS_ALPN_NONE;
	return length == 2 && memcmp(name, "h2", 2) == 0 ? TLS_ALPN_H2
							 : TLS_ALPN_HTTP1;
}

struct tls_outcome channel_outcome(const struct channel *channel)
{
	return (struct tls_outcome){
		.handshake = SSL_session_reused(channel->ssl) ? TLS_RESUMED
							      : TLS_FULL,
		.alpn = alpn_of(channel),
		.version = SSL_get_version(channel->ssl),
	};
}

ssize_t sealed_read(
	struct channel *channel, void *bytes, size_t room, uint64_t *age_ns)
{
	size_t n;
	int rc;

	*age_ns = 0;
	channel->reads = 0;
	ERR_clear_error();
	rc = SSL_read_ex(channel->ssl, bytes, room, &n);
	if (rc != 1)
		return failure(channel, rc);
	*age_ns = clock_now_ns() - channel->arrival_ns;
	return (ssize_t)n;
}

bool sealed_has_more(const struct channel *channel)
{
	return !channel->drained || SSL_has_pending(channel->ssl);
}

ssize_t sealed_send(struct channel *channel, const char *bytes, size_t length)
{
	size_t sent = 0, n;

	if (channel->broken)
		return -EPIPE;
	while (sent < length) {
		int rc;

		ERR_clear_error();
		rc = SSL_write_ex(
			channel->ssl, bytes + sent, length - sent, &n);
		if (rc != 1) {
			rc = failure(channel, rc);
			return rc == -EAGAIN && sent ? (ssize_t)sent
						     : (rc ? rc : -EPIPE);
		}
		sent += n;
	}
	return (ssize_t)sent;
}

/* One record of what fits into one, so that a small answer has one. */
ssize_t sealed_send_pieces(
	struct channel *channel, const struct msghdr *message)
{
	char bytes[SEALED_MAX];
	size_t n = 0;

	for (size_t i = 0; i < message->msg_iovlen && n < sizeof(bytes); i++) {
		const struct iovec *piece = &message->msg_iov[i];
		size_t length = piece->iov_len < sizeof(bytes) - n
			? piece->iov_len
			: sizeof(bytes) - n;

		memcpy(bytes + n, piece->iov_base, length);
		n += length;
	}
	return sealed_send(channel, bytes, n);
}

void sealed_end_output(struct channel *channel)
{
	ERR_clear_error();
	(void)SSL_shutdown(channel->ssl);
}

void sealed_release(struct channel *channel)
{
	SSL_free(channel->ssl);
}
