/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "link/error.h"

#include <stdarg.h>
#include <stdio.h>

int link_error_set(struct link_error *err, int code, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	(void)vsnprintf(err->text, sizeof(err->text), format, args);
	va_end(args);
	return code;
}
