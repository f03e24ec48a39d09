/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A set is a number of cells whose rows are judged together: the first set has
 * all cells, the second one those in which a row regressed. Between looks, no
 * timing influences what is run.
 */
#include "harness/check/check_run.h"

#include <gsl/gsl_randist.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/base/spending.h"
#include "harness/gate/check_conclude.h"
#include "harness/gate/check_judge.h"

static void add_setting(
	char *text, size_t size, const char *name, const char *value)
{
	size_t used = strlen(text);

	if (value[0])
		(void)snprintf(text + used, size - used, "%s%s=%s",
			used ? " " : "", name, value);
}

static void add_concurrency(
	char *text, size_t size, const char *name, const struct cell *cell)
{
	char value[16];

	(void)snprintf(value, sizeof(value), "%u", cell->concurrency);
	add_setting(text, size, name, value);
}

/* Describes a cell without its strategy: "concurrency=20 latency=5ms". */
static void describe(char *text, size_t size, const struct cell *cell,
	const struct cell *head)
{
	char value[SETTING_TEXT_MAX];

	text[0] = '\0';
	add_concurrency(text, size, "concurrency", cell);
	if (head->concurrency != cell->concurrency)
		add_concurrency(text, size, "head", head);
	for (const struct setting *s = workload_settings; s->name; s++) {
		if (s->quiet || setting_is_usual(s, &cell->workload))
			continue;
		setting_write(value, s, &cell->workload);
		add_setting(text, size, s->name, value);
	}
}

/* Whether a cell has too few blocks for the look, and can still get them. */
static bool wants(const struct check_log *log, size_t target)
{
	const struct check_voids *voids = &log->voids;

	return log->active && log->open && log->n < target &&
		!check_is_hopeless(
			voids->machine + voids->base + voids->head, log->n);
}

/* Tells how far the set is when a block is about to run. */
static void tell(struct check_set *set, size_t target)
{
	const struct check_watch *watch = set->job->watch;
	struct check_progress *progress = &set->progress;

	progress->done = progress->due = 0;
	for (size_t c = 0; c < set->job->plan->count; c++) {
		const struct check_log *log = &set->logs[c];

		progress->done += log->n;
		progress->due += wants(log, target) ? target : log->n;
	}
	if (watch)
		watch->block(watch->ctx, progress);
}

/* Runs passes over the cells, each shuffled anew, until none wants a block. */
static int advance(struct check_set *set, size_t target, struct fr_error *err)
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
			tell(set, target);
			if (check_block_run(set, cell, false, err) < 0)
				return -1;
		}
	}
	return 0;
}

/* Whether the metric is in the report; as a control it tests the gate's. */
static bool is_judged(const struct check_log *log, size_t metric, bool control)
{
	if (control)
		return log->gated[metric] &&
			check_metrics[metric].kind != METRIC_COUNTER;
	return log->gated[metric] || check_metrics[metric].role != METRIC_KNOWN;
}

/* Lists the series to be judged; returns how many there are. */
static size_t list_series(
	const struct check_set *set, struct check_series *series)
{
	const struct plan *plan = set->job->plan;
	size_t count = 0;

	for (size_t c = 0; c < plan->count; c++) {
		const struct check_log *log = &set->logs[c];

		for (size_t m = 0; m < 2 * CHECK_METRIC_COUNT; m++) {
			size_t metric = m % CHECK_METRIC_COUNT;
			bool control = m >= CHECK_METRIC_COUNT;

			if (!log->active || !is_judged(log, metric, control) ||
				(control && c != set->control))
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

/*
 * Closes the cells in which no row is undecided. The control's cell goes on as
 * long as any other: the control has to see what the undecided rows see.
 */
static void close_cells(struct check_set *set,
	const struct check_report *report, const struct check_series *series)
{
	struct check_progress *progress = &set->progress;

	progress->gated = progress->undecided = 0;
	for (size_t c = 0; c < set->job->plan->count; c++)
		set->logs[c].open = false;
	for (size_t i = 0; i < report->count; i++) {
		bool undecided = check_row_undecided(&report->rows[i]);

		progress->gated += report->rows[i].role == CHECK_GATED;
		progress->undecided += undecided;
		/* A series has the scenario of its cell's log. */
		for (size_t c = 0; c < set->job->plan->count; c++)
			if (series[i].scenario == set->logs[c].scenario)
				set->logs[c].open |= undecided;
	}
	set->logs[set->control].open |= progress->undecided > 0;
}

/* Makes the series of a set and a report for them; the caller frees both. */
static int prepare(const struct check_set *set, struct check_series **series,
	struct check_report **out, struct fr_error *err)
{
	*out = NULL;
	*series = calloc((set->job->plan->count + 1) * 2 * CHECK_METRIC_COUNT,
		sizeof(**series));
	if (*series && check_report_create(out, list_series(set, *series)) == 0)
		return 0;
	return fr_error_memory(err);
}

/* Makes a report in which all rows are invalid for that reason. */
static int refuse(const struct check_set *set, struct check_report **out,
	const char *reason, struct fr_error *err)
{
	const struct check_look look = {0, 1, 1};
	struct check_series *series;
	int rc = prepare(set, &series, out, err);

	if (!rc && check_judge(*out, series, &look) < 0)
		rc = fr_error_memory(err);
	if (!rc)
		check_refuse(*out, reason);
	free(series);
	return rc;
}

/* Judges what there is at the look. Returns 0, or -1 with *err. */
static int take_look(struct check_set *set, struct check_report *report,
	struct check_series *series, const struct check_look *look,
	struct fr_error *err)
{
	const struct check_watch *watch = set->job->watch;

	(void)list_series(set, series);
	if (check_judge(report, series, look) < 0)
		return fr_error_memory(err);
	close_cells(set, report, series);
	if (watch)
		watch->look(watch->ctx, &set->progress, report);
	return 0;
}

/* Runs the warm-up, then blocks up to each look until all is decided. */
static int measure(
	struct check_set *set, struct check_report **out, struct fr_error *err)
{
	size_t last = set->job->blocks_max;
	struct check_look look = {.last = last};
	struct check_series *series;
	int rc = prepare(set, &series, out, err);

	for (size_t c = 0; c < set->job->plan->count && !rc; c++)
		if (set->logs[c].active)
			rc = check_block_run(set, c, true, err);
	while (!rc) {
		look.now =
			spending_next_look(look.before, CHECK_FIRST_LOOK, last);
		if (!look.now)
			break;
		set->progress.look = look.now;
		rc = advance(set, look.now, err);
		if (!rc)
			rc = take_look(set, *out, series, &look, err);
		if (rc || !check_undecided(*out))
			break;
		look.before = look.now;
	}
	free(series);
	return rc;
}

static void set_release(struct check_set *set)
{
	free(set->logs);
	free(set->order);
	gsl_rng_free(set->rng);
}

/* A set without active cells. Returns 0, or -1 with *err. */
static int set_init(struct check_set *set, const struct check_job *job,
	uint64_t number, struct fr_error *err)
{
	size_t cells = job->plan->count;

	*set = (struct check_set){
		.job = job,
		.number = number,
		.logs = calloc(cells, sizeof(*set->logs)),
		.order = calloc(cells, sizeof(*set->order)),
		.rng = gsl_rng_alloc(gsl_rng_mt19937),
		.progress = {.set = number, .last = job->blocks_max},
	};
	if (!set->logs || !set->order || !set->rng) {
		set_release(set);
		return fr_error_memory(err);
	}
	gsl_rng_set(set->rng, (unsigned long)(job->seed * 1000003u + number));
	for (size_t c = 0; c < cells; c++)
		describe(set->logs[c].scenario, sizeof(set->logs[c].scenario),
			&job->plan->cells[c], &job->head_plan->cells[c]);
	return 0;
}

/* Activates and gates in the second set the rows that regressed. */
static void gate_again(struct check_set *set, const struct check_report *first)
{
	const struct plan *plan = set->job->plan;

	for (size_t c = plan->count; c-- > 0;) {
		struct check_log *log = &set->logs[c];

		for (size_t i = 0; i < first->count; i++) {
			const struct check_row *row = &first->rows[i];

			if (row->role != CHECK_GATED ||
				row->verdict != CHECK_REGRESSED ||
				strcmp(row->scenario, log->scenario) != 0 ||
				strcmp(row->strategy,
					plan->cells[c].strategy->name) != 0)
				continue;
			log->active = log->open = true;
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
	struct check_set set;
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
	struct check_set set;
	int rc = set_init(&set, job, 1, err);

	*out = NULL;
	if (rc)
		return rc;
	for (size_t c = 0; c < job->plan->count; c++) {
		set.logs[c].active = set.logs[c].open = true;
		memcpy(set.logs[c].gated, job->gate.gated,
			sizeof(job->gate.gated));
	}
	/* On two hosts, not only the builds differ, and clocks do as well. */
	if (!check_sides_share_host(job->sides)) {
		rc = refuse(
			&set, out, "base and head run on different hosts", err);
	} else {
		rc = check_settle(job, err);
		if (!rc)
			rc = measure(&set, out, err);
	}
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
