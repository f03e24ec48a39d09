/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the tests of futures/ share: a gate at which tasks wait until the test
 * lets them pass, and the tasks that use it. Tasks assert nothing, for cmocka
 * must not be called from other threads; they leave values to be checked.
 */
#ifndef TEST_FUTURES_H
#define TEST_FUTURES_H

#include "futures/futures.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>

/* More than any wait of a test takes; only a failure gets there. */
#define LONG_NS INT64_C(60000000000)

struct gate {
	pthread_mutex_t lock;
	pthread_cond_t change;
	unsigned entered; /* so many have come to the gate */
	bool open;
};

#define GATE_INIT                                  \
	{                                          \
		.lock = PTHREAD_MUTEX_INITIALIZER, \
		.change = PTHREAD_COND_INITIALIZER \
	}

static inline void gate_pass(struct gate *g)
{
	pthread_mutex_lock(&g->lock);
	g->entered++;
	pthread_cond_broadcast(&g->change);
	while (!g->open)
		pthread_cond_wait(&g->change, &g->lock);
	pthread_mutex_unlock(&g->lock);
}

static inline void gate_await(struct gate *g, unsigned entered)
{
	pthread_mutex_lock(&g->lock);
	while (g->entered < entered)
		pthread_cond_wait(&g->change, &g->lock);
	pthread_mutex_unlock(&g->lock);
}

static inline void gate_open(struct gate *g)
{
	pthread_mutex_lock(&g->lock);
	g->open = true;
	pthread_cond_broadcast(&g->change);
	pthread_mutex_unlock(&g->lock);
}

/* Waits at the gate, then succeeds with the gate as its result. */
static inline int wait_at_gate(void *gate, void **result)
{
	gate_pass(gate);
	*result = gate;
	return 0;
}

/* Succeeds at once with its argument as the result. */
static inline int hand_back(void *arg, void **result)
{
	*result = arg;
	return 0;
}

static inline struct executor *make_executor(unsigned max_workers)
{
	struct executor *ex;

	assert_int_equal(executor_create(&ex, max_workers), 0);
	assert_non_null(ex);
	return ex;
}

static inline struct future *submit(struct executor *ex, task_fn *fn, void *arg)
{
	struct future *f;

	assert_int_equal(executor_submit(ex, fn, arg, &f), 0);
	assert_non_null(f);
	return f;
}

#endif
