/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * futures_as_completed: an inbox, and a watch for each different future. And
 * futures_wait, which takes futures from an inbox until it has seen enough.
 */
#include "futures/internal.h"

#include <errno.h>
#include <stdlib.h>

struct as_completed {
	struct inbox inbox;
	int64_t deadline_ns;  /* of the whole iteration */
	size_t n;             /* different futures */
	size_t yielded;       /* of those */
	struct watch watch[]; /* n; its future is NULL once yielded */
};

static bool would_wait_for_itself(struct future *const *fs, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (executor_is_here(fs[i]->work.executor) &&
			!future_done(fs[i]))
			return true;
	return false;
}

static int iterate(
	struct future *const *fs, size_t n, struct as_completed **out)
{
	struct as_completed *it;

	*out = NULL;
	if (n > (SIZE_MAX - sizeof(*it)) / sizeof(it->watch[0]))
		return -ENOMEM;
	it = malloc(sizeof(*it) + n * sizeof(it->watch[0]));
	if (!it)
		return -ENOMEM;
	it->deadline_ns = NEVER;
	it->n = it->yielded = 0;
	futures_inbox_init(&it->inbox);
	for (size_t i = 0; i < n; i++)
		if (futures_inbox_watch(&it->inbox, &it->watch[it->n], fs[i]))
			it->n++;
	*out = it;
	return 0;
}

int futures_as_completed(
	struct future *const *fs, size_t n, struct as_completed **out)
{
	*out = NULL;
	return would_wait_for_itself(fs, n) ? -EDEADLK : iterate(fs, n, out);
}

void as_completed_set_timeout(struct as_completed *it, int64_t timeout_ns)
{
	it->deadline_ns = futures_deadline_in(timeout_ns);
}

int as_completed_next(
	struct as_completed *it, int64_t timeout_ns, struct future **f)
{
	int64_t deadline_ns = it->deadline_ns;
	struct watch *watch;
	int rc;

	*f = NULL;
	if (it->yielded == it->n)
		return 0;
	if (timeout_ns >= 0 && !it->inbox.taken) {
		int64_t own_ns =
			timeout_ns ? futures_deadline_in(timeout_ns) : 0;

		if (own_ns < deadline_ns)
			deadline_ns = own_ns;
	}
	rc = futures_inbox_take(&it->inbox, deadline_ns, &watch);
	if (rc)
		return rc;
	*f = watch->future;
	futures_watch_end(watch);
	it->yielded++;
	return 1;
}

void as_completed_free(struct as_completed *it)
{
	if (!it)
		return;
	for (size_t i = 0; i < it->n; i++)
		if (it->watch[i].future)
			futures_watch_end(&it->watch[i]);
	free(it);
}

static int wait_for_all(struct future *const *fs, size_t n, int64_t deadline_ns)
{
	int rc = 0;

	/* first, or it would wait for other futures before it fails */
	if (deadline_ns && would_wait_for_itself(fs, n))
		return -EDEADLK;
	for (size_t i = 0; i < n && !rc; i++)
		rc = future_await(fs[i], deadline_ns);
	return rc;
}

static bool has_failed(struct future *f)
{
	return f->work.code && !future_cancelled(f);
}

int futures_wait(struct future *const *fs, size_t n,
	enum futures_return_when when, int64_t timeout_ns)
{
	int64_t deadline_ns = timeout_ns ? futures_deadline_in(timeout_ns) : 0;
	struct as_completed *it;
	struct future *f;
	bool would_hang;
	int rc;

	if (when == FUTURES_ALL_COMPLETED)
		return wait_for_all(fs, n, deadline_ns);
	if (when != FUTURES_FIRST_COMPLETED && when != FUTURES_FIRST_EXCEPTION)
		return -EINVAL;
	would_hang = deadline_ns && would_wait_for_itself(fs, n);
	rc = iterate(fs, n, &it);
	if (rc)
		return rc;
	/* even if it may not wait: the futures done by now may be enough */
	it->deadline_ns = would_hang ? 0 : deadline_ns;
	do {
		rc = as_completed_next(it, -1, &f);
	} while (rc == 1 && when == FUTURES_FIRST_EXCEPTION && !has_failed(f));
	as_completed_free(it);
	if (would_hang && rc == -ETIMEDOUT)
		rc = -EDEADLK;
	return rc < 0 ? rc : 0;
}
