/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Waiting for futures. Every wait consists of an inbox, where futures arrive as
 * they get done, and of one watch for each future. A watch stays in the list of
 * its future after the arrival, until the owner ends it: by that an inbox knows
 * a future that it is given twice.
 *
 * Arrivals are pushed on a stack, which the owner takes whole and reverses. So
 * the futures of several executors can arrive without a lock of the inbox, and
 * a waiter never finds a lock taken that its waker still holds.
 */
#include "futures/internal.h"

enum bell {
	BELL_QUIET,   /* the owner is awake */
	BELL_WAITING, /* the owner sleeps or is about to: ring it */
};

void futures_inbox_init(struct inbox *inbox)
{
	atomic_init(&inbox->arrived, NULL);
	inbox->taken = NULL;
	atomic_init(&inbox->bell, BELL_QUIET);
}

void futures_inbox_put(struct watch *watch, struct deferred *deferred)
{
	struct inbox *inbox = watch->inbox;

	watch->next_arrived =
		atomic_load_explicit(&inbox->arrived, memory_order_relaxed);
	/*
	 * seq_cst, like all here. This thread pushes, then reads the bell; the
	 * owner sets WAITING, then reads the stack. So at least one of the two
	 * sees what the other has stored.
	 */
	while (!atomic_compare_exchange_weak(
		&inbox->arrived, &watch->next_arrived, watch))
		;
	if (atomic_exchange(&inbox->bell, BELL_QUIET) != BELL_WAITING)
		return;
	if (deferred->bell) /* there is room for one, and rarely are two due */
		(void)futures_futex_wake(&inbox->bell, 1, false, ALL_BITS);
	else
		deferred->bell = &inbox->bell;
}

/*
 * Moves the stack to `taken`, reversed. Returns whether anything has arrived.
 */
static bool inbox_fetch(struct inbox *inbox)
{
	struct watch *watch = NULL;

	if (atomic_load(&inbox->arrived)) /* pairs with the push */
		watch = atomic_exchange(&inbox->arrived, NULL);
	while (watch) {
		struct watch *older = watch->next_arrived;

		watch->next_arrived = inbox->taken;
		inbox->taken = watch;
		watch = older;
	}
	return inbox->taken != NULL;
}

int futures_inbox_take(
	struct inbox *inbox, int64_t deadline_ns, struct watch **watch)
{
	int rc = 0;

	*watch = NULL;
	while (!inbox->taken && !inbox_fetch(inbox)) {
		if (rc)
			return rc;
		atomic_store(&inbox->bell, BELL_WAITING);
		if (!inbox_fetch(inbox))
			rc = futures_futex_wait(&inbox->bell, BELL_WAITING,
				deadline_ns, false, ALL_BITS);
		atomic_store(&inbox->bell, BELL_QUIET);
	}
	*watch = inbox->taken;
	inbox->taken = (*watch)->next_arrived;
	return 0;
}

static bool is_watched(const struct future *f, const struct inbox *inbox)
{
	for (const struct watch *w = f->watches; w; w = w->next)
		if (w->inbox == inbox)
			return true;
	return false;
}

bool futures_inbox_watch(
	struct inbox *inbox, struct watch *watch, struct future *f)
{
	struct executor *ex = f->work.executor;
	struct deferred deferred = {.waits = true};
	bool is_new;

	executor_note_results_wanted(ex);
	executor_lock(ex);
	is_new = !is_watched(f, inbox);
	if (is_new) {
		*watch = (struct watch){.next = f->watches,
			.link = &f->watches,
			.future = f,
			.inbox = inbox};
		if (watch->next)
			watch->next->link = &watch->next;
		f->watches = watch;
		if (future_is_done(f))
			futures_inbox_put(watch, &deferred);
		else if (ex->ops->collect_when_done)
			ex->ops->collect_when_done(ex, &deferred);
	}
	executor_unlock(ex, &deferred);
	return is_new;
}

void futures_watch_end(struct watch *watch)
{
	struct executor *ex = watch->future->work.executor;

	executor_lock(ex);
	*watch->link = watch->next;
	if (watch->next)
		watch->next->link = watch->link;
	(void)pthread_mutex_unlock(&ex->lock);
	watch->future = NULL;
}
