/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/plan/plan.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <stdlib.h>
#include <string.h>

#include "harness/trial/registry.h"
#include "harness/values.h"

enum { WORD_MAX = 4096 };

/* A list being walked: word holds the part in hand. */
struct list {
	const char *rest;
	char word[WORD_MAX];
};

/* Whether text begins as "uniform:..." does. */
static bool names_distribution(const char *text)
{
	size_t letters = strspn(text, "abcdefghijklmnopqrstuvwxyz");

	return letters > 0 && text[letters] == ':';
}

/* The length of the first latency spec of a list. */
static size_t latency_length(const char *list)
{
	bool bare = !names_distribution(list);
	size_t length = strcspn(list, ",");

	while (!bare && list[length] && !names_distribution(list + length + 1))
		length += 1 + strcspn(list + length + 1, ",");
	return length;
}

/* Moves to the part of that length. Returns 0, or -1 when it is too long. */
static int next_word(struct list *list, size_t length, const char *option,
	struct fr_error *err)
{
	if (length >= WORD_MAX)
		return fr_error_set(err, EXIT_USAGE,
			"%s '%.40s...' is too long", option, list->rest);
	memcpy(list->word, list->rest, length);
	list->word[length] = '\0';
	list->rest += length;
	list->rest = *list->rest ? list->rest + 1 : NULL;
	return 0;
}

static bool same_cell(const struct cell *a, const struct cell *b)
{
	return a->strategy == b->strategy && a->concurrency == b->concurrency &&
		strcmp(a->latency, b->latency) == 0;
}

static int add_cell(
	struct plan *plan, struct cell cell, size_t n, struct fr_error *err)
{
	unsigned most = cell.strategy->max_concurrency;
	struct cell *cells;

	if (most == 0 || most > n)
		most = (unsigned)n;
	cell.clamped = cell.concurrency > most;
	if (cell.clamped)
		cell.concurrency = most;
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

/* One strategy at one concurrency, with every latency. */
static int add_latencies(struct plan *plan, struct cell cell,
	const char *latencies, size_t n, struct fr_error *err)
{
	struct list list = {.rest = latencies};
	int rc = 0;

	while (!rc && list.rest) {
		rc = next_word(
			&list, latency_length(list.rest), "--latency", err);
		if (rc)
			return rc;
		if (strlen(list.word) >= sizeof(cell.latency))
			return fr_error_set(err, EXIT_USAGE,
				"--latency '%.40s...' is too long", list.word);
		memcpy(cell.latency, list.word, strlen(list.word) + 1);
		rc = add_cell(plan, cell, n, err);
	}
	return rc;
}

struct sweep {
	const char *concurrencies, *latencies;
	size_t requests;
};

/* One strategy at its own concurrency, or at every one of the list. */
static int add_strategy(struct plan *plan, const struct fr_strategy *strategy,
	const char *own_concurrency, const struct sweep *sweep,
	struct fr_error *err)
{
	struct list list = {.rest = own_concurrency ? own_concurrency
						    : sweep->concurrencies};
	struct cell cell = {.strategy = strategy};
	int rc = 0;

	while (!rc && list.rest) {
		uint64_t concurrency;

		rc = next_word(
			&list, strcspn(list.rest, ","), "--concurrency", err);
		if (!rc)
			rc = parse_number(list.word, "--concurrency", 1,
				PLAN_CONCURRENCY_MAX, &concurrency, err);
		if (rc)
			return rc;
		cell.concurrency = (unsigned)concurrency;
		rc = add_latencies(
			plan, cell, sweep->latencies, sweep->requests, err);
	}
	return rc;
}

/* A word of the list: a strategy or "all", perhaps with an @CONCURRENCY. */
static int add_word(struct plan *plan, char *word, const struct sweep *sweep,
	struct fr_error *err)
{
	const struct fr_strategy *strategy;
	char *own = strrchr(word, '@');
	int rc = 0;

	/* An @ may also belong to a folder's name. */
	if (own && strchr(own, '/'))
		own = NULL;
	if (own)
		*own++ = '\0';
	if (strcmp(word, "all") != 0) {
		strategy = registry_find(word, err);
		return strategy ? add_strategy(plan, strategy, own, sweep, err)
				: -1;
	}
	for (size_t i = 0; !rc && (strategy = registry_builtin(i)); i++)
		rc = add_strategy(plan, strategy, own, sweep, err);
	return rc;
}

int plan_init(struct plan *plan, const char *strategies,
	const char *concurrencies, const char *latencies, size_t requests,
	struct fr_error *err)
{
	struct sweep sweep = {concurrencies, latencies, requests};
	struct list list = {.rest = strategies};
	int rc = 0;

	*plan = (struct plan){0};
	while (!rc && list.rest) {
		rc = next_word(
			&list, strcspn(list.rest, ","), "--strategy", err);
		if (!rc)
			rc = add_word(plan, list.word, &sweep, err);
	}
	if (rc)
		plan_release(plan);
	return rc;
}

int plan_add(struct plan *plan, const struct fr_strategy *strategy,
	const char *concurrencies, const char *latencies, size_t requests,
	struct fr_error *err)
{
	struct sweep sweep = {concurrencies, latencies, requests};

	return add_strategy(plan, strategy, NULL, &sweep, err);
}

void plan_release(struct plan *plan)
{
	free(plan->cells);
	*plan = (struct plan){0};
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
