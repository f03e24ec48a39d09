/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/view/plan_notes.h"

#include <string.h>

#include "harness/roster/needs.h"
#include "harness/roster/registry.h"

/* Whether an earlier cell gives the same note. */
static bool is_noted(const struct plan *plan, size_t i)
{
	const struct cell *cell = &plan->cells[i];

	for (size_t j = 0; j < i; j++) {
		const struct cell *other = &plan->cells[j];

		if (other->clamped && other->strategy == cell->strategy &&
			other->concurrency == cell->concurrency)
			return true;
	}
	return false;
}

void plan_notes_clamped(FILE *out, const struct plan *plan)
{
	const char *separator =
		"note: concurrency lowered to the most that can be used: ";

	for (size_t i = 0; i < plan->count; i++) {
		const struct cell *cell = &plan->cells[i];

		if (!cell->clamped || is_noted(plan, i))
			continue;
		fprintf(out, "%s%s@%u", separator, cell->strategy->name,
			cell->concurrency);
		separator = ", ";
	}
	if (separator[0] == ',')
		fputs("\n", out);
}

static bool is_of_plan(
	const struct plan *plan, const struct fr_strategy *strategy)
{
	for (size_t i = 0; i < plan->count; i++)
		if (plan->cells[i].strategy == strategy)
			return true;
	return false;
}

/* Whether a cell resumes TLS sessions on fresh connections. */
static bool resumes(const struct plan *plan)
{
	for (size_t i = 0; i < plan->count; i++) {
		const struct workload *workload = &plan->cells[i].workload;

		if (workload_is_secure(workload) &&
			workload_is_fresh(workload) &&
			!workload_shakes_fully(workload))
			return true;
	}
	return false;
}

void plan_notes_skipped(
	FILE *out, const struct plan *plan, const struct texts *words)
{
	const struct fr_strategy *strategy;
	struct fr_error why;
	bool all = false, resuming = resumes(plan);

	for (size_t i = 0; i < words->count; i++)
		all = all || strcmp(words->at[i].text, "all") == 0 ||
			strncmp(words->at[i].text, "all@", 4) == 0;
	for (size_t i = 0; all && (strategy = registry_builtin(i)); i++)
		if (!is_of_plan(plan, strategy) &&
			(needs_check(strategy, &why) < 0 ||
				(resuming &&
					needs_check_resuming(strategy, &why) <
						0) ||
				needs_check_plain(strategy, &why) < 0))
			fprintf(out, "skipped: %s\n", why.text);
}

void plan_notes_idle(
	FILE *out, const struct plan *plan, const struct texts *entries)
{
	for (size_t i = 0; i < entries->count; i++) {
		const struct text *entry = &entries->at[i];

		if (!plan->excluding[i])
			fprintf(out,
				"warning: %.*s '%s' matches no cell, so "
				"nothing is left out\n",
				(int)strcspn(entry->where, "\n"), entry->where,
				entry->text);
	}
}
