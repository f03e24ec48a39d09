/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/race/trial_work.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "harness/base/clock.h"
#include "harness/plan/work_spec.h"

/* As large as a body that a client keeps (harness/client/sampler.c). */
#define BODY_MAX ((size_t)64 << 20)

int trial_work_draw(struct trial_work *work, const struct cell *cell,
	uint64_t seed, struct fr_error *err)
{
	struct work_spec spec;

	*work = (struct trial_work){.work.folder = -1, .scratch = {.fd = -1}};
	/* The strategy null asks for nothing and has nothing to work on. */
	if (cell->strategy->flags & FR_NO_NETWORK)
		return 0;
	if (work_spec_parse(&spec, cell->workload.work, "work", err) < 0 ||
		work_spec_draw(&work->cpu_ns, &spec, cell->workload.requests,
			seed, err) < 0)
		return -1;
	work->work.cpu_ns = work->cpu_ns;
	work->work.save = spec.save;
	work->work.sync = spec.sync;
	work->any = work->cpu_ns || spec.save;
	return 0;
}

/* Turns CPU time into rounds. Returns 0, or -1 with *err. */
static int count_rounds(
	struct trial_work *work, const struct cell *cell, struct fr_error *err)
{
	size_t n = cell->workload.requests;
	uint64_t per_ms = cell->rounds_per_ms;

	if (!work->cpu_ns)
		return 0;
	work->rounds = calloc(n, sizeof(*work->rounds));
	if (!work->rounds)
		return fr_error_memory(err);
	/* An hour of a CPU that is ten times as fast as any is no overflow. */
	for (size_t i = 0; i < n; i++)
		work->rounds[i] = work->cpu_ns[i] / NS_PER_MS * per_ms +
			work->cpu_ns[i] % NS_PER_MS * per_ms / NS_PER_MS;
	work->work.rounds = work->rounds;
	work->work.rounds_per_ms = per_ms;
	return 0;
}

/*
 * Reserves a place for each body that waits to be saved. Only pages that are
 * written take memory, and fr_work gives them back.
 */
static int map_bodies(
	struct trial_work *work, const struct cell *cell, struct fr_error *err)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE), n, most;
	uint64_t payload = cell->workload.payload_bytes;
	void *bodies;

	if (!work->work.save || !(cell->strategy->flags & FR_WORK_APART))
		return 0;
	n = cell->workload.requests;
	/* The text of an error may be longer than a small payload. */
	most = payload == FR_UNKNOWN ? BODY_MAX : (payload / page + 2) * page;
	work->bodies_size = n * most;
	bodies = mmap(NULL, work->bodies_size, PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (bodies == MAP_FAILED)
		return fr_error_set(err, EXIT_INVALID,
			"work '%s': no address space for %zu bodies of up to "
			"%zu MB that %s keeps until they are saved: %s; set "
			"--payload or lower --requests",
			cell->workload.work, n, (most >> 20) + 1,
			cell->strategy->name, strerror(errno));
	work->work.bodies = bodies;
	work->work.body_max = most;
	return 0;
}

int trial_work_open(struct trial_work *work, const struct cell *cell,
	uint64_t seed, const char *run, struct fr_error *err)
{
	if (trial_work_draw(work, cell, seed, err) < 0)
		return -1;
	if (count_rounds(work, cell, err) < 0 ||
		map_bodies(work, cell, err) < 0 ||
		(work->work.save &&
			scratch_open(&work->scratch, run, err) < 0)) {
		trial_work_close(work);
		return -1;
	}
	work->work.folder = work->scratch.fd;
	return 0;
}

void trial_work_close(struct trial_work *work)
{
	if (work->work.bodies)
		munmap(work->work.bodies, work->bodies_size);
	scratch_close(&work->scratch);
	free(work->rounds);
	free(work->cpu_ns);
}

int trial_work_check(
	const struct cell *cell, uint64_t seed, struct fr_error *err)
{
	struct trial_work work;
	int rc = trial_work_draw(&work, cell, seed, err);

	if (rc)
		return rc;
	rc = map_bodies(&work, cell, err);
	trial_work_close(&work);
	return rc;
}
