/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checks of the link: that it was there, and did what was asked of it. */
#include "harness/judge/judge.h"
#include "harness/judge/verdict.h"

#include <inttypes.h>
#include <string.h>

/* How the reason of a link that was late begins. */
#define WAS_LATE "the link was late"
/* Of the packets, the share that may be late. */
static const double LATE_SHARE = 0.01;

bool verdict_link_ended(const struct account *account,
	const struct trial_row *row, char *reason, size_t size)
{
	(void)row;
	return account->spec->link && account->result->link_rc &&
		verdict_fault(reason, size, "the relay of the link ended");
}

static bool is_overrun(
	const struct link_account *link, char *reason, size_t size)
{
	uint64_t overrun =
		link->way[LINK_UP].overrun + link->way[LINK_DOWN].overrun;

	return overrun &&
		verdict_fault(reason, size,
			"the relay of the link had no room for %" PRIu64
			" packets",
			overrun);
}

/* What counts as late is the link's to say: link/link.h. */
bool verdict_link_late(const struct account *account,
	const struct trial_row *row, char *reason, size_t size)
{
	const struct link_account *link = &account->result->link;
	double late = (double)link->way[LINK_UP].late +
		(double)link->way[LINK_DOWN].late;

	if (!account->spec->link)
		return false;
	if (is_overrun(link, reason, size))
		return true;
	return late > LATE_SHARE * (double)row->link_packets &&
		verdict_fault(reason, size,
			WAS_LATE ": %.1f %% of %" PRIu64
				 " packets, by up to %.3f ms",
			100 * late / (double)row->link_packets,
			row->link_packets, MS(row->link_late_max_ns));
}

bool judge_blames_machine(const struct trial_row *row)
{
	return row->verdict == VERDICT_INVALID &&
		strncmp(row->reason, WAS_LATE, sizeof(WAS_LATE) - 1) == 0;
}
