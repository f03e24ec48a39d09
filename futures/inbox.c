/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Waiting for futures: all waits are made of an inbox, where futures arrive as
 * they get done, and one watch for each future waited for. A watch stays in
 * its future's list after the arrival, until its owner ends it: that is how an
 * inbox knows that it was given a future before.
 */
#include "futures/internal.h"

#include <errno.h>
#include <time.h>

#define NS_PER_S 1000000000

int inbox_init(struct inbox *inbox)
{
	pthread_condattr_t attr;
	int rc = pthread_condattr_init(&attr);

	if (rc)
		return -rc;
	(void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	rc = pthread_cond_init(&inbox->arrival, &attr);
	(void)pthread_condattr_destroy(&attr);
	if (rc)
		return -rc;
	rc = pthread_mutex_init(&inbox->lock, NULL);
	if (rc)
		(void)pthread_cond_destroy(&inbox->arrival);
	inbox->first = NULL;
	inbox->end = &inbox->first;
	return -rc;
}

void inbox_release(struct inbox *inbox)
{
	(void)pthread_mutex_destroy(&inbox->lock);
	(void)pthread_cond_destroy(&inbox->arrival);
}

void inbox_put(struct watch *watch)
{
	struct inbox *inbox = watch->inbox;

	(void)pthread_mutex_lock(&inbox->lock);
	watch->after = NULL;
	*inbox->end = watch;
	inbox->end = &watch->after;
	(void)pthread_cond_signal(&inbox->arrival);
	(void)pthread_mutex_unlock(&inbox->lock);
}

bool inbox_watch(struct inbox *inbox, struct watch *watch, struct future *f)
{
	struct watch *other;

	executor_lock(f->work.executor);
	for (other = f->watches; other; other = other->next)
		if (other->inbox == inbox)
			break;
	if (!other) {
		*watch = (struct watch){.next = f->watches,
			.link = &f->watches,
			.future = f,
			.inbox = inbox};
		if (watch->next)
			watch->next->link = &watch->next;
		f->watches = watch;
		if (future_done(f))
			inbox_put(watch);
	}
	executor_unlock(f->work.executor);
	return !other;
}

void watch_end(struct watch *watch)
{
	struct executor *ex = watch->future->work.executor;

	executor_lock(ex);
	*watch->link = watch->next;
	if (watch->next)
		watch->next->link = watch->link;
	executor_unlock(ex);
	watch->future = NULL;
}

static struct timespec deadline_in(int64_t timeout_ns)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	t.tv_sec += (time_t)(timeout_ns / NS_PER_S);
	t.tv_nsec += (long)(timeout_ns % NS_PER_S);
	if (t.tv_nsec >= NS_PER_S) {
		t.tv_nsec -= NS_PER_S;
		t.tv_sec++;
	}
	return t;
}

int inbox_take(struct inbox *inbox, int64_t timeout_ns, struct watch **watch)
{
	struct timespec deadline = {0};
	int rc = 0;

	if (timeout_ns > 0)
		deadline = deadline_in(timeout_ns);
	(void)pthread_mutex_lock(&inbox->lock);
	while (!inbox->first && rc != ETIMEDOUT) {
		if (timeout_ns < 0)
			(void)pthread_cond_wait(&inbox->arrival, &inbox->lock);
		else if (timeout_ns == 0)
			rc = ETIMEDOUT;
		else
			rc = pthread_cond_timedwait(
				&inbox->arrival, &inbox->lock, &deadline);
	}
	*watch = inbox->first;
	if (*watch) {
		inbox->first = (*watch)->after;
		if (!inbox->first)
			inbox->end = &inbox->first;
	}
	(void)pthread_mutex_unlock(&inbox->lock);
	return *watch ? 0 : -ETIMEDOUT;
}
