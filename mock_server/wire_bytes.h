/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How many bytes TCP has carried on a connection. */
#ifndef MOCK_SERVER_WIRE_BYTES_H
#define MOCK_SERVER_WIRE_BYTES_H

#include <stdint.h>

/*
 * As the kernel counts them: heads and TLS included, headers of TCP and IP not.
 * `out` includes what was sent again.
 */
struct wire_bytes {
	uint64_t in, out;
	uint32_t resent; /* segments that were sent again */
};

/* Returns 0, or -errno: the socket is not one of TCP; -ENODATA: an old kernel. */
int wire_bytes_read(struct wire_bytes *bytes, int fd);

#endif
