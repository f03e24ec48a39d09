/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The columns of summary.csv. */
#include "harness/runs/summary.h"

#include "harness/record/columns.h"

const char *const summary_clock_names[] = {"total", "elapsed", NULL};

#define ROW struct summary_row
/* clang-format off */
#define MEDIAN(its_name, member, its_unit, its_meaning) \
	COLUMN_NAMED(its_name, member.value, its_unit, its_meaning)
#define VERDICT(its_name, verdict) \
	COLUMN_NAMED(its_name, verdicts[verdict], "trials", \
		"Trials with this verdict.")
/* clang-format on */

static const struct column summary_columns[] = {
	COLUMN(group, "", "Cells of one group did the same work."),
	COLUMN(rank, "", "Place within the group; empty: not ranked."),
	COLUMN(strategy, "", "The strategy that ran."),
	COLUMN(concurrency, "requests",
		"The most requests it was allowed in flight at any instant."),
	/* clang-format off */
	WORKLOAD_A(OF_WORKLOAD)
	WORKLOAD_B(OF_WORKLOAD)
	COLUMN(protocol, "", "HTTP version asked for, such as http/1.1."),
	WORKLOAD_C(OF_WORKLOAD)
	COLUMN(samples, "", "As in trials.csv."),
	WORKLOAD_D(OF_WORKLOAD)
	COLUMN(trials, "trials", "Its trials, without warm-up."),
	VERDICT("valid", VERDICT_VALID),
	VERDICT("invalid", VERDICT_INVALID),
	VERDICT("failed", VERDICT_FAILED),
	VERDICT("timeout", VERDICT_TIMEOUT),
	VERDICT("crashed", VERDICT_CRASHED),
	VERDICT("unwitnessed", VERDICT_UNWITNESSED),
	/* clang-format on */
	COLUMN(reason, "",
		"The first reason of its trials that are not valid."),
	COLUMN(requests_ok, "requests",
		"Requests of its valid trials that succeeded."),
	COLUMN(requests_failed, "requests",
		"Requests of its valid trials that failed; a cell of which all "
		"failed has no rank."),
	COLUMNS_OF_ESTIMATE("total", "_ns", total, "ns",
		"Median total_ns; in rows of earlier builds, median of set-up "
		"+ elapsed + clean-up."),
	COLUMNS_OF_ESTIMATE(
		"elapsed", "_ns", elapsed, "ns", "Median elapsed_ns."),
	MEDIAN("setup_ns", setup, "ns", "Median setup_ns."),
	MEDIAN("teardown_ns", teardown, "ns", "Median teardown_ns."),
	MEDIAN("ideal_ns", ideal, "ns", "Median ideal_ns."),
	COLUMNS_OF_ESTIMATE(
		"efficiency", "", efficiency, "ratio", "Median efficiency."),
	MEDIAN("cpu_ns", cpu, "ns",
		"Median cpu_ns; in rows of earlier builds, median of "
		"cpu_user_ns + cpu_sys_ns."),
	MEDIAN("peak_rss_bytes", peak_rss, "bytes", "Median peak_rss_bytes."),
	COLUMNS_OF_ESTIMATE("throughput", "", throughput, "requests/s",
		"Median of requests / elapsed time."),
	MEDIAN("latency_p50_ns", latency_p50, "ns", "Median latency_p50_ns."),
	MEDIAN("latency_p99_ns", latency_p99, "ns", "Median latency_p99_ns."),
	MEDIAN("queue_p99_ns", queue_p99, "ns", "Median queue_p99_ns."),
	MEDIAN("offered_rate", offered_rate, "requests/s",
		"Median offered_rate."),
	MEDIAN("achieved_rate", achieved_rate, "requests/s",
		"Median achieved_rate."),
	COLUMN(not_held, "trials", "Valid trials whose rate_held is `no`."),
	COLUMNS_OF_ESTIMATE("speed_up", "", speed_up, "ratio",
		"How many times as fast as the reference, paired by block."),
	COLUMNS_OF_ESTIMATE("behind", "", behind, "ratio",
		"Its time divided by the fastest cell's, paired by block."),
	COLUMN(median_trial, "",
		"The valid trial whose elapsed_ns is nearest the median."),
	COLUMN(fails_more_than, "",
		"A cell of its group that failed significantly fewer of its "
		"requests; a row with such a cell has no rank."),
	COLUMN(failures, "",
		"Why requests of its valid trials failed, and how many for each "
		"cause, the most frequent first."),
	COLUMN(listen_queue, "trials",
		"Valid trials whose bound_by is `listen-queue`."),
	COLUMN(quota, "trials", "Valid trials whose bound_by is `quota`."),
	MEDIAN("connections_opened", connections_opened, "connections",
		"Median connections_opened."),
	MEDIAN("server_late_ns", server_late, "ns", "Median server_late_ns."),
	MEDIAN("dispatch_ns", dispatch, "ns", "Median dispatch_ns."),
	MEDIAN("rest_ns", rest, "ns", "Median rest_ns."),
	/* clang-format off */
	WORKLOAD_E(OF_WORKLOAD)
	/* clang-format on */
	MEDIAN("retries", retries, "requests", "Median retries."),
	MEDIAN("retry_wait_ns", retry_wait, "ns", "Median retry_wait_ns."),
	MEDIAN("peak_in_flight", peak_in_flight, "requests",
		"Median peak_in_flight."),
	MEDIAN("first_start_ns", first_start, "ns", "Median first_start_ns."),
};
const struct row_schema summary_schema =
	SCHEMA_OF(summary_columns, "summary.csv");
#undef ROW
