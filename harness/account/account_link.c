/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a link costs every strategy: the round trips that cannot be avoided, and
 * the time that the bytes of the bodies occupy it. Slow start, lost packets and
 * jitter only add to that.
 */
#include "harness/account/account.h"

enum {
	/* Of a packet: the headers of IPv4 and TCP without options. */
	HEADER_BYTES = 40,
	SEGMENT_BYTES = LINK_MTU - HEADER_BYTES,
};

/*
 * The round trips before the first request of a connection can be sent: TCP's,
 * and one of TLS 1.3, for a full handshake as for a resumed session, because
 * nobody sends early data (RFC 8446, 2.2 and 2.3).
 */
static uint64_t handshake_ns(const struct account *account)
{
	return link_rtt_ns(&account->spec->link->spec) *
		(account_is_secure(account) ? 2 : 1);
}

/* Whether the client opens a connection for each item. */
static bool is_fresh(const struct account *account)
{
	return account->spec->http.fresh_connections &&
		!(account->spec->strategy->flags & FR_WITNESS_SAMPLES);
}

uint64_t account_first_ns(const struct account *account)
{
	const struct trial_spec *spec = account->spec;
	size_t i = 0;

	if (!spec->link || spec->due_ns || is_fresh(account))
		return 0;
	while (i < spec->n && !account->delays_ns[i])
		i++;
	return i < spec->n ? handshake_ns(account) : 0;
}

uint64_t account_trips_ns(const struct account *account)
{
	if (!account->spec->link)
		return 0;
	return link_rtt_ns(&account->spec->link->spec) +
		(is_fresh(account) ? handshake_ns(account) : 0);
}

uint64_t account_way_ns(const struct account *account)
{
	const struct trial_link *link = account->spec->link;

	return link
		? link_rtt_ns(&link->spec) + link->spec.way[LINK_UP].delay_ns
		: 0;
}

/* How long so many bytes of bodies occupy the link, in full packets. */
static uint64_t occupied_ns(const struct account *account, double bytes)
{
	const struct trial_link *link = account->spec->link;
	uint64_t rate_bits = link ? link->spec.way[LINK_DOWN].rate_bits : 0;

	return rate_bits
		? (uint64_t)(bytes * (double)LINK_MTU / (double)SEGMENT_BYTES *
			  8e9 / (double)rate_bits)
		: 0;
}

uint64_t account_transfer_ns(const struct account *account, size_t i)
{
	return occupied_ns(
		account, (double)account->result->samples[i].body_bytes);
}

uint64_t account_rate_bound_ns(const struct account *account)
{
	uint64_t first_ns = UINT64_MAX, shared_ns;
	double bytes = 0;

	for (size_t i = 0; i < account->spec->n; i++) {
		bytes += (double)account->result->samples[i].body_bytes;
		if (account->delays_ns[i] < first_ns)
			first_ns = account->delays_ns[i];
	}
	shared_ns = occupied_ns(account, bytes);
	return shared_ns ? account->begin_ns + first_ns + shared_ns : 0;
}

uint64_t account_busiest_ns(const struct account *account)
{
	const struct trial_link *link = account->spec->link;
	double busiest_ns = 0;

	for (int way = 0; link && way < LINK_WAYS; way++) {
		uint64_t rate_bits = link->spec.way[way].rate_bits;
		double bytes = (double)account->result->link.way[way].bytes;
		double ns = rate_bits ? bytes * 8e9 / (double)rate_bits : 0;

		busiest_ns = ns > busiest_ns ? ns : busiest_ns;
	}
	return (uint64_t)busiest_ns;
}
