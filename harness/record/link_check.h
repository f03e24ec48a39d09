/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checks whether this host can emulate a network, and how fast. */
#ifndef HARNESS_RECORD_LINK_CHECK_H
#define HARNESS_RECORD_LINK_CHECK_H

#include "harness/record/host_checks.h"

/* Makes a link for 0.2 s, as link_measure does. */
struct finding link_check(void);

#endif
