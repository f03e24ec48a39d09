/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whether a block is void is decided after its last trial, by the load of the
 * machine and by whether the trials were valid.
 */
#include "harness/check/check_run.h"

#include <errno.h>
#include <fcntl.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "harness/judge/judge.h"
#include "harness/record/columns.h"
#include "harness/record/csv.h"
#include "harness/runs/measures.h"
#include "harness/trial/disturbance.h"

/* A block is disturbed if the host of the virtual machine took more CPU time. */
static const double STEAL_MOST = 2; /* percent */
/* A user who allows any pressure allows any steal, too. */
static const double PRESSURE_ANY = 100; /* percent */
/* Fewer ticks are below the counter's resolution. */
enum { STEAL_GRAIN = 2 };

/* One line of the log. The table below has meanings and units. */
struct check_trial_row {
	uint64_t set;
	int64_t block;
	char scenario[ROWS_TEXT_MAX];
	char strategy[32];
	char side[8];
	uint64_t seed;
	char verdict[16];
	char reason[ROWS_TEXT_MAX];
	double steal;
	double pressure;
	uint64_t elapsed_ns;
	uint64_t cpu_ns;
	uint64_t connections_opened;
};

#define ROW struct check_trial_row
static const struct column check_trial_columns[] = {
	COLUMN(set, "",
		"1: the first set of blocks; 2: the set that confirms."),
	COLUMN(block, "", "The cell's block, void ones included; 0: warm-up."),
	COLUMN(scenario, "", "The cell's settings without its strategy."),
	COLUMN(strategy, "", "The cell's strategy."),
	COLUMN(side, "", "base, head, or copy: base again, as a control."),
	COLUMN(seed, "", "Seed of the server's delays."),
	COLUMN(verdict, "", "As in trials.csv."),
	COLUMN(reason, "", "As in trials.csv."),
	COLUMN(steal, "percent",
		"CPU time that the hypervisor took during the trial."),
	COLUMN(pressure, "percent",
		"Share of the last 10 s in which a task waited for a CPU."),
	COLUMN(elapsed_ns, "ns", "As in trials.csv."),
	COLUMN(cpu_ns, "ns", "CPU time of the whole trial."),
	COLUMN(connections_opened, "connections", "As in trials.csv."),
};
const struct row_schema check_trial_schema =
	SCHEMA_OF(check_trial_columns, "check_trials.csv");
#undef ROW

/* The trials of one block. */
struct block {
	size_t cell;
	uint64_t seed;
	int64_t number;
	enum check_side order[SIDE_COUNT]; /* then the same in reverse */
	size_t sides;                      /* 2, or 3 with the copy */
	struct trial_row rows[SIDE_COUNT][2];
	struct disturbance disturbance; /* during the whole block */
};

int check_log_open(int *fd, const char *path, struct fr_error *err)
{
	struct csv_text text = {0};
	int rc;

	*fd = -1;
	if (!path)
		return 0;
	*fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (*fd < 0)
		return fr_error_set(err, fr_status_of(errno),
			"--log %.200s: %s", path, strerror(errno));
	rc = csv_text_add_header(&text, &check_trial_schema);
	if (!rc)
		rc = csv_text_write(&text, *fd);
	csv_text_release(&text);
	if (!rc)
		return 0;
	close(*fd);
	*fd = -1;
	return fr_error_set(
		err, EXIT_INVALID, "--log %.200s: %s", path, strerror(-rc));
}

/* Appends a trial to the log. Returns 0, or -1 with *err. */
static int log_trial(const struct check_set *set, const struct block *block,
	const struct cell *cell, enum check_side side,
	const struct trial_row *row, const struct disturbance *disturbance,
	struct fr_error *err)
{
	struct csv_text text = {0};
	struct check_trial_row logged;
	int rc;

	if (set->job->log_fd < 0)
		return 0;
	row_init(&check_trial_schema, &logged);
	logged.set = set->number;
	logged.block = block->number;
	memcpy(logged.scenario, set->logs[block->cell].scenario,
		sizeof(logged.scenario));
	(void)snprintf(logged.strategy, sizeof(logged.strategy), "%s",
		cell->strategy->name);
	(void)snprintf(
		logged.side, sizeof(logged.side), "%s", check_side_names[side]);
	logged.seed = block->seed;
	(void)snprintf(logged.verdict, sizeof(logged.verdict), "%s",
		trial_verdict_name(row->verdict));
	memcpy(logged.reason, row->reason, sizeof(logged.reason));
	logged.steal = disturbance->steal;
	logged.pressure = disturbance->pressure;
	logged.elapsed_ns = row->elapsed_ns;
	if (!isnan(trial_cpu_ns(row)))
		logged.cpu_ns = (uint64_t)trial_cpu_ns(row);
	logged.connections_opened = row->connections_opened;
	rc = csv_text_add_row(&text, &check_trial_schema, &logged);
	if (!rc)
		rc = csv_text_write(&text, set->job->log_fd);
	csv_text_release(&text);
	return rc ? fr_error_set(err, EXIT_INVALID, "cannot write the log: %s",
			    strerror(-rc))
		  : 0;
}

/* Runs the trials: the sides in order, then in reverse order. */
static int run_trials(
	const struct check_set *set, struct block *block, struct fr_error *err)
{
	struct cpu_ticks start = disturbance_begin();

	for (size_t s = 0; s < 2 * block->sides; s++) {
		bool back = s >= block->sides;
		enum check_side side =
			block->order[back ? 2 * block->sides - 1 - s : s];
		const struct plan *plan = side == SIDE_HEAD
			? set->job->head_plan
			: set->job->plan;
		const struct cell *cell = &plan->cells[block->cell];
		struct trial_row *row = &block->rows[side][back];
		struct cpu_ticks mark = disturbance_begin();
		struct disturbance disturbance;

		if (check_sides_run(set->job->sides, side, cell, block->seed,
			    block->number, row, err) < 0)
			return -1;
		disturbance = disturbance_end(&mark);
		if (log_trial(set, block, cell, side, row, &disturbance, err) <
			0)
			return -1;
	}
	block->disturbance = disturbance_end(&start);
	return 0;
}

/* The first trial of a side that is not valid. NULL: both are valid. */
static const struct trial_row *spoiled(
	const struct block *block, enum check_side side)
{
	for (int i = 0; i < 2; i++)
		if (block->rows[side][i].verdict != VERDICT_VALID)
			return &block->rows[side][i];
	return NULL;
}

/* A quota makes the trial's own tasks wait, which is no load of the machine. */
static bool is_throttled(const struct cell *cell)
{
	return workload_cpus(&cell->workload) > 0;
}

/* Whether other programs disturbed the block, and how. */
static bool is_disturbed(const struct check_set *set, const struct block *block,
	char *reason, size_t size)
{
	const struct disturbance *machine = &block->disturbance;

	if (set->job->pressure >= PRESSURE_ANY)
		return false;
	if (machine->steal_ticks > STEAL_GRAIN && machine->steal > STEAL_MOST) {
		(void)snprintf(reason, size,
			"the host took %.1f %% of the CPU time",
			machine->steal);
		return true;
	}
	if (is_throttled(&set->job->plan->cells[block->cell]) ||
		!(machine->pressure > set->job->pressure))
		return false;
	(void)snprintf(reason, size,
		"tasks waited for a CPU %.0f %% of the time",
		machine->pressure);
	return true;
}

/* Whether the block is void; if so, counts and describes the cause. */
static bool is_void(const struct check_set *set, const struct block *block,
	struct check_log *log)
{
	const struct trial_row *base = spoiled(block, SIDE_BASE);
	const struct trial_row *head = spoiled(block, SIDE_HEAD), *first;
	char *reason = log->reason;
	size_t size = sizeof(log->reason);

	if (!base && block->sides > SIDE_COPY)
		base = spoiled(block, SIDE_COPY);
	first = base ? base : head;
	if (first && judge_blames_machine(first)) {
		log->voids.machine++;
		(void)snprintf(reason, size, "%.180s", first->reason);
	} else if (base) {
		log->voids.base++;
		(void)snprintf(reason, size, "base: %.180s", base->reason);
	} else if (head) {
		log->voids.head++;
		(void)snprintf(reason, size, "head: %.180s", head->reason);
	} else if (!is_disturbed(set, block, log->busy_reason,
			   sizeof(log->busy_reason))) {
		return false;
	} else if (check_may_leave_out(&log->voids, log->run)) {
		log->voids.disturbed++;
		(void)snprintf(reason, size, "%s", log->busy_reason);
	} else {
		log->voids.busy++;
		log->voids.busy_reason = log->busy_reason;
		return false;
	}
	log->voids.reason = log->reason;
	return true;
}

static void keep(const struct block *block, struct check_log *log)
{
	for (size_t m = 0; m < CHECK_METRIC_COUNT; m++) {
		struct check_block *head = &log->head[m][log->n];
		struct check_block *copy = &log->copy[m][log->n];

		for (int i = 0; i < 2; i++) {
			head->base[i] = check_metrics[m].value(
				&block->rows[SIDE_BASE][i]);
			head->head[i] = check_metrics[m].value(
				&block->rows[SIDE_HEAD][i]);
			copy->base[i] = head->base[i];
			if (block->sides > SIDE_COPY)
				copy->head[i] = check_metrics[m].value(
					&block->rows[SIDE_COPY][i]);
		}
	}
	log->n++;
}

int check_block_run(
	struct check_set *set, size_t cell, bool warmup, struct fr_error *err)
{
	struct check_log *log = &set->logs[cell];
	struct block block = {
		.cell = cell,
		.seed = gsl_rng_get(set->rng),
		.number = warmup ? 0 : (int64_t)log->run + 1,
		.order = {SIDE_BASE, SIDE_HEAD, SIDE_COPY},
		.sides = cell == set->control ? 3 : 2,
	};

	gsl_ran_shuffle(
		set->rng, block.order, block.sides, sizeof(block.order[0]));
	if (run_trials(set, &block, err) < 0)
		return -1;
	if (warmup)
		return 0;
	log->run++;
	if (!is_void(set, &block, log))
		keep(&block, log);
	return 0;
}
