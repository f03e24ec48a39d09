/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/view/check_formats.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "harness/view/check_forms.h"
#include "harness/view/sheet.h"

const char *const check_format_names[] = {"table", "csv", "json", "markdown",
	"annotations", "junit", "smaller-is-better", "google-benchmark",
	"go-benchmark", NULL};

static struct sheet sheet_of(const struct check_report *report)
{
	return (struct sheet){.schema = &check_schema,
		.rows = report->rows,
		.count = report->count};
}

static int write_csv(FILE *out, const struct check_report *report)
{
	const struct sheet sheet = sheet_of(report);

	return sheet_write_csv(out, &sheet);
}

static int write_json(FILE *out, const struct check_report *report)
{
	const struct sheet sheet = sheet_of(report);
	json_t *alpha = isfinite(report->alpha) ? json_real(report->alpha)
						: json_null();

	return sheet_dump(out,
		json_pack("{s:i, s:s, s:s, s:s, s:I, s:o, s:s, s:s, s:i, s:o}",
			"schema_version", CHECK_SCHEMA_VERSION, "suite",
			report->suite, "base", report->base, "head",
			report->head, "seed", (json_int_t)report->seed, "alpha",
			alpha, "verdict", check_verdict_names[report->verdict],
			"reason", report->reason, "exit_status",
			(int)check_exit_statuses[report->verdict], "rows",
			sheet_json(&sheet)));
}

static void clean(char *text, size_t size)
{
	char copy[sizeof(((struct check_row *)0)->scenario)];

	(void)row_text(copy, size < sizeof(copy) ? size : sizeof(copy), text,
		strlen(text));
	memcpy(text, copy, strlen(copy) + 1);
}

/*
 * A copy whose texts are UTF-8 without control characters, the caller's. NULL
 * when out of memory.
 */
static struct check_report *cleaned(const struct check_report *report)
{
	struct check_report *copy;
	struct check_row *rows;

	if (check_report_create(&copy, report->count))
		return NULL;
	rows = copy->rows;
	*copy = *report;
	copy->rows = rows;
	clean(copy->suite, sizeof(copy->suite));
	clean(copy->base, sizeof(copy->base));
	clean(copy->head, sizeof(copy->head));
	clean(copy->reason, sizeof(copy->reason));
	for (size_t i = 0; i < report->count; i++) {
		rows[i] = report->rows[i];
		for (size_t c = 0; c < check_schema.count; c++) {
			const struct column *column = &check_schema.columns[c];

			if (column->type == COLUMN_TEXT)
				clean((char *)&rows[i] + column->offset,
					column->size);
		}
	}
	return copy;
}

/* Whether out took all of it: 0 or -errno. */
static int finished(FILE *out)
{
	if (fflush(out))
		return -errno;
	/* An earlier write failed; its errno is lost. */
	return ferror(out) ? -EIO : 0;
}

/* By enum check_format. */
static int (*const writers[])(FILE *, const struct check_report *) = {
	check_write_table, write_csv, write_json, check_write_markdown,
	check_write_annotations, check_write_junit,
	check_write_smaller_is_better, check_write_google_benchmark,
	check_write_go_benchmark};

int check_write(
	FILE *out, const struct check_report *given, enum check_format format)
{
	struct check_report *report = cleaned(given);
	int rc;

	if (!report)
		return -ENOMEM;
	rc = writers[format](out, report);
	check_report_free(report);
	return rc ? rc : finished(out);
}
