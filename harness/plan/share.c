/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/plan/share.h"

unsigned share_places(const struct share *share, unsigned host)
{
	return (share->concurrency - host + share->hosts - 1) / share->hosts;
}

/* The places below `end` that are a host's. */
static size_t places_below(const struct share *share, unsigned host, size_t end)
{
	return end > host ? (end - host + share->hosts - 1) / share->hosts : 0;
}

size_t share_items(const struct share *share, unsigned host)
{
	size_t rounds = share->n / share->concurrency;

	return rounds * share_places(share, host) +
		places_below(share, host, share->n % share->concurrency);
}

unsigned share_place(const struct share *share, unsigned host, unsigned p)
{
	return p * share->hosts + host;
}

size_t share_item(const struct share *share, unsigned host, size_t j)
{
	unsigned places = share_places(share, host);

	return j / places * share->concurrency +
		share_place(share, host, (unsigned)(j % places));
}

unsigned share_host(const struct share *share, size_t item)
{
	return (unsigned)(item % share->concurrency) % share->hosts;
}

size_t share_index(const struct share *share, size_t item)
{
	unsigned host = share_host(share, item);

	return item / share->concurrency * share_places(share, host) +
		item % share->concurrency / share->hosts;
}
