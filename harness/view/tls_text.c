/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What TLS costs, in sentences. */
#include <math.h>
#include <string.h>

#include "harness/view/table.h"

/* By how much cells of a group take longer than in plain HTTP. */
struct cost {
	const struct summary_row *least, *most; /* the cells */
	double least_times, most_times;         /* by the clock */
	/* CPU time of the client, for each connection more. */
	double least_cpu_ns, most_cpu_ns;
};

/* Whether the cell is the same but for TLS. */
static bool is_same(const struct summary_row *a, const struct summary_row *b)
{
	struct workload workload = b->workload;

	memcpy(workload.tls, a->workload.tls, sizeof(workload.tls));
	return a->concurrency == b->concurrency &&
		!strcmp(a->strategy, b->strategy) &&
		!strcmp(a->workload.connections, b->workload.connections) &&
		!workload_compare_work(&a->workload, &workload);
}

static const struct summary_row *find_plain(
	const struct summary *summary, const struct summary_row *row)
{
	for (size_t i = 0; i < summary->count; i++)
		if (!workload_is_secure(&summary->rows[i].workload) &&
			is_same(row, &summary->rows[i]))
			return &summary->rows[i];
	return NULL;
}

static void add(struct cost *cost, const struct summary *summary,
	const struct summary_row *row)
{
	const struct summary_row *plain = find_plain(summary, row);
	double times, cpu_ns;

	if (!plain || !(row->connections_opened.value > 0))
		return;
	times = summary_clock_of(summary, row)->value /
		summary_clock_of(summary, plain)->value;
	cpu_ns = (row->cpu.value - plain->cpu.value) /
		row->connections_opened.value;
	if (isnan(times) || isnan(cpu_ns))
		return;
	if (!cost->least || times < cost->least_times) {
		cost->least = row;
		cost->least_times = times;
	}
	if (!cost->most || times > cost->most_times) {
		cost->most = row;
		cost->most_times = times;
	}
	cost->least_cpu_ns = fmin(cost->least_cpu_ns, cpu_ns);
	cost->most_cpu_ns = fmax(cost->most_cpu_ns, cpu_ns);
}

static void name_cell(char *text, size_t size, const struct summary_row *row)
{
	char label[SUMMARY_LABEL_MAX];

	summary_label(label, row);
	(void)snprintf(text, size, "%s, %s", label,
		workload_is_fresh(&row->workload) ? "fresh" : "reuse");
}

static void write_cost(FILE *out, const struct cost *cost)
{
	char least[SUMMARY_LABEL_MAX + 8], most[SUMMARY_LABEL_MAX + 8];

	name_cell(least, sizeof(least), cost->least);
	name_cell(most, sizeof(most), cost->most);
	fprintf(out,
		"\nWith TLS %s it took %.2f (%s) to %.2f times (%s) as long as "
		"in plain HTTP;\n"
		"  each connection cost the client %.2f to %.2f ms more of CPU "
		"time.\n",
		cost->least->workload.tls, cost->least_times, least,
		cost->most_times, most, cost->least_cpu_ns / 1e6,
		cost->most_cpu_ns / 1e6);
}

void tls_costs_write(FILE *out, const struct summary *summary)
{
	size_t end;

	for (size_t first = 0; first < summary->count; first = end) {
		struct cost cost = {
			.least_cpu_ns = INFINITY, .most_cpu_ns = -INFINITY};

		for (end = first; end < summary->count &&
			summary->rows[end].group == summary->rows[first].group;
			end++)
			if (summary->rows[end].rank != FR_UNKNOWN &&
				workload_is_secure(
					&summary->rows[end].workload))
				add(&cost, summary, &summary->rows[end]);
		if (cost.least)
			write_cost(out, &cost);
	}
}
