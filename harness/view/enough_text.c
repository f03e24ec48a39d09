/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How many requests in flight are enough, in sentences. */
#include <inttypes.h>

#include "harness/view/format.h"
#include "harness/view/table.h"

/* Whether sweeps of the run differ in the setting. */
static bool tells_sweeps_apart(
	const struct enoughs *enoughs, const struct setting *setting)
{
	for (size_t i = 1; i < enoughs->count; i++)
		if (setting_compare(setting, &enoughs->rows[0].workload,
			    &enoughs->rows[i].workload))
			return true;
	return false;
}

static void write_heading(
	FILE *out, const struct enoughs *enoughs, const struct enough *row)
{
	char value[SETTING_TEXT_MAX];

	fprintf(out, "\nconcurrency from %" PRIu64 " to %" PRIu64, row->least,
		row->most);
	for (const struct setting *s = workload_settings; s->name; s++) {
		if (!tells_sweeps_apart(enoughs, s))
			continue;
		setting_write(value, s, &row->workload);
		fprintf(out, ", %s %s", s->name, value);
	}
	fprintf(out, ":\n");
}

static void write_interval(FILE *out, const struct enough *row)
{
	if (row->low)
		fprintf(out, " [%" PRIu64 ", %" PRIu64 "]", row->low,
			row->high);
}

static void write_row(FILE *out, const struct enough *row)
{
	bool is_fastest = row->enough == row->fastest;
	const char *verb = row->enough == 1 ? "is" : "are";

	if (is_fastest)
		verb = row->enough == 1 ? "was" : "were";
	fprintf(out, "  %s: %" PRIu64 " %s %s%s", row->strategy, row->enough,
		verb, is_fastest ? "fastest" : "enough",
		row->low ? "" : " so far");
	write_interval(out, row);
	if (!is_fastest)
		fprintf(out,
			", within 5 %% of the best; %" PRIu64 " were fastest",
			row->fastest);
	else if (row->fastest > row->least)
		fprintf(out, "; fewer took at least 5 %% longer");
	if (row->fastest == row->most)
		fprintf(out, "; more was not tried");
	fprintf(out, ".\n");
}

void enoughs_write(FILE *out, const struct enoughs *enoughs)
{
	for (size_t i = 0; i < enoughs->count; i++) {
		const struct enough *row = &enoughs->rows[i];

		if (!i || row->sweep != row[-1].sweep)
			write_heading(out, enoughs, row);
		write_row(out, row);
	}
}
