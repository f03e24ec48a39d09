/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How late packets were: a histogram of fixed size whose classes are at most
 * 1/16 as wide as the times that they hold.
 */
#ifndef LINK_LATENESS_H
#define LINK_LATENESS_H

#include <stdint.h>

enum { LATENESS_STEPS = 16, LATENESS_CLASSES = 61 * LATENESS_STEPS };

struct lateness {
	uint64_t count, max_ns;
	uint64_t classes[LATENESS_CLASSES];
};

void lateness_add(struct lateness *lateness, uint64_t ns);

/*
 * A time that a share (0..1) of the packets did not exceed: the upper end of
 * its class, so at most 1/16 too much. 0 without packets.
 */
uint64_t lateness_quantile(const struct lateness *lateness, double share);

#endif
