/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The server's draws can be computed beforehand. So the forecast of a trial is
 * the makespan of a greedy schedule of the items' delays, and the time that a
 * small machine needs for everything else. An overloaded machine takes longer.
 */
#include "harness/race/forecast.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "harness/account/ideal.h"
#include "harness/base/cpus.h"
#include "harness/plan/arrival.h"
#include "harness/plan/flags.h"
#include "harness/plan/work_spec.h"
#include "harness/race/cell_settings.h"
#include "link/link.h"
#include "mock_server/mock_server.h"

/*
 * Measured on two shared cores: the time per trial, per request at full speed,
 * and per byte of a body of --payload, from the server's memory to its hash.
 */
static const double TRIAL_NS = 15e6, REQUEST_NS = 40e3, BYTE_NS = 0.3;
/* The mean size of a flag that has its own. */
static const double FLAG_BYTES = 1750;

/* The first items stand for all others: two rounds of the largest cell. */
enum { ITEMS_MAX = 2 * CELL_CONCURRENCY_MAX };

/* The forecast of a cell averages blocks until they have so many items. */
enum { FORECAST_ITEMS = 1000 };

/* The answers to the first n items of a cell. */
struct preview {
	size_t n;
	struct mock_answer *answers;
	uint64_t *held_ns, *due_ns; /* each of n; due_ns NULL: a closed loop */
};

static void release(struct preview *preview)
{
	free(preview->answers);
	free(preview->held_ns);
	free(preview->due_ns);
}

/* Computes the answers by the server's schedule. */
static int ask(struct preview *preview, const struct cell *cell, uint64_t seed,
	struct fr_error *err)
{
	const char **paths = flag_urls("", POP20_COUNT);
	struct cell_settings settings;
	struct mock_error why = {""};
	struct mock_requests requests;
	int rc;

	cell_settings_init(&settings, cell, seed);
	requests = (struct mock_requests){
		.paths = paths,
		.path_count = POP20_COUNT,
		.settings = settings.list,
		.settings_count = settings.count,
	};
	rc = paths ? mock_server_preview(
			     preview->answers, preview->n, &requests, &why)
		   : -ENOMEM;
	free(paths);
	if (rc == -EINVAL)
		return fr_error_set(err, EXIT_USAGE, "%s", why.text);
	return rc ? fr_error_set(err, EXIT_INVALID, "%s", strerror(-rc)) : 0;
}

/* The link of the cell; all zero: none. */
static struct link_spec link_of(const struct cell *cell)
{
	struct link_spec spec = {0};
	struct link_error why = {""};

	/* The text has been checked when the cell was made. */
	if (cell->workload.link[0])
		(void)link_spec_parse(&spec, cell->workload.link, &why);
	return spec;
}

/* The round trips of an item; a kept connection is taken to be there. */
static uint64_t trips_ns(const struct cell *cell)
{
	const struct link_spec spec = link_of(cell);

	return link_rtt_ns(&spec) *
		(workload_is_fresh(&cell->workload) ? 2 : 1);
}

/* The time for which the bodies occupy the link. 0 bytes: flags as drawn. */
static double carried_ns(const struct cell *cell, double bytes)
{
	const double each = bytes > 0 ? bytes : FLAG_BYTES;
	const uint64_t bits = link_of(cell).way[LINK_DOWN].rate_bits;

	return bits
		? (double)cell->workload.requests * each * 8e9 / (double)bits
		: 0;
}

/*
 * How long an item occupies a worker. If a kept connection is reset, the item
 * is sent again on a new connection and reset again, by the same draw.
 */
static uint64_t held_ns(
	const struct mock_answer *answer, const struct cell *cell)
{
	uint64_t ns = answer->delay_ns + answer->body_ns + trips_ns(cell);

	if (answer->lost && !workload_is_fresh(&cell->workload))
		ns += answer->delay_ns;
	return answer->never || ns > cell->workload.timeout_ns
		? cell->workload.timeout_ns
		: ns;
}

static int make_preview(struct preview *preview, const struct cell *cell,
	uint64_t seed, struct fr_error *err)
{
	size_t n = cell->workload.requests < ITEMS_MAX ? cell->workload.requests
						       : ITEMS_MAX;

	*preview = (struct preview){.n = n};
	if (arrival_draw(&preview->due_ns, cell->workload.arrivals, n, seed,
		    err) < 0)
		return -1;
	preview->answers = calloc(n, sizeof(*preview->answers));
	preview->held_ns = calloc(n, sizeof(*preview->held_ns));
	if (!preview->answers || !preview->held_ns)
		return fr_error_memory(err);
	/* Without a latency the target is no mock server: nothing is known. */
	if (cell->strategy->flags & FR_NO_NETWORK || !cell->workload.latency[0])
		return 0;
	if (ask(preview, cell, seed, err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		preview->held_ns[i] = held_ns(&preview->answers[i], cell);
	return 0;
}

/* Raises *makespan_ns to the time that the work of the items takes. */
static int add_work(uint64_t *makespan_ns, const struct cell *cell, size_t n,
	uint64_t seed, struct fr_error *err)
{
	double cpus = cpus_usable(), quota = workload_cpus(&cell->workload);
	double sum_ns = 0;
	struct work_spec work;
	uint64_t *each_ns;

	if (work_spec_parse(&work, cell->workload.work, "work", err) < 0 ||
		work_spec_draw(&each_ns, &work, n, seed, err) < 0)
		return -1;
	for (size_t i = 0; each_ns && i < n; i++)
		sum_ns += (double)each_ns[i];
	free(each_ns);
	if (cpus > cell->concurrency)
		cpus = cell->concurrency;
	if (quota > 0 && cpus > quota)
		cpus = quota;
	if (sum_ns / cpus > (double)*makespan_ns)
		*makespan_ns = (uint64_t)(sum_ns / cpus);
	return 0;
}

/*
 * The time that the rate limit takes, if the items that it refuses are tried
 * again. Without retries they only fail.
 */
static double limited_ns(const struct cell *cell)
{
	const struct workload *workload = &cell->workload;
	struct mock_error err;
	uint64_t least_ns;

	if (!workload->limit[0] || !workload->retry[0] ||
		cell->strategy->flags & FR_NO_NETWORK ||
		mock_limit_least_ns(
			&least_ns, workload->limit, workload->requests, &err))
		return 0;
	return (double)least_ns;
}

/*
 * The time that the items of a preview take on the cell's places, by their
 * delays, and by the work on them. *n: how many items.
 */
static int find_makespan(uint64_t *makespan_ns, size_t *n,
	const struct cell *cell, uint64_t seed, struct fr_error *err)
{
	unsigned at_once = cell->concurrency;
	struct preview preview;
	int rc = make_preview(&preview, cell, seed, err);

	if (cell->workload.capacity < at_once)
		at_once = (unsigned)cell->workload.capacity;
	if (!rc &&
		ideal_makespan(makespan_ns, NULL, preview.held_ns,
			preview.due_ns, preview.n, at_once))
		rc = fr_error_memory(err);
	if (!rc && !(cell->strategy->flags & FR_NO_NETWORK))
		rc = add_work(makespan_ns, cell, preview.n, seed, err);
	*n = preview.n;
	release(&preview);
	return rc;
}

int forecast_least(double *ns, const struct cell *cell, uint64_t seed,
	struct fr_error *err)
{
	uint64_t makespan_ns = 0;
	size_t n = 1;
	int rc = find_makespan(&makespan_ns, &n, cell, seed, err);

	*ns = (double)makespan_ns * (double)cell->workload.requests / (double)n;
	return rc;
}

int forecast_trial(double *ns, const struct cell *cell, uint64_t seed,
	struct fr_error *err)
{
	bool network = !(cell->strategy->flags & FR_NO_NETWORK);
	double bytes = network && cell->workload.payload_bytes != FR_UNKNOWN
		? (double)cell->workload.payload_bytes
		: 0;
	int rc = forecast_least(ns, cell, seed, err);

	*ns += TRIAL_NS +
		(double)cell->workload.requests *
			(REQUEST_NS + bytes * BYTE_NS);
	if (*ns < TRIAL_NS + limited_ns(cell))
		*ns = TRIAL_NS + limited_ns(cell);
	if (network && *ns < TRIAL_NS + carried_ns(cell, bytes))
		*ns = TRIAL_NS + carried_ns(cell, bytes);
	return rc;
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
	char label[64], text[SETTING_TEXT_MAX];
	const char *comma = "";

	(void)snprintf(label, sizeof(label), "%.40s@%u", cell->strategy->name,
		cell->concurrency);
	fprintf(out, "  %-24s", label);
	for (const struct setting *s = workload_settings; s->name; s++) {
		setting_label(text, s, &cell->workload);
		if (text[0])
			fprintf(out, "%s %s", comma, text);
		comma = text[0] ? "," : comma;
	}
	fprintf(out, ": ");
	write_time(out, ns);
	fprintf(out, "\n");
}

/* The mean time of a cell's trial over the first blocks. */
static int forecast_cell(double *ns, const struct cell *cell, uint64_t seed,
	uint64_t blocks, struct fr_error *err)
{
	uint64_t most = FORECAST_ITEMS / cell->workload.requests + 1, block = 1;
	double sum = 0, trial = 0;
	int rc = 0;

	if (most > blocks)
		most = blocks;
	for (; block <= most && !rc; block++) {
		rc = forecast_trial(
			&trial, cell, plan_seed(seed, (int64_t)block), err);
		sum += trial;
		/* Equal times: nothing in this cell depends on the seed. */
		if (block == 2 && trial == sum / 2)
			most = 2;
	}
	*ns = sum / (double)(block - 1);
	return rc;
}

int forecast_write(FILE *out, const struct forecast_run *run,
	const struct plan *plan, struct fr_error *err)
{
	uint64_t trials = (run->blocks + run->warmup) * plan->count;
	double *ns = calloc(plan->count, sizeof(*ns)), block_ns = 0;
	int rc = 0;

	if (!ns)
		return fr_error_memory(err);
	for (size_t i = 0; i < plan->count && !rc; i++) {
		rc = forecast_cell(
			&ns[i], &plan->cells[i], run->seed, run->blocks, err);
		block_ns += ns[i];
	}
	if (!rc) {
		for (size_t i = 0; i < plan->count; i++)
			write_cell(out, &plan->cells[i], ns[i]);
		fprintf(out,
			"%s: %zu cell%s, %s%" PRIu64 " block%s and %" PRIu64
			" of warm-up: %" PRIu64 " trial%s, ",
			run->suite, plan->count, plan->count == 1 ? "" : "s",
			run->until_known ? "at most " : "", run->blocks,
			run->blocks == 1 ? "" : "s", run->warmup, trials,
			trials == 1 ? "" : "s");
		if (run->done)
			fprintf(out, "%zu of them done, ", run->done);
		fprintf(out, "about ");
		/* The trials that are left are taken as average ones. */
		write_time(out,
			block_ns / (double)plan->count *
				(double)(trials - run->done));
		fprintf(out, "\n");
	}
	free(ns);
	return rc;
}
