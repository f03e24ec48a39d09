/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Packets that the kernel dropped because the queue of a link's device was
 * full: the relay did not read it for long.
 */
#ifndef LINK_DROPS_H
#define LINK_DROPS_H

#include <stdint.h>

/* /proc/net/dev of the process's network namespace, or -errno. */
int drops_open(void);

/* The packets that were sent to the device and dropped; 0: unknown. */
uint64_t drops_read(int fd);

#endif
