/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Times futures/: every task has a future, and every result is checked. */
#include "bench.h"

#include "futures/futures.h"

static int echo(void *arg, void **result)
{
	*result = arg;
	return 0;
}

static void *value(size_t i)
{
	return (void *)(uintptr_t)(i + 1);
}

static struct future *submit(struct executor *ex, size_t i)
{
	struct future *f;

	must(!executor_submit(ex, echo, value(i), &f));
	return f;
}

static void take(struct future *f, size_t i)
{
	void *result;

	must(!future_result(f, -1, &result) && result == value(i));
	future_free(f);
}

/* Makes all workers exist and idle. */
static int hold(void *arg, void **result)
{
	(void)arg;
	(void)result;
	sleep_10ms();
	return 0;
}

static void warm_up(struct executor *ex, unsigned workers)
{
	struct future **fs = calloc(workers, sizeof(struct future *));

	for (unsigned i = 0; i < workers; i++)
		must(!executor_submit(ex, hold, NULL, &fs[i]));
	for (unsigned i = 0; i < workers; i++) {
		must(!future_result(fs[i], -1, NULL));
		future_free(fs[i]);
	}
	free(fs);
	sleep_10ms();
}

static void bulk(struct executor *ex, size_t n)
{
	struct future **fs = malloc(n * sizeof(struct future *));
	int64_t begin = now_ns();

	for (size_t i = 0; i < n; i++)
		fs[i] = submit(ex, i);
	for (size_t i = 0; i < n; i++)
		take(fs[i], i);
	print_per_task(begin, n);
	free(fs);
}

static void round_trip(struct executor *ex, size_t n)
{
	int64_t begin = now_ns();

	for (size_t i = 0; i < n; i++)
		take(submit(ex, i), i);
	print_per_task(begin, n);
}

static void as_completed(struct executor *ex, size_t n)
{
	struct future **fs = malloc(n * sizeof(struct future *));
	int64_t begin;
	struct as_completed *it;
	struct future *f;
	size_t got = 0;
	uintptr_t sum = 0;

	for (size_t i = 0; i < n; i++)
		fs[i] = submit(ex, i);
	begin = now_ns();
	must(!futures_as_completed(fs, n, &it));
	while (as_completed_next(it, -1, &f) == 1) {
		void *result;

		must(!future_result(f, 0, &result));
		sum += (uintptr_t)result;
		got++;
	}
	as_completed_free(it);
	print_per_task(begin, n);
	must(got == n && sum == n * (n + 1) / 2);
	for (size_t i = 0; i < n; i++)
		future_free(fs[i]);
	free(fs);
}

static void map(struct executor *ex, size_t n)
{
	char *args = malloc(n);
	void **results = malloc(n * sizeof(void *));
	int64_t begin = now_ns();

	must(!executor_map(ex, echo, args, n, 1, results));
	for (size_t i = 0; i < n; i++)
		must(results[i] == args + i);
	print_per_task(begin, n);
	free(args);
	free(results);
}

/* By value: a process cannot leave it in the memory of its parent. */
static int note_start(void *arg, void **result)
{
	(void)arg;
	*result = (void *)(uintptr_t)now_ns();
	sleep_10ms();
	return 0;
}

static void many(struct executor *ex, size_t n)
{
	struct future **fs = malloc(n * sizeof(struct future *));
	char *args = malloc(n);
	int64_t begin = now_ns();

	must(!executor_submit_many(ex, echo, args, n, 1, fs));
	for (size_t i = 0; i < n; i++) {
		void *result;

		must(!future_result(fs[i], -1, &result) && result == args + i);
		future_free(fs[i]);
	}
	print_per_task(begin, n);
	free(args);
	free(fs);
}

static void start(struct executor *ex, size_t rounds)
{
	int64_t *delay = calloc(rounds * START_TASKS, sizeof(*delay));
	struct future *fs[START_TASKS];

	for (size_t r = 0; r < rounds; r++) {
		int64_t begin = now_ns();

		for (int i = 0; i < START_TASKS; i++)
			must(!executor_submit(ex, note_start, NULL, &fs[i]));
		for (int i = 0; i < START_TASKS; i++) {
			void *begun;

			must(!future_result(fs[i], -1, &begun));
			future_free(fs[i]);
			delay[r * START_TASKS + (size_t)i] =
				(int64_t)(uintptr_t)begun - begin;
		}
	}
	print_delays(delay, rounds * START_TASKS);
	free(delay);
}

static const struct mode {
	const char *name;
	void (*run)(struct executor *ex, size_t n);
} modes[] = {
	{"bulk", bulk},
	{"roundtrip", round_trip},
	{"as_completed", as_completed},
	{"map", map},
	{"many", many},
	{"start", start},
};

/* MODE is one of the above, after "process-", "spin-", or both in turn. */
static bool take_prefix(const char **mode, const char *prefix)
{
	size_t length = strlen(prefix);

	if (strncmp(*mode, prefix, length) != 0)
		return false;
	*mode += length;
	return true;
}

int main(int argc, char **argv)
{
	struct arguments a = read_arguments(argc, argv);
	struct executor_options options = {.max_workers = a.workers};
	struct executor *ex;

	if (take_prefix(&a.mode, "process-"))
		options.kind = EXECUTOR_PROCESSES;
	options.spin = take_prefix(&a.mode, "spin-");
	must(!executor_create_with(&ex, &options));
	warm_up(ex, a.workers);
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
		if (!strcmp(modes[i].name, a.mode))
			modes[i].run(ex, a.tasks);
	executor_free(ex);
	return 0;
}
