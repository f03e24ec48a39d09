/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/hosts/order.h"

#include <limits.h>
#include <stdlib.h>

/* The URLs repeat; a repeated one is the same text. */
static size_t period_of(const char *const *urls, size_t n)
{
	size_t period = 1;

	while (period < n && urls[period] != urls[0])
		period++;
	return period;
}

static json_t *list_urls(const char *const *urls, size_t n)
{
	size_t period = period_of(urls, n);
	json_t *list = json_array();
	int rc = list ? 0 : -1;

	for (size_t i = 0; i < period && !rc; i++)
		rc = json_array_append_new(list, json_string(urls[i]));
	if (!rc)
		return list;
	json_decref(list);
	return NULL;
}

char *host_order_write(const struct cell *cell, uint64_t seed,
	const struct trial_spec *spec, unsigned hosts)
{
	const struct agent_order order = {
		.cell = cell, .seed = seed, .trial = spec->trial};
	json_t *json = json_pack("{s:o, s:o, s:I, s:b}", "order",
		agent_order_write(&order), "urls",
		list_urls(spec->urls, spec->n), "hosts", (json_int_t)hosts,
		"unwitnessed", (int)spec->unwitnessed);
	char *text = json ? json_dumps(json, JSON_COMPACT) : NULL;

	json_decref(json);
	return text;
}

/* Whether it is a list of texts, and not an empty one. */
static bool are_urls(const json_t *urls)
{
	size_t count = json_array_size(urls);

	for (size_t i = 0; i < count; i++)
		if (!json_is_string(json_array_get(urls, i)))
			return false;
	return count > 0;
}

int host_order_read(
	struct host_order *order, json_t *json, struct fr_error *err)
{
	static const struct exec_list no_programs = {0};
	json_int_t hosts = 0;
	int unwitnessed = 0;
	json_t *inner, *urls;
	size_t n, period;

	*order = (struct host_order){0};
	if (json_unpack(json, "{s:o, s:o, s:I, s:b}", "order", &inner, "urls",
		    &urls, "hosts", &hosts, "unwitnessed", &unwitnessed) ||
		!are_urls(urls) || hosts < 1 || hosts > UINT_MAX)
		return fr_error_set(
			err, EXIT_INVALID, "the harness sent no order");
	if (agent_order_read(
		    &order->order, &order->cell, inner, &no_programs, err) < 0)
		return -1;
	order->order.cell = &order->cell;
	order->hosts = (unsigned)hosts;
	order->unwitnessed = unwitnessed;
	n = order->cell.workload.requests;
	period = json_array_size(urls);
	order->urls = calloc(n, sizeof(*order->urls));
	if (!order->urls)
		return fr_error_memory(err);
	for (size_t i = 0; i < n; i++)
		order->urls[i] =
			json_string_value(json_array_get(urls, i % period));
	return 0;
}
