/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/account/figures.h"

#include <errno.h>
#include <gsl/gsl_sort.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/account/cause.h"
#include "harness/account/ideal.h"
#include "harness/account/limit.h"
#include "harness/account/silent.h"
#include "harness/base/stats.h"

/* A wait of at least this share of the elapsed time explains all of it. */
static const double EXPLAINED = 0.9;
/* A side that uses at least this share of its processors is saturated. */
static const double SATURATED = 0.85;

/*
 * The cgroup of a quota counts exactly, and also the processes that nobody
 * waited for, but not what the trial used before it joined. So the greater of
 * both accounts is the better one.
 */
static void fill_cpu(const struct account *account, struct trial_row *row)
{
	const struct trial_result *result = account->result;
	const char *by = result->cpu_by ? result->cpu_by : "";
	uint64_t counted_ns =
		account->spec->quota ? result->quota.cpu_ns : UINT64_MAX;

	row->cpu_user_ns = result->cpu_user_ns;
	row->cpu_sys_ns = result->cpu_sys_ns;
	row->cpu_ns = result->cpu_ns;
	if (counted_ns != UINT64_MAX && row->cpu_user_ns != UINT64_MAX) {
		row->cpu_ns = row->cpu_user_ns + row->cpu_sys_ns;
		by = "rusage";
		if (counted_ns > row->cpu_ns) {
			row->cpu_ns = counted_ns;
			by = "cgroup";
		}
	}
	(void)snprintf(row->cpu_by, sizeof(row->cpu_by), "%s", by);
}

static void fill_costs(const struct trial_result *result, struct trial_row *row)
{
	row->peak_rss_bytes = result->peak_rss_bytes;
	row->voluntary_switches = result->voluntary_switches;
	row->involuntary_switches = result->involuntary_switches;
	row->threads_created = result->threads_created;
	row->processes_created = result->processes_created;
	if (result->phase >= TRIAL_READY)
		row->setup_ns = result->setup_ns;
	if (result->t1_ns)
		row->elapsed_ns = result->t1_ns - result->t0_ns;
	if (result->phase == TRIAL_DONE)
		row->teardown_ns = result->teardown_ns;
	if (result->phase == TRIAL_DONE && result->go_ns)
		row->total_ns = result->ready_ns - result->begin_ns +
			result->exit_ns - result->go_ns;
}

static void fill_counts(const struct account *account, struct trial_row *row)
{
	uint64_t counts[FR_STATUS_COUNT] = {0}, bytes = 0, work_ns = 0;
	uint64_t retries = 0, retry_wait_ns = 0;
	struct causes causes = {.count = 0};
	char cause[CAUSE_MAX];

	for (size_t i = 0; i < account->spec->n; i++) {
		const struct fr_sample *sample = &account->result->samples[i];

		if (sample->status < FR_STATUS_COUNT)
			counts[sample->status]++;
		bytes += sample->body_bytes;
		work_ns += sample->work_end_ns - sample->work_start_ns;
		retries += sample->retries;
		retry_wait_ns += sample->retry_wait_ns;
		if (sample->status == FR_OK)
			continue;
		cause_of(cause, sample);
		if (cause[0])
			causes_add(&causes, cause, 1);
	}
	row->ok = counts[FR_OK];
	row->http_error = counts[FR_HTTP_ERROR];
	row->net_error = counts[FR_NET_ERROR];
	row->timeout = counts[FR_TIMEOUT];
	row->cancelled = counts[FR_CANCELLED];
	row->not_run = counts[FR_NOT_RUN];
	row->body_bytes = bytes;
	if (account->spec->work && !account_is_of_program(account))
		row->work_ns = work_ns;
	if (account->spec->retry) {
		row->retries = retries;
		row->retry_wait_ns = retry_wait_ns;
	}
	causes_sort(&causes);
	causes_write(row->failures, sizeof(row->failures), &causes);
}

static bool has_ended(const struct account *account, size_t i)
{
	const struct fr_sample *sample = &account->result->samples[i];

	return sample->status != FR_NOT_RUN &&
		sample->end_ns >= sample->start_ns &&
		sample->start_ns >= account->result->t0_ns;
}

/*
 * Fills `sorted` with the time from `since` to its end of every item that
 * ended, in ascending order. Returns how many items ended.
 */
static size_t sort_ends(double *sorted, const struct account *account,
	uint64_t (*since)(const struct account *account, size_t i))
{
	size_t ended = 0;

	for (size_t i = 0; i < account->spec->n; i++) {
		uint64_t end_ns = account->result->samples[i].end_ns;
		uint64_t since_ns = since(account, i);

		/* An end before its start is for the verdict, not for here. */
		if (has_ended(account, i))
			sorted[ended++] = end_ns > since_ns
				? (double)(end_ns - since_ns)
				: 0;
	}
	gsl_sort(sorted, 1, ended);
	return ended;
}

static uint64_t start_of_all(const struct account *account, size_t i)
{
	(void)i;
	return account->result->t0_ns;
}

static void fill_first_start(
	const struct account *account, struct trial_row *row)
{
	for (size_t i = 0; i < account->spec->n; i++) {
		const struct fr_sample *sample = &account->result->samples[i];
		uint64_t since_ns = sample->start_ns - account->result->t0_ns;

		if (has_ended(account, i) && since_ns < row->first_start_ns)
			row->first_start_ns = since_ns;
	}
}

/*
 * The latencies of the items that ended, then the times of their results. Both
 * use one array, since there may be millions of items.
 */
static int fill_latencies(const struct account *account, struct trial_row *row)
{
	double *sorted = calloc(account->spec->n, sizeof(*sorted));
	size_t ended;

	if (!sorted)
		return -ENOMEM;
	ended = sort_ends(sorted, account, account_intended_ns);
	if (ended > 0) {
		row->latency_p50_ns =
			(uint64_t)sorted[stats_rank(ended, 0.50) - 1];
		row->latency_p90_ns =
			(uint64_t)sorted[stats_rank(ended, 0.90) - 1];
		row->latency_p99_ns =
			(uint64_t)sorted[stats_rank(ended, 0.99) - 1];
		row->latency_max_ns = (uint64_t)sorted[ended - 1];
		(void)sort_ends(sorted, account, start_of_all);
		row->first_result_ns = (uint64_t)sorted[0];
		row->half_results_ns = (uint64_t)sorted[(ended - 1) / 2];
		row->last_result_ns = (uint64_t)sorted[ended - 1];
	}
	free(sorted);
	return 0;
}

static int fill_connections(
	const struct account *account, struct trial_row *row)
{
	const struct witness *witness = account->witness;
	uint64_t *ids = calloc(witness->count + 1, sizeof(*ids));
	size_t count = 0;

	if (!ids)
		return -ENOMEM;
	for (size_t r = 0; r < witness->count; r++)
		if (witness->rows[r].trial == WITNESS_OURS)
			ids[count++] = witness->rows[r].connection;
	row->requests_received = count;
	qsort(ids, count, sizeof(*ids), compare_counts);
	row->connections_opened = 0;
	for (size_t r = 0; r < count; r++)
		row->connections_opened += r == 0 || ids[r] != ids[r - 1];
	free(ids);
	return 0;
}

/* Makespans with which a trial's elapsed time is compared. */
struct schedules {
	uint64_t delays_ns; /* of the delays of first tries alone */
	uint64_t tried_ns;  /* of all tries, and the waits between them */
	uint64_t worked_ns; /* of the delays and the work */
	uint64_t ideal_ns;  /* with the server's capacity and the link's rate */
	uint64_t queued_ns; /* with the waits in the server's queue */
};

/* Whether a host did its share in this part of the trial's time, or less. */
static bool was_idle(const struct account *account, unsigned host, double part)
{
	const struct trial_result *result = account->result;

	return (double)(result->hosts[host].t1_ns - result->t0_ns) <
		part * (double)(result->t1_ns - result->t0_ns);
}

/* The host, of one or more, that ended last. */
static unsigned slowest_host(const struct trial_result *result)
{
	unsigned slowest = 0;

	for (unsigned h = 1; h < result->host_count; h++)
		if (result->hosts[h].t1_ns > result->hosts[slowest].t1_ns)
			slowest = h;
	return slowest;
}

/* Whether all hosts but the slowest one had ended long before. */
static bool is_alone_slow(const struct account *account)
{
	unsigned count = account->result->host_count, idle = 0;

	for (unsigned h = 0; h < count; h++)
		idle += was_idle(account, h, EXPLAINED);
	return count > 1 && idle == count - 1;
}

/* Adds to host_places, which is cut if there are very many hosts. */
static void add_places(struct trial_row *row, unsigned places)
{
	size_t used = strlen(row->host_places);

	(void)snprintf(row->host_places + used, sizeof(row->host_places) - used,
		"%s%u", used ? "+" : "", places);
}

static void fill_hosts(const struct account *account, struct trial_row *row)
{
	const struct trial_result *result = account->result;
	const struct trial_host *slowest;
	double sum_ns = 0;

	/* A host that was lost has told nothing. */
	if (!result->host_count)
		return;
	row->host_count = result->host_count;
	row->clock_bound_ns = account_clock_bound_most_ns(account);
	for (unsigned h = 0; h < result->host_count; h++) {
		const struct trial_host *host = &result->hosts[h];

		add_places(row, host->places);
		sum_ns += (double)(host->t1_ns - host->t0_ns);
	}
	slowest = &result->hosts[slowest_host(result)];
	if (result->phase != TRIAL_DONE)
		return;
	(void)snprintf(row->slowest_host, sizeof(row->slowest_host), "%u %s",
		slowest_host(result) + 1, slowest->name);
	row->host_efficiency = sum_ns / result->host_count /
		(double)(result->t1_ns - result->t0_ns);
}

/* Whether the trial had one thread, which can only use one CPU. */
static bool has_one_thread(const struct trial_row *row)
{
	return row->threads_created == 0 && row->processes_created == 0;
}

/*
 * Which resource limits the speed; docs/METHOD.md gives the rule. The client's
 * CPU time covers the trial's whole life, so it is compared with all of that.
 */
static const char *bound_by(const struct account *account,
	const struct trial_row *row, const struct schedules *schedules)
{
	const struct trial_spec *spec = account->spec;
	double wall = (double)row->total_ns;
	double elapsed = (double)row->elapsed_ns;
	double cpus = account_cpus(account).quota;

	if (cpus > (double)row->concurrency)
		cpus = (double)row->concurrency;
	if (row->efficiency > 1)
		return "order";
	if (spec->due_ns &&
		(double)spec->due_ns[spec->n - 1] >= EXPLAINED * elapsed)
		return "arrivals";
	if ((double)schedules->delays_ns >= EXPLAINED * elapsed)
		return "latency";
	if ((double)limit_floor_ns(account, row) >= EXPLAINED * elapsed)
		return "limit";
	if ((double)schedules->tried_ns >= EXPLAINED * elapsed)
		return "retries";
	if ((double)account_busiest_ns(account) >= EXPLAINED * elapsed)
		return "link";
	if (silent_is_throttled(row))
		return SILENT_QUOTA;
	if ((double)schedules->worked_ns >= EXPLAINED * elapsed)
		return "work";
	if (row->efficiency >= EXPLAINED ||
		(double)schedules->queued_ns >= EXPLAINED * elapsed)
		return "capacity";
	if (row->cpu_ns != FR_UNKNOWN && row->total_ns != FR_UNKNOWN &&
		(double)row->cpu_ns >= SATURATED * wall * cpus)
		return "client-cpu";
	if (has_one_thread(row) && row->cpu_ns != FR_UNKNOWN &&
		(double)row->cpu_ns >= SATURATED * wall)
		return "loop";
	if (row->server_cpu_ns != FR_UNKNOWN &&
		(double)row->server_cpu_ns >= SATURATED * elapsed)
		return "server-cpu";
	return silent_is_in_listen_queue(account, row) ? SILENT_LISTEN_QUEUE
						       : "unknown";
}

static uint64_t delay_ns(const struct account *account, size_t i)
{
	return account->delays_ns[i];
}

/* The item's delay, and the time for which its body occupies the link. */
static uint64_t carried_ns(const struct account *account, size_t i)
{
	return account->delays_ns[i] + account_transfer_ns(account, i);
}

/* The item's delay and the wait before it in the server's queue. */
static uint64_t queued_ns(const struct account *account, size_t i)
{
	const struct witness_row *served = account_served(account, i);

	return account->delays_ns[i] + (served ? served->queue_ns : 0);
}

static void raise_to(uint64_t *ns, uint64_t least_ns)
{
	if (*ns < least_ns)
		*ns = least_ns;
}

static int find_schedules(struct schedules *schedules,
	const struct account *account, uint64_t capacity)
{
	const struct trial_spec *spec = account->spec;
	uint64_t *ends_ns = calloc(spec->n, sizeof(*ends_ns)), carried = 0;
	int rc = ends_ns
		? account_makespan(&schedules->delays_ns, ends_ns, account,
			  account->delays_ns, spec->concurrency)
		: -ENOMEM;

	if (!rc) {
		schedules->tried_ns = schedules->delays_ns;
		account_add_tries(&schedules->tried_ns, account, ends_ns,
			spec->concurrency);
	}
	free(ends_ns);
	schedules->ideal_ns = 0;
	if (!rc)
		rc = account_schedule(&schedules->worked_ns, account, delay_ns,
			spec->concurrency);
	if (!rc && spec->link)
		rc = account_schedule(
			&carried, account, carried_ns, spec->concurrency);
	if (!rc)
		rc = account_schedule(&schedules->queued_ns, account, queued_ns,
			spec->concurrency);
	if (!rc && capacity < spec->concurrency)
		rc = account_schedule(&schedules->ideal_ns, account,
			account_held_ns, (unsigned)capacity);
	raise_to(&schedules->ideal_ns, schedules->worked_ns);
	raise_to(&schedules->ideal_ns, carried);
	raise_to(&schedules->ideal_ns, account_rate_bound_ns(account));
	return rc;
}

static int fill_ideal(const struct account *account, struct trial_row *row)
{
	struct schedules schedules;
	int rc = find_schedules(&schedules, account, row->workload.capacity);

	if (rc)
		return rc;
	row->ideal_ns = schedules.ideal_ns;
	if (row->elapsed_ns != FR_UNKNOWN && row->elapsed_ns > 0)
		row->efficiency =
			(double)row->ideal_ns / (double)row->elapsed_ns;
	if (account->result->phase == TRIAL_DONE)
		(void)snprintf(row->bound_by, sizeof(row->bound_by), "%s",
			bound_by(account, row, &schedules));
	if (row->bound_by[0] && is_alone_slow(account))
		(void)snprintf(row->bound_by, sizeof(row->bound_by), "host %u",
			slowest_host(account->result) + 1);
	return 0;
}

static uint64_t larger(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

/* Sums of both directions, and the lateness of the worse one. */
static void fill_link(const struct account *account, struct trial_row *row)
{
	const struct link_counts *up = &account->result->link.way[LINK_UP];
	const struct link_counts *down = &account->result->link.way[LINK_DOWN];

	if (!account->spec->link || account->result->link_rc)
		return;
	row->link_packets = up->packets + down->packets;
	row->link_bytes = up->bytes + down->bytes;
	row->link_lost = up->lost + down->lost;
	row->link_dropped =
		up->dropped + down->dropped + up->overrun + down->overrun;
	row->link_late_p99_ns = larger(up->late_p99_ns, down->late_p99_ns);
	row->link_late_max_ns = larger(up->late_max_ns, down->late_max_ns);
}

static void fill_wire(
	const struct witness_connections *connections, struct trial_row *row)
{
	row->tls_full = connections->tls_full;
	row->tls_resumed = connections->tls_resumed;
	row->alpn_h2 = connections->alpn_h2;
	row->alpn_http1 = connections->alpn_http1;
	if (connections->uncounted)
		return;
	row->wire_in_bytes = connections->wire_in;
	row->wire_out_bytes = connections->wire_out;
}

/* The figures that need the witness. */
static int fill_witnessed(const struct account *account, struct trial_row *row)
{
	int rc = peak_in_flight(&row->peak_in_flight, account);

	fill_wire(&account->witness->connections, row);
	if (row->workload.limit[0])
		row->limited = limit_refused(account);
	if (!rc)
		rc = fill_connections(account, row);
	if (!rc && !(account->spec->strategy->flags & FR_NO_NETWORK))
		rc = fill_ideal(account, row);
	return rc;
}

int figures_fill(const struct account *account, struct trial_row *row)
{
	int rc;

	fill_cpu(account, row);
	fill_costs(account->result, row);
	fill_counts(account, row);
	fill_link(account, row);
	fill_hosts(account, row);
	fill_first_start(account, row);
	rc = fill_latencies(account, row);
	if (!rc)
		rc = queueing_fill(account, row);
	if (!rc && !account->spec->unwitnessed)
		rc = fill_witnessed(account, row);
	return rc ? rc : parts_fill(account, row);
}
