/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * true_median LATENCY ITEMS CONCURRENCY DRAWS: prints the median, in ns, of the
 * ideal times of DRAWS trials as a server would draw them, each with a seed that
 * no block of a run has.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "harness/account/ideal.h"
#include "harness/base/stats.h"
#include "mock_server/mock_server.h"

struct job {
	const char *latency;
	size_t n;
	unsigned concurrency;
	struct mock_answer *answers;
	uint64_t *delays;
};

static int draw(const struct job *job, uint64_t seed, double *ns)
{
	static const char *const path = "/";
	char text[24];
	const struct mock_setting settings[] = {
		{"latency", job->latency}, {"seed", text}};
	const struct mock_requests requests = {&path, 1, settings, 2};
	struct mock_error why = {""};
	uint64_t makespan_ns;

	(void)snprintf(text, sizeof(text), "%" PRIu64, seed);
	if (mock_server_preview(job->answers, job->n, &requests, &why)) {
		fprintf(stderr, "%s\n", why.text);
		return -1;
	}
	for (size_t i = 0; i < job->n; i++)
		job->delays[i] = job->answers[i].delay_ns;
	if (ideal_makespan(&makespan_ns, NULL, job->delays, NULL, job->n,
		    job->concurrency))
		return -1;
	*ns = (double)makespan_ns;
	return 0;
}

int main(int argc, char **argv)
{
	struct job job = {.latency = argc == 5 ? argv[1] : ""};
	size_t draws = argc == 5 ? strtoul(argv[4], NULL, 10) : 0;
	double *ns = calloc(draws + 1, sizeof(*ns));
	int rc = -1;

	if (argc == 5) {
		job.n = strtoul(argv[2], NULL, 10);
		job.concurrency = (unsigned)strtoul(argv[3], NULL, 10);
	}
	job.answers = calloc(job.n + 1, sizeof(*job.answers));
	job.delays = calloc(job.n + 1, sizeof(*job.delays));
	if (!ns || !job.answers || !job.delays || !job.n || !job.concurrency ||
		!draws) {
		fprintf(stderr,
			"usage: true_median LATENCY ITEMS CONCURRENCY "
			"DRAWS\n");
		goto out;
	}
	rc = 0;
	for (size_t i = 0; i < draws && !rc; i++)
		rc = draw(&job, (UINT64_C(1) << 60) + i, &ns[i]);
	if (!rc)
		printf("%.0f\n",
			stats_quantile(ns, stats_sort(ns, draws), 0.5));
out:
	free(ns);
	free(job.answers);
	free(job.delays);
	return rc ? 2 : 0;
}
