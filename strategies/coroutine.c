/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Straight-line code that yields, as in asyncio: each worker is a coroutine
 * that takes an item, sleeps until the item is due, begins a transfer, awaits
 * it and ends it. One multi handle carries all transfers; the loop resumes a
 * coroutine when its transfer is done or its item is due. A coroutine whose
 * item is to be tried again sleeps until then and keeps its place, as a thread
 * would.
 *
 * The switch is swapcontext(3). It needs no assembly code here, but also saves
 * the signal mask, which costs a system call.
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <ucontext.h>

#include <flagrace/strategy.h>

#include "strategies/multi.h"

/* Of each coroutine; pages that are never touched take no memory. */
enum { STACK_BYTES = 256 << 10 };

struct coroutine_loop {
	atomic_size_t next;
	struct multi multi;
	ucontext_t context; /* where a coroutine goes to wait */
	int error;          /* the first that a coroutine met */
	bool begun;         /* all coroutines have */
	char *stacks;
	/* Coroutines that sleep, in the order in which their items are due. */
	struct coroutine *asleep, **last_asleep;
	struct coroutine {
		ucontext_t context;
		struct coroutine_loop *loop;
		struct fr_client *client;
		CURLcode result; /* of the transfer it awaited */
		size_t item;     /* it sleeps until this item is due */
		struct coroutine *next_asleep;
	} coroutines[]; /* job->concurrency */
};

/* Takes the first sleeper if its item is due, and notes it for multi_wait. */
static struct coroutine *wake(struct coroutine_loop *loop)
{
	struct fr_job *job = loop->multi.job;
	struct coroutine *first = loop->asleep;

	loop->multi.waiting = first ? first->item : job->n;
	if (!first || fr_due_in_ns(job, first->item) > 0)
		return NULL;
	loop->asleep = first->next_asleep;
	if (!loop->asleep)
		loop->last_asleep = &loop->asleep;
	return first;
}

/* A coroutine whose transfer is done or whose item is due, or NULL. */
static struct coroutine *next_ready(struct coroutine_loop *loop)
{
	struct coroutine *coroutine;
	struct fr_client *client;
	CURLcode result;

	if (!multi_finished(&loop->multi, &client, &result))
		return wake(loop);
	coroutine = &loop->coroutines[fr_client_worker(client)];
	coroutine->result = result;
	return coroutine;
}

/*
 * Switches to another coroutine that is ready, or, if there is none, to the
 * loop. To switch to the loop every time would be two switches a request.
 */
static void yield(struct coroutine *self)
{
	struct coroutine *next = next_ready(self->loop);

	if (next != self)
		swapcontext(&self->context,
			next ? &next->context : &self->loop->context);
}

/* Where a sleeper until then stands in the list, which is searched for it. */
static struct coroutine **place_of(struct coroutine_loop *loop, uint64_t due_ns)
{
	struct coroutine **place = &loop->asleep;

	while (*place &&
		fr_due_in_ns(loop->multi.job, (*place)->item) <= due_ns)
		place = &(*place)->next_asleep;
	return place;
}

/* Yields until the item is due. */
static void sleep_until_due(struct coroutine *self, size_t item)
{
	struct coroutine_loop *loop = self->loop;
	struct fr_job *job = loop->multi.job;
	uint64_t due_ns = fr_due_in_ns(job, item);
	struct coroutine **place = loop->last_asleep;

	if (due_ns == 0)
		return;
	/* New items are due in order, and so each is the last. */
	if (job->retry)
		place = place_of(loop, due_ns);
	self->item = item;
	self->next_asleep = *place;
	*place = self;
	if (!self->next_asleep)
		loop->last_asleep = &self->next_asleep;
	yield(self);
}

/* Yields until the transfer is done. Returns its result. */
static CURLcode await(struct coroutine *self, CURL *easy)
{
	int rc = multi_add(&self->loop->multi, easy);

	/* At first, all coroutines begin before any answer can have come. */
	if (!rc && self->loop->begun)
		rc = multi_send(&self->loop->multi);
	if (rc) {
		self->loop->error = rc;
		return CURLE_OUT_OF_MEMORY;
	}
	yield(self);
	return self->result;
}

static void download_items(struct coroutine *self)
{
	size_t item;

	while (!self->loop->error &&
		multi_next_item(&self->loop->multi, &item)) {
		enum fr_status status;

		do {
			CURL *easy;

			sleep_until_due(self, item);
			easy = fr_transfer_begin(self->client, item);
			status = fr_transfer_end(
				self->client, await(self, easy));
		} while (status == FR_AGAIN);
	}
}

/* makecontext passes int arguments, so the pointer comes in two halves. */
static void enter(unsigned high, unsigned low)
{
	uintptr_t address = (uintptr_t)high << 16 << 16 | low;

	download_items((struct coroutine *)address);
}

/* Gives a coroutine a stack. It starts when it is first resumed. */
static void prepare(struct coroutine_loop *loop, unsigned index)
{
	struct coroutine *coroutine = &loop->coroutines[index];
	uintptr_t address = (uintptr_t)coroutine;
	ucontext_t *context = &coroutine->context;

	coroutine->loop = loop;
	coroutine->client = loop->multi.clients[index];
	getcontext(context);
	context->uc_stack.ss_sp = loop->stacks + (size_t)index * STACK_BYTES;
	context->uc_stack.ss_size = STACK_BYTES;
	context->uc_link = &loop->context;
	makecontext(context, (void (*)(void))enter, 2,
		(unsigned)(address >> 16 >> 16), (unsigned)address);
}

static void resume(struct coroutine_loop *loop, struct coroutine *coroutine)
{
	swapcontext(&loop->context, &coroutine->context);
}

/*
 * Resumes a ready coroutine, which switches to the next, until none is ready.
 */
static void resume_all(struct coroutine_loop *loop)
{
	struct coroutine *coroutine;

	while ((coroutine = next_ready(loop)))
		resume(loop, coroutine);
}

static int download_many(struct fr_job *job)
{
	struct coroutine_loop *loop = job->priv;

	for (unsigned i = 0; i < job->concurrency; i++)
		resume(loop, &loop->coroutines[i]);
	loop->begun = true;
	resume_all(loop);
	while (!loop->error && multi_busy(&loop->multi)) {
		int rc = multi_wait(&loop->multi);

		if (rc)
			return rc;
		resume_all(loop);
	}
	return loop->error;
}

static void teardown(struct fr_job *job)
{
	struct coroutine_loop *loop = job->priv;

	multi_close(&loop->multi);
	if (loop->stacks != MAP_FAILED)
		munmap(loop->stacks, (size_t)job->concurrency * STACK_BYTES);
	free(loop);
}

static int setup(struct fr_job *job)
{
	unsigned count = job->concurrency;
	struct coroutine_loop *loop =
		calloc(1, sizeof(*loop) + count * sizeof(loop->coroutines[0]));
	int rc;

	if (!loop)
		return -ENOMEM;
	job->priv = loop;
	loop->last_asleep = &loop->asleep;
	loop->stacks =
		mmap(NULL, (size_t)count * STACK_BYTES, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	rc = loop->stacks == MAP_FAILED ? -errno : 0;
	if (!rc)
		rc = multi_open(&loop->multi, job, &loop->next, 0, count);
	for (unsigned i = 0; i < count && !rc; i++)
		prepare(loop, i);
	if (rc)
		teardown(job);
	return rc;
}

FR_STRATEGY(coroutine) = {
	.abi = FR_STRATEGY_ABI,
	.name = "coroutine",
	.summary = "straight-line code that yields, on one multi handle",
	.default_concurrency = 20,
	.setup = setup,
	.download_many = download_many,
	.teardown = teardown,
};
