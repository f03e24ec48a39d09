/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A check's medians for programs that keep or compare benchmarks. Of the
 * verdict they know nothing, and rows without a figure are left out.
 */
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <string.h>

#include "harness/view/check_forms.h"
#include "harness/view/sheet.h"

enum { NAME_MAX_BYTES = 400 };

/* The control's two sides are both base. */
#define CONTROL "control"

static const char *head_of(const struct check_row *row)
{
	return row->role == CHECK_CONTROL ? "copy" : "head";
}

static void name_of(char name[NAME_MAX_BYTES], const char *side,
	const struct check_row *row)
{
	(void)snprintf(name, NAME_MAX_BYTES, "%s%s%s/%s/%s",
		row->role == CHECK_CONTROL ? CONTROL "/" : "", side,
		row->strategy, row->metric, row->scenario);
}

static json_t *smaller_is_better(const struct check_row *row)
{
	char name[NAME_MAX_BYTES], range[64], extra[CHECK_FINDING_MAX];

	name_of(name, "", row);
	check_finding(extra, row);
	if (isnan(row->ci_lo) || isnan(row->ci_hi))
		(void)snprintf(range, sizeof(range), "unknown");
	else
		(void)snprintf(range, sizeof(range), "± %.1f %%",
			50 * (row->ci_hi - row->ci_lo));
	return json_pack("{s:s, s:s, s:f, s:s, s:s}", "name", name, "unit",
		row->unit[0] ? row->unit : "1", "value", row->head, "range",
		range, "extra", extra);
}

int check_write_smaller_is_better(FILE *out, const struct check_report *report)
{
	json_t *entries = json_array();

	for (size_t i = 0; i < report->count && entries; i++) {
		if (!isfinite(report->rows[i].head))
			continue;
		if (json_array_append_new(
			    entries, smaller_is_better(&report->rows[i]))) {
			json_decref(entries);
			entries = NULL;
		}
	}
	return sheet_dump(out, entries);
}

/* One side of a row, as Google Benchmark reports a run. */
static json_t *google_benchmark(
	const struct check_row *row, const char *side, double value)
{
	char name[NAME_MAX_BYTES];

	name_of(name, side, row);
	return json_pack("{s:s, s:s, s:s, s:i, s:i, s:i, s:i, s:f, s:f, s:s}",
		"name", name, "run_name", name, "run_type", "iteration",
		"repetitions", 1, "repetition_index", 0, "threads", 1,
		"iterations", 1, "real_time", value, "cpu_time", value,
		"time_unit", "ns");
}

static int add_sides(json_t *runs, const struct check_row *row)
{
	char head[8];

	/* It knows times alone. */
	if (strcmp(row->unit, "ns") != 0 || !isfinite(row->base) ||
		!isfinite(row->head))
		return 0;
	(void)snprintf(head, sizeof(head), "%s/", head_of(row));
	if (json_array_append_new(
		    runs, google_benchmark(row, "base/", row->base)))
		return -1;
	return json_array_append_new(
		runs, google_benchmark(row, head, row->head));
}

int check_write_google_benchmark(FILE *out, const struct check_report *report)
{
	json_t *runs = json_array();
	int rc = runs ? 0 : -1;

	for (size_t i = 0; i < report->count && !rc; i++)
		rc = add_sides(runs, &report->rows[i]);
	if (rc) {
		json_decref(runs);
		return -ENOMEM;
	}
	return sheet_dump(out,
		json_pack("{s:{s:s, s:s, s:s}, s:o}", "context", "executable",
			report->head, "library_version", FLAGRACE_VERSION,
			"flagrace_suite", report->suite, "benchmarks", runs));
}

/* A name's part: what is no letter, digit or one of .:-+ becomes _. */
static void write_go_part(FILE *out, const char *key, const char *text)
{
	fprintf(out, "/%s=", key);
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		fputc(c < 128 && (isalnum(c) || strchr(".:-+", c)) ? c : '_',
			out);
	}
}

static void write_go_line(
	FILE *out, const struct check_row *row, const char *build, double value)
{
	const char *unit = strcmp(row->unit, "ns") == 0 ? "ns/op"
		: strcmp(row->unit, "bytes") == 0       ? "B/op"
							: "count/op";

	if (!isfinite(value))
		return;
	fputs("BenchmarkFlagrace", out);
	if (row->role == CHECK_CONTROL)
		write_go_part(out, "role", CONTROL);
	write_go_part(out, "metric", row->metric);
	write_go_part(out, "strategy", row->strategy);
	write_go_part(out, "scenario", row->scenario);
	write_go_part(out, "build", build);
	fprintf(out, " 1 %.9g %s\n", value, unit);
}

int check_write_go_benchmark(FILE *out, const struct check_report *report)
{
	for (size_t i = 0; i < report->count; i++) {
		write_go_line(
			out, &report->rows[i], "base", report->rows[i].base);
		write_go_line(out, &report->rows[i], head_of(&report->rows[i]),
			report->rows[i].head);
	}
	return 0;
}
