/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mock_server/error.h"

#include <stdarg.h>
#include <stdio.h>

int mock_error_set(struct mock_error *err, int code, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	(void)vsnprintf(err->text, sizeof(err->text), format, args);
	va_end(args);
	return code;
}
