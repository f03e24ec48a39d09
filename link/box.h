/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The two network namespaces of a link, and a TUN device in each. Nothing has a
 * name in a file system: namespaces and devices last as long as the processes
 * that have them open.
 */
#ifndef LINK_BOX_H
#define LINK_BOX_H

#include "link/link.h"

struct box {
	int user; /* the user namespace that owns them; -1: none */
	int near; /* the namespace of the clients */
	/* Of the namespace in which this direction begins. */
	int tun[LINK_WAYS];
	int netstat[LINK_WAYS]; /* /proc/net/netstat */
	int drops[LINK_WAYS];   /* as drops.h opens it */
};

/*
 * Makes the namespaces: by the process's own privilege, or else in a new user
 * namespace. Leaves the calling process, which has one thread, in the far
 * network namespace, where the server listens, for good. The descriptors are
 * the caller's. Returns 0, or -errno with *err; then the process can only end.
 */
int box_make(struct box *box, struct link_error *err);

/*
 * Moves the calling process into the near namespace; see link_enter. user and
 * near are as in struct box. Async-signal-safe. Returns 0 or -errno.
 */
int box_enter(int user, int near);

/*
 * Kills all processes in the near namespace, and those that they start
 * meanwhile. Processes that this one may not inspect are left.
 */
void box_clear(int near);

#endif
