/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/plan/program_check.h"

#include <stdio.h>
#include <string.h>

#include "harness/plan/work_spec.h"
#include "harness/roster/registry.h"

int program_check_names(const struct exec_list *programs, struct fr_error *err)
{
	for (size_t i = 0; i < programs->count; i++) {
		const char *name = exec_strategy(programs->execs[i])->name;
		const struct fr_strategy *builtin;

		for (size_t j = 0; (builtin = registry_builtin(j)); j++)
			if (strcmp(builtin->name, name) == 0)
				return fr_error_set(err, EXIT_USAGE,
					"two strategies are called %s; rename "
					"one",
					name);
		for (size_t j = 0; j < i; j++)
			if (strcmp(exec_strategy(programs->execs[j])->name,
				    name) == 0)
				return fr_error_set(err, EXIT_USAGE,
					"two programs are called %s; rename "
					"one",
					name);
	}
	return 0;
}

/* Why a program cannot do this work. NULL: it can, or there is none. */
static const char *untold_work(const struct cell *cell)
{
	struct work_spec spec;
	const char *why;

	if (!cell->workload.work[0] ||
		work_spec_parse(&spec, cell->workload.work, "", NULL) < 0)
		return NULL;
	why = work_spec_untold(&spec);
	if (why || exec_takes_work(cell->strategy))
		return why;
	return "its template has no {work_ns}, the CPU time to use for each "
	       "item";
}

/* Why the cell's program cannot have its value of a setting. NULL: it can. */
static const char *not_for_program(
	const struct cell *cell, const struct setting *setting)
{
	if (setting_is_usual(setting, &cell->workload))
		return NULL;
	return strcmp(setting->name, "work") == 0 ? untold_work(cell)
						  : setting->not_for_programs;
}

/* The names of the programs that cannot have the cell's value of a setting. */
static void list_refused(char *list, size_t size,
	const struct exec_list *programs, const struct cell *cell,
	const struct setting *setting)
{
	struct cell other = *cell;

	list[0] = '\0';
	for (size_t i = 0; i < programs->count; i++) {
		size_t used = strlen(list);

		other.strategy = exec_strategy(programs->execs[i]);
		if (not_for_program(&other, setting))
			(void)snprintf(list + used, size - used, "%s%s",
				used ? "," : "", other.strategy->name);
	}
}

int program_check_cell(const struct exec_list *programs,
	const struct cell *cell, struct fr_error *err)
{
	char value[SETTING_TEXT_MAX], others[200];

	if (!(cell->strategy->flags & FR_WITNESS_SAMPLES))
		return 0;
	for (const struct setting *s = workload_settings; s->name; s++) {
		const char *why = not_for_program(cell, s);

		if (!why)
			continue;
		setting_write(value, s, &cell->workload);
		list_refused(others, sizeof(others), programs, cell, s);
		return fr_error_set(err, EXIT_USAGE,
			"%s cannot keep %s %s: %s; leave it out with --exclude "
			"strategy=%s",
			cell->strategy->name, s->name, value, why, others);
	}
	return 0;
}
