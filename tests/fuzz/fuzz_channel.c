/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Fuzzes TLS as the server reads it: a client of OpenSSL shakes hands with a
 * channel, and then the input says, two bytes a step, what either side does. The
 * client's bytes come in pieces of any length. However they are cut, the channel
 * reads what the client has written, and tells when there is more. With an odd
 * first byte there is no client: the rest are its bytes.
 */
#include <errno.h>
#include <openssl/bio.h>
#include <openssl/ssl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mock_server/channel.h"
#include "mock_server/error.h"
#include "mock_server/tls.h"
#include "tests/fuzz/fuzz.h"

enum { ROOM = 1 << 16, STEPS_MAX = 200, PIECE = 67 };

/* Both sides of a connection. */
struct pair {
	struct channel channel; /* the server's */
	bool begun;             /* TLS has, on the server's side */
	bool failed;            /* so may have what follows */
	bool ended;             /* the server has ended its output */
	bool full;              /* the server has found no room to send */
	int fd;                 /* the client's socket */
	SSL *ssl;               /* the client's, on two BIOs in memory */
	BIO *in, *out;
	uint64_t written, read; /* bytes of the client's application */
	unsigned updates;       /* of the key, which a channel limits */
};

static SSL_CTX *client_context(void)
{
	static SSL_CTX *context;

	if (!context)
		context = SSL_CTX_new(TLS_client_method());
	require(context != NULL);
	return context;
}

static const struct tls *server_tls(void)
{
	static struct tls *tls;
	struct mock_error err = {""};

	if (!tls)
		require(tls_create(&tls, "127.0.0.1", NULL, NULL, &err) == 0);
	return tls;
}

static void open_pair(struct pair *pair)
{
	int fds[2];

	*pair = (struct pair){.in = BIO_new(BIO_s_mem()),
		.out = BIO_new(BIO_s_mem()),
		.ssl = SSL_new(client_context())};
	require(pair->ssl && pair->in && pair->out);
	SSL_set_bio(pair->ssl, pair->in, pair->out);
	SSL_set_connect_state(pair->ssl);
	require(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds) == 0);
	pair->channel.fd = fds[0];
	pair->fd = fds[1];
}

static void close_pair(struct pair *pair)
{
	channel_release(&pair->channel);
	SSL_free(pair->ssl);
	(void)close(pair->channel.fd);
	(void)close(pair->fd);
}

/* The first bytes begin TLS, as a connection does it; others are sent. */
static void deliver(struct pair *pair, const char *bytes, size_t length)
{
	if (!length)
		return;
	if (!pair->begun) {
		require(channel_begin_tls(&pair->channel, server_tls(), bytes,
				length) == 0);
		pair->begun = true;
	} else if (send(pair->fd, bytes, length, MSG_NOSIGNAL) !=
		(ssize_t)length) {
		pair->failed = true;
	}
	channel_note_input(&pair->channel);
}

/* Up to so many bytes that the client has sealed. */
static void deliver_sealed(struct pair *pair, size_t most)
{
	static char bytes[ROOM];
	int n = BIO_read(
		pair->out, bytes, (int)(most < ROOM ? most : sizeof(bytes)));

	if (n > 0)
		deliver(pair, bytes, (size_t)n);
}

/* The client gets what the server has sent. */
static void bring_back(struct pair *pair)
{
	static char bytes[ROOM];
	ssize_t n;

	while ((n = recv(pair->fd, bytes, sizeof(bytes), 0)) > 0)
		require(BIO_write(pair->in, bytes, (int)n) == n);
}

static void shake(struct pair *pair, size_t piece)
{
	int client = 0, server = -EAGAIN;

	for (int round = 0; round < ROOM && (client != 1 || server); round++) {
		client = SSL_do_handshake(pair->ssl);
		deliver_sealed(pair, piece);
		if (server == -EAGAIN)
			server = channel_shake(&pair->channel);
		bring_back(pair);
	}
	require(client == 1 && server == 0);
}

/* The client's application sends the numbers of its bytes. */
static void client_writes(struct pair *pair, size_t length)
{
	static char bytes[ROOM];

	for (size_t i = 0; i < length; i++)
		bytes[i] = (char)(pair->written + i);
	if (length && SSL_write(pair->ssl, bytes, (int)length) == (int)length)
		pair->written += length;
}

/* Returns what channel_read returned. */
static ssize_t server_reads(struct pair *pair, size_t room)
{
	static char bytes[ROOM];
	uint64_t age_ns;
	ssize_t n = channel_read(&pair->channel, bytes, room, &age_ns);

	require(n <= (ssize_t)room);
	for (ssize_t i = 0; i < n && !pair->failed; i++)
		require(bytes[i] == (char)(pair->read + (uint64_t)i));
	if (n > 0)
		pair->read += (uint64_t)n;
	return n;
}

/* Of what has come; nothing is there that the channel does not tell of. */
static void server_reads_once(struct pair *pair, size_t room)
{
	ssize_t n = server_reads(pair, room);

	if (n > 0 && !channel_has_more(&pair->channel, (size_t)n, room))
		require(server_reads(pair, room) <= 0);
}

static void step(struct pair *pair, uint8_t what, uint8_t much)
{
	static const char nonsense[256];
	char answer[ROOM / 2];

	switch (what % 11) {
	case 0:
		client_writes(pair, much * (size_t)PIECE);
		break;
	case 1:
	case 2:
		deliver_sealed(pair, much * (size_t)PIECE + 1);
		break;
	case 3:
	case 4:
		server_reads_once(pair, much * (size_t)PIECE + 1);
		break;
	case 5:
		if (SSL_key_update(pair->ssl, much % 2) == 1)
			pair->updates++;
		break;
	case 6:
		/* After -EAGAIN, the same bytes would have to be offered. */
		memset(answer, much, sizeof(answer));
		if (!pair->full)
			pair->full =
				channel_send(&pair->channel, answer,
					much * 97u) < (ssize_t)(much * 97u);
		break;
	case 7:
		bring_back(pair);
		(void)SSL_read(pair->ssl, answer, sizeof(answer));
		break;
	case 8:
		/* Bytes that no client of TLS has sealed. */
		pair->failed = true;
		deliver(pair, nonsense, much);
		break;
	case 9:
		if (SSL_shutdown(pair->ssl) < 0)
			pair->failed = true;
		break;
	case 10:
		/* As a connection does: once. */
		if (!pair->ended)
			channel_end_output(&pair->channel);
		pair->ended = true;
		break;
	}
}

/* In the end the server has all that the client has written. */
static void finish(struct pair *pair)
{
	ssize_t n;

	while (BIO_pending(pair->out) && !pair->failed) {
		deliver_sealed(pair, ROOM / 4);
		while ((n = server_reads(pair, ROOM)) > 0)
			;
		if (n && n != -EAGAIN)
			pair->failed = true;
		bring_back(pair);
	}
	while (server_reads(pair, ROOM) > 0)
		;
	require(pair->read == pair->written || pair->failed || pair->updates);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pair pair;

	if (size < 2)
		return 0;
	open_pair(&pair);
	if (data[0] & 1) {
		pair.failed = true;
		for (size_t at = 1; at < size && !pair.channel.broken;
			at += data[0]) {
			deliver(&pair, (const char *)data + at,
				size - at < data[0] ? size - at : data[0]);
			(void)channel_shake(&pair.channel);
		}
	} else {
		shake(&pair, data[1] * (size_t)PIECE + 1);
		for (size_t i = 2; i + 1 < size && i < (size_t)2 * STEPS_MAX;
			i += 2)
			step(&pair, data[i], data[i + 1]);
		finish(&pair);
	}
	close_pair(&pair);
	return 0;
}
