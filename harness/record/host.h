/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Facts of the machine and the build that a figure cannot be read without. */
#ifndef HARNESS_RECORD_HOST_H
#define HARNESS_RECORD_HOST_H

#include <jansson.h>

/*
 * A new JSON object: CPU model and count, memory, governor, load, kernel, and
 * the versions this binary was built with. What cannot be read is null. The
 * host's name is left out on purpose: runs get published.
 */
json_t *host_facts(void);

#endif
