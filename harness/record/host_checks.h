/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checks whether a host is fit for measurements. Pure functions. */
#ifndef HARNESS_RECORD_HOST_CHECKS_H
#define HARNESS_RECORD_HOST_CHECKS_H

#include "harness/record/host.h"

enum finding_state {
	FINDING_OK,
	FINDING_WARNS,
	FINDING_UNKNOWN, /* the fact could not be read */
};

/* "ok", "warns", "unknown": by enum finding_state. */
extern const char *const finding_state_names[];

struct finding {
	enum finding_state state;
	const char *check;  /* one or two words */
	char here[96];      /* the value on this host; "": unknown */
	const char *spoils; /* how a bad value distorts figures */
	const char *remedy; /* how to mend it */
	/*
	 * A bad value makes figures wrong. Otherwise it limits what can be
	 * measured here, or what figures can be compared with.
	 */
	bool makes_untrue;
};

enum { HOST_CHECKS_COUNT = 18 };

/* Runs all checks, always in the same order. */
void host_check(
	struct finding findings[HOST_CHECKS_COUNT], const struct host *host);

#endif
