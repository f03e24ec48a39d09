/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stands for session_tls.c where the build found no OpenSSL. */
#include "harness/client/session_tls.h"

#include <errno.h>
#include <sys/socket.h>

int session_tls_open(struct session_tls *tls, const struct fr_http *http,
	const struct address *address)
{
	(void)tls, (void)http;
	return address->secure ? -EINVAL : 0;
}

void session_tls_close(struct session_tls *tls)
{
	(void)tls;
}

int session_tls_begin(struct session_tls *tls, int fd)
{
	(void)tls, (void)fd;
	return 0;
}

int session_tls_shake(struct session_tls *tls)
{
	(void)tls;
	return 1;
}

void session_tls_end(struct session_tls *tls)
{
	(void)tls;
}

ssize_t session_tls_receive(
	struct session_tls *tls, int fd, char *bytes, size_t size)
{
	ssize_t got = recv(fd, bytes, size, 0);

	(void)tls;
	return got < 0 ? -errno : got;
}

ssize_t session_tls_send(
	struct session_tls *tls, int fd, const char *bytes, size_t length)
{
	ssize_t sent = send(fd, bytes, length, MSG_NOSIGNAL);

	(void)tls;
	return sent < 0 ? -errno : sent;
}
