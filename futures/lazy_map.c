/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lazy map: a ring of futures that is refilled as futures are yielded. */
#include "futures/internal.h"

#include <errno.h>
#include <stdlib.h>

struct lazy_map {
	struct executor *ex; /* kept by a reference */
	task_fn *fn;
	lazy_map_source *source;
	void *ctx;
	size_t ahead;
	size_t submitted, yielded; /* ring index: modulo ahead */
	void *arg;                 /* if `drawn`: the next one to submit */
	bool drawn;                /* there was no room for it yet */
	bool ended;                /* no more is submitted */
	int refusal;               /* why not; 0: the source is at its end */
	struct future *current;    /* the one yielded last */
	struct future *ring[];     /* ahead */
};

/*
 * Submits up to `ahead`. Waits for room, until the deadline, only while nothing
 * is submitted that has not been yielded. Returns 0; or why there is no such
 * future now.
 */
static int refill(struct lazy_map *it, int64_t deadline_ns)
{
	while (!it->ended && it->submitted - it->yielded < it->ahead) {
		bool first = it->submitted == it->yielded;
		int rc;

		if (!it->drawn)
			it->drawn = it->source(it->ctx, &it->arg);
		if (!it->drawn) {
			it->ended = true;
			break;
		}
		rc = executor_submit_until(it->ex, it->fn, it->arg,
			first ? deadline_ns : 0,
			&it->ring[it->submitted % it->ahead]);
		if (rc == -EAGAIN || rc == -ETIMEDOUT || rc == -EDEADLK)
			return first ? rc : 0;
		if (rc) {
			it->refusal = rc;
			it->ended = true;
			break;
		}
		it->drawn = false;
		it->submitted++;
	}
	return it->submitted == it->yielded ? it->refusal : 0;
}

int lazy_map_create(struct lazy_map **out, struct executor *ex, task_fn *fn,
	lazy_map_source *source, void *ctx, size_t ahead)
{
	struct lazy_map *it;
	int rc;

	*out = NULL;
	if (!ahead)
		return -EINVAL;
	if (ahead > (SIZE_MAX - sizeof(*it)) / sizeof(it->ring[0]))
		return -ENOMEM;
	it = malloc(sizeof(*it) + ahead * sizeof(it->ring[0]));
	if (!it)
		return -ENOMEM;
	*it = (struct lazy_map){.ex = ex,
		.fn = fn,
		.source = source,
		.ctx = ctx,
		.ahead = ahead};
	executor_ref(ex);
	rc = refill(it, NEVER);
	if (rc)
		lazy_map_free(it);
	else
		*out = it;
	return rc;
}

int lazy_map_next(struct lazy_map *it, int64_t timeout_ns, struct future **f)
{
	int64_t deadline_ns = timeout_ns ? futures_deadline_in(timeout_ns) : 0;
	struct future *next;
	int rc;

	*f = NULL;
	rc = refill(it, deadline_ns);
	if (it->submitted == it->yielded && it->ended) {
		future_free(it->current);
		it->current = NULL;
		return it->refusal;
	}
	if (rc)
		return rc == -EAGAIN ? -ETIMEDOUT : rc;
	next = it->ring[it->yielded % it->ahead];
	rc = future_await(next, deadline_ns);
	if (rc)
		return rc;
	future_free(it->current);
	it->current = *f = next;
	it->yielded++;
	(void)refill(it, 0);
	return 1;
}

void lazy_map_free(struct lazy_map *it)
{
	if (!it)
		return;
	for (; it->yielded < it->submitted; it->yielded++) {
		struct future *f = it->ring[it->yielded % it->ahead];

		(void)future_cancel(f);
		future_free(f);
	}
	future_free(it->current);
	executor_unref(it->ex);
	free(it);
}
