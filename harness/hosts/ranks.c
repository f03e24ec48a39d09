/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/hosts/ranks.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "harness/base/clock.h"
#include "harness/base/interrupt.h"

enum { TAG_PING = 1, TAG_PONG, TAG_ASK, TAG_HERE, TAG_CREW };

/* Some of so many pings meet no other work on either side. */
enum { PINGS = 48 };
/* A host that does not answer within this time is given up. */
#define ANSWER_NS (3 * NS_PER_S)
/* Sleeps between tests grow up to this. */
enum { PAUSE_MOST_NS = 500000 };

int ranks_init(struct ranks *ranks, int stop_fd)
{
	*ranks = (struct ranks){.stop_fd = stop_fd, .comm = MPI_COMM_WORLD};
	MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
	MPI_Comm_rank(MPI_COMM_WORLD, &ranks->rank);
	MPI_Comm_size(MPI_COMM_WORLD, &ranks->size);
	ranks->world = calloc((size_t)ranks->size, sizeof(*ranks->world));
	for (int i = 0; ranks->world && i < ranks->size; i++)
		ranks->world[i] = i;
	return ranks->world ? 0 : -ENOMEM;
}

/* Makes the communicator of the ranks in `world`, in that order. */
static int take_crew(struct ranks *ranks, const int *world, int size)
{
	MPI_Group all, some;
	MPI_Comm comm;
	int rc;

	MPI_Comm_group(MPI_COMM_WORLD, &all);
	MPI_Group_incl(all, size, world, &some);
	rc = MPI_Comm_create_group(
		MPI_COMM_WORLD, some, TAG_CREW + ++ranks->generation, &comm);
	MPI_Group_free(&some);
	MPI_Group_free(&all);
	if (rc != MPI_SUCCESS)
		return -EIO;
	MPI_Comm_set_errhandler(comm, MPI_ERRORS_RETURN);
	ranks->comm = comm;
	ranks->size = size;
	memcpy(ranks->world, world, (size_t)size * sizeof(*world));
	MPI_Comm_rank(comm, &ranks->rank);
	return 0;
}

/* Answers a harness that asks, and joins the ranks that it found. */
static int answer(struct ranks *ranks)
{
	int *world = calloc((size_t)ranks->size, sizeof(*world));
	int generation, size = 0, rc;
	MPI_Status status;

	if (!world)
		return -ENOMEM;
	MPI_Recv(&generation, 1, MPI_INT, 0, TAG_ASK, MPI_COMM_WORLD, &status);
	MPI_Send(&generation, 1, MPI_INT, 0, TAG_HERE, MPI_COMM_WORLD);
	MPI_Recv(world, ranks->size, MPI_INT, 0, TAG_CREW, MPI_COMM_WORLD,
		&status);
	MPI_Get_count(&status, MPI_INT, &size);
	rc = take_crew(ranks, world, size);
	free(world);
	return rc ? rc : -ECANCELED;
}

int ranks_await(
	struct ranks *ranks, MPI_Request *request, uint64_t until_ns, bool spin)
{
	struct timespec pause = {.tv_nsec = 20000};
	int done = 0, asked = 0;

	for (;;) {
		if (MPI_Test(request, &done, MPI_STATUS_IGNORE) != MPI_SUCCESS)
			return -EIO;
		if (done)
			return 0;
		if (interrupt_pending(ranks->stop_fd))
			return -EINTR;
		if (ranks->rank > 0)
			MPI_Iprobe(0, TAG_ASK, MPI_COMM_WORLD, &asked,
				MPI_STATUS_IGNORE);
		if (asked)
			return answer(ranks);
		if (clock_ns() > until_ns)
			return -ETIMEDOUT;
		if (spin) {
			sched_yield();
			continue;
		}
		(void)clock_nanosleep(CLOCK_MONOTONIC, 0, &pause, NULL);
		if (pause.tv_nsec < PAUSE_MOST_NS)
			pause.tv_nsec += pause.tv_nsec / 4;
	}
}

/* Sends a stamp and receives one. The buffers are the caller's. */
static int ping(struct ranks *ranks, int host, struct clock_ping *ping,
	uint64_t until_ns)
{
	MPI_Request sent, received;
	int rc;

	MPI_Irecv(&ping->theirs_ns, 1, MPI_UINT64_T, host, TAG_PONG,
		ranks->comm, &received);
	ping->sent_ns = clock_ns();
	MPI_Isend(&ping->sent_ns, 1, MPI_UINT64_T, host, TAG_PING, ranks->comm,
		&sent);
	rc = ranks_await(ranks, &received, until_ns, true);
	ping->received_ns = clock_ns();
	return rc ? rc : ranks_await(ranks, &sent, until_ns, true);
}

int ranks_measure(struct ranks *ranks, int host, struct clock_offset *offset,
	uint64_t until_ns)
{
	struct clock_ping *pings = calloc(PINGS, sizeof(*pings));
	int rc = pings ? 0 : -ENOMEM;

	for (int i = 0; i < PINGS && !rc; i++)
		rc = ping(ranks, host, &pings[i], until_ns);
	if (rc)
		return rc;
	*offset = clock_offset_of(pings, PINGS);
	free(pings);
	return 0;
}

int ranks_be_measured(struct ranks *ranks, uint64_t until_ns)
{
	uint64_t *stamps = calloc(2, sizeof(*stamps));
	int rc = stamps ? 0 : -ENOMEM;

	for (int i = 0; i < PINGS && !rc; i++) {
		MPI_Request request;

		MPI_Irecv(&stamps[0], 1, MPI_UINT64_T, 0, TAG_PING, ranks->comm,
			&request);
		rc = ranks_await(ranks, &request, until_ns, i > 0);
		stamps[1] = clock_ns();
		if (rc)
			break;
		MPI_Isend(&stamps[1], 1, MPI_UINT64_T, 0, TAG_PONG, ranks->comm,
			&request);
		rc = ranks_await(ranks, &request, until_ns, true);
	}
	if (!rc)
		free(stamps);
	return rc;
}

/* Tells the hosts who is left, and makes the communicator. */
static int tell_crew(struct ranks *ranks, const bool *gone)
{
	int *world = calloc((size_t)ranks->size, sizeof(*world)), size = 0, rc;

	if (!world)
		return -ENOMEM;
	for (int i = 0; i < ranks->size; i++)
		if (!gone[i])
			world[size++] = ranks->world[i];
	for (int i = 1; i < size; i++)
		MPI_Send(world, size, MPI_INT, world[i], TAG_CREW,
			MPI_COMM_WORLD);
	rc = take_crew(ranks, world, size);
	free(world);
	return rc;
}

int ranks_regroup(struct ranks *ranks, bool *gone)
{
	size_t size = (size_t)ranks->size;
	MPI_Request *here = calloc(size, sizeof(MPI_Request)), sent;
	int *generations = calloc(size + 1, sizeof(*generations));
	uint64_t until_ns = clock_ns() + ANSWER_NS;
	int missing = 0, rc;

	if (!here || !generations)
		return -ENOMEM;
	generations[0] = ranks->generation;
	for (int i = 1; i < ranks->size; i++) {
		MPI_Irecv(&generations[i], 1, MPI_INT, ranks->world[i],
			TAG_HERE, MPI_COMM_WORLD, &here[i]);
		MPI_Isend(&generations[0], 1, MPI_INT, ranks->world[i], TAG_ASK,
			MPI_COMM_WORLD, &sent);
		MPI_Request_free(&sent);
	}
	for (int i = 1; i < ranks->size; i++) {
		rc = ranks_await(ranks, &here[i], until_ns, false);
		gone[i] = rc != 0;
		missing += gone[i];
	}
	rc = tell_crew(ranks, gone);
	/* A host that wakes up later still writes into what it was sent. */
	return rc ? rc : missing;
}
