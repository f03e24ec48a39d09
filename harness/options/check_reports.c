/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/options/check_reports.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "harness/options/choose.h"
#include "harness/options/command.h"
#include "harness/view/check_formats.h"

/* The format, and its file in *path; -1 with *err. */
static int read_report(
	const struct text *text, const char **path, struct fr_error *err)
{
	char format[32];
	size_t length = strcspn(text->text, "=");

	if (!text->text[length] || !text->text[length + 1])
		return fr_error_set(err, EXIT_USAGE,
			"%s '%.60s': must be FORMAT=FILE, such as "
			"junit=check.xml",
			text->where, text->text);
	*path = text->text + length + 1;
	(void)snprintf(format, sizeof(format), "%.*s", (int)length, text->text);
	return choose_word("--report", format, check_format_names, err);
}

static int cannot_write(const char *path, int error, struct fr_error *err)
{
	return fr_error_set(err, EXIT_INVALID, "cannot write %.200s: %s", path,
		strerror(error));
}

int check_reports_prepare(const struct texts *reports, struct fr_error *err)
{
	for (size_t i = 0; i < reports->count; i++) {
		const char *path = NULL;
		FILE *out;

		if (read_report(&reports->at[i], &path, err) < 0)
			return -1;
		out = fopen(path, "we");
		if (!out)
			return cannot_write(path, errno, err);
		(void)fclose(out);
	}
	return 0;
}

static int write_report(const struct text *text,
	const struct check_report *report, struct fr_error *err)
{
	const char *path = NULL;
	int format = read_report(text, &path, err);
	FILE *out = format < 0 ? NULL : fopen(path, "we");
	int rc;

	if (!out)
		return format < 0 ? -1 : cannot_write(path, errno, err);
	rc = check_write(out, report, (enum check_format)format);
	if (fclose(out) && !rc)
		rc = -errno;
	return rc ? cannot_write(path, -rc, err) : 0;
}

int check_reports_write(const struct texts *reports,
	const struct check_report *report, struct fr_error *err)
{
	int rc = 0;

	for (size_t i = 0; i < reports->count; i++)
		if (write_report(&reports->at[i], report, rc ? NULL : err))
			rc = -1;
	return rc;
}
