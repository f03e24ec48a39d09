/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/plan/sweep.h"

#include <string.h>

#include "harness/base/values.h"

#define DIMENSION(member, option, ...)            \
	{#option, offsetof(struct sweep, option), \
		&workload_settings[PLACE_##option]},
#define PLACE(member, option, ...) PLACE_##option,

/* The index of each setting in workload_settings. */
enum { WORKLOAD_ALL(PLACE) SETTINGS };

const struct dimension dimensions[] = {
	{"concurrency", offsetof(struct sweep, concurrency), NULL},
	WORKLOAD_ALL(DIMENSION){0},
};

const struct texts *sweep_values(
	const struct sweep *sweep, const struct dimension *dimension)
{
	return (const struct texts *)(const void *)((const char *)sweep +
		dimension->values);
}

struct texts *sweep_list(struct sweep *sweep, const struct dimension *dimension)
{
	return (struct texts *)(void *)((char *)sweep + dimension->values);
}

int dimension_set(const struct dimension *dimension, struct cell *cell,
	const struct text *value, struct fr_error *err)
{
	uint64_t number;

	if (dimension->setting)
		return setting_read(
			dimension->setting, &cell->workload, value, err);
	if (parse_number(value->text, value->where, 1, CELL_CONCURRENCY_MAX,
		    &number, err) < 0)
		return -1;
	cell->concurrency = (unsigned)number;
	return 0;
}

bool dimension_same(const struct dimension *dimension, const struct cell *a,
	const struct cell *b)
{
	return dimension->setting ? setting_compare(dimension->setting,
					    &a->workload, &b->workload) == 0
				  : a->concurrency == b->concurrency;
}

void cell_clamp(struct cell *cell)
{
	unsigned most = cell->strategy->max_concurrency;

	if (most == 0 || most > cell->workload.requests)
		most = (unsigned)cell->workload.requests;
	cell->clamped = cell->concurrency > most;
	if (cell->clamped)
		cell->concurrency = most;
}

int cell_check_tls(const struct cell *cell, struct fr_error *err)
{
	const struct fr_strategy *strategy = cell->strategy;

	if (!workload_is_secure(&cell->workload) ||
		!(strategy->flags & FR_PLAIN_HTTP) || strategy->flags & FR_TLS)
		return 0;
	return fr_error_set(err, EXIT_USAGE,
		"%s cannot keep tls %s: it has sockets of its own, without "
		"TLS; leave it out with --exclude strategy=%s",
		strategy->name, cell->workload.tls, strategy->name);
}

void sweep_release(struct sweep *sweep)
{
	texts_release(&sweep->strategy);
	for (const struct dimension *d = dimensions; d->name; d++)
		texts_release(sweep_list(sweep, d));
}
