/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a latency spec means, shown by drawing from it. */
#include <errno.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics.h>
#include <stdlib.h>

#include "mock_server/error.h"
#include "mock_server/latency.h"
#include "mock_server/mock_server.h"

int mock_server_explain_latency(struct mock_latency_figures *figures,
	const char *spec, struct mock_error *err)
{
	struct latency latency;
	double *ns;
	int rc = latency_parse(&latency, spec, err);

	if (rc)
		return rc;
	ns = calloc(MOCK_LATENCY_DRAWS, sizeof(*ns));
	if (!ns) {
		rc = mock_error_set(err, -ENOMEM, "out of memory");
		goto out;
	}
	for (size_t i = 0; i < MOCK_LATENCY_DRAWS; i++)
		ns[i] = (double)latency_draw(&latency, 1, i, 1);
	gsl_sort(ns, 1, MOCK_LATENCY_DRAWS);
	figures->mean_ns = gsl_stats_mean(ns, 1, MOCK_LATENCY_DRAWS);
	figures->p50_ns = gsl_stats_quantile_from_sorted_data(
		ns, 1, MOCK_LATENCY_DRAWS, 0.5);
	figures->p90_ns = gsl_stats_quantile_from_sorted_data(
		ns, 1, MOCK_LATENCY_DRAWS, 0.9);
	figures->p99_ns = gsl_stats_quantile_from_sorted_data(
		ns, 1, MOCK_LATENCY_DRAWS, 0.99);
	figures->max_ns = ns[MOCK_LATENCY_DRAWS - 1];
out:
	free(ns);
	latency_release(&latency);
	return rc;
}
