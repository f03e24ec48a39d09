/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * futures_as_completed: an inbox and a watch for each different future.
 */
#include "futures/internal.h"

#include <errno.h>
#include <stdlib.h>

struct as_completed {
	struct inbox inbox;
	size_t n;             /* different futures */
	size_t yielded;       /* of them */
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

int futures_as_completed(
	struct future *const *fs, size_t n, struct as_completed **out)
{
	struct as_completed *it;
	int rc;

	*out = NULL;
	if (would_wait_for_itself(fs, n))
		return -EDEADLK;
	if (n > (SIZE_MAX - sizeof(*it)) / sizeof(it->watch[0]))
		return -ENOMEM;
	it = malloc(sizeof(*it) + n * sizeof(it->watch[0]));
	if (!it)
		return -ENOMEM;
	it->n = it->yielded = 0;
	rc = inbox_init(&it->inbox);
	if (rc) {
		free(it);
		return rc;
	}
	for (size_t i = 0; i < n; i++)
		if (inbox_watch(&it->inbox, &it->watch[it->n], fs[i]))
			it->n++;
	*out = it;
	return 0;
}

int as_completed_next(
	struct as_completed *it, int64_t timeout_ns, struct future **f)
{
	struct watch *watch;
	int rc;

	*f = NULL;
	if (it->yielded == it->n)
		return 0;
	rc = inbox_take(&it->inbox, timeout_ns, &watch);
	if (rc)
		return rc;
	*f = watch->future;
	watch_end(watch);
	it->yielded++;
	return 1;
}

void as_completed_free(struct as_completed *it)
{
	if (!it)
		return;
	for (size_t i = 0; i < it->n; i++)
		if (it->watch[i].future)
			watch_end(&it->watch[i]);
	inbox_release(&it->inbox);
	free(it);
}
