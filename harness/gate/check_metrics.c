/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/gate/check_metrics.h"

#include <stdlib.h>
#include <string.h>

#include "harness/base/nearest.h"
#include "harness/runs/measures.h"

/* From the first request to the last answer. */
static double elapsed(const struct trial_row *row)
{
	return measure_known(row->elapsed_ns);
}

/* Per request; set-up and clean-up are included. */
static double cpu(const struct trial_row *row)
{
	return trial_cpu_ns(row) / measure_known(row->workload.requests);
}

/* The time above the ideal, per request. */
static double overhead(const struct trial_row *row)
{
	return (measure_known(row->elapsed_ns) - measure_known(row->ideal_ns)) /
		measure_known(row->workload.requests);
}

static double latency_p90(const struct trial_row *row)
{
	return measure_known(row->latency_p90_ns);
}

static double connections(const struct trial_row *row)
{
	return measure_known(row->connections_opened);
}

static double failures(const struct trial_row *row)
{
	return measure_known(row->workload.requests) - measure_known(row->ok);
}

const struct check_metric check_metrics[] = {
	{"elapsed", "ns", false, true, 0.05, 500e3, elapsed},
	{"cpu", "ns", false, true, 0.05, 2e3, cpu},
	{"overhead", "ns", false, false, 0.10, 20e3, overhead},
	{"latency-p90", "ns", false, false, 0.10, 500e3, latency_p90},
	{"connections", "connections", true, true, 0, 0, connections},
	{CHECK_FAILURES, "requests", true, true, 0, 0, failures},
	{NULL, NULL, false, false, 0, 0, NULL},
};

_Static_assert(sizeof(check_metrics) / sizeof(check_metrics[0]) ==
		CHECK_METRIC_COUNT + 1,
	"CHECK_METRIC_COUNT is the table's length");

void check_gate_init(struct check_gate *gate)
{
	for (size_t i = 0; i < CHECK_METRIC_COUNT; i++) {
		gate->gated[i] = check_metrics[i].gated;
		gate->margin[i] = check_metrics[i].margin;
	}
}

/* The index of the metric of that name; -1 with *err: there is none. */
static int find(const char *name, size_t length, struct fr_error *err)
{
	const char *names[CHECK_METRIC_COUNT + 1] = {NULL};
	char word[32] = "";
	const char *nearest;

	if (length < sizeof(word))
		memcpy(word, name, length);
	for (int i = 0; i < CHECK_METRIC_COUNT; i++) {
		names[i] = check_metrics[i].name;
		if (strcmp(word, names[i]) == 0)
			return i;
	}
	nearest = nearest_word(word, names);
	return fr_error_set(err, EXIT_USAGE,
		"--gate '%.*s': no such metric%s%s%s; there are elapsed, cpu, "
		"overhead, latency-p90, connections and failures",
		(int)(length < 40 ? length : 40), name,
		nearest ? " (did you mean " : "", nearest ? nearest : "",
		nearest ? "?)" : "");
}

/* Reads ":5%"; an empty text leaves the table's margin. */
static int parse_margin(const struct check_metric *metric, const char *text,
	size_t length, double *margin, struct fr_error *err)
{
	char *end;
	double percent;

	if (length == 0)
		return 0;
	if (metric->exact)
		return fr_error_set(err, EXIT_USAGE,
			"--gate: %s is a counter, which has no margin",
			metric->name);
	percent = strtod(text + 1, &end);
	if (end != text + length - 1 || *end != '%' || end == text + 1 ||
		!(percent >= 0.1 && percent <= 1000))
		return fr_error_set(err, EXIT_USAGE,
			"--gate: the margin of %s must be 0.1%% to 1000%%, as "
			"in %s:5%%",
			metric->name, metric->name);
	*margin = percent / 100;
	return 0;
}

int check_gate_parse(
	struct check_gate *gate, const char *text, struct fr_error *err)
{
	check_gate_init(gate);
	memset(gate->gated, 0, sizeof(gate->gated));
	for (;;) {
		size_t length = strcspn(text, ","), name = 0;
		int i;

		while (name < length && text[name] != ':')
			name++;
		i = find(text, name, err);
		if (i < 0 ||
			parse_margin(&check_metrics[i], text + name,
				length - name, &gate->margin[i], err) < 0)
			return -1;
		gate->gated[i] = true;
		if (!text[length])
			return 0;
		text += length + 1;
	}
}
