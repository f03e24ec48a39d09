/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/gate/check_conclude.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "harness/gate/check_metrics.h"

static const char *const remedies[] = {
	[CHECK_BUSY] = "; wait until the machine is calm, and check again",
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

void check_conclude(struct check_report *report)
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

void check_heed_failures(struct check_report *report, bool confirmed)
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
		check_row_say(row,
			"head fails more requests, so its times do not count");
	}
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
		check_row_say(row, "the second set of blocks has no such row");
		return;
	}
	switch (again->verdict) {
	case CHECK_REGRESSED:
		if (!row->reason[0])
			check_row_say(row, "confirmed: %.3f, then %.3f times",
				row->ratio, again->ratio);
		break;
	case CHECK_PASS:
	case CHECK_IMPROVED:
		row->verdict = CHECK_PASS;
		check_row_say(row, "not confirmed: %.3f, then %.3f times",
			row->ratio, again->ratio);
		break;
	case CHECK_INCONCLUSIVE:
	case CHECK_INVALID:
		row->verdict = again->verdict;
		row->cause = again->cause;
		check_row_say(row, "not confirmed: %.150s",
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
	check_heed_failures(report, true);
	check_conclude(report);
}

void check_refuse(struct check_report *report, const char *reason)
{
	for (size_t i = 0; i < report->count; i++) {
		report->rows[i].verdict = CHECK_INVALID;
		check_row_say(&report->rows[i], "%s", reason);
	}
	report->verdict = CHECK_INVALID;
	(void)snprintf(report->reason, sizeof(report->reason), "%s", reason);
}
