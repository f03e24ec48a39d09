/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "link/account.h"

#include <string.h>

/* A packet is late beyond the larger of this and 2 % of the round trip. */
enum { LATE_NS = 300000, LATE_PARTS = 50 };

void account_reset(struct account *account, const struct link_spec *spec)
{
	uint64_t part_ns = link_rtt_ns(spec) / LATE_PARTS;

	memset(account, 0, sizeof(*account));
	account->late_from_ns = part_ns > LATE_NS ? part_ns : LATE_NS;
}

void account_delivered(
	struct account *account, uint64_t bytes, uint64_t late_ns)
{
	account->counts.packets++;
	account->counts.bytes += bytes;
	account->counts.late += late_ns > account->late_from_ns;
	lateness_add(&account->lateness, late_ns);
}

struct link_counts account_read(const struct account *account)
{
	struct link_counts counts = account->counts;

	counts.late_p99_ns = lateness_quantile(&account->lateness, 0.99);
	counts.late_max_ns = account->lateness.max_ns;
	return counts;
}
