/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the tests of the process executor share: memory that tasks and test both
 * see, and a task that runs until the test lets it end.
 */
#ifndef TEST_PROCESSES_H
#define TEST_PROCESSES_H

#include "test_futures.h"

#include <sched.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <unistd.h>

static struct shared {
	atomic_int ran;     /* tasks that have started */
	atomic_int pid[64]; /* of each worker that has run one */
	atomic_int stop;
} * shared;

/* Before any executor is made. Returns whether there is memory. */
static inline bool map_shared(void)
{
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	return shared != MAP_FAILED;
}

static inline void reset(void)
{
	memset(shared, 0, sizeof(*shared));
}

static inline struct executor *make_processes(unsigned n)
{
	struct executor_options options = {
		.kind = EXECUTOR_PROCESSES, .max_workers = n};
	struct executor *ex;

	assert_int_equal(executor_create_with(&ex, &options), 0);
	return ex;
}

/* Runs until the test says stop; tells who it is. */
static inline int run_until_stop(void *arg, void **result)
{
	int index = executor_worker_index();

	(void)arg;
	(void)result;
	atomic_store(&shared->pid[index], (int)getpid());
	atomic_fetch_add(&shared->ran, 1);
	while (!atomic_load(&shared->stop))
		sched_yield();
	return 0;
}

/* Ends at once; tells who it is, and its worker's index. */
static inline int tell_pid(void *arg, void **result)
{
	int index = executor_worker_index();

	(void)arg;
	atomic_store(&shared->pid[index], (int)getpid());
	*result = (void *)(intptr_t)index;
	return 0;
}

static inline void await_running(int n)
{
	while (atomic_load(&shared->ran) < n)
		sched_yield();
}

#endif
