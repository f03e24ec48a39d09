/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/error.h"

#include <stdarg.h>
#include <stdio.h>

int fr_error_set(
	struct fr_error *err, enum exit_status status, const char *format, ...)
{
	va_list args;

	if (!err)
		return -1;
	err->status = status;
	va_start(args, format);
	(void)vsnprintf(err->text, sizeof(err->text), format, args);
	va_end(args);
	return -1;
}

int fr_error_at(struct fr_error *err, const char *where)
{
	struct fr_error inner;

	if (!err)
		return -1;
	inner = *err;
	return fr_error_set(
		err, inner.status, "%.330s: %.*s", where, 480, inner.text);
}
