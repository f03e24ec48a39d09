/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/plan/plan.h"

#include <stdlib.h>
#include <string.h>

#include "harness/plan/exclusion.h"
#include "harness/plan/program_check.h"
#include "harness/roster/needs.h"
#include "harness/roster/registry.h"

/* A plan under construction. */
struct plan_builder {
	struct plan *plan;
	const struct plan_spec *spec;
	const struct sweep *part; /* the sweep or include being added */
	uint64_t visited;         /* cells of the products so far */
	struct exclusion exclusion;
};

static bool same_cell(const struct cell *a, const struct cell *b)
{
	bool same = a->strategy == b->strategy;

	for (const struct dimension *d = dimensions; d->name && same; d++)
		same = dimension_same(d, a, b);
	return same;
}

static int add_cell(const struct plan_spec *spec, struct plan *plan,
	struct cell cell, struct fr_error *err)
{
	struct cell *cells;

	if (program_check_cell(spec->programs, &cell, err) < 0 ||
		cell_check_tls(&cell, err) < 0)
		return -1;
	cell_clamp(&cell);
	for (size_t i = 0; i < plan->count; i++) {
		const struct fr_strategy *other = plan->cells[i].strategy;

		if (same_cell(&plan->cells[i], &cell))
			return 0;
		/* All files and tables tell strategies apart by their names. */
		if (other != cell.strategy &&
			strcmp(other->name, cell.strategy->name) == 0)
			return fr_error_set(err, EXIT_USAGE,
				"two strategies are called %s; rename one",
				other->name);
	}
	if (plan->count == PLAN_CELLS_MAX)
		return fr_error_set(err, EXIT_USAGE,
			"more than %d cells; sweep fewer values at once",
			PLAN_CELLS_MAX);
	cells = realloc(plan->cells, (plan->count + 1) * sizeof(*cells));
	if (!cells)
		return fr_error_memory(err);
	plan->cells = cells;
	cells[plan->count++] = cell;
	return 0;
}

/* The values of the part being added, or of the sweep if it has none. */
static const struct texts *values_of(
	const struct plan_builder *builder, const struct dimension *dimension)
{
	const struct texts *own = sweep_values(builder->part, dimension);

	return own->count ? own : sweep_values(builder->spec->sweep, dimension);
}

/* Adds a cell of the product, which has a value of each dimension. */
static int visit(struct plan_builder *builder, const struct cell *cell,
	struct fr_error *err)
{
	if (++builder->visited > PLAN_PRODUCT_MAX)
		return fr_error_set(err, EXIT_USAGE,
			"the lists make a product of more than %d cells; "
			"sweep fewer values at once",
			PLAN_PRODUCT_MAX);
	if (exclusion_has(&builder->exclusion, cell))
		return 0;
	if (builder->exclusion.compared > PLAN_EXCLUSIONS_MAX)
		return fr_error_set(err, EXIT_USAGE,
			"too many values are to be excluded from too many "
			"cells; sweep fewer values at once");
	return add_cell(builder->spec, builder->plan, *cell, err);
}

/*
 * Whether a cell may go without a value of it, as workload_init made it. A
 * server of another kind than ours has none of the server's settings.
 */
static bool is_optional(const struct dimension *dimension)
{
	return dimension->setting &&
		(!dimension->setting->required || dimension->setting->server);
}

/*
 * Adds the product of this dimension and all later ones to a cell that has a
 * value of each earlier dimension.
 */
static int add_product(struct plan_builder *builder,
	const struct dimension *dimension, struct cell cell,
	struct fr_error *err)
{
	const struct texts *values;
	int rc = 0;

	if (!dimension->name)
		return visit(builder, &cell, err);
	values = values_of(builder, dimension);
	if (!values->count && is_optional(dimension))
		return add_product(builder, dimension + 1, cell, err);
	for (size_t i = 0; i < values->count && !rc; i++) {
		rc = dimension_set(dimension, &cell, &values->at[i], err);
		if (!rc)
			rc = add_product(builder, dimension + 1, cell, err);
	}
	return rc;
}

/* Adds a strategy at its own concurrency, or at each one of the list. */
static int add_strategy(struct plan_builder *builder,
	const struct fr_strategy *strategy, const struct text *own_concurrency,
	struct fr_error *err)
{
	struct cell cell = {.strategy = strategy};
	int rc;

	workload_init(&cell.workload);
	if (!own_concurrency)
		return add_product(builder, dimensions, cell, err);
	rc = dimension_set(dimensions, &cell, own_concurrency, err);
	return rc ? rc : add_product(builder, dimensions + 1, cell, err);
}

static const struct fr_strategy *find_strategy(
	const struct plan_builder *builder, const char *name,
	struct fr_error *err)
{
	const struct exec_list *programs = builder->spec->programs;

	for (size_t i = 0; i < programs->count; i++) {
		const struct fr_strategy *program =
			exec_strategy(programs->execs[i]);

		if (strcmp(program->name, name) == 0)
			return program;
	}
	return registry_find(name, err);
}

/* How many values of the setting the part's cells have, without its "none". */
static size_t count_values(
	const struct plan_builder *builder, const char *name, bool *none)
{
	size_t count = 0;

	*none = false;
	for (const struct dimension *d = dimensions; d->name; d++) {
		const struct texts *values = values_of(builder, d);

		if (strcmp(d->name, name) != 0)
			continue;
		for (size_t i = 0; i < values->count; i++)
			if (strcmp(values->at[i].text, d->setting->none) != 0)
				count++;
			else
				*none = true;
	}
	return count;
}

/* Whether some cell of the part has a value of the setting. */
static bool has_setting(const struct plan_builder *builder, const char *name)
{
	bool none;

	return count_values(builder, name, &none) > 0;
}

/* Whether all of them do. */
static bool always_has(const struct plan_builder *builder, const char *name)
{
	bool none;

	return count_values(builder, name, &none) > 0 && !none;
}

/* Whether some cell of the part has that value of the setting. */
static bool has_value(
	const struct plan_builder *builder, const char *name, const char *value)
{
	for (const struct dimension *d = dimensions; d->name; d++) {
		const struct texts *values = values_of(builder, d);

		for (size_t i = 0; i < values->count; i++)
			if (strcmp(d->name, name) == 0 &&
				strcmp(values->at[i].text, value) == 0)
				return true;
	}
	return false;
}

/*
 * Whether "all" includes the strategy: it can run here, and has something to do
 * that others do not have. Those that hand work on need work, and those that
 * find their own limit need a server with one. Those without TLS are no match
 * for others where some cell has TLS, and those that cannot resume a session
 * none where some cell asks for that.
 */
static bool is_of_all(
	const struct plan_builder *builder, const struct fr_strategy *strategy)
{
	if (strategy->flags & FR_WORK_APART && !has_setting(builder, "work"))
		return false;
	if (strategy->flags & FR_PLAIN_HTTP && !(strategy->flags & FR_TLS) &&
		has_setting(builder, "tls"))
		return false;
	if (strategy->flags & FR_OWN_LIMIT &&
		!has_setting(builder, "capacity") &&
		!has_setting(builder, "limit"))
		return false;
	if (has_value(builder, "tls", "resume") &&
		has_value(builder, "connections", "fresh") &&
		needs_check_resuming(strategy, NULL) < 0)
		return false;
	return needs_check(strategy, NULL) == 0 &&
		(always_has(builder, "tls") ||
			needs_check_plain(strategy, NULL) == 0);
}

/* Adds a word of the list: a strategy or "all", perhaps @CONCURRENCY. */
static int add_word(struct plan_builder *builder, const struct text *word,
	struct fr_error *err)
{
	const struct fr_strategy *strategy;
	char *name = strdup(word->text);
	char *at = name ? strrchr(name, '@') : NULL;
	struct text own = {.where = word->where};
	int rc = 0;

	if (!name)
		return fr_error_memory(err);
	/* An @ may also be part of a folder's name. */
	if (at && !strchr(at, '/')) {
		*at = '\0';
		own.text = at + 1;
	}
	if (strcmp(name, "all") != 0) {
		strategy = find_strategy(builder, name, err);
		rc = strategy ? add_strategy(builder, strategy,
					own.text ? &own : NULL, err)
			      : fr_error_at(err, word->where);
	} else {
		for (size_t i = 0; !rc && (strategy = registry_builtin(i)); i++)
			if (is_of_all(builder, strategy))
				rc = add_strategy(builder, strategy,
					own.text ? &own : NULL, err);
	}
	free(name);
	return rc;
}

/* Whether a word of the list names it, with or without a concurrency. */
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

static bool is_named_anywhere(const struct plan_spec *spec, const char *name)
{
	bool named = is_named(&spec->sweep->strategy, name);

	for (size_t i = 0; i < spec->include_count && !named; i++)
		named = is_named(&spec->include[i].strategy, name);
	return named;
}

/* Checks that the values to exclude are valid. */
static int check_excluded(
	const struct plan_builder *builder, struct fr_error *err)
{
	struct cell cell = {0};
	int rc = 0;

	for (size_t i = 0; i < builder->spec->exclude_count && !rc; i++) {
		const struct sweep *entry = &builder->spec->exclude[i];
		const struct texts *words = &entry->strategy;

		for (size_t j = 0; j < words->count && !rc; j++)
			if (strcmp(words->at[j].text, "all") != 0 &&
				!find_strategy(builder, words->at[j].text, err))
				rc = fr_error_at(err, words->at[j].where);
		for (const struct dimension *d = dimensions; d->name; d++) {
			const struct texts *values = sweep_values(entry, d);

			for (size_t j = 0; j < values->count && !rc; j++)
				rc = dimension_set(
					d, &cell, &values->at[j], err);
		}
	}
	return rc;
}

static int add_words(struct plan_builder *builder, const struct sweep *part,
	const struct texts *words, struct fr_error *err)
{
	int rc = 0;

	builder->part = part;
	for (size_t i = 0; i < words->count && !rc; i++)
		rc = add_word(builder, &words->at[i], err);
	return rc;
}

static int add_all(struct plan_builder *builder, struct fr_error *err)
{
	const struct plan_spec *spec = builder->spec;
	const struct texts *words = &spec->sweep->strategy;
	int rc = add_words(builder, spec->sweep, words, err);

	for (size_t i = 0; i < spec->programs->count && !rc; i++) {
		const struct fr_strategy *program =
			exec_strategy(spec->programs->execs[i]);

		if (!is_named_anywhere(spec, program->name))
			rc = add_strategy(builder, program, NULL, err);
	}
	for (size_t i = 0; i < spec->include_count && !rc; i++) {
		const struct sweep *part = &spec->include[i];

		rc = add_words(builder, part,
			part->strategy.count ? &part->strategy : words, err);
	}
	return rc;
}

/* Checks that the strategies of the cells that are left can run here. */
static int check_needs(const struct plan *plan, struct fr_error *err)
{
	for (size_t i = 0; i < plan->count; i++)
		if (needs_check(plan->cells[i].strategy, err) < 0)
			return -1;
	return 0;
}

int plan_init(
	struct plan *plan, const struct plan_spec *spec, struct fr_error *err)
{
	struct plan_builder builder = {.plan = plan, .spec = spec};
	int rc = program_check_names(spec->programs, err);

	*plan = (struct plan){
		.excluding = calloc(spec->exclude_count + 1, sizeof(bool))};
	if (!plan->excluding)
		rc = fr_error_memory(err);
	builder.exclusion = (struct exclusion){.entries = spec->exclude,
		.count = spec->exclude_count,
		.excluding = plan->excluding};
	if (!rc)
		rc = check_excluded(&builder, err);
	if (!rc)
		rc = add_all(&builder, err);
	if (!rc && plan->count == 0)
		rc = fr_error_set(err, EXIT_USAGE,
			"no cell is left: all %llu are excluded",
			(unsigned long long)builder.visited);
	if (!rc)
		rc = check_needs(plan, err);
	if (rc)
		plan_release(plan);
	return rc;
}

void plan_release(struct plan *plan)
{
	free(plan->cells);
	free(plan->excluding);
	*plan = (struct plan){0};
}
