/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/race/cell_limits.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <flagrace/session.h>

#include "harness/base/proc.h"
#include "harness/trial/descriptors.h"
#include "mock_server/mock_server.h"

/* Ports for the harness's own connections during a trial. */
enum { OTHER_PORTS = 8 };

/* The number of local ports for connections; 0: unknown. */
static unsigned local_ports(void)
{
	char text[64];
	unsigned first, last;

	if (!proc_read(text, sizeof(text),
		    "/proc/sys/net/ipv4/ip_local_port_range") ||
		sscanf(text, "%5u %5u", &first, &last) != 2 || first > last)
		return 0;
	return last - first + 1;
}

static bool is_fresh(const struct cell *cell)
{
	return workload_is_fresh(&cell->workload) ||
		cell->strategy->flags & FR_FRESH_CONNECTIONS;
}

/* Kept connections may be fewer than the requests, so only fresh ones count. */
static int check_ports(
	const struct cell *cell, unsigned in_flight, struct fr_error *err)
{
	unsigned ports = is_fresh(cell) ? local_ports() : 0;

	if (!ports || in_flight + OTHER_PORTS <= ports)
		return 0;
	return fr_error_set(err, EXIT_INVALID,
		"concurrency '%u': %s needs a local port for each request in "
		"flight and %d more, but this system has %u; widen "
		"net.ipv4.ip_local_port_range or lower --concurrency",
		cell->concurrency, cell->strategy->name, OTHER_PORTS, ports);
}

/* The connections of so many requests in flight. */
static unsigned connections_of(const struct cell *cell, unsigned in_flight)
{
	bool streams = cell->strategy->flags & FR_HTTP2 &&
		!(cell->strategy->flags & FR_BLOCKING) && !is_fresh(cell);

	return streams ? in_flight / FR_SESSION_SLOTS_MAX + 1 : in_flight;
}

static int check_descriptors(const struct cell *cell, bool witnessed,
	unsigned in_flight, struct fr_error *err)
{
	const struct descriptors_use use = {
		.client = connections_of(cell, in_flight),
		.server =
			witnessed ? connections_of(cell, cell->concurrency) : 0,
	};

	return descriptors_check(cell->strategy, cell->concurrency, &use, err);
}

unsigned cell_limits_hosts(const struct cell *cell, unsigned hosts)
{
	uint64_t asked = cell->workload.hosts;
	unsigned count =
		asked == FR_UNKNOWN || !hosts ? hosts : (unsigned)asked;

	return count < cell->concurrency ? count : cell->concurrency;
}

struct quota_limits cell_limits_quota(const struct cell *cell)
{
	const struct workload *workload = &cell->workload;

	return (struct quota_limits){
		.cpus = workload_cpus(workload),
		.pids = workload->pids == FR_UNKNOWN ? 0 : workload->pids,
		.memory_bytes =
			workload->memory == FR_UNKNOWN ? 0 : workload->memory,
	};
}

int cell_limits_check(const struct cell *cell, bool witnessed, unsigned hosts,
	struct fr_error *err)
{
	const struct quota_limits limits = cell_limits_quota(cell);
	const unsigned sharing = cell_limits_hosts(cell, hosts);
	/* Of the host that has most. */
	const unsigned in_flight = sharing
		? (cell->concurrency + sharing - 1) / sharing
		: cell->concurrency;

	if (!quota_is_none(&limits) && quota_check(&limits, "", err) < 0)
		return -1;
	if (cell->strategy->flags & FR_NO_NETWORK)
		return 0;
	if (witnessed && cell->workload.requests > MOCK_WITNESS_ROWS_MAX)
		return fr_error_set(err, EXIT_USAGE,
			"requests '%" PRIu64 "': the witness can record %d "
			"at most, so no trial could be valid; lower "
			"--requests and raise --blocks",
			cell->workload.requests, MOCK_WITNESS_ROWS_MAX);
	if (check_descriptors(cell, witnessed, in_flight, err) < 0)
		return -1;
	return check_ports(cell, in_flight, err);
}

int cell_limits_check_link(
	const struct cell *cell, bool possible, struct fr_error *err)
{
	if (possible || !cell->workload.link[0])
		return 0;
	return fr_error_set(err, EXIT_USAGE,
		"link '%s': a link is only put before a mock server that "
		"flagrace starts itself; leave out --url and --urls",
		cell->workload.link);
}

/* What only the harness's own machine has. NULL: the cell needs none of it. */
static const char *needs_one_machine(const struct cell *cell)
{
	const struct workload *workload = &cell->workload;

	if (cell->strategy->flags & FR_WITNESS_SAMPLES)
		return "a program is run by the harness alone";
	if (workload->link[0])
		return "a link is made on the harness's machine alone";
	if (workload_is_secure(workload))
		return "hosts do not have the server's certificate";
	if (strstr(workload->work, "save"))
		return "the harness cannot see files of other machines";
	return NULL;
}

int cell_limits_check_hosts(
	const struct cell *cell, unsigned hosts, struct fr_error *err)
{
	uint64_t asked = cell->workload.hosts;
	const char *why = hosts ? needs_one_machine(cell) : NULL;

	if (why)
		return fr_error_set(err, EXIT_USAGE,
			"%s cannot be run on hosts: %s; use flagrace",
			cell->strategy->name, why);
	if (asked == FR_UNKNOWN || (asked == 1 && !hosts))
		return 0;
	if (!hosts)
		return fr_error_set(err, EXIT_USAGE,
			"hosts '%" PRIu64 "': there is only this one; hosts "
			"are the ranks of mpirun flagrace-mpi run "
			"(docs/HOSTS.md)",
			asked);
	if (asked > hosts)
		return fr_error_set(err, EXIT_USAGE,
			"hosts '%" PRIu64 "': mpirun started %u, besides the "
			"harness; raise -np or lower --hosts",
			asked, hosts);
	/* A strategy that is sequential by nature has one host to itself. */
	if (asked > cell->concurrency && !cell->clamped)
		return fr_error_set(err, EXIT_USAGE,
			"hosts '%" PRIu64 "': with %u requests in flight at "
			"most, some hosts would have none; raise --concurrency",
			asked, cell->concurrency);
	return 0;
}

int cell_limits_check_all(const struct plan *plan, bool witnessed,
	unsigned hosts, struct fr_error *err)
{
	int rc = 0;

	for (size_t i = 0; i < plan->count && !rc; i++)
		rc = cell_limits_check(&plan->cells[i], witnessed, hosts, err);
	return rc;
}
