/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/race/resume.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/base/array.h"
#include "harness/race/scratch.h"

/* The state of comparing a file with the plan: the order of one block. */
struct expectation {
	struct race *race;
	size_t *order;
	int64_t block;
	size_t capacity; /* of race->done */
};

/* Keeps the row; race_block will check it. */
static int keep(struct expectation *expectation, size_t position,
	const struct trial_row *row, struct fr_error *err)
{
	struct race *race = expectation->race;

	if (array_grow((void **)&race->done, position - 1,
		    &expectation->capacity, sizeof(*race->done)))
		return fr_error_memory(err);
	race->done[position - 1] = *row;
	return 0;
}

/* Checks that the row is of the trial of the plan that has its position. */
static int expect(void *ctx, size_t position, const struct trial_row *row,
	struct fr_error *err)
{
	struct expectation *expectation = ctx;
	const struct race *race = expectation->race;
	size_t count = race->plan->count;
	size_t number = race_trial_at(race, position);
	const struct cell *cell;
	char name[24];
	int64_t block;

	(void)snprintf(name, sizeof(name), "%zu", number);
	if (strcmp(row->trial, name) != 0)
		return fr_error_set(err, EXIT_USAGE,
			"%s: expected trial %s of the run, found trial %.31s",
			trial_schema.file, name, row->trial);
	if (race->grows)
		return keep(expectation, position, row, err);
	block = shard_block_at(&race->shard, position, count, race->warmup);
	if ((block != expectation->block || position == 1) &&
		plan_order(race->plan, race->seed, block, expectation->order))
		return fr_error_memory(err);
	expectation->block = block;
	cell = &race->plan->cells[expectation->order[(position - 1) % count]];
	if (block > (int64_t)race->blocks)
		return fr_error_set(err, EXIT_USAGE,
			"%s: trial %zu is one more than the blocks in run.json "
			"have",
			trial_schema.file, number);
	return race_check_row(cell, block, number, row, err);
}

/* Facts of a host whose change makes figures incomparable. */
static const char *const lasting[] = {"cpu_model", "cpus", "cpu_quota",
	"memory_bytes", "cpu_governor", "virtual_machine", "kernel", "libc",
	"libcurl", "binary_xxh3", NULL};

/* Writes a fact as text, for a note. */
static void print_fact(
	const json_t *host, const char *key, char *text, size_t size)
{
	char *dump = json_dumps(json_object_get(host, key), JSON_ENCODE_ANY);

	(void)snprintf(text, size, "%.80s", dump ? dump : "unknown");
	free(dump);
}

static void tell_differences(const json_t *before, const json_t *now)
{
	for (const char *const *key = lasting; *key; key++) {
		const json_t *then = json_object_get(before, *key);
		char was[96], is[96];

		/* An older version did not record all of these facts. */
		if (!then || json_equal(then, json_object_get(now, *key)))
			continue;
		print_fact(before, *key, was, sizeof(was));
		print_fact(now, *key, is, sizeof(is));
		fprintf(stderr,
			"note: %s was %s when the run was started, and is now "
			"%s\n",
			*key, was, is);
	}
}

/* Adds an entry to the list in run.json. */
static int note(const struct race *race, json_t *run, const json_t *facts,
	struct fr_error *err)
{
	json_t *list = json_object_get(run, "resumed");
	char now[32];

	iso_time_now(now, sizeof(now));
	if (!json_is_array(list)) {
		list = json_array();
		json_object_set_new(run, "resumed", list);
	}
	json_array_append_new(list,
		json_pack("{s:s, s:I, s:O?, s:O?, s:O*}", "at", now, "trials",
			(json_int_t)race->before.trials, "command_line",
			json_object_get(facts, "command_line"), "host",
			json_object_get(facts, "host"), "host_name",
			json_object_get(facts, "host_name")));
	return run_folder_describe(&race->folder, run, err);
}

int resume_find(struct race *race, bool mend, struct fr_error *err)
{
	struct expectation expectation = {.race = race};
	int rc;

	expectation.order =
		calloc(race->plan->count, sizeof(*expectation.order));
	if (!expectation.order)
		return fr_error_memory(err);
	rc = mend ? recover(&race->before, &race->folder, expect, &expectation,
			    err)
		  : recover_look(&race->before, &race->folder, expect,
			    &expectation, err);
	free(expectation.order);
	return rc;
}

/* Prints how many trials are done, and whether rows were cut off. */
static void tell_done(const struct race *race, bool complete)
{
	const struct recovered *before = &race->before;

	if (before->lost)
		fprintf(stderr,
			"warning: %s has rows of %zu trials that are missing "
			"in another file; these trials are run again, and "
			"the rows cut off are in %s\n",
			before->lost_in, before->lost, before->kept);
	if (race->quiet)
		return;
	if (complete)
		fprintf(stderr,
			"the run is complete: all of its %zu trials are done\n",
			before->trials);
	else
		fprintf(stderr, "resumed after %zu trials%s\n", before->trials,
			before->mended && !before->lost
				? "; incomplete rows after them were cut off"
				: "");
}

int resume_race(struct race *race, json_t *run, const json_t *facts,
	struct fr_error *err)
{
	bool complete;

	if (resume_find(race, true, err) < 0)
		return -1;
	complete = !race->grows &&
		race->before.trials ==
			race->plan->count *
				(shard_blocks(&race->shard, race->blocks) +
					race->warmup);
	if (!complete)
		tell_differences(json_object_get(run, "host"),
			json_object_get(facts, "host"));
	scratch_remove(race->folder.path);
	tell_done(race, complete);
	return complete ? 0 : note(race, run, facts, err);
}
