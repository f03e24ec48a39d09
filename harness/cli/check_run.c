/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A set is what is judged together: the first has all cells, the second those
 * in which a row regressed. Whether a block is void is decided when its last
 * slot has ended, from what the machine did and whether the trials were valid;
 * no timing is looked at before a look.
 */
#include "harness/cli/check_run.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/judge/check_judge.h"
#include "harness/judge/check_stats.h"
#include "harness/record/csv.h"
#include "harness/record/slots.h"
#include "harness/trial/disturbance.h"

/* A host that takes away more than this spoils a block. */
static const double STEAL_MOST = 2; /* percent */
/* Whoever takes any load of this machine takes one of its host's, too. */
static const double PRESSURE_ANY = 100; /* percent */
/* So few ticks are the counter's grain and not a share of anything. */
enum { STEAL_GRAIN = 2 };

/* What was measured of a cell. */
struct cell_log {
	bool active;
	bool gated[CHECK_METRIC_COUNT];
	size_t n, run; /* blocks kept; all that were run */
	struct check_voids voids;
	char reason[192];
	char scenario[256];
	struct check_block head[CHECK_METRIC_COUNT][CHECK_BLOCKS_MAX];
	struct check_block copy[CHECK_METRIC_COUNT][CHECK_BLOCKS_MAX];
};

struct set {
	const struct check_job *job;
	uint64_t number;       /* 1, 2 */
	size_t control;        /* the cell that has one: the first active one */
	struct cell_log *logs; /* one for each cell of the plan */
	size_t *order;         /* scratch: as many */
	gsl_rng *rng;
};

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

static void add_setting(
	char *text, size_t size, const char *name, const char *value)
{
	size_t used = strlen(text);

	if (value[0])
		(void)snprintf(text + used, size - used, "%s%s=%s",
			used ? " " : "", name, value);
}

static void add_count(char *text, size_t size, const char *name, uint64_t count)
{
	char value[24];

	(void)snprintf(value, sizeof(value), "%" PRIu64, count);
	if (count)
		add_setting(text, size, name, value);
}

/* The settings of a cell but its strategy: "concurrency=20 latency=5ms". */
static void describe(char *text, size_t size, const struct cell *cell,
	const struct cell *head)
{
	text[0] = '\0';
	add_count(text, size, "concurrency", cell->concurrency);
	if (head->concurrency != cell->concurrency)
		add_count(text, size, "head", head->concurrency);
	add_count(text, size, "requests", cell->requests);
	add_setting(text, size, "latency", cell->latency);
	add_count(text, size, "payload", cell->payload);
	if (cell->fresh_connections)
		add_setting(text, size, "connections", cell_connections(cell));
	add_setting(text, size, "fault", cell->fault);
	add_count(text, size, "capacity", cell->capacity);
	add_setting(text, size, "bandwidth", cell->bandwidth);
	add_setting(text, size, "arrivals", cell->arrivals);
}

/* Appends a trial to the log. Returns 0, or -1 with *err. */
static int log_slot(const struct set *set, const struct block *block,
	const struct cell *cell, enum check_side side,
	const struct trial_row *row, const struct disturbance *disturbance,
	struct fr_error *err)
{
	struct csv_text text;
	struct slot_row slot;
	int rc;

	if (set->job->log_fd < 0)
		return 0;
	row_init(&slot_schema, &slot);
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
	if (row->cpu_user_ns != FR_UNKNOWN && row->cpu_sys_ns != FR_UNKNOWN)
		slot.cpu_ns = row->cpu_user_ns + row->cpu_sys_ns;
	slot.connections_opened = row->connections_opened;
	csv_text_init(&text);
	rc = csv_text_add_row(&text, &slot_schema, &slot);
	if (!rc)
		rc = csv_text_write(&text, set->job->log_fd);
	csv_text_release(&text);
	return rc ? fr_error_set(err, EXIT_INVALID, "cannot write the log: %s",
			    strerror(-rc))
		  : 0;
}

/* Runs the slots: the sides in their order, then in the mirrored one. */
static int run_slots(
	const struct set *set, struct block *block, struct fr_error *err)
{
	struct disturbance_mark start = disturbance_begin();

	for (size_t s = 0; s < 2 * block->sides; s++) {
		bool back = s >= block->sides;
		enum check_side side =
			block->order[back ? 2 * block->sides - 1 - s : s];
		const struct plan *plan = side == SIDE_HEAD
			? set->job->head_plan
			: set->job->plan;
		const struct cell *cell = &plan->cells[block->cell];
		struct trial_row *row = &block->rows[side][back];
		struct disturbance_mark mark = disturbance_begin();
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
static bool is_void(
	const struct set *set, const struct block *block, struct cell_log *log)
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

static void keep(const struct block *block, struct cell_log *log)
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

/* One block of a cell; the warm-up is run and forgotten. */
static int run_block(
	struct set *set, size_t cell, bool warmup, struct fr_error *err)
{
	struct cell_log *log = &set->logs[cell];
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

/* Whether a cell has too few blocks for the look, and could yet have them. */
static bool wants(const struct cell_log *log, size_t target)
{
	return log->active && log->n < target &&
		log->run - log->n < CHECK_VOIDS_MAX;
}

/* Passes over the cells, each shuffled anew, until none wants a block. */
static int advance(struct set *set, size_t target, struct fr_error *err)
{
	size_t count = set->job->plan->count;
	bool again = true;

	while (again) {
		again = false;
		for (size_t i = 0; i < count; i++)
			set->order[i] = i;
		gsl_ran_shuffle(
			set->rng, set->order, count, sizeof(set->order[0]));
		for (size_t i = 0; i < count; i++) {
			size_t cell = set->order[i];

			if (!wants(&set->logs[cell], target))
				continue;
			again = true;
			if (run_block(set, cell, false, err) < 0)
				return -1;
		}
	}
	return 0;
}

/* Lists what is to be judged; returns how many rows that is. */
static size_t list_series(const struct set *set, struct check_series *series)
{
	const struct plan *plan = set->job->plan;
	size_t count = 0;

	for (size_t c = 0; c < plan->count; c++) {
		const struct cell_log *log = &set->logs[c];

		for (size_t m = 0; m < 2 * CHECK_METRIC_COUNT; m++) {
			size_t metric = m % CHECK_METRIC_COUNT;
			bool control = m >= CHECK_METRIC_COUNT;

			if (!log->active ||
				(control &&
					(c != set->control ||
						!log->gated[metric] ||
						check_metrics[metric].exact)))
				continue;
			series[count++] = (struct check_series){
				.scenario = log->scenario,
				.strategy = plan->cells[c].strategy->name,
				.metric = &check_metrics[metric],
				.role = control ? CHECK_CONTROL
					: log->gated[metric]
					? CHECK_GATED
					: CHECK_INFORMATIVE,
				.margin = set->job->gate.margin[metric],
				.blocks = control ? log->copy[metric]
						  : log->head[metric],
				.n = log->n,
				.voids = log->voids,
			};
		}
	}
	return count;
}

static void tell(const struct set *set, const struct check_report *report)
{
	size_t gated = 0, open = 0, blocks = 0;

	for (size_t i = 0; i < report->count; i++) {
		gated += report->rows[i].role == CHECK_GATED;
		open += report->rows[i].role == CHECK_GATED &&
			report->rows[i].verdict == CHECK_INCONCLUSIVE;
	}
	for (size_t c = 0; c < set->job->plan->count; c++)
		if (set->logs[c].n > blocks)
			blocks = set->logs[c].n;
	if (!set->job->quiet)
		fprintf(stderr, "%s%zu blocks: %s, %zu of %zu rows open\n",
			set->number == 1 ? "" : "again, ", blocks,
			check_verdict_names[report->verdict], open, gated);
}

/* The series of a set and a report of as many rows; both are the caller's. */
static int prepare(const struct set *set, struct check_series **series,
	struct check_report **out, struct fr_error *err)
{
	*out = NULL;
	*series = calloc((set->job->plan->count + 1) * 2 * CHECK_METRIC_COUNT,
		sizeof(**series));
	if (*series && check_report_create(out, list_series(set, *series)) == 0)
		return 0;
	return fr_error_set(err, EXIT_INVALID, "out of memory");
}

/* All rows by name, none measured, and why. */
static int refuse(const struct set *set, struct check_report **out,
	const char *reason, struct fr_error *err)
{
	struct check_series *series;
	int rc = prepare(set, &series, out, err);

	if (!rc && check_judge(*out, series) < 0)
		rc = fr_error_set(err, EXIT_INVALID, "out of memory");
	if (!rc)
		check_refuse(*out, reason);
	free(series);
	return rc;
}

/* Warm-up, then blocks up to each look until nothing is left open. */
static int measure(
	struct set *set, struct check_report **out, struct fr_error *err)
{
	struct check_series *series;
	int rc = prepare(set, &series, out, err);

	for (size_t c = 0; c < set->job->plan->count && !rc; c++)
		if (set->logs[c].active)
			rc = run_block(set, c, true, err);
	for (size_t look = 0; look < CHECK_LOOKS && !rc; look++) {
		rc = advance(set, check_looks[look], err);
		if (rc)
			break;
		(void)list_series(set, series);
		if (check_judge(*out, series) < 0)
			rc = fr_error_set(err, EXIT_INVALID, "out of memory");
		else
			tell(set, *out);
		if (!rc && !check_undecided(*out))
			break;
	}
	free(series);
	return rc;
}

static void set_release(struct set *set)
{
	free(set->logs);
	free(set->order);
	if (set->rng)
		gsl_rng_free(set->rng);
}

/* A set without active cells. Returns 0, or -1 with *err. */
static int set_init(struct set *set, const struct check_job *job,
	uint64_t number, struct fr_error *err)
{
	size_t cells = job->plan->count;

	*set = (struct set){
		.job = job,
		.number = number,
		.logs = calloc(cells, sizeof(*set->logs)),
		.order = calloc(cells, sizeof(*set->order)),
		.rng = gsl_rng_alloc(gsl_rng_mt19937),
	};
	if (!set->logs || !set->order || !set->rng) {
		set_release(set);
		return fr_error_set(err, EXIT_INVALID, "out of memory");
	}
	gsl_rng_set(set->rng, (unsigned long)(job->seed * 1000003u + number));
	for (size_t c = 0; c < cells; c++)
		describe(set->logs[c].scenario, sizeof(set->logs[c].scenario),
			&job->plan->cells[c], &job->head_plan->cells[c]);
	return 0;
}

/* Gates in the second set what regressed in the first. */
static void gate_again(struct set *set, const struct check_report *first)
{
	const struct plan *plan = set->job->plan;

	for (size_t c = plan->count; c-- > 0;) {
		struct cell_log *log = &set->logs[c];

		for (size_t i = 0; i < first->count; i++) {
			const struct check_row *row = &first->rows[i];

			if (row->role != CHECK_GATED ||
				row->verdict != CHECK_REGRESSED ||
				strcmp(row->scenario, log->scenario) != 0 ||
				strcmp(row->strategy,
					plan->cells[c].strategy->name) != 0)
				continue;
			log->active = true;
			set->control = c;
			for (size_t m = 0; m < CHECK_METRIC_COUNT; m++)
				log->gated[m] |=
					strcmp(row->metric,
						check_metrics[m].name) == 0;
		}
	}
}

static int confirm(struct check_report *report, const struct check_job *job,
	struct fr_error *err)
{
	struct check_report *second;
	struct set set;
	int rc = set_init(&set, job, 2, err);

	if (rc)
		return rc;
	gate_again(&set, report);
	rc = measure(&set, &second, err);
	if (!rc)
		check_confirm(report, second);
	check_report_free(second);
	set_release(&set);
	return rc;
}

int check_run(struct check_report **out, const struct check_job *job,
	struct fr_error *err)
{
	struct set set;
	int rc = set_init(&set, job, 1, err);

	*out = NULL;
	if (rc)
		return rc;
	for (size_t c = 0; c < job->plan->count; c++) {
		set.logs[c].active = true;
		memcpy(set.logs[c].gated, job->gate.gated,
			sizeof(job->gate.gated));
	}
	/* Whose times differ for more than the build, and have other clocks. */
	rc = check_sides_share_host(job->sides)
		? measure(&set, out, err)
		: refuse(&set, out, "base and head run on different hosts",
			  err);
	set_release(&set);
	if (!rc && (*out)->verdict == CHECK_REGRESSED)
		rc = confirm(*out, job, err);
	if (rc) {
		check_report_free(*out);
		*out = NULL;
	} else {
		(*out)->seed = job->seed;
		(*out)->alpha = CHECK_ALPHA;
	}
	return rc;
}
