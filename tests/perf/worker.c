/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Runs one strategy, with CPU work on each item, in this process: without the
 * harness, whose keeper valgrind cannot run. For tests/perf/work.
 *
 *     worker STRATEGY URL ITEMS CONCURRENCY ROUNDS
 *
 * URL is that of a flagrace serve. The exit status is 0 if all items were
 * downloaded and worked on.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <flagrace/strategy.h>

#include "harness/base/clock.h"
#include "harness/base/work.h"
#include "harness/plan/flags.h"
#include "harness/roster/registry.h"

/* Runs the strategy. Returns 0 or -errno. */
static int run(
	const struct fr_strategy *strategy, struct fr_job *job, uint64_t *t0_ns)
{
	int rc = strategy->setup ? strategy->setup(job) : 0;

	if (rc)
		return rc;
	*t0_ns = clock_ns();
	rc = strategy->download_many(job);
	if (strategy->teardown)
		strategy->teardown(job);
	return rc;
}

static size_t count_worked(const struct fr_job *job)
{
	size_t count = 0;

	for (size_t i = 0; i < job->n; i++)
		count += job->samples[i].status == FR_OK &&
			job->samples[i].work_end_ns > 0;
	return count;
}

/* The rounds of each item: as many for all. The caller frees the array. */
static uint64_t *same_rounds(size_t n, uint64_t rounds)
{
	uint64_t *all = calloc(n, sizeof(*all));

	for (size_t i = 0; all && i < n; i++)
		all[i] = rounds;
	return all;
}

int main(int argc, char **argv)
{
	size_t n = argc == 6 ? strtoul(argv[3], NULL, 10) : 0;
	struct fr_error err = {.text = "worker STRATEGY URL ITEMS "
				       "CONCURRENCY ROUNDS"};
	const struct fr_strategy *found =
		n ? registry_find(argv[1], &err) : NULL;
	const struct fr_strategy *strategy;
	const struct fr_http http = {.timeout_ms = 600000};
	struct fr_work work = {.folder = -1};
	struct fr_job job = {
		.n = n, .trial = "0123456789abcdef", .http = &http, .cpus = 2};
	uint64_t *t0_ns, *rounds;
	int rc;

	if (!found || registry_load(&strategy, found) < 0) {
		fprintf(stderr, "%s\n", err.text);
		return EXIT_FAILURE;
	}
	/* Processes of the strategy write samples, too. */
	job.samples = mmap(NULL, n * sizeof(*job.samples) + 64,
		PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	job.urls = flag_urls(argv[2], n);
	rounds = same_rounds(n, strtoull(argv[5], NULL, 10));
	if (job.samples == MAP_FAILED || !job.urls || !rounds)
		return EXIT_FAILURE;
	t0_ns = (uint64_t *)(job.samples + n);
	work.rounds = rounds;
	job.t0_ns = t0_ns;
	job.work = &work;
	job.strategy = strategy;
	job.concurrency = (unsigned)strtoul(argv[4], NULL, 10);
	rc = run(strategy, &job, t0_ns);
	if (rc)
		fprintf(stderr, "%s: %s\n", argv[1], strerror(-rc));
	free((void *)job.urls);
	free(rounds);
	return !rc && count_worked(&job) == n ? EXIT_SUCCESS : EXIT_FAILURE;
}
