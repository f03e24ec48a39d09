/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reading from a socket, and when what is read had reached this host: a delay
 * that ran from the reading would be longer by as long as the bytes lay there
 * while the server was busy, or was not let run.
 */
#ifndef MOCK_SERVER_RECEIVED_H
#define MOCK_SERVER_RECEIVED_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * Has the kernel stamp what comes in, on every connection accepted from this
 * listening socket. A favour: without it the stamp is the reading's.
 */
void received_stamps(int listen_fd);

/*
 * As recv(2), but -errno on failure. *age_ns: how long ago the last of the
 * bytes came, never more; 0 if that is not known, or is over 100 ms.
 */
ssize_t received_read(int fd, void *bytes, size_t room, uint64_t *age_ns);

#endif
