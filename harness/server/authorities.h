/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The certificates that the user trusts. */
#ifndef HARNESS_SERVER_AUTHORITIES_H
#define HARNESS_SERVER_AUTHORITIES_H

#include "harness/base/error.h"

/*
 * Reads a file of certificates in PEM; *text is the caller's, for free(). NULL
 * as path: none, and *text becomes NULL. Returns 0, or -1 with *err.
 */
int authorities_read(char **text, const char *path, struct fr_error *err);

#endif
