/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/base/error.h"

#include <errno.h>
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

int fr_error_memory(struct fr_error *err)
{
	return fr_error_set(err, EXIT_INVALID, "out of memory");
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

enum exit_status fr_status_of(int error)
{
	switch (error) {
	case ENOENT:
	case ENOTDIR:
	case EISDIR:
	case EACCES:
	case EPERM:
	case ELOOP:
	case ENAMETOOLONG:
	case ENXIO:
	case ENODEV:
	case EINVAL:
	case EEXIST:
		return EXIT_USAGE;
	default:
		return EXIT_INVALID;
	}
}
