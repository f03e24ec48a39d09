/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/plan/exclusion.h"

#include <string.h>

static bool is_strategy_excluded(struct exclusion *exclusion,
	const struct texts *words, const struct cell *cell)
{
	const char *name = cell->strategy->name;
	size_t length = strlen(name);

	for (size_t i = 0; i < words->count; i++, exclusion->compared++)
		if (strcmp(words->at[i].text, "all") == 0 ||
			strncmp(words->at[i].text, name, length + 1) == 0)
			return true;
	return words->count == 0;
}

static bool is_value_excluded(struct exclusion *exclusion,
	const struct dimension *dimension, const struct texts *values,
	const struct cell *cell)
{
	for (size_t i = 0; i < values->count; i++, exclusion->compared++) {
		struct cell other = {0};

		(void)dimension_set(dimension, &other, &values->at[i], NULL);
		if (dimension_same(dimension, cell, &other))
			return true;
	}
	return values->count == 0;
}

static bool is_excluded_by(struct exclusion *exclusion,
	const struct sweep *entry, const struct cell *cell)
{
	bool out = is_strategy_excluded(exclusion, &entry->strategy, cell);

	for (const struct dimension *d = dimensions; d->name && out; d++)
		out = is_value_excluded(
			exclusion, d, sweep_values(entry, d), cell);
	return out;
}

/*
 * Entries that have not excluded a cell yet are compared even if another entry
 * excludes this one, to know which entries exclude nothing.
 */
bool exclusion_has(struct exclusion *exclusion, const struct cell *cell)
{
	bool *excluding = exclusion->excluding;
	bool out = false;

	for (size_t i = 0; i < exclusion->count; i++) {
		if ((out && excluding[i]) ||
			!is_excluded_by(
				exclusion, &exclusion->entries[i], cell))
			continue;
		excluding[i] = out = true;
	}
	return out;
}
