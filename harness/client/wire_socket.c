/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A wire's non-blocking socket: what every loop on plain sockets does once it
 * knows that there is something to do.
 */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <unistd.h>

#include "harness/client/wire.h"

int fr_wire_connect(struct fr_wire *wire)
{
	static const int on = 1;
	socklen_t length;
	int error;
	const struct sockaddr *address = fr_wires_address(wire->all, &length);

	wire->fd = socket(address->sa_family,
		SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (wire->fd >= 0 &&
		setsockopt(wire->fd, IPPROTO_TCP, TCP_NODELAY, &on,
			sizeof(on)) == 0 &&
		(connect(wire->fd, address, length) == 0 ||
			errno == EINPROGRESS))
		return wire->fd;
	error = -errno;
	fr_wire_lost(wire, error);
	return error;
}

/*
 * Receives until there is no more for now, or, since a server need not pause,
 * until the item in hand is overdue. False: the connection is over.
 */
static bool receive(struct fr_wire *wire, char *buffer, size_t size, bool ended)
{
	for (;;) {
		ssize_t length = recv(wire->fd, buffer, size, 0);

		if (length > 0) {
			if (!fr_wire_received(wire, buffer, (size_t)length))
				return false;
			/* Fewer than there was room for: that was all. */
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
 * Sends until there is no room for now. False: the connection is over; what
 * came before its end still counts.
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
