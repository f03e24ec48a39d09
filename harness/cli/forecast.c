/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A trial takes the mean delay for every round of requests, or as long as its
 * items keep arriving, and what a small machine spends on it besides. Faults, a narrow bandwidth and a processor that
 * cannot keep up make it longer: this is no promise.
 */
#include "harness/cli/forecast.h"

#include <inttypes.h>
#include <string.h>

#include "harness/plan/arrival.h"
#include "mock_server/mock_server.h"

/* Measured on two shared cores: per trial, and per request at full speed. */
static const double TRIAL_NS = 15e6, REQUEST_NS = 40e3;

/* The mean delay; remembers the last, since cells of one latency lie together. */
struct drawn {
	const char *latency;
	double mean_ns;
};

static int draw(struct drawn *drawn, const char *latency, struct fr_error *err)
{
	struct mock_latency_figures figures;
	struct mock_error why = {""};

	if (!latency[0]) {
		*drawn = (struct drawn){latency, 0}; /* the target's own */
		return 0;
	}
	if (drawn->latency && strcmp(drawn->latency, latency) == 0)
		return 0;
	if (mock_server_explain_latency(&figures, latency, &why))
		return fr_error_set(err, EXIT_USAGE, "%s", why.text);
	*drawn = (struct drawn){latency, figures.mean_ns};
	return 0;
}

/* When the last item of an open loop comes; 0 in a closed one. */
static double last_arrival_ns(const struct cell *cell)
{
	struct arrival arrival;
	struct fr_error err;

	/* What cannot be read has been refused with the plan. */
	if (arrival_parse(&arrival, cell->arrivals, "arrivals", &err) < 0 ||
		arrival.kind == ARRIVAL_CLOSED)
		return 0;
	return (double)cell->requests / arrival.per_second * 1e9;
}

static double trial_ns(const struct cell *cell, double mean_ns)
{
	uint64_t at_once = cell->concurrency;
	double busy_ns, last_ns = last_arrival_ns(cell) + mean_ns;
	uint64_t rounds;

	if (cell->strategy->flags & FR_NO_NETWORK)
		mean_ns = 0;
	if (cell->capacity && cell->capacity < at_once)
		at_once = cell->capacity;
	rounds = (cell->requests + at_once - 1) / at_once;
	busy_ns =
		(double)cell->requests * REQUEST_NS + (double)rounds * mean_ns;
	return TRIAL_NS + (busy_ns > last_ns ? busy_ns : last_ns);
}

static void write_time(FILE *out, double ns)
{
	double s = ns / 1e9;

	if (s < 1)
		fprintf(out, "%.0f ms", s * 1e3);
	else if (s < 120)
		fprintf(out, "%.*f s", s < 10 ? 1 : 0, s);
	else if (s < 7200)
		fprintf(out, "%.0f min", s / 60);
	else
		fprintf(out, "%.1f h", s / 3600);
}

static void write_cell(FILE *out, const struct cell *cell, double ns)
{
	char label[64];

	(void)snprintf(label, sizeof(label), "%.40s@%u", cell->strategy->name,
		cell->concurrency);
	fprintf(out, "  %-24s %8" PRIu64 " requests, latency %s, ", label,
		cell->requests, cell->latency[0] ? cell->latency : "unknown");
	if (cell->payload)
		fprintf(out, "%" PRIu64 " bytes each, ", cell->payload);
	if (cell->fresh_connections)
		fprintf(out, "connections fresh, ");
	if (cell->fault[0])
		fprintf(out, "faults %s, ", cell->fault);
	if (cell->capacity)
		fprintf(out, "%" PRIu64 " served at once, ", cell->capacity);
	if (cell->bandwidth[0])
		fprintf(out, "bandwidth %s, ", cell->bandwidth);
	if (cell->arrivals[0])
		fprintf(out, "arrivals %s, ", cell->arrivals);
	fprintf(out, "given up after %g s: ", (double)cell->timeout_ns / 1e9);
	write_time(out, ns);
	fprintf(out, "\n");
}

int forecast_write(FILE *out, const struct run_settings *settings,
	const struct plan *plan, struct fr_error *err)
{
	bool until_known = settings->blocks == 0;
	uint64_t blocks = until_known ? settings->blocks_max : settings->blocks;
	uint64_t passes = blocks + settings->warmup;
	struct drawn drawn = {0};
	double block_ns = 0;

	for (size_t i = 0; i < plan->count; i++) {
		double ns;

		if (draw(&drawn, plan->cells[i].latency, err) < 0)
			return -1;
		ns = trial_ns(&plan->cells[i], drawn.mean_ns);
		write_cell(out, &plan->cells[i], ns);
		block_ns += ns;
	}
	fprintf(out,
		"%s: %zu cells, %s%" PRIu64 " blocks and %" PRIu64
		" of warm-up: %" PRIu64 " trials, about ",
		settings->suite, plan->count, until_known ? "at most " : "",
		blocks, settings->warmup, passes * plan->count);
	write_time(out, block_ns * (double)passes);
	fprintf(out, "\n");
	return 0;
}
