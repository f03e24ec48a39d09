/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whether a block is void is decided when its last slot has ended, from what
 * the machine did and whether the trials were valid.
 */
#include "harness/race/check_slots.h"

#include <gsl/gsl_randist.h>
#include <stdio.h>
#include <string.h>

#include "harness/record/csv.h"
#include "harness/record/check_trials.h"
#include "harness/trial/disturbance.h"

/* A host that takes away more than this spoils a block. */
static const double STEAL_MOST = 2; /* percent */
/* A user who allows any load of this machine allows any of its host, too. */
static const double PRESSURE_ANY = 100; /* percent */
/* So few ticks are the counter's grain and not a share of anything. */
enum { STEAL_GRAIN = 2 };

/* The slots of one block. */
struct block {
	size_t cell;
	uint64_t seed;
	int64_t number;
	enum check_side order[SIDE_COUNT]; /* then the same backwards */
	size_t sides;                      /* 2, or 3 with the copy */
	struct trial_row rows[SIDE_COUNT][2];
	struct disturbance disturbance; /* of all of it */
};

/* Appends a trial to the log. Returns 0, or -1 with *err. */
static int log_slot(const struct check_set *set, const struct block *block,
	const struct cell *cell, enum check_side side,
	const struct trial_row *row, const struct disturbance *disturbance,
	struct fr_error *err)
{
	struct csv_text text;
	struct check_trial_row slot;
	int rc;

	if (set->job->log_fd < 0)
		return 0;
	row_init(&check_trial_schema, &slot);
	slot.set = set->number;
	slot.block = block->number;
	memcpy(slot.scenario, set->logs[block->cell].scenario,
		sizeof(slot.scenario));
	(void)snprintf(slot.strategy, sizeof(slot.strategy), "%s",
		cell->strategy->name);
	(void)snprintf(
		slot.side, sizeof(slot.side), "%s", check_side_names[side]);
	slot.seed = block->seed;
	(void)snprintf(slot.verdict, sizeof(slot.verdict), "%s",
		trial_verdict_name(row->verdict));
	memcpy(slot.reason, row->reason, sizeof(slot.reason));
	slot.steal = disturbance->steal;
	slot.pressure = disturbance->pressure;
	slot.elapsed_ns = row->elapsed_ns;
	if (row->cpu_ns != FR_UNKNOWN)
		slot.cpu_ns = row->cpu_ns;
	else if (row->cpu_user_ns != FR_UNKNOWN &&
		row->cpu_sys_ns != FR_UNKNOWN)
		slot.cpu_ns = row->cpu_user_ns + row->cpu_sys_ns;
	slot.connections_opened = row->connections_opened;
	csv_text_init(&text);
	rc = csv_text_add_row(&text, &check_trial_schema, &slot);
	if (!rc)
		rc = csv_text_write(&text, set->job->log_fd);
	csv_text_release(&text);
	return rc ? fr_error_set(err, EXIT_INVALID, "cannot write the log: %s",
			    strerror(-rc))
		  : 0;
}

/* Runs the slots: the sides in their order, then in the mirrored one. */
static int run_slots(
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
		if (log_slot(set, block, cell, side, row, &disturbance, err) <
			0)
			return -1;
	}
	block->disturbance = disturbance_end(&start);
	return 0;
}

/* The first trial of a side that is not valid; NULL: both are. */
static const struct trial_row *spoiled(
	const struct block *block, enum check_side side)
{
	for (int i = 0; i < 2; i++)
		if (block->rows[side][i].verdict != VERDICT_VALID)
			return &block->rows[side][i];
	return NULL;
}

/* Whether the block is void, and if so on whose account. */
static bool is_void(const struct check_set *set, const struct block *block,
	struct check_log *log)
{
	const struct disturbance *machine = &block->disturbance;
	const struct trial_row *base = spoiled(block, SIDE_BASE);
	const struct trial_row *head = spoiled(block, SIDE_HEAD);
	char *reason = log->reason;
	size_t size = sizeof(log->reason);

	if (!base && block->sides > SIDE_COPY)
		base = spoiled(block, SIDE_COPY);
	if (base) {
		log->voids.base++;
		(void)snprintf(reason, size, "base: %.180s", base->reason);
	} else if (head) {
		log->voids.head++;
		(void)snprintf(reason, size, "head: %.180s", head->reason);
	} else if (set->job->pressure >= PRESSURE_ANY) {
		return false;
	} else if (machine->steal_ticks > STEAL_GRAIN &&
		machine->steal > STEAL_MOST) {
		log->voids.machine++;
		(void)snprintf(reason, size,
			"a host took %.1f %% of the CPU time", machine->steal);
	} else if (machine->pressure > set->job->pressure) {
		log->voids.machine++;
		(void)snprintf(reason, size,
			"tasks waited for a CPU %.0f %% of the time",
			machine->pressure);
	} else {
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

int check_slots_run(
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
	if (run_slots(set, &block, err) < 0)
		return -1;
	if (warmup)
		return 0;
	log->run++;
	if (!is_void(set, &block, log))
		keep(&block, log);
	return 0;
}
