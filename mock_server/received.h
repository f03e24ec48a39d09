/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads from a socket, and tells when the bytes had reached this host. A delay
 * that ran from the reading would be longer by the time for which the bytes lay
 * there because the server was busy or had no CPU.
 */
#ifndef MOCK_SERVER_RECEIVED_H
#define MOCK_SERVER_RECEIVED_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * Has the kernel stamp the bytes that come in, on every connection accepted
 * from this listening socket. If it does not, every age is 0.
 */
void received_stamps(int listen_fd);

/*
 * As recv(2), but returns -errno on failure. *age_ns becomes the time since the
 * last of the bytes came, or less: 0 if it is not known or above 100 ms.
 */
ssize_t received_read(int fd, void *bytes, size_t room, uint64_t *age_ns);

#endif
