/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of runs, and under it the answers of their sweeps. */
#include "harness/view/table.h"

static int write_sweeps(FILE *out, const char *const *run_dirs, size_t runs,
	enum summary_clock clock, struct fr_error *err)
{
	struct crossings crossings = {0};
	struct enoughs enoughs = {0};
	int rc = crossings_find(&crossings, run_dirs, runs, clock, err);

	if (!rc)
		rc = enoughs_find(&enoughs, run_dirs, runs, clock, err);
	if (!rc) {
		crossings_write(out, &crossings);
		enoughs_write(out, &enoughs);
	}
	crossings_release(&crossings);
	enoughs_release(&enoughs);
	return rc;
}

static int write_hosts(FILE *out, const char *const *run_dirs, size_t runs,
	enum summary_clock clock, struct fr_error *err)
{
	struct hosts hosts;
	int rc = hosts_find(&hosts, run_dirs, runs, clock, err);

	if (!rc)
		hosts_write(out, &hosts);
	hosts_release(&hosts);
	return rc;
}

int answers_write(FILE *out, const struct summary *summary,
	const char *const *run_dirs, size_t runs, struct fr_error *err)
{
	int rc = write_sweeps(out, run_dirs, runs, summary->clock, err);

	if (rc)
		return rc;
	prices_write(out, summary);
	tls_costs_write(out, summary);
	links_write(out, summary);
	return write_hosts(out, run_dirs, runs, summary->clock, err);
}

int table_show(FILE *out, const char *const *run_dirs, size_t runs,
	const struct summary_terms *terms, enum table_format format,
	struct fr_error *err)
{
	struct summary *summary;
	int rc = summary_create(&summary, run_dirs, runs, terms, err);

	if (rc < 0)
		return rc;
	if (table_write(out, summary, format))
		rc = fr_error_set(
			err, EXIT_INVALID, "cannot write the summary");
	if (!rc && format == TABLE_TEXT)
		rc = answers_write(out, summary, run_dirs, runs, err);
	summary_free(summary);
	return rc;
}
