/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How a job is shared among hosts. Places, as many as the concurrency, are
 * dealt in turn to the hosts, and items in turn to the places. So each host has
 * items in proportion to its places, takes them in order, and any stretch of
 * items concerns all hosts. Pure.
 */
#ifndef HARNESS_PLAN_SHARE_H
#define HARNESS_PLAN_SHARE_H

#include <stddef.h>

/* A whole job. 1 <= hosts <= concurrency <= n. */
struct share {
	size_t n;
	unsigned concurrency;
	unsigned hosts;
};

/* The places of a host, which are its concurrency. */
unsigned share_places(const struct share *share, unsigned host);

/* The number of a host's items. */
size_t share_items(const struct share *share, unsigned host);

/* The number in the whole job of a host's j-th item, from 0. */
size_t share_item(const struct share *share, unsigned host, size_t j);

/* The host of an item, and which of the host's items it is, from 0. */
unsigned share_host(const struct share *share, size_t item);
size_t share_index(const struct share *share, size_t item);

/* The number in the whole job of a host's p-th place, from 0. */
unsigned share_place(const struct share *share, unsigned host, unsigned p);

#endif
