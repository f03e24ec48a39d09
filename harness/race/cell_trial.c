/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/race/cell_trial.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "harness/account/samples_from_witness.h"
#include "harness/base/clock.h"
#include "harness/client/retry.h"
#include "harness/judge/judge.h"
#include "harness/plan/arrival.h"
#include "harness/plan/share.h"
#include "harness/race/cell_limits.h"
#include "harness/race/cell_settings.h"
#include "harness/race/trial_link.h"
#include "harness/race/trial_work.h"
#include "harness/record/run_folder.h"
#include "harness/trial/kernel_counters.h"
#include "harness/trial/trial.h"

/* Within this time even a busy machine lets each loop of the server run. */
#define SETTLE_NS ((long)(5 * NS_PER_S))

/* Counters that are read just before the clock starts. */
struct server_cpu {
	struct server *server;
	const struct link *link; /* of the trial; NULL: none */
	uint64_t before_ns;
	struct kernel_counters kernel;
	struct fr_error error;
	int rc;
};

/*
 * Draws a name for the trial that nobody can know beforehand: requests under
 * any other name are not this trial's.
 */
static int draw_name(char *name, size_t size, struct fr_error *err)
{
	uint64_t bits;

	if (getrandom(&bits, sizeof(bits), 0) != sizeof(bits))
		return fr_error_set(err, EXIT_INVALID, "no random number: %s",
			strerror(errno));
	(void)snprintf(name, size, "%016" PRIx64, bits);
	return 0;
}

int cell_trial_check(struct server *server, const struct cell *cell,
	unsigned hosts, uint64_t seed, struct fr_error *err)
{
	if (cell_limits_check(cell, server->witness, hosts, err) < 0 ||
		cell_limits_check_link(cell, server->may_link, err) < 0 ||
		trial_work_check(cell, seed, err) < 0)
		return -1;
	return cell_settings_apply(server, cell, seed, err);
}

static bool before_go(void *ctx)
{
	struct server_cpu *cpu = ctx;
	struct server *server = cpu->server;

	cpu->rc = server_cpu_ns(server, &cpu->before_ns, &cpu->error);
	cpu->kernel = kernel_counters_read(cpu->link);
	return true;
}

/* The HTTP version of the strategy; "": a program, which chooses its own. */
static const char *protocol_of(const struct fr_strategy *strategy)
{
	if (strategy->flags & FR_WITNESS_SAMPLES)
		return "";
	return strategy->flags & FR_HTTP2 ? "h2" : "http/1.1";
}

/*
 * Who measures the requests. "none": the strategy sends none. The strategy
 * null is older than this column and keeps "client".
 */
static const char *samples_of(const struct fr_strategy *strategy)
{
	if (strategy->flags & FR_WITNESS_SAMPLES)
		return "witness";
	return strategy->flags & FR_NO_NETWORK &&
			strcmp(strategy->name, "null") != 0
		? "none"
		: "client";
}

/* Copies the settings of the cell into the row. */
static void describe_cell(const struct cell *cell, struct trial_row *row)
{
	row->workload = cell->workload;
	row->concurrency = cell->concurrency;
	(void)snprintf(row->strategy, sizeof(row->strategy), "%s",
		cell->strategy->name);
	(void)snprintf(row->protocol, sizeof(row->protocol), "%s",
		protocol_of(cell->strategy));
	/* A program may use its connections as it likes. */
	if (cell->strategy->flags & FR_WITNESS_SAMPLES)
		row->workload.connections[0] = '\0';
	else if (cell->strategy->flags & FR_FRESH_CONNECTIONS)
		(void)snprintf(row->workload.connections,
			sizeof(row->workload.connections), "fresh");
	/* What keeps no connection keeps no session of TLS, either. */
	if (cell->strategy->flags & FR_FRESH_CONNECTIONS &&
		row->workload.tls[0])
		(void)snprintf(
			row->workload.tls, sizeof(row->workload.tls), "full");
	(void)snprintf(row->samples, sizeof(row->samples), "%s",
		samples_of(cell->strategy));
}

void cell_trial_describe(
	const struct cell *cell, uint64_t seed, struct trial_row *row)
{
	trial_row_init(row);
	iso_time_now(row->started_at, sizeof(row->started_at));
	row->seed = seed;
	describe_cell(cell, row);
}

/* Judges a trial that has ended, and calls trial->record. */
static int judge(const struct cell_trial *trial, const struct trial_spec *spec,
	const struct trial_result *result, const struct witness *witness,
	struct trial_row *row, struct fr_error *err)
{
	struct account account;
	int rc = account_init(&account, spec, result, witness);

	if (rc)
		return fr_error_memory(err);
	trial->server->stragglers = account_stragglers(&account);
	if (judge_trial(&account, row))
		rc = fr_error_memory(err);
	else if (trial->record)
		rc = trial->record(trial->ctx, &account, row, err);
	account_release(&account);
	return rc;
}

static void fill_kernel_counters(struct trial_row *row,
	const struct server_cpu *cpu, const struct quota_counts *quota)
{
	struct kernel_counters counted =
		kernel_counters_since(&cpu->kernel, cpu->link);

	row->listen_overflows = counted.listen_overflows;
	row->syn_retransmits = counted.syn_retransmits;
	/* A quota has a cgroup, and so an exact counter, of its own. */
	row->throttled_ns = quota->throttled_ns == UINT64_MAX
		? counted.throttled_ns
		: quota->throttled_ns;
}

/* Whether to ask the witness again later. Returns 1, 0 or -ENOMEM. */
static int is_to_settle(const struct trial_spec *spec,
	const struct trial_result *result, const struct witness *witness)
{
	struct account account;
	int rc = account_init(&account, spec, result, witness);

	if (rc)
		return rc;
	rc = !account_is_settled(&account);
	account_release(&account);
	return rc;
}

/*
 * Reads the witness's rows. A loop of the server may have sent an answer and
 * not have run since, so that the end of the answer is not recorded yet. Then
 * this asks again, after a pause that doubles each time.
 */
static int hear(const struct cell_trial *trial, const struct trial_spec *spec,
	const struct trial_result *result, struct witness *witness,
	struct fr_error *err)
{
	struct timespec pause = {.tv_nsec = NS_PER_MS};
	uint64_t until_ns = clock_ns() + (uint64_t)SETTLE_NS;
	int rc;

	while ((rc = server_witness(
			trial->server, spec->trial, witness, err)) == 0) {
		rc = is_to_settle(spec, result, witness);
		if (rc == 0 || clock_ns() > until_ns)
			return 0;
		witness_release(witness);
		if (rc < 0)
			return fr_error_memory(err);
		(void)clock_nanosleep(CLOCK_MONOTONIC, 0, &pause, NULL);
		if (pause.tv_nsec < SETTLE_NS / 100)
			pause.tv_nsec *= 2;
	}
	return rc;
}

/* Reads the counters and the witness's rows, and judges the trial. */
static int conclude(const struct cell_trial *trial,
	const struct trial_spec *spec, const struct trial_result *result,
	const struct server_cpu *cpu, struct trial_row *row,
	struct fr_error *err)
{
	struct witness witness;
	uint64_t cpu_ns;
	int rc;

	if (result->phase >= TRIAL_RUNNING)
		fill_kernel_counters(row, cpu, &result->quota);
	row->oom = result->quota.oom_kills;
	row->memory_peak_bytes = result->quota.memory_peak_bytes;
	rc = server_cpu_ns(trial->server, &cpu_ns, err);
	if (rc < 0)
		return rc;
	if (trial->server->witness && result->phase >= TRIAL_RUNNING &&
		cpu->rc == 0)
		row->server_cpu_ns = cpu_ns - cpu->before_ns;
	rc = hear(trial, spec, result, &witness, err);
	if (rc < 0)
		return rc;
	rc = server_witness_connections(trial->server, &witness, err);
	if (rc < 0) {
		witness_release(&witness);
		return rc;
	}
	if (witness.accepted_known)
		row->connections_accepted = witness.accepted_count;
	if (spec->strategy->flags & FR_WITNESS_SAMPLES)
		rc = samples_from_witness(
			result->samples, spec, result, &witness);
	rc = rc ? fr_error_memory(err)
		: judge(trial, spec, result, &witness, row, err);
	witness_release(&witness);
	return rc;
}

/*
 * The schedule of a cell's items, which the caller frees; NULL in a closed
 * loop. It depends on the cell and the seed alone.
 */
static int draw_arrivals(const struct cell *cell, uint64_t seed,
	uint64_t **due_ns, struct fr_error *err)
{
	return arrival_draw(due_ns, cell->workload.arrivals,
		cell->workload.requests, seed, err);
}

/* The policy of retries of a cell; NULL: it has none. */
static const struct fr_retry *retry_of(
	struct fr_retry *retry, const struct cell *cell, uint64_t seed)
{
	*retry = (struct fr_retry){.seed = seed};
	/* The text has been checked when the cell was made. */
	(void)retry_parse(&retry->spec, cell->workload.retry, "retry", NULL);
	return retry->spec.most ? retry : NULL;
}

/* The part of the spec that follows from the cell alone. */
static struct trial_spec spec_of(const struct cell *cell,
	const uint64_t *due_ns, const struct trial_work *work,
	const struct fr_retry *retry)
{
	return (struct trial_spec){
		.strategy = cell->strategy,
		.n = cell->workload.requests,
		.concurrency = cell->concurrency,
		.http.timeout_ms =
			(unsigned)(cell->workload.timeout_ns / NS_PER_MS),
		.http.fresh_connections = workload_is_fresh(&cell->workload),
		.http.range =
			cell->workload.range[0] ? cell->workload.range : NULL,
		.http.full_handshakes = workload_shakes_fully(&cell->workload),
		.due_ns = due_ns,
		.work = work->any ? &work->work : NULL,
		.retry = retry,
		.burn_ns = cell->burn_ns,
	};
}

/*
 * Runs the trial in the quota of its cell, if it has one: then spec->quota.
 * Hosts make quotas of their own.
 */
static int run_in_quota(struct trial_result *result, struct trial_spec *spec,
	struct quota *quota, const struct cell *cell, struct fr_error *err)
{
	const struct quota_limits limits = cell_limits_quota(cell);
	struct quota_counts counts = QUOTA_UNCOUNTED;
	int rc;

	if (quota_is_none(&limits)) {
		rc = trial_run(result, spec, err);
	} else {
		if (quota_open(quota, &limits, "", err) < 0)
			return -1;
		spec->quota = quota;
		rc = trial_run(result, spec, err);
		counts = quota_read(quota);
		quota_close(quota);
	}
	if (!rc)
		result->quota = counts;
	return rc;
}

int cell_trial_deadline(const struct cell *cell, uint64_t seed,
	uint64_t *deadline_ns, struct fr_error *err)
{
	struct trial_work work;
	struct fr_retry retry;
	struct trial_spec spec;
	uint64_t *due_ns;
	int rc;

	if (draw_arrivals(cell, seed, &due_ns, err) < 0)
		return -1;
	rc = trial_work_draw(&work, cell, seed, err);
	if (!rc) {
		spec = spec_of(
			cell, due_ns, &work, retry_of(&retry, cell, seed));
		*deadline_ns = trial_deadline_ns(&spec);
		trial_work_close(&work);
	}
	free(due_ns);
	return rc;
}

/* Runs the trial here or, if there are hosts, there. */
static int run_somewhere(struct trial_result *result,
	const struct cell_trial *trial, struct trial_spec *spec,
	struct quota *quota, struct fr_error *err)
{
	const struct trial_hosts *hosts = trial->hosts;

	if (!hosts)
		return run_in_quota(result, spec, quota, trial->cell, err);
	return hosts->run(hosts->ctx, result, trial, spec, err);
}

/* The part of an array that a host needs, in the order of its items. */
static uint64_t *part_of(const uint64_t *whole, const struct trial_spec *spec)
{
	uint64_t *part = whole ? calloc(spec->n, sizeof(*part)) : NULL;

	for (size_t j = 0; part && j < spec->n; j++)
		part[j] = whole[spec->numbers[j]];
	return part;
}

/* What a host's spec points to, in the order of its items. */
struct host_arrays {
	uint32_t *numbers;
	const char **urls;
	uint64_t *due_ns, *cpu_ns, *rounds;
	struct fr_work work;
};

static void host_arrays_release(struct host_arrays *arrays)
{
	free(arrays->numbers);
	free(arrays->urls);
	free(arrays->due_ns);
	free(arrays->cpu_ns);
	free(arrays->rounds);
}

/* Makes the spec of a whole job that of a host's share. Returns 0 or -ENOMEM. */
static int take_share(struct host_arrays *arrays, struct trial_spec *spec,
	const struct share *share, unsigned host)
{
	*arrays = (struct host_arrays){0};
	spec->n = share_items(share, host);
	spec->concurrency = share_places(share, host);
	arrays->numbers = calloc(spec->n, sizeof(*arrays->numbers));
	arrays->urls = calloc(spec->n, sizeof(*arrays->urls));
	if (!arrays->numbers || !arrays->urls)
		return -ENOMEM;
	for (size_t j = 0; j < spec->n; j++) {
		size_t item = share_item(share, host, j);

		arrays->numbers[j] = (uint32_t)item;
		arrays->urls[j] = spec->urls[item];
	}
	spec->numbers = arrays->numbers;
	spec->urls = arrays->urls;
	arrays->due_ns = part_of(spec->due_ns, spec);
	if (spec->due_ns && !arrays->due_ns)
		return -ENOMEM;
	spec->due_ns = arrays->due_ns;
	if (!spec->work)
		return 0;
	arrays->cpu_ns = part_of(spec->work->cpu_ns, spec);
	arrays->rounds = part_of(spec->work->rounds, spec);
	if (!arrays->cpu_ns || !arrays->rounds)
		return -ENOMEM;
	arrays->work = *spec->work;
	arrays->work.cpu_ns = arrays->cpu_ns;
	arrays->work.rounds = arrays->rounds;
	spec->work = &arrays->work;
	return 0;
}

int cell_share_run(struct trial_result *result, const struct cell_share *asked,
	struct fr_error *err)
{
	const struct cell *cell = asked->cell;
	const struct share share = {
		cell->workload.requests, cell->concurrency, asked->hosts};
	struct host_arrays arrays;
	struct trial_work work;
	struct trial_spec spec;
	struct fr_retry retry;
	struct quota quota;
	uint64_t *due_ns;
	int rc;

	if (draw_arrivals(cell, asked->seed, &due_ns, err) < 0)
		return -1;
	if (trial_work_open(&work, cell, asked->seed, NULL, err) < 0) {
		free(due_ns);
		return -1;
	}
	spec = spec_of(
		cell, due_ns, &work, retry_of(&retry, cell, asked->seed));
	spec.urls = asked->urls;
	spec.trial = asked->trial;
	spec.unwitnessed = asked->unwitnessed;
	spec.epoch_ns = clock_ns();
	spec.before_go = asked->before_go;
	spec.ctx = asked->ctx;
	spec.stop_fd = asked->stop_fd;
	rc = take_share(&arrays, &spec, &share, asked->host);
	if (rc)
		rc = fr_error_memory(err);
	else
		rc = run_in_quota(result, &spec, &quota, cell, err);
	host_arrays_release(&arrays);
	trial_work_close(&work);
	free(due_ns);
	return rc;
}

/* Configures the server, runs the trial, and judges it. */
static enum cell_trial_outcome run_and_judge(const struct cell_trial *trial,
	struct trial_spec *spec, const struct server_cpu *cpu,
	struct trial_row *row, struct fr_error *err)
{
	enum cell_trial_outcome outcome = CELL_TRIAL_FAILED;
	struct trial_result result;
	struct quota quota;

	if (cell_settings_apply(trial->server, trial->cell, trial->seed, err) <
			0 ||
		trial_link_begin(trial->server, spec->link, trial->seed, err) <
			0)
		return outcome;
	/* Set behind what may have opened the connection anew. */
	spec->control_fd = trial->server->http.fd;
	if (run_somewhere(&result, trial, spec, &quota, err) < 0)
		return outcome;
	result.server_changed = server_changed(trial->server);
	trial_link_end(trial->server, spec->link, &result);
	if (result.end == TRIAL_STOPPED)
		outcome = CELL_TRIAL_STOPPED;
	else if (conclude(trial, spec, &result, cpu, row, err) == 0)
		outcome = CELL_TRIAL_JUDGED;
	trial_release(&result);
	witness_remember(&trial->server->earlier, spec->trial);
	return outcome;
}

enum cell_trial_outcome cell_trial_run(const struct cell_trial *trial,
	struct trial_row *row, struct fr_error *err)
{
	enum cell_trial_outcome outcome = CELL_TRIAL_FAILED;
	struct server_cpu cpu = {.server = trial->server};
	struct mock_schedule *schedule;
	struct trial_work work;
	struct trial_link link;
	struct fr_retry retry;
	struct trial_spec spec;
	uint64_t *due_ns;
	char name[24];

	if (draw_name(name, sizeof(name), err) < 0 ||
		draw_arrivals(trial->cell, trial->seed, &due_ns, err) < 0)
		return outcome;
	if (trial_work_open(&work, trial->cell, trial->seed, trial->run, err) <
		0) {
		free(due_ns);
		return outcome;
	}
	schedule =
		cell_settings_foresee(trial->server, trial->cell, trial->seed);
	spec = spec_of(trial->cell, due_ns, &work,
		retry_of(&retry, trial->cell, trial->seed));
	spec.link = trial_link_of(&link, trial->server, trial->cell);
	cpu.link = spec.link ? spec.link->link : NULL;
	spec.urls = trial->urls;
	spec.http.authorities = trial->authorities;
	spec.http.any_certificate = trial->any_certificate;
	spec.trial = name;
	spec.schedule = schedule;
	spec.epoch_ns = clock_ns();
	spec.stragglers = trial->server->stragglers;
	spec.unwitnessed = !trial->server->witness;
	spec.before_go = before_go;
	spec.ctx = &cpu;
	spec.stop_fd = trial->stop_fd;
	outcome = run_and_judge(trial, &spec, &cpu, row, err);
	mock_schedule_close(schedule);
	trial_work_close(&work);
	free(due_ns);
	return outcome;
}
