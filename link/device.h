/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The network of one namespace: its TUN device and addresses. */
#ifndef LINK_DEVICE_H
#define LINK_DEVICE_H

#include "link/link.h"

#define DEVICE_NAME "flagrace"

/*
 * Gives the network namespace of the calling process a TUN device with an
 * address of the link's network, and brings it and `lo` up. *fd is the device
 * (nonblocking): packets that the namespace sends are read from it, and those
 * that are written to it are received. The device ends with the descriptor.
 * Returns 0 or -errno with *err.
 */
int device_open(int *fd, const char *address, struct link_error *err);

#endif
