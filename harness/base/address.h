/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A server's address in numbers, as a URL begins with it. Pure; for raw clients
 * and for who hands URLs to them.
 */
#ifndef HARNESS_BASE_ADDRESS_H
#define HARNESS_BASE_ADDRESS_H

#include <stddef.h>
#include <sys/socket.h>

struct address {
	struct sockaddr_storage socket;
	socklen_t length;
	char host[64]; /* as in the field Host: 127.0.0.1:8001, [::1] */
};

/*
 * Takes http://ADDRESS[:PORT] off the front of a URL; ADDRESS is an IPv4 one or
 * an IPv6 one in brackets, PORT by default 80. Returns where its path begins,
 * which may be its end, or 0: it is no such URL.
 */
size_t address_of_url(struct address *address, const char *url);

#endif
