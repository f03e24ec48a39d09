/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/gate/check_metrics.h"

#include <stdlib.h>
#include <string.h>

#include "harness/base/nearest.h"
#include "harness/runs/measures.h"

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

static double requests(const struct trial_row *row)
{
	return measure_known(row->requests_received);
}

static double failures(const struct trial_row *row)
{
	return measure_known(row->workload.requests) - measure_known(row->ok);
}

static double total(const struct trial_row *row)
{
	return trial_total_ns(row);
}

static double span(const struct trial_row *row)
{
	return measure_known(row->last_result_ns) -
		measure_known(row->first_start_ns);
}

static double latency_p99(const struct trial_row *row)
{
	return measure_known(row->latency_p99_ns);
}

static double memory(const struct trial_row *row)
{
	return measure_known(row->peak_rss_bytes);
}

#define METRIC(_name, _value, _unit, _kind, _role, _margin, _floor, _meaning) \
	{.name = (_name),                                                     \
		.unit = (_unit),                                              \
		.kind = (_kind),                                              \
		.role = (_role),                                              \
		.margin = (_margin),                                          \
		.floor = (_floor),                                            \
		.meaning = (_meaning),                                        \
		.value = (_value)},
const struct check_metric check_metrics[] = {
	CHECK_METRICS(METRIC){.name = NULL},
};
#undef METRIC

void check_gate_init(struct check_gate *gate)
{
	for (size_t i = 0; i < CHECK_METRIC_COUNT; i++) {
		gate->gated[i] = check_metrics[i].role == METRIC_GATED;
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
		"--gate '%.*s': no such metric%s%s%s; known:" CHECK_METRIC_LIST,
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
	if (metric->kind == METRIC_COUNTER)
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
