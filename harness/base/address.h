/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The numeric address of a server in a URL. Raw clients connect to it; they do
 * not look up names. Pure functions.
 */
#ifndef HARNESS_BASE_ADDRESS_H
#define HARNESS_BASE_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

struct address {
	struct sockaddr_storage socket;
	socklen_t length;
	char host[64]; /* value of the field Host: 127.0.0.1:8001, [::1] */
	char ip[48];   /* the address alone: 127.0.0.1, ::1 */
	bool secure;   /* https */
};

/*
 * Parses the http://ADDRESS[:PORT] at the start of a URL, or the same with
 * https. ADDRESS is an IPv4 address, or an IPv6 address in brackets; PORT is 80
 * or 443 by default. Returns the
 * offset of the path, which may be empty, or 0 if the URL has another form.
 */
size_t address_of_url(struct address *address, const char *url);

/*
 * Starts a TCP connection without waiting for it. Returns a non-blocking
 * descriptor, or -errno.
 */
int address_connect(const struct address *address);

#endif
