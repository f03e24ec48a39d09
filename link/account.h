/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What one direction of a link did. */
#ifndef LINK_ACCOUNT_H
#define LINK_ACCOUNT_H

#include <stdint.h>

#include "link/lateness.h"
#include "link/link.h"

struct account {
	struct link_counts counts; /* all but the quantile and the maximum */
	uint64_t late_from_ns;     /* a packet is late beyond this */
	struct lateness lateness;
};

/* Starts anew, for a link with this specification. */
void account_reset(struct account *account, const struct link_spec *spec);

/* A packet was delivered so much after it was due. */
void account_delivered(
	struct account *account, uint64_t bytes, uint64_t late_ns);

struct link_counts account_read(const struct account *account);

#endif
