/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tests of plans share: plans of lists, and their cells as a text. */
#ifndef TEST_HARNESS_PLAN_H
#define TEST_HARNESS_PLAN_H

#include "test_harness.h"

#include <stdio.h>
#include <stdlib.h>

#include "harness/plan/plan.h"

#define REQUESTS "20"

static inline void list(struct texts *texts, const char *values)
{
	assert_int_equal(texts_add_list(texts, values, "--list"), 0);
}

/* The plan of three lists, with one value of every other setting. */
static inline int plan_of(struct plan *plan, const char *strategies,
	const char *concurrencies, const char *latencies, const char *requests,
	struct fr_error *err)
{
	static const struct exec_list no_programs;
	struct sweep sweep = {0};
	int rc;

	list(&sweep.strategy, strategies);
	list(&sweep.requests, requests);
	list(&sweep.payload, "0");
	list(&sweep.connections, "reuse");
	list(&sweep.timeout, "10s");
	list(&sweep.fault, "none");
	list(&sweep.capacity, "0");
	list(&sweep.bandwidth, "none");
	list(&sweep.arrivals, "closed");
	assert_int_equal(texts_add_list(&sweep.concurrency, concurrencies,
				 "--concurrency"),
		0);
	assert_int_equal(
		texts_add_specs(&sweep.latency, latencies, "--latency"), 0);
	rc = plan_init(plan,
		&(struct plan_spec){.sweep = &sweep, .programs = &no_programs},
		err);
	sweep_release(&sweep);
	return rc;
}

/* Each cell as "strategy@concurrency latency;", with a * if it is clamped. */
static inline char *take_text(struct plan *plan)
{
	static char text[8192];
	size_t used = 0;

	text[0] = '\0';
	for (size_t i = 0; i < plan->count; i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used,
			"%s@%u%s %s;", plan->cells[i].strategy->name,
			plan->cells[i].concurrency,
			plan->cells[i].clamped ? "*" : "",
			plan->cells[i].workload.latency);
	plan_release(plan);
	return text;
}

/* A text of `length` times c, which the caller frees. */
static inline char *long_text(char c, size_t length)
{
	char *text = malloc(length + 1);

	assert_non_null(text);
	memset(text, c, length);
	text[length] = '\0';
	return text;
}

/* One value of each setting, to which a test adds more. */
static inline void one_of_each(struct sweep *sweep)
{
	*sweep = (struct sweep){0};
	list(&sweep->strategy, "openmp");
	list(&sweep->concurrency, "2");
	list(&sweep->requests, "20");
	list(&sweep->latency, "1ms");
	list(&sweep->payload, "0");
	list(&sweep->connections, "reuse");
	list(&sweep->timeout, "10s");
	list(&sweep->fault, "none");
	list(&sweep->capacity, "0");
	list(&sweep->bandwidth, "none");
	list(&sweep->arrivals, "closed");
}

#endif
