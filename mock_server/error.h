/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fills a struct mock_error, so that a failure is told and returned at once. */
#ifndef MOCK_SERVER_ERROR_H
#define MOCK_SERVER_ERROR_H

#include "mock_server/mock_server.h"

/* Writes the text (cut to what fits) and returns `code`, a -errno. */
__attribute__((format(printf, 3, 4))) int mock_error_set(
	struct mock_error *err, int code, const char *format, ...);

#endif
