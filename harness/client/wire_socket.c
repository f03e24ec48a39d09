/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The non-blocking socket of a wire, for event loops that use plain sockets.
 */
#include <errno.h>

#include "harness/client/wire.h"

int fr_wire_connect(struct fr_wire *wire)
{
	int fd = address_connect(&wire->all->address);

	if (fd < 0)
		fr_wire_lost(wire, fd);
	else
		wire->fd = fd;
	return fd;
}

/*
 * Receives until the socket would block, or until the oldest item is overdue,
 * because a server might never pause. False: the connection is over.
 */
static bool receive(struct fr_wire *wire, char *buffer, size_t size, bool ended)
{
	for (;;) {
		ssize_t length = recv(wire->fd, buffer, size, 0);

		if (length > 0) {
			if (!fr_wire_received(wire, buffer, (size_t)length))
				return false;
			/* A short read: the socket is empty. */
			if ((size_t)length < size && !ended)
				return true;
			if (wire_is_overdue(wire))
				return true;
		} else if (length < 0 && errno == EAGAIN) {
			return true;
		} else if (length == 0 || errno != EINTR) {
			fr_wire_lost(wire, length ? -errno : 0);
			return false;
		}
	}
}

/*
 * Sends until the socket would block. False: the connection is over; answers
 * that arrived before still count.
 */
static bool transmit(struct fr_wire *wire, char *buffer, size_t size)
{
	for (;;) {
		size_t length;
		const char *bytes = fr_wire_request(wire, &length);
		ssize_t sent;

		if (!length)
			return true;
		sent = send(wire->fd, bytes, length, MSG_NOSIGNAL);
		if (sent >= 0)
			fr_wire_sent(wire, (size_t)sent);
		else if (errno == EAGAIN)
			return true;
		else if (errno != EINTR) {
			int error = -errno;

			if (receive(wire, buffer, size, true))
				fr_wire_lost(wire, error);
			return false;
		}
	}
}

bool fr_wire_serve(struct fr_wire *wire, char *buffer, size_t size, bool ended)
{
	if (wire->state == WIRE_OVER)
		return false;
	if (wire->state == WIRE_MADE_OUT) {
		int error = 0;
		socklen_t length = sizeof(error);

		getsockopt(wire->fd, SOL_SOCKET, SO_ERROR, &error, &length);
		if (error) {
			fr_wire_lost(wire, -error);
			return false;
		}
		fr_wire_connected(wire);
		return transmit(wire, buffer, size);
	}
	if (!receive(wire, buffer, size, ended))
		return false;
	fr_wire_fill(wire);
	return transmit(wire, buffer, size);
}
