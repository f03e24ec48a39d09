/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The process that makes a link and carries its packets. */
#ifndef LINK_RELAY_H
#define LINK_RELAY_H

#include <sys/types.h>

/*
 * The life of the relay: makes the namespaces and devices, says so on the
 * channel, and then carries packets and answers requests until the channel ends
 * or the parent does; then kills what is left in the near namespace. To be called in a new process; closes all descriptors
 * but the channel and standard error.
 */
_Noreturn void relay_live(int channel, pid_t parent);

#endif
