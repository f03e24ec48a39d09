/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The rules in the order in which they apply: whether there is enough to judge,
 * the result of the tests, the control, the overall verdict. docs/METHOD.md
 * explains the rules.
 */
#include "harness/gate/check_judge.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/base/spending.h"
#include "harness/gate/check_conclude.h"
#include "harness/gate/check_evidence.h"

/* Blocks that may be left out in any case, and failed ones before giving up. */
enum { DISTURBED_FREE = 2, FAILED_LEAST = 7 };
/* A row is given up after so many blocks, if it needs so many times the last. */
enum { GIVE_UP_LEAST = 18, GIVE_UP_TIMES = 2 };

/* What the rows are tested at. */
struct terms {
	double level;  /* the error rate of this look */
	size_t family; /* gated rows */
	size_t last;   /* blocks at the last look */
};

bool check_may_leave_out(const struct check_voids *voids, size_t run)
{
	size_t left_out = voids->disturbed + 1;

	return voids->disturbed < DISTURBED_FREE ||
		((double)left_out <= CHECK_VOID_SHARE * (double)run &&
			2 * (left_out + voids->busy) <= run);
}

bool check_is_hopeless(size_t failed, size_t n)
{
	return failed >= FAILED_LEAST &&
		(double)failed > CHECK_VOID_SHARE * (double)(failed + n);
}

/* Judges a row that cannot be tested. Returns false if it can be. */
static bool without_test(struct check_row *row,
	const struct check_series *series, const struct check_evidence *e)
{
	const struct check_voids *voids = &series->voids;
	const char *why = voids->reason ? voids->reason : "never measured";
	size_t failed = voids->machine + voids->base + voids->head;
	size_t blocks = series->n + failed;
	double most = CHECK_VOID_SHARE * (double)blocks;

	row->verdict = CHECK_INVALID;
	if (voids->base + voids->machine == 0 && (double)voids->head > most) {
		row->verdict = CHECK_REGRESSED;
		check_row_say(row,
			"head failed in %zu of %zu blocks, base in none: %s",
			voids->head, blocks, why);
	} else if ((double)failed > most) {
		row->cause = voids->machine > voids->base ? CHECK_BUSY
							  : CHECK_BAD_BASE;
		check_row_say(row, "%zu of %zu blocks are void: %s", failed,
			blocks, why);
	} else if (e->base_seen && !e->head_seen) {
		row->verdict = CHECK_REGRESSED;
		check_row_say(row, "missing in head: %s", why);
	} else if (e->head_seen && !e->base_seen) {
		row->cause = CHECK_BAD_BASE;
		check_row_say(row,
			"missing in base, so there is nothing to compare "
			"with: %s",
			why);
	} else if (!e->base_seen) {
		check_row_say(row, "missing in base and head: %s", why);
	} else if (e->n == 0) {
		check_row_say(row,
			"no block has a value above zero in all four trials");
	} else {
		return false;
	}
	row->p = NAN;
	return true;
}

/* A counter has no margin: every significant change counts. */
static enum check_verdict judge_count(struct check_row *row,
	const struct check_evidence *e, double p_faster, double level)
{
	double middle = check_median(e->change, e->n, 1).value;

	if (row->p_holm <= level)
		return CHECK_REGRESSED;
	if (p_faster <= level)
		return CHECK_IMPROVED;
	if (e->base_steady && middle != 0) {
		check_row_say(row,
			"changed, but %zu blocks are too few to prove it",
			e->n);
		return CHECK_INCONCLUSIVE;
	}
	if (!e->base_steady || !e->head_steady)
		check_row_say(row, "varies between trials of the same build");
	return CHECK_PASS;
}

/* The fewest blocks that can be significant if all of them agree. */
static size_t blocks_needed(const struct terms *terms)
{
	return (size_t)ceil(log2((double)terms->family / terms->level));
}

/*
 * Whether the last look would not decide the row even if head were as fast as
 * base, or as far from the margin as the blocks say.
 */
static bool gives_up(const struct check_row *row,
	const struct check_evidence *e, const struct terms *terms)
{
	double margin = log1p(row->margin);
	double distance = fabs(check_median(e->change, e->n, 1).value - margin);

	return e->n >= GIVE_UP_LEAST &&
		check_blocks_needed(check_spread(e->change, e->scale, e->n),
			e->widening, fmax(distance, margin), terms->level) >
		(double)GIVE_UP_TIMES * (double)terms->last;
}

/* Says why the blocks do not tell, by what would help. */
static void excuse(struct check_row *row, const struct check_evidence *e,
	const struct check_voids *voids, const struct terms *terms)
{
	static const char noisy[] =
		"too noisy to tell whether the margin is exceeded";

	row->cause = CHECK_NOISY;
	if (e->n < blocks_needed(terms)) {
		row->cause = CHECK_MANY_ROWS;
		check_row_say(row,
			"%zu blocks are needed to prove a regression",
			blocks_needed(terms));
	} else if (2 * voids->busy > e->n) {
		row->cause = CHECK_BUSY;
		check_row_say(row,
			"%s: the machine was busy in %zu of %zu blocks: %s",
			noisy, voids->busy, e->n, voids->busy_reason);
	} else {
		check_row_say(row, "%s", noisy);
	}
}

/*
 * An improvement stops no merge, so it is tested row by row. If it were not, a row
 * would be settled as PASS before it can be shown to be faster.
 */
static enum check_verdict judge_time(struct check_row *row,
	const struct check_evidence *e, const struct check_voids *voids,
	const struct terms *terms)
{
	row->mde = check_detectable(check_spread(e->change, e->scale, e->n),
		e->n, e->widening, row->margin,
		terms->level / (double)terms->family);
	if (row->p_holm <= terms->level)
		return CHECK_REGRESSED;
	if (e->p_faster <= terms->level)
		return CHECK_IMPROVED;
	if (e->p_within <= terms->level)
		return CHECK_PASS;
	row->given_up = gives_up(row, e, terms);
	excuse(row, e, voids, terms);
	return CHECK_INCONCLUSIVE;
}

/*
 * The control fails if base and its copy differ significantly, and by enough to
 * matter in head.
 */
static void judge_control(
	struct check_row *row, const struct check_evidence *e, double level)
{
	bool differs = row->ci_lo > 1 || row->ci_hi < 1;

	row->mde = check_detectable(check_spread(e->change, e->scale, e->n),
		e->n, e->widening, row->margin, level);
	row->verdict = CHECK_PASS;
	if (differs && fabs(row->ratio - 1) > row->margin / 2) {
		row->verdict = CHECK_INVALID;
		check_row_say(row, "base and its own copy differ by %.1f %%",
			100 * fabs(row->ratio - 1));
	}
}

/* Adjusts the p-values of the gated rows for their number. */
static void adjust(const struct check_report *report, const double *p,
	double *adjusted, double *scratch)
{
	size_t family = 0, next = 0;

	for (size_t i = 0; i < report->count; i++)
		if (report->rows[i].role == CHECK_GATED)
			scratch[family++] = p[i];
	check_holm(scratch, scratch + report->count, family);
	for (size_t i = 0; i < report->count; i++)
		adjusted[i] = report->rows[i].role == CHECK_GATED
			? scratch[report->count + next++]
			: p[i];
}

/* The failed control of a row's metric. NULL: it passed, or there is none. */
static const struct check_row *failed_control(
	const struct check_report *report, const struct check_row *row)
{
	for (size_t i = 0; i < report->count; i++) {
		const struct check_row *control = &report->rows[i];

		if (control->role == CHECK_CONTROL &&
			control->verdict == CHECK_INVALID &&
			strcmp(control->metric, row->metric) == 0)
			return control;
	}
	return NULL;
}

/*
 * A failed control makes a regression invalid if the difference of base and its
 * copy, on top of the margin, can explain the regression.
 */
static void heed_control(struct check_report *report)
{
	for (size_t i = 0; i < report->count; i++) {
		struct check_row *row = &report->rows[i];
		const struct check_row *control = failed_control(report, row);

		if (!control || row->role != CHECK_GATED || row->settled ||
			isnan(row->p) || row->verdict != CHECK_REGRESSED ||
			row->ci_lo > (1 + row->margin) *
					fmax(control->ci_hi,
						1 / control->ci_lo))
			continue;
		row->verdict = CHECK_INVALID;
		row->cause = CHECK_UNSTEADY;
		check_row_say(
			row, "the control failed: %.120s", control->reason);
	}
}

/*
 * A test that has decided at its level keeps its result at later looks; the row
 * stays in the family. A counter that has not changed has no test to settle it.
 */
static void settle(struct check_report *report)
{
	for (size_t i = 0; i < report->count; i++) {
		struct check_row *row = &report->rows[i];
		bool counts = !(row->margin > 0);

		if (row->role == CHECK_GATED && !isnan(row->p))
			row->settled |= row->verdict == CHECK_REGRESSED ||
				row->verdict == CHECK_IMPROVED ||
				(row->verdict == CHECK_PASS && !counts);
	}
}

static void decide(struct check_report *report,
	const struct check_series *series,
	const struct check_evidence *evidence, const double *p_faster,
	const struct terms *terms)
{
	const struct terms alone = {terms->level, 1, terms->last};

	for (size_t i = 0; i < report->count; i++) {
		struct check_row *row = &report->rows[i];
		const struct check_evidence *e = &evidence[i];

		if (row->settled || without_test(row, &series[i], e))
			continue;
		if (row->role == CHECK_CONTROL)
			judge_control(row, e, terms->level);
		else if (series[i].metric->kind == METRIC_COUNTER)
			row->verdict =
				judge_count(row, e, p_faster[i], terms->level);
		else
			row->verdict = judge_time(row, e, &series[i].voids,
				row->role == CHECK_GATED ? terms : &alone);
	}
	heed_control(report);
	settle(report);
	check_heed_failures(report, false);
	check_conclude(report);
}

/*
 * The p-values of a row in both directions. In the family, a hypothesis that is
 * rejected before is like one with p = 0, and another settled one like one that
 * could not be tested.
 */
static void weigh(struct check_row *row, const struct check_series *series,
	struct check_evidence *evidence, double *p_slower, double *p_faster)
{
	if (row->settled) {
		*p_slower = row->verdict == CHECK_REGRESSED ? 0 : NAN;
		*p_faster = row->verdict == CHECK_IMPROVED ? 0 : NAN;
		return;
	}
	check_row_init(row);
	check_evidence_weigh(evidence, series, row);
	*p_slower = row->p;
	*p_faster = evidence->n ? evidence->p_faster : NAN;
}

int check_judge(struct check_report *report, const struct check_series *series,
	const struct check_look *look)
{
	size_t count = report->count;
	struct check_evidence *evidence = calloc(count + 1, sizeof(*evidence));
	double *p = calloc(5 * count + 1, sizeof(*p));
	struct terms terms = {.level = spending_level(CHECK_ALPHA, look->before,
				      look->now, look->last),
		.last = look->last};
	int rc = evidence && p ? 0 : -ENOMEM;

	for (size_t i = 0; i < count && !rc; i++) {
		weigh(&report->rows[i], &series[i], &evidence[i], &p[i],
			&p[count + i]);
		terms.family += report->rows[i].role == CHECK_GATED;
	}
	if (!rc) {
		double *adjusted = p + 2 * count;

		adjust(report, p, adjusted, p + 3 * count);
		for (size_t i = 0; i < count; i++)
			if (!report->rows[i].settled)
				report->rows[i].p_holm = adjusted[i];
		adjust(report, p + count, adjusted, p + 3 * count);
		decide(report, series, evidence, adjusted, &terms);
	}
	free(evidence);
	free(p);
	return rc;
}

bool check_row_undecided(const struct check_row *row)
{
	return row->role == CHECK_GATED && !row->settled && !row->given_up &&
		(row->verdict == CHECK_INCONCLUSIVE ||
			(row->verdict == CHECK_INVALID && row->n_blocks > 0));
}

bool check_undecided(const struct check_report *report)
{
	for (size_t i = 0; i < report->count; i++)
		if (check_row_undecided(&report->rows[i]))
			return true;
	return false;
}
