/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/plan/plan.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <stdlib.h>
#include <string.h>

#include "harness/trial/registry.h"

/* A plan being made. */
struct making {
	struct plan *plan;
	const struct sweep *sweep;
	const struct exec_list *programs;
	uint64_t visited; /* of the product */
};

static bool same_cell(const struct cell *a, const struct cell *b)
{
	bool same = a->strategy == b->strategy;

	for (const struct dimension *d = dimensions; d->name && same; d++)
		same = dimension_same(d, a, b);
	return same;
}

static void clamp(struct cell *cell)
{
	unsigned most = cell->strategy->max_concurrency;

	if (most == 0 || most > cell->requests)
		most = (unsigned)cell->requests;
	cell->clamped = cell->concurrency > most;
	if (cell->clamped)
		cell->concurrency = most;
}

static int add_cell(struct plan *plan, struct cell cell, struct fr_error *err)
{
	struct cell *cells;

	if (cell.arrivals[0] && (cell.strategy->flags & FR_WITNESS_SAMPLES))
		return fr_error_set(err, EXIT_USAGE,
			"%s cannot keep arrivals %s: a program is told what "
			"to ask for, not when",
			cell.strategy->name, cell.arrivals);
	clamp(&cell);
	for (size_t i = 0; i < plan->count; i++) {
		const struct fr_strategy *other = plan->cells[i].strategy;

		if (same_cell(&plan->cells[i], &cell))
			return 0;
		/* Names tell strategies apart in all that is written. */
		if (other != cell.strategy &&
			strcmp(other->name, cell.strategy->name) == 0)
			return fr_error_set(err, EXIT_USAGE,
				"two strategies are called %s; rename one",
				other->name);
	}
	if (plan->count == PLAN_CELLS_MAX)
		return fr_error_set(err, EXIT_USAGE,
			"more than %d cells; sweep less at once",
			PLAN_CELLS_MAX);
	cells = realloc(plan->cells, (plan->count + 1) * sizeof(*cells));
	if (!cells)
		return fr_error_set(err, EXIT_INVALID, "out of memory");
	plan->cells = cells;
	cells[plan->count++] = cell;
	return 0;
}

/*
 * Adds the product of this dimension and those behind it to a cell that has a
 * value of each one before.
 */
static int add_product(struct making *making, const struct dimension *dimension,
	struct cell cell, struct fr_error *err)
{
	const struct texts *values;
	int rc = 0;

	if (!dimension->name) {
		if (++making->visited > PLAN_PRODUCT_MAX)
			return fr_error_set(err, EXIT_USAGE,
				"the lists make a product of more than %d "
				"cells; sweep less at once",
				PLAN_PRODUCT_MAX);
		return add_cell(making->plan, cell, err);
	}
	values = sweep_values(making->sweep, dimension);
	for (size_t i = 0; i < values->count && !rc; i++) {
		rc = dimension->set(&cell, &values->at[i], err);
		if (!rc)
			rc = add_product(making, dimension + 1, cell, err);
	}
	return rc;
}

/* A strategy at its own concurrency, or at every one of the list. */
static int add_strategy(struct making *making,
	const struct fr_strategy *strategy, const struct text *own_concurrency,
	struct fr_error *err)
{
	struct cell cell = {.strategy = strategy};
	int rc;

	if (!own_concurrency)
		return add_product(making, dimensions, cell, err);
	rc = dimensions[0].set(&cell, own_concurrency, err);
	return rc ? rc : add_product(making, dimensions + 1, cell, err);
}

static const struct fr_strategy *find_strategy(
	const struct making *making, const char *name, struct fr_error *err)
{
	for (size_t i = 0; i < making->programs->count; i++) {
		const struct fr_strategy *program =
			exec_strategy(making->programs->execs[i]);

		if (strcmp(program->name, name) == 0)
			return program;
	}
	return registry_find(name, err);
}

/* A word of the list: a strategy or "all", perhaps with an @CONCURRENCY. */
static int add_word(
	struct making *making, const struct text *word, struct fr_error *err)
{
	const struct fr_strategy *strategy;
	char *name = strdup(word->text);
	char *at = name ? strrchr(name, '@') : NULL;
	struct text own = {.where = word->where};
	int rc = 0;

	if (!name)
		return fr_error_set(err, EXIT_INVALID, "out of memory");
	/* An @ may also belong to a folder's name. */
	if (at && !strchr(at, '/')) {
		*at = '\0';
		own.text = at + 1;
	}
	if (strcmp(name, "all") != 0) {
		strategy = find_strategy(making, name, err);
		rc = strategy ? add_strategy(making, strategy,
					own.text ? &own : NULL, err)
			      : -1;
	} else {
		for (size_t i = 0; !rc && (strategy = registry_builtin(i)); i++)
			rc = add_strategy(
				making, strategy, own.text ? &own : NULL, err);
	}
	free(name);
	return rc;
}

/* Whether some word of the list names it, with a concurrency or without. */
static bool is_named(const struct texts *words, const char *name)
{
	size_t length = strlen(name);

	for (size_t i = 0; i < words->count; i++) {
		const char *word = words->at[i].text;

		if (strncmp(word, name, length) == 0 &&
			(!word[length] || word[length] == '@'))
			return true;
	}
	return false;
}

/* A program called as a built-in would be taken for it. */
static int check_names(const struct exec_list *programs, struct fr_error *err)
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
	}
	return 0;
}

int plan_init(struct plan *plan, const struct sweep *sweep,
	const struct exec_list *programs, struct fr_error *err)
{
	struct making making = {plan, sweep, programs, 0};
	int rc = check_names(programs, err);

	*plan = (struct plan){0};
	for (size_t i = 0; i < sweep->strategy.count && !rc; i++)
		rc = add_word(&making, &sweep->strategy.at[i], err);
	for (size_t i = 0; i < programs->count && !rc; i++) {
		const struct fr_strategy *program =
			exec_strategy(programs->execs[i]);

		if (!is_named(&sweep->strategy, program->name))
			rc = add_strategy(&making, program, NULL, err);
	}
	if (rc)
		plan_release(plan);
	return rc;
}

void plan_release(struct plan *plan)
{
	free(plan->cells);
	*plan = (struct plan){0};
}

uint64_t plan_most_requests(const struct plan *plan)
{
	uint64_t most = 0;

	for (size_t i = 0; i < plan->count; i++)
		if (plan->cells[i].requests > most)
			most = plan->cells[i].requests;
	return most;
}

void plan_order(
	const struct plan *plan, uint64_t seed, int64_t block, size_t *order)
{
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);

	for (size_t i = 0; i < plan->count; i++)
		order[i] = i;
	/* Blocks differ, and so do neighbouring seeds. */
	gsl_rng_set(rng, (unsigned long)(seed * 1000003u + (uint64_t)block));
	gsl_ran_shuffle(rng, order, plan->count, sizeof(*order));
	gsl_rng_free(rng);
}
