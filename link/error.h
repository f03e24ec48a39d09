/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fills a struct link_error, so that a failure is told and returned at once. */
#ifndef LINK_ERROR_H
#define LINK_ERROR_H

#include "link/link.h"

/* Writes the text (cut to what fits) and returns `code`, a -errno. */
__attribute__((format(printf, 3, 4))) int link_error_set(
	struct link_error *err, int code, const char *format, ...);

#endif
