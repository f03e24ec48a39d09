/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the system alone costs, without a pool.
 *
 * For a round trip in which both sides sleep: two threads, or two processes, that
 * wake each other in turn by a futex and do nothing else. A pool can be faster
 * only by choosing the CPUs of its workers. For tasks in bulk: memory for as many
 * futures, all alive at once, allocated by malloc, written once and freed.
 */
#include "bench.h"

#include <linux/futex.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

struct court {
	_Alignas(64) atomic_uint there;
	_Alignas(64) atomic_uint back;
	size_t rounds;
	int private_flag;
};

static void await_turn(struct court *c, atomic_uint *word, unsigned value)
{
	while (atomic_load(word) == value)
		syscall(SYS_futex, word, FUTEX_WAIT | c->private_flag, value,
			NULL, NULL, 0);
}

static void hand_over(struct court *c, atomic_uint *word)
{
	atomic_fetch_add(word, 1);
	syscall(SYS_futex, word, FUTEX_WAKE | c->private_flag, 1, NULL, NULL,
		0);
}

static void *answer(void *arg)
{
	struct court *c = arg;

	for (size_t i = 0; i < c->rounds; i++) {
		await_turn(c, &c->there, (unsigned)i);
		hand_over(c, &c->back);
	}
	return NULL;
}

static void allocate(size_t n)
{
	enum { SIZE = 88 }; /* of a future */
	char **futures = malloc(n * sizeof(*futures));
	int64_t begin = now_ns();

	must(futures != NULL);
	for (size_t i = 0; i < n; i++) {
		futures[i] = malloc(SIZE);
		must(futures[i] != NULL);
		memset(futures[i], 1, SIZE);
	}
	for (size_t i = 0; i < n; i++)
		free(futures[i]);
	print_per_task(begin, n);
	free(futures);
}

int main(int argc, char **argv)
{
	struct arguments a = read_arguments(argc, argv);
	struct court *c = mmap(NULL, sizeof(*c), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pthread_t thread;
	pid_t pid = -1;
	int64_t begin;

	must(c != MAP_FAILED);
	if (!strcmp(a.mode, "bulk")) {
		allocate(a.tasks);
		return 0;
	}
	c->rounds = a.tasks;
	if (!strcmp(a.mode, "process-roundtrip")) {
		pid = fork();
		must(pid >= 0);
		if (!pid) {
			answer(c);
			_exit(0);
		}
	} else {
		c->private_flag = FUTEX_PRIVATE_FLAG;
		must(!pthread_create(&thread, NULL, answer, c));
	}
	sleep_10ms();
	begin = now_ns();
	for (size_t i = 0; i < c->rounds; i++) {
		hand_over(c, &c->there);
		await_turn(c, &c->back, (unsigned)i);
	}
	print_per_task(begin, a.tasks);
	if (pid > 0)
		must(waitpid(pid, NULL, 0) == pid);
	else
		must(!pthread_join(thread, NULL));
	return 0;
}
