/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the library and the relay say to each other, over a pair of sockets that
 * keep messages apart. Each request is followed by its reply.
 */
#ifndef LINK_CHANNEL_H
#define LINK_CHANNEL_H

#include <stddef.h>
#include <stdint.h>

#include "link/link.h"

enum request_kind {
	REQUEST_RESET,
	REQUEST_READ,
	REQUEST_LISTEN,
	REQUEST_SHARE,
};

struct request {
	enum request_kind kind;
	struct link_spec spec; /* RESET */
	uint64_t seed;         /* RESET */
	uint16_t port;         /* LISTEN; 0: any */
	int backlog;           /* LISTEN */
};

/*
 * The first reply on a channel answers no request: the link is made, or not. It
 * brings the near namespace, both netstat and, if there is one, the user
 * namespace. The reply to LISTEN brings the socket, the reply to SHARE one end
 * of another channel.
 */
struct reply {
	int rc;                      /* 0 or -errno */
	struct link_error err;       /* of the first reply */
	struct link_account account; /* READ */
	uint16_t port; /* LISTEN; first: of the last LISTEN, or 0 */
};

enum { CHANNEL_FDS_MAX = 4 };

/* Each returns 0; -EPIPE: the other side has ended; or another -errno. */

/* Sends a message of `size` bytes and up to CHANNEL_FDS_MAX descriptors. */
int link_channel_send(int channel, const void *message, size_t size,
	const int *fds, size_t fd_count);

/*
 * Waits for a message of `size` bytes. fds[0..CHANNEL_FDS_MAX-1] are the
 * descriptors that came with it, and the caller's; -1: none.
 */
int link_channel_receive(int channel, void *message, size_t size, int *fds);

#endif
