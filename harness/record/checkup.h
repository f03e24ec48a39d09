/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What of a host would spoil a measurement. Pure functions. */
#ifndef HARNESS_RECORD_CHECKUP_H
#define HARNESS_RECORD_CHECKUP_H

#include "harness/record/host.h"

enum finding_state {
	FINDING_OK,
	FINDING_WARNS,
	FINDING_UNKNOWN, /* the host does not tell */
};

struct finding {
	enum finding_state state;
	const char *check;  /* one or two words */
	char here[96];      /* how it is on this host; "" when unknown */
	const char *spoils; /* what it does to figures when it warns */
	const char *remedy; /* what to do about it */
};

enum { CHECKUP_COUNT = 16 };

/* Makes one finding for each check, always in the same order. */
void checkup(struct finding findings[CHECKUP_COUNT], const struct host *host);

/* "ok", "warns" or "unknown". */
const char *finding_state_name(enum finding_state state);

#endif
