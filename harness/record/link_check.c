/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/record/link_check.h"

#include <inttypes.h>
#include <stdio.h>

#include "link/link.h"

/* Full packets of 100 Mbit/s, and the acknowledgements for them. */
enum { ENOUGH_PER_S = 12500 };

struct finding link_check(void)
{
	struct finding finding = {
		.check = "link",
		.spoils = "trials behind a link (--link) are refused, or "
			  "invalid because the link was late",
		.remedy = "flagrace link -- true tells why a link is refused; "
			  "give a slow one a lower rate",
	};
	struct link_speed speed;
	struct link_error err = {""};

	if (link_measure(&speed, &err)) {
		finding.state = FINDING_WARNS;
		(void)snprintf(finding.here, sizeof(finding.here), "refused");
		return finding;
	}
	finding.state =
		speed.packets_per_s < ENOUGH_PER_S ? FINDING_WARNS : FINDING_OK;
	(void)snprintf(finding.here, sizeof(finding.here),
		"%" PRIu64 " packets/s, %" PRIu64 " Mbit/s",
		speed.packets_per_s, speed.bits_per_s / 1000000);
	return finding;
}
