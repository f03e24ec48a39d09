/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/race/trial_link.h"

#include <string.h>
#include <time.h>

#include "harness/base/clock.h"
#include "link/link.h"

/* TCP sends a lost packet again after at least this (TCP_RTO_MIN of Linux). */
#define RETRANSMIT_NS (NS_PER_S / 5)
/* How long connections are waited for, in round trips, and how often asked. */
enum { ROUNDS_MAX = 4, ASKED_A_ROUND = 8 };

const struct trial_link *trial_link_of(struct trial_link *link,
	const struct server *server, const struct cell *cell)
{
	struct link_error why = {""};

	if (!cell->workload.link[0])
		return NULL;
	link->link = server->link;
	/* The text has been checked when the cell was made. */
	(void)link_spec_parse(&link->spec, cell->workload.link, &why);
	return link;
}

int trial_link_begin(struct server *server, const struct trial_link *link,
	uint64_t seed, struct fr_error *err)
{
	int rc;

	if (!link)
		return 0;
	if (server_connections(server, &server->idle_connections, err) < 0)
		return -1;
	rc = link_reset(server->link, &link->spec, seed);
	return rc
		? fr_error_set(err, EXIT_INVALID,
			  "the relay of the link has ended: %s", strerror(-rc))
		: 0;
}

static void wait_ns(uint64_t ns)
{
	const struct timespec pause = {
		(time_t)(ns / NS_PER_S), (long)(ns % NS_PER_S)};

	(void)clock_nanosleep(CLOCK_MONOTONIC, 0, &pause, NULL);
}

/* A round trip, also of packets that jitter delays. */
static uint64_t round_ns(const struct link_spec *spec)
{
	return link_rtt_ns(spec) + spec->way[LINK_UP].jitter_ns +
		spec->way[LINK_DOWN].jitter_ns;
}

/* Until the server has no more connections than before the trial. */
static void wait_for_ends(struct server *server, uint64_t trip_ns)
{
	uint64_t until_ns = clock_ns() + ROUNDS_MAX * trip_ns + RETRANSMIT_NS;
	uint64_t count;

	while (server_connections(server, &count, NULL) == 0 &&
		count > server->idle_connections && clock_ns() < until_ns)
		wait_ns(trip_ns / ASKED_A_ROUND + NS_PER_MS);
}

void trial_link_end(struct server *server, const struct trial_link *link,
	struct trial_result *result)
{
	if (!link)
		return;
	result->link_rc = link_read(server->link, &result->link);
	if (result->link_rc)
		return;
	wait_for_ends(server, round_ns(&link->spec));
	/* The server has ended them; the client still has to confirm it. */
	wait_ns(round_ns(&link->spec));
}
