/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The certificates that the user trusts. */
#ifndef HARNESS_SERVER_AUTHORITIES_H
#define HARNESS_SERVER_AUTHORITIES_H

#include "harness/base/error.h"

/*
 * Checks that a file has certificates in PEM. NULL as path: there is none.
 * Returns 0, or -1 with *err.
 */
int authorities_check(const char *path, struct fr_error *err);

#endif
