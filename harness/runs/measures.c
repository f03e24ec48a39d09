/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/runs/measures.h"

#include <math.h>
#include <string.h>

#include "harness/base/nearest.h"
#include "harness/record/columns.h"

enum { NAMES_MAX = 128 }; /* columns and made figures of a row */

double measure_known(uint64_t count)
{
	return count == FR_UNKNOWN ? NAN : (double)count;
}

double trial_total_ns(const struct trial_row *trial)
{
	/* Files of earlier builds have no total_ns. */
	if (trial->total_ns != FR_UNKNOWN)
		return measure_known(trial->total_ns);
	return measure_known(trial->setup_ns) +
		measure_known(trial->elapsed_ns) +
		measure_known(trial->teardown_ns);
}

static double total_of(const void *row)
{
	return trial_total_ns(row);
}

double trial_cpu_ns(const struct trial_row *trial)
{
	/* Earlier builds have the parts only. */
	if (trial->cpu_ns != FR_UNKNOWN)
		return measure_known(trial->cpu_ns);
	return measure_known(trial->cpu_user_ns) +
		measure_known(trial->cpu_sys_ns);
}

static double cpu_of(const void *row)
{
	return trial_cpu_ns(row);
}

static double throughput_of(const void *row)
{
	const struct trial_row *trial = row;

	return trial->elapsed_ns == 0
		? NAN
		: 1e9 * measure_known(trial->workload.requests) /
			measure_known(trial->elapsed_ns);
}

static const struct measure made_of_trials[] = {
	{"total_ns", "ns", total_of, NULL, NULL},
	{"cpu_ns", "ns", cpu_of, NULL, NULL},
	{"throughput", "requests/s", throughput_of, NULL, NULL},
};

const struct measure_set trial_measures = {
	.schema = &trial_schema,
	.made = made_of_trials,
	.count = COLUMN_COUNT_OF(made_of_trials),
};

double measure_latency_ns(const struct request_row *request)
{
	/* In an open loop, an item waits from its scheduled start on. */
	return measure_known(request->end_ns) -
		measure_known(request->intended_ns == FR_UNKNOWN
				? request->start_ns
				: request->intended_ns);
}

static double latency_of(const void *row)
{
	return measure_latency_ns(row);
}

static const char *const latency_parts[] = {
	"start_ns", "end_ns", "intended_ns", NULL};

static const struct measure made_of_requests[] = {
	{"latency_ns", "ns", latency_of, NULL, latency_parts},
};

const struct measure_set request_measures = {
	.schema = &request_schema,
	.made = made_of_requests,
	.count = COLUMN_COUNT_OF(made_of_requests),
};

bool measure_is_number(const struct column *column)
{
	return column->type == COLUMN_COUNT || column->type == COLUMN_INTEGER ||
		column->type == COLUMN_REAL;
}

/* "trials.csv has no <what> 'elapsed'; did you mean 'elapsed_ns'?" */
static void refuse(const char *name, const char *what,
	const struct row_schema *schema, const char *const *names,
	struct fr_error *err)
{
	const char *nearest = nearest_word(name, names);

	(void)fr_error_set(err, EXIT_USAGE, "%s has no %s '%.60s'%s%s%s",
		schema->file, what, name, nearest ? "; did you mean '" : "",
		nearest ? nearest : "", nearest ? "'?" : "");
}

int measure_find(struct measure *measure, const struct measure_set *set,
	const char *name, struct fr_error *err)
{
	const char *names[NAMES_MAX + 1];
	size_t n = 0;

	for (size_t i = 0; i < set->count; i++) {
		*measure = set->made[i];
		if (!strcmp(measure->name, name))
			return 0;
		names[n++] = measure->name;
	}
	for (size_t i = 0; i < set->schema->count && n < NAMES_MAX; i++) {
		const struct column *column = &set->schema->columns[i];

		if (!measure_is_number(column))
			continue;
		*measure = (struct measure){
			column->name, column->unit, NULL, column, NULL};
		if (!strcmp(measure->name, name))
			return 0;
		names[n++] = measure->name;
	}
	names[n] = NULL;
	refuse(name, "numeric column", set->schema, names, err);
	return -1;
}

double column_figure(const struct column *column, const void *row)
{
	const char *member = (const char *)row + column->offset;
	uint64_t count;
	int64_t integer;
	double real;

	switch (column->type) {
	case COLUMN_COUNT:
		memcpy(&count, member, sizeof(count));
		return measure_known(count);
	case COLUMN_INTEGER:
		memcpy(&integer, member, sizeof(integer));
		return (double)integer;
	case COLUMN_REAL:
		memcpy(&real, member, sizeof(real));
		return real;
	case COLUMN_TEXT:
	case COLUMN_WORD:
	case COLUMN_HASH:
		break;
	}
	return NAN;
}

double measure_of(const struct measure *measure, const void *row)
{
	return measure->figure ? measure->figure(row)
			       : column_figure(measure->column, row);
}

uint64_t measure_answered_ns(const struct request_row *request)
{
	return request->answered_ns == FR_UNKNOWN ? request->end_ns
						  : request->answered_ns;
}

bool measure_needs(const struct measure *measure, const struct column *column)
{
	if (!measure->figure)
		return !strcmp(measure->column->name, column->name);
	for (const char *const *name = measure->made_of; *name; name++) {
		if (!strcmp(*name, column->name))
			return true;
	}
	return false;
}

const struct column *column_find(
	const struct row_schema *schema, const char *name, struct fr_error *err)
{
	const char *names[NAMES_MAX + 1];
	size_t n = 0;

	for (; n < schema->count && n < NAMES_MAX; n++) {
		names[n] = schema->columns[n].name;
		if (!strcmp(names[n], name))
			return &schema->columns[n];
	}
	names[n] = NULL;
	refuse(name, "column", schema, names, err);
	return NULL;
}
