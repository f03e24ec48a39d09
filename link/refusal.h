/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Why a link cannot be made here, and the remedy. */
#ifndef LINK_REFUSAL_H
#define LINK_REFUSAL_H

#include "link/link.h"

/* Each takes the -errno of a step, fills in *err and returns the -errno. */

/* open(2) of /dev/net/tun. */
int refuse_tun(struct link_error *err, int code);

/* Making or configuring the device. */
int refuse_device(struct link_error *err, int code);

/* Writing sysctls of the namespace. */
int refuse_sysctls(struct link_error *err, int code);

/* Making network and user namespaces. */
int refuse_namespaces(struct link_error *err, int code);

#endif
