/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lazy map: a ring of futures that is refilled as it is emptied. */
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
	int refusal;               /* why no more is submitted, or 0 */
	bool ended;                /* nor will be */
	struct future *current;    /* the one yielded last */
	struct future *ring[];     /* ahead */
};

static void refill(struct lazy_map *it)
{
	while (!it->ended && it->submitted - it->yielded < it->ahead) {
		void *arg;

		if (!it->source(it->ctx, &arg)) {
			it->ended = true;
			break;
		}
		it->refusal = executor_submit(it->ex, it->fn, arg,
			&it->ring[it->submitted % it->ahead]);
		if (it->refusal)
			it->ended = true;
		else
			it->submitted++;
	}
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
	refill(it);
	rc = it->submitted ? 0 : it->refusal;
	if (rc)
		lazy_map_free(it);
	else
		*out = it;
	return rc;
}

int lazy_map_next(struct lazy_map *it, int64_t timeout_ns, struct future **f)
{
	struct future *next;
	int rc;

	*f = NULL;
	if (it->submitted == it->yielded) {
		future_free(it->current);
		it->current = NULL;
		return it->refusal;
	}
	next = it->ring[it->yielded % it->ahead];
	rc = future_await(
		next, timeout_ns ? futures_deadline_in(timeout_ns) : 0);
	if (rc)
		return rc;
	future_free(it->current);
	it->current = *f = next;
	it->yielded++;
	refill(it);
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
