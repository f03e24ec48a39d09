/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The rules in the order in which they apply: whether there is enough to judge,
 * the result of the tests, the control, the overall verdict. docs/METHOD.md
 * explains the rules.
 */
#include "harness/gate/check_judge.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/gate/check_evidence.h"

const size_t check_looks[CHECK_LOOKS] = {8, 14, 20};

/* The error rate of one look, so that all looks keep to CHECK_ALPHA. */
static const double LEVEL = CHECK_ALPHA / CHECK_LOOKS;

__attribute__((format(printf, 2, 3))) static void say(
	struct check_row *row, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	(void)vsnprintf(row->reason, sizeof(row->reason), format, args);
	va_end(args);
}

/* Judges a row that cannot be tested. Returns false if it can be. */
static bool without_test(struct check_row *row,
	const struct check_series *series, const struct check_evidence *e)
{
	const struct check_voids *voids = &series->voids;
	const char *why = voids->reason ? voids->reason : "never measured";
	size_t blocks = series->n + row->voids;
	double most = CHECK_VOID_SHARE * (double)blocks;

	row->verdict = CHECK_INVALID;
	if (voids->base + voids->machine == 0 && (double)voids->head > most) {
		row->verdict = CHECK_REGRESSED;
		say(row, "head failed in %zu of %zu blocks, base in none: %s",
			voids->head, blocks, why);
	} else if ((double)row->voids > most) {
		row->cause = voids->machine > voids->base ? CHECK_BUSY
							  : CHECK_BAD_BASE;
		say(row, "%zu of %zu blocks are void: %s", (size_t)row->voids,
			blocks, why);
	} else if (e->base_seen && !e->head_seen) {
		row->verdict = CHECK_REGRESSED;
		say(row, "missing in head: %s", why);
	} else if (e->head_seen && !e->base_seen) {
		row->cause = CHECK_BAD_BASE;
		say(row,
			"missing in base, so there is nothing to compare "
			"with: %s",
			why);
	} else if (!e->base_seen) {
		say(row, "missing in base and head: %s", why);
	} else if (e->n == 0) {
		say(row, "no block has a value above zero in all four trials");
	} else {
		return false;
	}
	row->p = NAN;
	return true;
}

/* A counter has no margin: every significant change counts. */
static enum check_verdict judge_count(
	struct check_row *row, const struct check_evidence *e, double p_faster)
{
	double middle = check_median(e->change, e->n, 1).value;

	if (row->p_holm <= LEVEL)
		return CHECK_REGRESSED;
	if (p_faster <= LEVEL)
		return CHECK_IMPROVED;
	if (e->base_steady && middle != 0) {
		say(row, "changed, but %zu blocks are too few to prove it",
			e->n);
		return CHECK_INCONCLUSIVE;
	}
	if (!e->base_steady || !e->head_steady)
		say(row, "varies between trials of the same build");
	return CHECK_PASS;
}

/* The fewest blocks that can be significant if all of them agree. */
static size_t blocks_needed(size_t family)
{
	return (size_t)ceil(log2((double)family / LEVEL));
}

static enum check_verdict judge_time(struct check_row *row,
	const struct check_evidence *e, double p_faster, size_t family)
{
	row->mde = check_detectable(check_spread(e->change, e->n), e->n,
		e->widening, row->margin, LEVEL / (double)family);
	if (row->p_holm <= LEVEL)
		return CHECK_REGRESSED;
	if (p_faster <= LEVEL)
		return CHECK_IMPROVED;
	if (e->p_within <= LEVEL)
		return CHECK_PASS;
	if (e->n < blocks_needed(family)) {
		row->cause = CHECK_MANY_ROWS;
		say(row, "%zu blocks are needed to prove a regression",
			blocks_needed(family));
	} else {
		row->cause = CHECK_NOISY;
		say(row, "too noisy to tell whether the margin is exceeded");
	}
	return CHECK_INCONCLUSIVE;
}

/*
 * The control fails if base and its copy differ significantly, and by enough to
 * matter in head.
 */
static void judge_control(struct check_row *row, const struct check_evidence *e)
{
	bool differs = row->ci_lo > 1 || row->ci_hi < 1;

	row->mde = check_detectable(check_spread(e->change, e->n), e->n,
		e->widening, row->margin, LEVEL);
	row->verdict = CHECK_PASS;
	if (differs && fabs(row->ratio - 1) > row->margin / 2) {
		row->verdict = CHECK_INVALID;
		say(row, "base and its own copy differ by %.1f %%",
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

		if (!control || row->role != CHECK_GATED || isnan(row->p) ||
			row->verdict != CHECK_REGRESSED ||
			row->ci_lo > (1 + row->margin) *
					fmax(control->ci_hi,
						1 / control->ci_lo))
			continue;
		row->verdict = CHECK_INVALID;
		row->cause = CHECK_UNSTEADY;
		say(row, "the control failed: %.120s", control->reason);
	}
}

/*
 * Whether head fails more requests than base in the row's cell. If failures are
 * gated, the second set of blocks may not confirm their row, so it counts only
 * after that.
 */
static bool head_fails_more(const struct check_report *report,
	const struct check_row *row, bool confirmed)
{
	for (size_t i = 0; i < report->count; i++) {
		const struct check_row *other = &report->rows[i];

		if ((other->role == CHECK_INFORMATIVE ||
			    (confirmed && other->role == CHECK_GATED)) &&
			other->verdict == CHECK_REGRESSED &&
			strcmp(other->metric, CHECK_FAILURES) == 0 &&
			strcmp(other->scenario, row->scenario) == 0 &&
			strcmp(other->strategy, row->strategy) == 0)
			return true;
	}
	return false;
}

/* Failing fast is not being fast, so such a row neither passes nor improves. */
static void heed_failures(struct check_report *report, bool confirmed)
{
	for (size_t i = 0; i < report->count; i++) {
		struct check_row *row = &report->rows[i];

		if (row->role == CHECK_CONTROL || isnan(row->margin) ||
			row->margin <= 0 ||
			(row->verdict != CHECK_PASS &&
				row->verdict != CHECK_IMPROVED) ||
			!head_fails_more(report, row, confirmed))
			continue;
		row->verdict = CHECK_INCONCLUSIVE;
		say(row, "head fails more requests, so its times do not count");
	}
}

static const char *const remedies[] = {
	[CHECK_BUSY] = "; wait until the machine is calm, or measure all the "
		       "same with --pressure 100",
	[CHECK_UNSTEADY] = "; wait until the machine is calm, and check again",
	[CHECK_NOISY] = "; a calmer machine, more --requests in each trial or "
			"a wider margin, as in --gate elapsed:10%, would tell",
	[CHECK_MANY_ROWS] = "; gate fewer metrics, or check fewer cells at "
			    "once",
	[CHECK_BAD_BASE] = "; make base run validly, or choose another base",
};

/* Adds to the count why there is no answer, by the first row without one. */
static void explain(struct check_report *report)
{
	const struct check_row *row = report->rows;
	size_t used = strlen(report->reason);

	if (report->verdict != CHECK_INVALID &&
		report->verdict != CHECK_INCONCLUSIVE)
		return;
	while (row->role != CHECK_GATED || row->verdict != report->verdict)
		row++;
	(void)snprintf(report->reason + used, sizeof(report->reason) - used,
		": %s%s", row->reason[0] ? row->reason : "no reason",
		row->cause ? remedies[row->cause] : "");
}

/* The report's verdict is the worst one of its gated rows. */
static void conclude(struct check_report *report)
{
	static const enum check_verdict order[] = {CHECK_REGRESSED,
		CHECK_INVALID, CHECK_INCONCLUSIVE, CHECK_IMPROVED, CHECK_PASS};
	size_t counts[CHECK_VERDICT_COUNT] = {0}, gated = 0, worst = 0;

	for (size_t i = 0; i < report->count; i++) {
		if (report->rows[i].role != CHECK_GATED)
			continue;
		counts[report->rows[i].verdict]++;
		gated++;
	}
	if (!gated) {
		report->verdict = CHECK_INVALID;
		(void)snprintf(report->reason, sizeof(report->reason),
			"there is no gated row");
		return;
	}
	while (!counts[order[worst]])
		worst++;
	report->verdict = order[worst];
	(void)snprintf(report->reason, sizeof(report->reason),
		"%zu of %zu gated row%s", counts[order[worst]], gated,
		gated == 1 ? "" : "s");
	explain(report);
}

static void decide(struct check_report *report,
	const struct check_series *series,
	const struct check_evidence *evidence, const double *p_faster)
{
	size_t family = 0;

	for (size_t i = 0; i < report->count; i++)
		family += report->rows[i].role == CHECK_GATED;
	for (size_t i = 0; i < report->count; i++) {
		struct check_row *row = &report->rows[i];
		const struct check_evidence *e = &evidence[i];

		if (without_test(row, &series[i], e))
			continue;
		if (row->role == CHECK_CONTROL)
			judge_control(row, e);
		else if (series[i].metric->exact)
			row->verdict = judge_count(row, e, p_faster[i]);
		else
			row->verdict = judge_time(row, e, p_faster[i],
				row->role == CHECK_GATED ? family : 1);
	}
	heed_control(report);
	heed_failures(report, false);
	conclude(report);
}

int check_judge(struct check_report *report, const struct check_series *series)
{
	size_t count = report->count;
	struct check_evidence *evidence = calloc(count + 1, sizeof(*evidence));
	double *p = calloc(5 * count + 1, sizeof(*p));
	int rc = evidence && p ? 0 : -ENOMEM;

	for (size_t i = 0; i < count && !rc; i++) {
		struct check_row *row = &report->rows[i];

		check_row_init(row);
		check_evidence_weigh(&evidence[i], &series[i], row);
		p[i] = row->p;
		p[count + i] = evidence[i].n ? evidence[i].p_faster : NAN;
	}
	if (!rc) {
		double *slower = p + 2 * count;

		adjust(report, p, slower, p + 3 * count);
		for (size_t i = 0; i < count; i++)
			report->rows[i].p_holm = slower[i];
		adjust(report, p + count, slower, p + 3 * count);
		decide(report, series, evidence, slower);
	}
	free(evidence);
	free(p);
	return rc;
}

bool check_undecided(const struct check_report *report)
{
	for (size_t i = 0; i < report->count; i++) {
		const struct check_row *row = &report->rows[i];

		if (row->role == CHECK_GATED &&
			(row->verdict == CHECK_INCONCLUSIVE ||
				(row->verdict == CHECK_INVALID &&
					row->n_blocks > 0)))
			return true;
	}
	return false;
}

static const struct check_row *find(
	const struct check_report *report, const struct check_row *like)
{
	for (size_t i = 0; i < report->count; i++) {
		const struct check_row *row = &report->rows[i];

		if (row->role == like->role &&
			strcmp(row->scenario, like->scenario) == 0 &&
			strcmp(row->strategy, like->strategy) == 0 &&
			strcmp(row->metric, like->metric) == 0)
			return row;
	}
	return NULL;
}

static void confirm_row(struct check_row *row, const struct check_row *again)
{
	if (!again) {
		row->verdict = CHECK_INVALID;
		say(row, "the second set of blocks has no such row");
		return;
	}
	switch (again->verdict) {
	case CHECK_REGRESSED:
		if (!row->reason[0])
			say(row, "confirmed: %.3f, then %.3f times", row->ratio,
				again->ratio);
		break;
	case CHECK_PASS:
	case CHECK_IMPROVED:
		row->verdict = CHECK_PASS;
		say(row, "not confirmed: %.3f, then %.3f times", row->ratio,
			again->ratio);
		break;
	case CHECK_INCONCLUSIVE:
	case CHECK_INVALID:
		row->verdict = again->verdict;
		row->cause = again->cause;
		say(row, "not confirmed: %.150s",
			again->reason[0] ? again->reason : "inconclusive");
		break;
	}
}

void check_confirm(
	struct check_report *report, const struct check_report *second)
{
	for (size_t i = 0; i < report->count; i++) {
		struct check_row *row = &report->rows[i];

		if (row->role == CHECK_GATED && row->verdict == CHECK_REGRESSED)
			confirm_row(row, find(second, row));
	}
	heed_failures(report, true);
	conclude(report);
}

void check_refuse(struct check_report *report, const char *reason)
{
	for (size_t i = 0; i < report->count; i++) {
		report->rows[i].verdict = CHECK_INVALID;
		say(&report->rows[i], "%s", reason);
	}
	report->verdict = CHECK_INVALID;
	(void)snprintf(report->reason, sizeof(report->reason), "%s", reason);
}
