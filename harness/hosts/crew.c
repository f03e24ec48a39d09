/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The harness's side of the trials. */
#include "harness/hosts/crew.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "harness/base/interrupt.h"
#include "harness/hosts/host.h"
#include "harness/hosts/order.h"
#include "harness/race/cell_limits.h"

/* From the moment when all are READY to the start: for the message to come. */
#define GO_AHEAD_NS (10 * NS_PER_MS)
/* How much longer than its deadline a trial may take a host to end. */
#define GRACE_NS (5 * NS_PER_S)

struct crew {
	struct trial_hosts hosts; /* the first member: what others see */
	struct ranks ranks;
	char (*names)[RANKS_NAME_MAX]; /* of each rank, as it was at first */
	bool broken;                   /* hosts were lost */
};

/* A trial under way. What MPI reads and writes is in memory of its own. */
struct crew_trial {
	struct crew *crew;
	const struct trial_spec *spec;
	struct trial_result *result;
	struct share share;
	uint64_t limit_ns; /* how long its deadline is */
	struct host_notice *notice;
	char *order;
	struct clock_offset *before, *after; /* of each host */
	uint64_t *go_ns;                     /* of each rank */
	struct host_report *reports;         /* of each rank */
	struct fr_sample *samples;           /* of all hosts in turn */
	int *counts, *places;                /* of each rank's samples */
};

static void trial_free(struct crew_trial *trial)
{
	free(trial->notice);
	free(trial->order);
	free(trial->before);
	free(trial->after);
	free(trial->go_ns);
	free(trial->reports);
	free(trial->samples);
	free(trial->counts);
	free(trial->places);
}

static int trial_alloc(struct crew_trial *trial, const struct cell_trial *asked)
{
	size_t ranks = (size_t)trial->crew->ranks.size;

	trial->notice = calloc(1, sizeof(*trial->notice));
	trial->order = host_order_write(
		asked->cell, asked->seed, trial->spec, trial->share.hosts);
	trial->before = calloc(ranks, sizeof(*trial->before));
	trial->after = calloc(ranks, sizeof(*trial->after));
	trial->go_ns = calloc(ranks, sizeof(*trial->go_ns));
	trial->reports = calloc(ranks, sizeof(*trial->reports));
	trial->samples = calloc(trial->spec->n, sizeof(*trial->samples));
	trial->counts = calloc(ranks, sizeof(*trial->counts));
	trial->places = calloc(ranks, sizeof(*trial->places));
	return trial->notice && trial->order && trial->before && trial->after &&
			trial->go_ns && trial->reports && trial->samples &&
			trial->counts && trial->places
		? 0
		: -ENOMEM;
}

static int await(
	struct crew_trial *trial, MPI_Request *request, uint64_t within_ns)
{
	return ranks_await(
		&trial->crew->ranks, request, clock_ns() + within_ns, false);
}

/* Tells all hosts the order. */
static int announce(struct crew_trial *trial)
{
	MPI_Comm comm = trial->crew->ranks.comm;
	MPI_Request requests[2];
	int rc;

	*trial->notice =
		(struct host_notice){NOTICE_TRIAL, strlen(trial->order) + 1};
	MPI_Ibcast(trial->notice, sizeof(*trial->notice), MPI_BYTE, 0, comm,
		&requests[0]);
	MPI_Ibcast(trial->order, (int)trial->notice->length, MPI_BYTE, 0, comm,
		&requests[1]);
	rc = await(trial, &requests[0], GRACE_NS);
	return rc ? rc : await(trial, &requests[1], GRACE_NS);
}

/* Measures the clock of each host that takes part. */
static int measure(struct crew_trial *trial, struct clock_offset *offsets)
{
	int rc = 0;

	for (unsigned h = 0; h < trial->share.hosts && !rc; h++)
		rc = ranks_measure(&trial->crew->ranks, (int)h + 1,
			&offsets[h + 1], clock_ns() + GRACE_NS);
	return rc;
}

/* Waits until all are READY, and tells each when to start, on its clock. */
static int start_all(struct crew_trial *trial)
{
	struct ranks *ranks = &trial->crew->ranks;
	uint64_t go_ns;
	MPI_Request request;
	int rc;

	MPI_Ibarrier(ranks->comm, &request);
	rc = await(trial, &request, trial->limit_ns + GRACE_NS);
	if (rc)
		return rc;
	trial->result->ready_ns = clock_ns();
	if (trial->spec->before_go && !trial->spec->before_go(trial->spec->ctx))
		return -EINTR;
	go_ns = clock_ns() + GO_AHEAD_NS;
	for (int r = 1; r < ranks->size; r++)
		trial->go_ns[r] = go_ns + (uint64_t)trial->before[r].offset_ns;
	MPI_Iscatter(trial->go_ns, 1, MPI_UINT64_T, MPI_IN_PLACE, 1,
		MPI_UINT64_T, 0, ranks->comm, &request);
	return await(trial, &request, GRACE_NS);
}

/* Collects the samples of all hosts. */
static int gather_samples(struct crew_trial *trial)
{
	MPI_Datatype type = host_sample_type();
	MPI_Request request;
	int place = 0, rc;

	for (unsigned h = 0; h < trial->share.hosts; h++) {
		if (trial->reports[h + 1].refused[0])
			continue;
		trial->counts[h + 1] = (int)share_items(&trial->share, h);
		trial->places[h + 1] = place;
		place += trial->counts[h + 1];
	}
	MPI_Igatherv(MPI_IN_PLACE, 0, type, trial->samples, trial->counts,
		trial->places, type, 0, trial->crew->ranks.comm, &request);
	rc = await(trial, &request, trial->limit_ns + GRACE_NS);
	if (!rc)
		MPI_Type_free(&type);
	return rc;
}

/* Waits until all hosts have ended, and collects what they tell. */
static int collect(struct crew_trial *trial)
{
	MPI_Request request;
	int rc;

	MPI_Igather(MPI_IN_PLACE, 0, MPI_BYTE, trial->reports,
		sizeof(*trial->reports), MPI_BYTE, 0, trial->crew->ranks.comm,
		&request);
	rc = await(trial, &request, trial->limit_ns + GRACE_NS);
	if (!rc)
		rc = measure(trial, trial->after);
	return rc ? rc : gather_samples(trial);
}

/*
 * The first refusal of a host, or a report that cannot be read, as an error of
 * the whole trial.
 */
static int find_refusal(const struct crew_trial *trial, struct fr_error *err)
{
	for (unsigned h = 1; h <= trial->share.hosts; h++)
		if (!host_report_is_sound(&trial->reports[h],
			    trial->samples + trial->places[h],
			    (size_t)trial->counts[h]))
			return fr_error_set(err, EXIT_INVALID,
				"host %u sent a report that cannot be read; do "
				"all hosts have the same flagrace-mpi?",
				h);
		else if (trial->reports[h].refused[0])
			return fr_error_set(err, EXIT_INVALID,
				"host %u (%s): %s", h, trial->reports[h].name,
				trial->reports[h].refused);
	return 0;
}

/* Makes one result of all. */
static void merge(struct crew_trial *trial)
{
	struct trial_result *result = trial->result;

	result->ready_ns = 0;
	result->end = TRIAL_COMPLETED;
	result->phase = TRIAL_DONE;
	result->cpu_by = "";
	result->host_count = trial->share.hosts;
	for (unsigned h = 0; h < trial->share.hosts; h++) {
		struct clock_offset offset = clock_offset_between(
			&trial->before[h + 1], &trial->after[h + 1]);

		result->hosts[h].offset_ns = offset.offset_ns;
		result->hosts[h].bound_ns = offset.bound_ns;
		host_report_add(result, &trial->share, h,
			&trial->reports[h + 1],
			trial->samples + trial->places[h + 1]);
	}
}

/*
 * A host did not do its part in time. Finds out which, names it in the result,
 * and goes on with the others.
 */
static int note_loss(struct crew_trial *trial, const char *when)
{
	struct crew *crew = trial->crew;
	struct ranks *ranks = &crew->ranks;
	bool *gone = calloc((size_t)ranks->size, sizeof(*gone));
	int *world = calloc((size_t)ranks->size, sizeof(*world));
	int before = ranks->size, missing, used;
	char *note = trial->result->lost_note;
	size_t size = sizeof(trial->result->lost_note);

	if (!gone || !world) {
		free(gone);
		free(world);
		return -ENOMEM;
	}
	memcpy(world, ranks->world, (size_t)before * sizeof(*world));
	crew->broken = true;
	missing = ranks_regroup(ranks, gone);
	if (missing < 0) {
		free(gone);
		free(world);
		return missing;
	}
	used = snprintf(note, size, missing ? "lost" : "a host was late");
	for (int r = 1; r < before; r++)
		if (gone[r] && (size_t)used < size)
			used += snprintf(note + used, size - (size_t)used,
				" host %d (%s)", world[r],
				crew->names[world[r]]);
	if ((size_t)used < size)
		(void)snprintf(note + used, size - (size_t)used,
			": it did not answer %s", when);
	trial->result->end = TRIAL_LOST;
	crew->hosts.count = (unsigned)ranks->size - 1;
	free(gone);
	free(world);
	return 0;
}

/* The steps of a trial. Returns as ranks_await, with where it failed. */
static int go_through(struct crew_trial *trial, const char **when)
{
	int rc;

	*when = "to the order";
	rc = announce(trial);
	if (!rc)
		rc = measure(trial, trial->before);
	if (!rc) {
		*when = "when it should have been READY";
		rc = start_all(trial);
	}
	if (!rc) {
		*when = "when its share should have ended";
		rc = collect(trial);
	}
	return rc;
}

static int map_samples(struct trial_result *result, size_t n, unsigned hosts,
	struct fr_error *err)
{
	*result = (struct trial_result){
		.memory_size = n * sizeof(*result->samples),
		.quota = QUOTA_UNCOUNTED,
		.cpu_by = ""};
	result->hosts = calloc(hosts, sizeof(*result->hosts));
	if (!result->hosts)
		return fr_error_memory(err);
	result->memory = mmap(NULL, result->memory_size, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (result->memory != MAP_FAILED) {
		result->samples = result->memory;
		return 0;
	}
	result->memory = NULL;
	trial_release(result);
	return fr_error_set(err, EXIT_INVALID, "no memory for %zu samples", n);
}

static int run(void *ctx, struct trial_result *result,
	const struct cell_trial *asked, const struct trial_spec *spec,
	struct fr_error *err)
{
	struct crew *crew = ctx;
	struct crew_trial trial = {
		.crew = crew,
		.spec = spec,
		.result = result,
		.share = {spec->n, spec->concurrency,
			cell_limits_hosts(asked->cell, crew->hosts.count)},
		.limit_ns = trial_deadline_ns(spec),
	};
	const char *when;
	int rc;

	if (map_samples(result, spec->n, trial.share.hosts, err) < 0)
		return -1;
	if (trial.share.hosts > crew->hosts.count) {
		result->end = TRIAL_LOST;
		(void)snprintf(result->lost_note, sizeof(result->lost_note),
			"%u hosts were asked for, and %u are left",
			trial.share.hosts, crew->hosts.count);
		return 0;
	}
	rc = trial_alloc(&trial, asked);
	if (!rc)
		rc = go_through(&trial, &when);
	if (!rc) {
		rc = find_refusal(&trial, err);
		if (!rc)
			merge(&trial);
		else
			trial_release(result);
		trial_free(&trial);
		return rc;
	}
	if (rc == -EINTR) {
		result->end = TRIAL_STOPPED;
		return 0;
	}
	if (rc != -ENOMEM)
		rc = note_loss(&trial, when);
	if (!rc)
		return 0;
	trial_release(result);
	return fr_error_set(
		err, EXIT_INVALID, "the hosts cannot go on: %s", strerror(-rc));
}

/* Learns the name of each rank's machine. All ranks call it. */
static int exchange_names(struct crew *crew)
{
	char name[MPI_MAX_PROCESSOR_NAME] = "";
	char own[RANKS_NAME_MAX];
	int length;

	MPI_Get_processor_name(name, &length);
	(void)snprintf(own, sizeof(own), "%.63s", name);
	crew->names = calloc((size_t)crew->ranks.size, sizeof(*crew->names));
	if (!crew->names)
		return -ENOMEM;
	MPI_Gather(own, RANKS_NAME_MAX, MPI_CHAR, crew->names, RANKS_NAME_MAX,
		MPI_CHAR, 0, crew->ranks.comm);
	return 0;
}

bool crew_enter(struct trial_hosts **hosts, int *status)
{
	/* Before MPI makes threads, which inherit what is blocked. */
	int stop_fd = interrupt_open();
	struct crew *crew = calloc(1, sizeof(*crew));

	*hosts = NULL;
	*status = EXIT_INVALID;
	if (!crew || MPI_Init(NULL, NULL) != MPI_SUCCESS ||
		ranks_init(&crew->ranks, stop_fd) || exchange_names(crew)) {
		fprintf(stderr, "flagrace: cannot start MPI\n");
		free(crew);
		return false;
	}
	crew->hosts = (struct trial_hosts){
		.count = (unsigned)crew->ranks.size - 1,
		.run = run,
		.ctx = crew,
	};
	if (crew->ranks.size < 2) {
		fprintf(stderr,
			"flagrace: there are no hosts: start flagrace-mpi by "
			"mpirun -np N, with N of 2 or more (docs/HOSTS.md)\n");
		*status = EXIT_USAGE;
		MPI_Finalize();
		return false;
	}
	*hosts = &crew->hosts;
	if (crew->ranks.rank == 0)
		return true;
	*status = host_live(&crew->ranks);
	/* MPI_Finalize(3) waits for lost hosts, too. */
	if (*status != EXIT_OK || crew->ranks.generation > 0)
		_exit(*status);
	MPI_Finalize();
	return false;
}

void crew_leave(struct trial_hosts *hosts, int status)
{
	struct crew *crew = (struct crew *)(void *)hosts;
	struct host_notice *notice = calloc(1, sizeof(*notice));
	MPI_Request request;
	int rc = -ENOMEM;

	(void)fflush(NULL);
	if (notice && status != EXIT_INTERRUPTED) {
		MPI_Ibcast(notice, sizeof(*notice), MPI_BYTE, 0,
			crew->ranks.comm, &request);
		rc = ranks_await(
			&crew->ranks, &request, clock_ns() + GRACE_NS, false);
	}
	/* MPI_Finalize(3) waits for lost hosts, too. */
	if (rc || crew->broken)
		MPI_Abort(MPI_COMM_WORLD, status);
	MPI_Finalize();
	free(notice);
	free(crew->names);
	free(crew->ranks.world);
	free(crew);
}
