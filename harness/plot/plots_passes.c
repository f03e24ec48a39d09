/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One pass over requests.csv for all files that are made from it. Rows of a
 * trial stand together, so its places are looked up once for each trial; and
 * only the columns that some pass needs are read.
 */
#include <stdlib.h>
#include <string.h>

#include "harness/base/array.h"
#include "harness/plot/plots_rows.h"
#include "harness/runs/trials.h"

static const struct plots_pass *const passes[] = {&plots_gantt,
	&plots_completion, &plots_in_flight, &plots_throughput, &plots_latency};

#define PASSES (sizeof(passes) / sizeof(passes[0]))

static const char *const needed[] = {"trial", "item", "path", "worker",
	"start_ns", "connect_ns", "first_byte_ns", "end_ns", "status",
	"body_bytes", "witness_arrival_ns", "witness_sent_ns", "answered_ns",
	"intended_ns", "retries", "tls_ns"};

#define NEEDED (sizeof(needed) / sizeof(needed[0]))

/* A trial, and its place in each pass. */
struct place {
	char trial[32];
	void *in[PASSES];
};

struct reading {
	void *states[PASSES]; /* NULL: nothing is made */
	size_t count, capacity;
	struct place *places; /* sorted before requests are read */
	char trial[32];       /* of the last row */
	const struct place *place;
};

static int take_trial(void *ctx, size_t run, const struct trial_row *trial,
	struct fr_error *err)
{
	struct reading *reading = ctx;
	struct place place = {.trial = ""};
	bool wanted = false;

	(void)run;
	if (!trial_verdict_counts(trial->verdict))
		return 0;
	memcpy(place.trial, trial->trial, sizeof(place.trial));
	for (size_t p = 0; p < PASSES; p++) {
		if (reading->states[p])
			place.in[p] =
				passes[p]->find(reading->states[p], trial);
		wanted |= place.in[p] != NULL;
	}
	if (!wanted)
		return 0;
	if (array_grow((void **)&reading->places, reading->count,
		    &reading->capacity, sizeof(place)))
		return fr_error_memory(err);
	reading->places[reading->count++] = place;
	return 0;
}

static int by_trial(const void *a, const void *b)
{
	return strcmp(((const struct place *)a)->trial,
		((const struct place *)b)->trial);
}

static int take_request(void *ctx, const void *row, struct fr_error *err)
{
	const struct request_row *request = row;
	struct reading *reading = ctx;
	int rc = 0;

	if (strcmp(request->trial, reading->trial) != 0) {
		struct place key = {.trial = ""};

		memcpy(key.trial, request->trial, sizeof(key.trial));
		memcpy(reading->trial, request->trial, sizeof(key.trial));
		reading->place = bsearch(&key, reading->places, reading->count,
			sizeof(key), by_trial);
	}
	for (size_t p = 0; reading->place && p < PASSES && !rc; p++)
		if (reading->place->in[p])
			rc = passes[p]->take(reading->states[p],
				reading->place->in[p], request, err);
	return rc;
}

/* The columns that are needed, of those that there are. */
static struct row_schema choose_columns(struct column chosen[NEEDED])
{
	struct row_schema schema = request_schema;

	schema.columns = chosen;
	schema.count = 0;
	for (size_t i = 0; i < request_schema.count; i++)
		for (size_t n = 0; n < NEEDED; n++)
			if (!strcmp(request_schema.columns[i].name, needed[n]))
				chosen[schema.count++] =
					request_schema.columns[i];
	return schema;
}

static int read_requests(struct reading *reading, const struct plots_run *run,
	struct fr_error *err)
{
	struct column chosen[NEEDED];
	struct row_schema schema = choose_columns(chosen);
	bool torn;

	if (trials_read(&run->dir, 1, take_trial, reading, &torn, err))
		return -1;
	if (!reading->count)
		return 0;
	qsort(reading->places, reading->count, sizeof(struct place), by_trial);
	return requests_read(run->dir, &schema, take_request, reading, err);
}

int plots_passes_run(const struct plots_run *run, struct plots_files *files,
	struct fr_error *err)
{
	struct reading reading = {.count = 0};
	struct fr_error failure;
	int rc = 0, made;

	for (size_t p = 0; p < PASSES && !rc; p++)
		rc = passes[p]->begin(&reading.states[p], run, err);
	if (!rc)
		rc = read_requests(&reading, run, err);
	made = rc;
	for (size_t p = 0; p < PASSES; p++) {
		if (!reading.states[p])
			continue;
		if (!made &&
			passes[p]->finish(
				reading.states[p], run, files, &failure)) {
			if (!rc)
				*err = failure;
			rc = -1;
		}
		passes[p]->free(reading.states[p]);
	}
	free(reading.places);
	return rc;
}
