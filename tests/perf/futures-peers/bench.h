/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Shared by the timed programs: the clock, the rounds that measure how late tasks
 * start, and how a figure is printed. Each program is called as `peer MODE WORKERS
 * TASKS`. It prints microseconds per task, or for MODE `start` the quantiles of
 * the delay. Valid as C and as C++.
 */
#ifndef BENCH_H
#define BENCH_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define START_TASKS 20 /* of 10 ms each, on as many idle workers */

static inline int64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

static inline void sleep_10ms(void)
{
	struct timespec t = {0, 10000000};

	nanosleep(&t, NULL);
}

/* Every result must be what its task was asked for. */
static inline void must(int truth)
{
	if (truth)
		return;
	fputs("wrong result\n", stderr);
	exit(1);
}

static inline void print_per_task(int64_t begin, size_t tasks)
{
	printf("%.4f\n", (double)(now_ns() - begin) / 1e3 / (double)tasks);
}

static inline int compare_ns(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* Quantiles of n delays, in microseconds: p50 p99 p99.9 max. */
static inline void print_delays(int64_t *ns, size_t n)
{
	qsort(ns, n, sizeof(*ns), compare_ns);
	printf("%.1f %.1f %.1f %.1f\n", (double)ns[n / 2] / 1e3,
		(double)ns[n * 99 / 100] / 1e3,
		(double)ns[n * 999 / 1000] / 1e3, (double)ns[n - 1] / 1e3);
}

struct arguments {
	const char *mode;
	unsigned workers;
	size_t tasks;
};

static inline struct arguments read_arguments(int argc, char **argv)
{
	struct arguments a;

	if (argc != 4) {
		fprintf(stderr, "usage: %s MODE WORKERS TASKS\n", argv[0]);
		exit(2);
	}
	a.mode = argv[1];
	a.workers = (unsigned)strtoul(argv[2], NULL, 10);
	a.tasks = strtoul(argv[3], NULL, 10);
	return a;
}

#endif
