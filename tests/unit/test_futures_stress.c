/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Everything at once from many threads, over and over: each round makes an
 * executor, lets several threads submit, cancel, wait, map, iterate and add
 * callbacks, and shuts it down under their hands; in every other round half of
 * the threads cannot be started. What must hold is that every accepted
 * task runs once or is cancelled, that every callback comes once, and that
 * nothing hangs. ThreadSanitizer and AddressSanitizer look on.
 *
 * FUTURES_STRESS_SECONDS=60 makes it go on for so long.
 */
#include "test_futures.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#define ROUNDS  60
#define CLIENTS 6
#define BURSTS  40
#define BURST   16

static atomic_bool flaky;
static atomic_uint starts;

int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attr,
	void *(*start)(void *), void *arg);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attr,
	void *(*start)(void *), void *arg);

int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attr,
	void *(*start)(void *), void *arg)
{
	unsigned n = atomic_fetch_add(&starts, 1);

	if (atomic_load(&flaky) && n * 2654435761u >> 16 & 1)
		return EAGAIN;
	return __real_pthread_create(thread, attr, start, arg);
}

static bool time_is_left(unsigned round)
{
	static int64_t end;
	const char *seconds = getenv("FUTURES_STRESS_SECONDS");
	struct timespec now;

	if (!seconds)
		return round < ROUNDS;
	clock_gettime(CLOCK_MONOTONIC, &now);
	if (!round)
		end = now.tv_sec + strtol(seconds, NULL, 10) / 2;
	return now.tv_sec < end;
}

struct round {
	struct executor *ex;
	atomic_int busy[64];   /* tasks on a worker: never more than one */
	atomic_ulong ran;      /* tasks that ran */
	atomic_ulong overlaps; /* tasks that met another on their worker */
};

struct client {
	struct round *round;
	uint32_t random;
	unsigned long accepted, cancelled, wrong;
	unsigned long callbacks; /* added */
	atomic_ulong called;     /* of them */
};

static void note_call(struct future *f, void *arg)
{
	struct client *c = arg;

	if (future_done(f))
		atomic_fetch_add(&c->called, 1);
}

static void add_callback(struct client *c, struct future *f)
{
	if (future_add_done_callback(f, note_call, c))
		c->wrong++;
	else
		c->callbacks++;
}

static uint32_t draw(struct client *c)
{
	c->random = c->random * 1664525u + 1013904223u;
	return c->random >> 16;
}

static int task(void *arg, void **result)
{
	struct round *r = arg;
	atomic_int *busy = &r->busy[executor_worker_index()];

	if (atomic_fetch_add(busy, 1))
		atomic_fetch_add(&r->overlaps, 1);
	atomic_fetch_add(&r->ran, 1);
	atomic_fetch_sub(busy, 1);
	*result = r;
	return 0;
}

/* Counts how f, which is done or gets done, ended. */
static void settle(struct client *c, struct future *f)
{
	void *result;
	int code = future_result(f, -1, &result);

	if (code == -ECANCELED && !result && future_cancelled(f))
		c->cancelled++;
	else if (code || result != c->round)
		c->wrong++;
	future_free(f);
}

static void settle_as_completed(struct client *c, struct future **fs, size_t n)
{
	struct as_completed *it;
	struct future *f;
	int64_t timeout = draw(c) % 2 ? -1 : 1000;
	size_t got = 0;
	int rc;

	if (futures_as_completed(fs, n, &it)) {
		c->wrong++;
		return;
	}
	do {
		rc = as_completed_next(it, timeout, &f);
		if (rc == 1) {
			settle(c, f);
			got++;
		}
	} while (rc);
	as_completed_free(it);
	if (got != n)
		c->wrong++;
}

static size_t submit_burst(struct client *c, struct future **fs)
{
	size_t n = 0;

	for (size_t i = 0; i < BURST; i++) {
		int rc = draw(c) % 2
			? executor_submit(c->round->ex, task, c->round, &fs[n])
			: executor_try_submit(
				  c->round->ex, task, c->round, &fs[n]);

		if (!rc && draw(c) % 4 == 0)
			add_callback(c, fs[n]);
		if (!rc)
			n++;
		else if (rc != -ESHUTDOWN && rc != -EAGAIN)
			c->wrong++;
	}
	c->accepted += n;
	return n;
}

static void burst_of_futures(struct client *c)
{
	struct future *fs[BURST];
	size_t n = submit_burst(c, fs);

	for (size_t i = 0; i < n; i++)
		if (draw(c) % 8 == 0)
			future_cancel(fs[i]);
	switch (draw(c) % 4) {
	case 0:
		if (futures_wait(fs, n, FUTURES_ALL_COMPLETED, -1))
			c->wrong++;
		break;
	case 1:
		if (futures_wait(fs, n, FUTURES_FIRST_COMPLETED, -1))
			c->wrong++;
		break;
	default:
		settle_as_completed(c, fs, n);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		(void)future_result(fs[i], 500, NULL);
		settle(c, fs[i]);
	}
}

static void burst_of_orphans(struct client *c)
{
	struct future *fs[BURST];
	size_t n = submit_burst(c, fs);

	for (size_t i = 0; i < n; i++) {
		if (draw(c) % 4 == 0 && future_cancel(fs[i]))
			c->cancelled++;
		future_free(fs[i]);
	}
}

static void map_burst(struct client *c)
{
	void *results[BURST];
	int rc = executor_map(c->round->ex, task, c->round, BURST, 0, results);

	if (rc == -ESHUTDOWN)
		return;
	c->accepted += BURST;
	for (size_t i = 0; i < BURST; i++)
		if (!results[i])
			c->cancelled++;
	if (rc && rc != -ECANCELED && rc != -EAGAIN)
		c->wrong++;
}

static void *client_main(void *arg)
{
	struct client *c = arg;

	for (int i = 0; i < BURSTS; i++) {
		switch (draw(c) % 4) {
		case 0:
			map_burst(c);
			break;
		case 1:
			burst_of_orphans(c);
			break;
		default:
			burst_of_futures(c);
		}
	}
	return NULL;
}

/* Every third round shuts down under the clients' hands. */
static void run_round(unsigned number)
{
	struct executor_options options = {.max_workers = 1 + number % 12,
		.max_pending = number % 5 ? 0 : 3,
		.spin = number % 4 == 1};
	struct round r = {0};
	struct client client[CLIENTS];
	pthread_t thread[CLIENTS];
	unsigned long accepted = 0, cancelled = 0;

	assert_int_equal(executor_create_with(&r.ex, &options), 0);
	atomic_store(&flaky, number % 2);
	for (unsigned i = 0; i < CLIENTS; i++) {
		client[i] =
			(struct client){.round = &r, .random = number * 64 + i};
		assert_int_equal(__real_pthread_create(&thread[i], NULL,
					 client_main, &client[i]),
			0);
	}
	if (number % 3 == 0)
		assert_int_equal(executor_shutdown(r.ex, 0), 0);
	for (unsigned i = 0; i < CLIENTS; i++) {
		pthread_join(thread[i], NULL);
		assert_int_equal(client[i].wrong, 0);
		accepted += client[i].accepted;
		cancelled += client[i].cancelled;
	}
	executor_free(r.ex);
	atomic_store(&flaky, false);
	for (unsigned i = 0; i < CLIENTS; i++)
		assert_int_equal(client[i].called, client[i].callbacks);
	assert_int_equal(r.overlaps, 0);
	assert_int_equal(r.ran + cancelled, accepted);
}

static void every_task_runs_once_or_is_cancelled(void **state)
{
	(void)state;
	for (unsigned i = 0; time_is_left(i); i++)
		run_round(i);
}

/* The same with the shutdown taking back what is pending. */
static void *cancel_all(void *arg)
{
	struct round *r = arg;

	executor_shutdown(r->ex, EXECUTOR_CANCEL_FUTURES);
	return NULL;
}

static void run_cancelled_round(unsigned number)
{
	struct round r = {.ex = make_executor(1 + number % 4)};
	struct client client = {.round = &r, .random = number};
	struct future *fs[64 * BURST];
	size_t n = 0;
	pthread_t canceller[2];

	for (int i = 0; i < 32; i++)
		n += submit_burst(&client, fs + n);
	for (int i = 0; i < 2; i++)
		assert_int_equal(
			pthread_create(&canceller[i], NULL, cancel_all, &r), 0);
	for (int i = 0; i < 32; i++)
		n += submit_burst(&client, fs + n);
	map_burst(&client);
	settle_as_completed(&client, fs, n);
	for (int i = 0; i < 2; i++)
		pthread_join(canceller[i], NULL);
	executor_free(r.ex);
	assert_int_equal(client.wrong, 0);
	assert_int_equal(r.overlaps, 0);
	assert_int_equal(r.ran + client.cancelled, client.accepted);
}

static void shutdown_from_many_threads_loses_nothing(void **state)
{
	(void)state;
	for (unsigned i = 0; time_is_left(i); i++)
		run_cancelled_round(i);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_task_runs_once_or_is_cancelled),
		cmocka_unit_test(shutdown_from_many_threads_loses_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
