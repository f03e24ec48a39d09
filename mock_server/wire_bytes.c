/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mock_server/wire_bytes.h"

#include <errno.h>
#include <linux/tcp.h> /* has more of tcp_info than netinet/tcp.h */
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

/* Of RFC 9293, 3.3.2, as Linux numbers them. */
enum { TIME_WAIT = 6, CLOSE_WAIT = 8, LAST_ACK, LISTEN, CLOSING };

/* Whether the peer's end of input has come. */
static bool has_ended(unsigned state)
{
	return state == CLOSE_WAIT || state == LAST_ACK || state == CLOSING ||
		state == TIME_WAIT;
}

int wire_bytes_read(struct wire_bytes *bytes, int fd)
{
	struct tcp_info info = {0};
	socklen_t size = sizeof(info);

	if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size))
		return -errno;
	/* Linux 4.19. */
	if (size < offsetof(struct tcp_info, tcpi_bytes_sent) +
			sizeof(info.tcpi_bytes_sent))
		return -ENODATA;
	*bytes = (struct wire_bytes){info.tcpi_bytes_received,
		info.tcpi_bytes_sent, info.tcpi_total_retrans};
	/* The kernel counts the end of input as a byte, that of output not. */
	if (bytes->in && has_ended(info.tcpi_state))
		bytes->in--;
	return 0;
}
