/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The usual textbook pool: a ring with a mutex and two condition variables, one
 * signal for each task. Mode `start` broadcasts, so that all workers start at
 * once.
 */
#include "bench.h"

#include <pthread.h>
#include <stdatomic.h>

#define RING 1024

struct task {
	void *arg, *result;
	int64_t begun;
	atomic_int done;
};

static struct {
	pthread_mutex_t lock;
	pthread_cond_t work, room;
	struct task *cell[RING];
	size_t head, tail;
	int end, sleepy;
} ring = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER,
	PTHREAD_COND_INITIALIZER, {0}, 0, 0, 0, 0};
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t change = PTHREAD_COND_INITIALIZER;
static atomic_int waiting;

static void run(struct task *t)
{
	if (ring.sleepy) {
		t->begun = now_ns();
		sleep_10ms();
	}
	t->result = t->arg;
	atomic_store(&t->done, 1);
	if (!atomic_load(&waiting))
		return;
	pthread_mutex_lock(&lock);
	pthread_cond_signal(&change);
	pthread_mutex_unlock(&lock);
}

static void *work(void *arg)
{
	pthread_mutex_lock(&ring.lock);
	for (;;) {
		struct task *t;

		while (ring.head == ring.tail && !ring.end)
			pthread_cond_wait(&ring.work, &ring.lock);
		if (ring.head == ring.tail)
			break;
		t = ring.cell[ring.head++ % RING];
		pthread_cond_signal(&ring.room);
		pthread_mutex_unlock(&ring.lock);
		run(t);
		pthread_mutex_lock(&ring.lock);
	}
	pthread_mutex_unlock(&ring.lock);
	return arg;
}

static struct task *make(size_t i)
{
	struct task *t = malloc(sizeof(*t));

	t->arg = (void *)(uintptr_t)(i + 1);
	atomic_init(&t->done, 0);
	return t;
}

static struct task *submit(size_t i)
{
	struct task *t = make(i);

	pthread_mutex_lock(&ring.lock);
	while (ring.tail - ring.head == RING)
		pthread_cond_wait(&ring.room, &ring.lock);
	ring.cell[ring.tail++ % RING] = t;
	pthread_cond_signal(&ring.work);
	pthread_mutex_unlock(&ring.lock);
	return t;
}

static void await(struct task *t, size_t i)
{
	if (!atomic_load(&t->done)) {
		pthread_mutex_lock(&lock);
		atomic_store(&waiting, 1);
		while (!atomic_load(&t->done))
			pthread_cond_wait(&change, &lock);
		atomic_store(&waiting, 0);
		pthread_mutex_unlock(&lock);
	}
	must(t->result == (void *)(uintptr_t)(i + 1));
}

static void start(size_t rounds)
{
	int64_t *delay = calloc(rounds * START_TASKS, sizeof(*delay));
	struct task *ts[START_TASKS];

	ring.sleepy = 1;
	for (size_t r = 0; r < rounds; r++) {
		int64_t begin = now_ns();

		pthread_mutex_lock(&ring.lock);
		for (size_t i = 0; i < START_TASKS; i++)
			ring.cell[ring.tail++ % RING] = ts[i] = make(i);
		pthread_cond_broadcast(&ring.work);
		pthread_mutex_unlock(&ring.lock);
		for (size_t i = 0; i < START_TASKS; i++) {
			await(ts[i], i);
			delay[r * START_TASKS + i] = ts[i]->begun - begin;
			free(ts[i]);
		}
	}
	print_delays(delay, rounds * START_TASKS);
	free(delay);
}

static void bulk(size_t n)
{
	struct task **ts = malloc(n * sizeof(struct task *));
	int64_t begin = now_ns();

	for (size_t i = 0; i < n; i++)
		ts[i] = submit(i);
	for (size_t i = 0; i < n; i++) {
		await(ts[i], i);
		free(ts[i]);
	}
	print_per_task(begin, n);
	free(ts);
}

static void round_trip(size_t n)
{
	int64_t begin = now_ns();

	for (size_t i = 0; i < n; i++) {
		struct task *t = submit(i);

		await(t, i);
		free(t);
	}
	print_per_task(begin, n);
}

int main(int argc, char **argv)
{
	struct arguments a = read_arguments(argc, argv);
	pthread_t *thread = calloc(a.workers, sizeof(*thread));

	for (unsigned i = 0; i < a.workers; i++)
		must(!pthread_create(&thread[i], NULL, work, NULL));
	sleep_10ms();
	if (!strcmp(a.mode, "start"))
		start(a.tasks);
	else if (!strcmp(a.mode, "roundtrip"))
		round_trip(a.tasks);
	else
		bulk(a.tasks);
	pthread_mutex_lock(&ring.lock);
	ring.end = 1;
	pthread_cond_broadcast(&ring.work);
	pthread_mutex_unlock(&ring.lock);
	for (unsigned i = 0; i < a.workers; i++)
		pthread_join(thread[i], NULL);
	free(thread);
	return 0;
}
