/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GLib's GThreadPool with the cheapest future that a thread can wait for: a flag,
 * and one mutex and condition for all waiting threads.
 */
#include "bench.h"

#include <glib.h>

struct task {
	void *arg, *result;
	int done;
};

static GMutex lock;
static GCond change;
static int waiting;

static void run(gpointer data, gpointer user)
{
	struct task *t = data;

	(void)user;
	t->result = t->arg;
	g_atomic_int_set(&t->done, 1);
	if (!g_atomic_int_get(&waiting))
		return;
	g_mutex_lock(&lock);
	g_cond_signal(&change);
	g_mutex_unlock(&lock);
}

static struct task *submit(GThreadPool *pool, size_t i)
{
	struct task *t = malloc(sizeof(*t));

	t->arg = (void *)(uintptr_t)(i + 1);
	t->done = 0;
	must(g_thread_pool_push(pool, t, NULL));
	return t;
}

static void take(struct task *t, size_t i)
{
	if (!g_atomic_int_get(&t->done)) {
		g_mutex_lock(&lock);
		g_atomic_int_set(&waiting, 1);
		while (!g_atomic_int_get(&t->done))
			g_cond_wait(&change, &lock);
		g_atomic_int_set(&waiting, 0);
		g_mutex_unlock(&lock);
	}
	must(t->result == (void *)(uintptr_t)(i + 1));
	free(t);
}

int main(int argc, char **argv)
{
	struct arguments a = read_arguments(argc, argv);
	GThreadPool *pool =
		g_thread_pool_new(run, NULL, (int)a.workers, TRUE, NULL);
	struct task **ts = malloc(a.tasks * sizeof(struct task *));
	int64_t begin;

	sleep_10ms();
	begin = now_ns();
	if (!strcmp(a.mode, "roundtrip")) {
		for (size_t i = 0; i < a.tasks; i++)
			take(submit(pool, i), i);
	} else {
		for (size_t i = 0; i < a.tasks; i++)
			ts[i] = submit(pool, i);
		for (size_t i = 0; i < a.tasks; i++)
			take(ts[i], i);
	}
	print_per_task(begin, a.tasks);
	g_thread_pool_free(pool, FALSE, TRUE);
	free(ts);
	return 0;
}
