/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a connection reads from and writes to: its socket, plain or under TLS.
 * Nothing here waits. Belongs to the loop's thread.
 *
 * Under TLS, a call that returns -EAGAIN after bytes were offered to be sent has
 * sealed some of them. The next call must offer the same bytes, and may offer
 * more.
 */
#ifndef MOCK_SERVER_CHANNEL_H
#define MOCK_SERVER_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "mock_server/tls.h"

/* The type of a TLS record that begins a connection (RFC 8446, 5.1). */
enum { CHANNEL_TLS_BEGINS = 22 };

struct channel {
	int fd;
	struct ssl_st *ssl; /* SSL; NULL: plain */
	bool shaken;        /* the handshake is done */
	bool broken;        /* TLS has failed: nothing more can be sent */
	bool drained; /* nothing has come since a reading got all there was */
	int error;    /* errno of the socket, where TLS has failed by it */
	uint64_t arrival_ns; /* of what the socket gave last */
	unsigned reads;      /* of the socket, in the current call */
	size_t shaking;      /* bytes that were read before it was shaken */
	char *early;         /* bytes that were read before TLS began */
	size_t early_length, early_taken;
};

/* How BIO reads and writes a channel; NULL: no memory. For BIO_meth_free. */
struct bio_method_st *channel_method(void);

/*
 * Begins TLS after the first bytes of the connection have been read in plain.
 * Returns 0 or -ENOMEM.
 */
int channel_begin_tls(struct channel *channel, const struct tls *tls,
	const char *bytes, size_t length);

/*
 * Goes on with the handshake. Returns 0: it is done; -EAGAIN: the socket has
 * nothing to read, or no room; -EPROTO: it has failed, also after 64 KB.
 */
int channel_shake(struct channel *channel);

/* What the handshake came to, once it is done. */
struct tls_outcome channel_outcome(const struct channel *channel);

/*
 * As received_read, of what was sent under TLS; 0 also if the client has ended
 * its input; -EPROTO: the client breaks TLS.
 */
ssize_t channel_read(
	struct channel *channel, void *bytes, size_t room, uint64_t *age_ns);

/* Epoll has told that there is something to read. */
void channel_note_input(struct channel *channel);

/* Whether more may be there to read, after `room` bytes were asked for. */
bool channel_has_more(const struct channel *channel, size_t n, size_t room);

/* Returns how many bytes the kernel has taken, or -errno. */
ssize_t channel_send(struct channel *channel, const void *bytes, size_t length);
ssize_t channel_send_pieces(
	struct channel *channel, const struct msghdr *message);

/* Tells the client, under TLS, that nothing more will come, if there is room. */
void channel_end_output(struct channel *channel);

/* Frees what it holds but the socket, which is plain afterwards. */
void channel_release(struct channel *channel);

#endif
