/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/runs/shards.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/base/texts.h"
#include "harness/record/run_folder.h"
#include "harness/runs/trials.h"

/* Settings in which shards of a run may differ. */
static const char *const own[] = {
	"shard", "out", "resume", "format", "clock", "quiet", "dry-run", NULL};

/* The run.json of a folder; NULL: it has none. */
static json_t *read_facts(const char *dir)
{
	char *path = NULL;
	json_t *facts = NULL;
	json_error_t where;
	int fd;

	if (asprintf(&path, "%s/run.json", dir) < 0)
		return NULL;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	free(path);
	if (fd < 0)
		return NULL;
	facts = run_facts_read(fd, 0, &where);
	close(fd);
	return facts;
}

static const char *text_of(
	const json_t *facts, const char *group, const char *name)
{
	return json_string_value(
		json_object_get(json_object_get(facts, group), name));
}

/* Takes a folder if it is a shard. Returns whether it is, or -1 with *err. */
static int take(struct shards *shards, const char *dir, struct fr_error *err)
{
	struct shards_one *one = &shards->of[shards->given];
	const char *shard;

	one->dir = dir;
	one->facts = read_facts(dir);
	shard = text_of(one->facts, "settings", "shard");
	if (!shard || shard_parse(&one->shard, shard, dir, err)) {
		json_decref(one->facts);
		return shard ? -1 : 0;
	}
	shards->given++;
	return 1;
}

/* "shard 2/4 (DIR)" */
static void name_shard(char *name, size_t size, const struct shards_one *one)
{
	(void)snprintf(name, size, "shard %" PRIu64 "/%" PRIu64 " (%.200s)",
		one->shard.number, one->shard.count, one->dir);
}

/* The name of a setting in which the runs differ; NULL: they do not. */
static const char *differing_setting(const json_t *a, const json_t *b)
{
	json_t *settings = json_object_get(a, "settings");
	const json_t *others = json_object_get(b, "settings"), *value;
	const char *name;

	json_object_foreach(settings, name, value)
	{
		if (!word_is_one_of(name, own) &&
			!json_equal(value, json_object_get(others, name)))
			return name;
	}
	return NULL;
}

/* Refuses a shard of another run than the first one is of. */
static int refuse(const struct shards_one *first, const struct shards_one *one,
	const char *what, struct fr_error *err)
{
	char name[256], of[256];

	name_shard(name, sizeof(name), one);
	name_shard(of, sizeof(of), first);
	return fr_error_set(err, EXIT_USAGE,
		"%s is of another run than %s: %s differs", name, of, what);
}

static int check_pair(const struct shards_one *first,
	const struct shards_one *one, struct fr_error *err)
{
	const char *setting = differing_setting(first->facts, one->facts);
	const char *version = text_of(one->facts, "host", "flagrace");
	const char *its = text_of(first->facts, "host", "flagrace");

	if (first->shard.count != one->shard.count)
		return refuse(first, one, "the number of shards", err);
	if (setting)
		return refuse(first, one, setting, err);
	if (!json_equal(json_object_get(first->facts, "suite"),
		    json_object_get(one->facts, "suite")))
		return refuse(first, one, "the suite", err);
	if (!version || !its || strcmp(version, its) != 0)
		return refuse(first, one, "the version of flagrace", err);
	return 0;
}

static int by_number(const void *a, const void *b)
{
	uint64_t one = ((const struct shards_one *)a)->shard.number;
	uint64_t other = ((const struct shards_one *)b)->shard.number;

	return (one > other) - (one < other);
}

/* With the shards sorted. */
static int check_all(const struct shards *shards, struct fr_error *err)
{
	for (size_t i = 1; i < shards->given; i++) {
		const struct shards_one *one = &shards->of[i];

		if (check_pair(&shards->of[0], one, err))
			return -1;
		if (one->shard.number == one[-1].shard.number)
			return fr_error_set(err, EXIT_USAGE,
				"shard %" PRIu64 "/%" PRIu64
				" is there twice: %.200s and %.200s",
				one->shard.number, one->shard.count,
				one[-1].dir, one->dir);
	}
	return 0;
}

/* The trials of the shards, as they are counted. */
struct counting {
	struct shards *shards;
	size_t run;
	int64_t block;
	uint64_t of_block, cells;
};

static int count_trial(void *ctx, size_t run, const struct trial_row *trial,
	struct fr_error *err)
{
	struct counting *counting = ctx;
	struct shards_one *one = &counting->shards->of[counting->run];

	(void)run;
	if (!shard_has(&one->shard, trial->block))
		return fr_error_set(err, EXIT_USAGE,
			"%.200s: trial %s is of block %" PRId64
			", which shard %" PRIu64 "/%" PRIu64 " does not have",
			one->dir, trial->trial, trial->block, one->shard.number,
			one->shard.count);
	one->trials++;
	if (trial->block != counting->block)
		counting->of_block = 0;
	counting->block = trial->block;
	if (++counting->of_block > counting->cells)
		counting->cells = counting->of_block;
	return 0;
}

/* Finds out how many trials each shard has, and how many it would have. */
static int count_trials(struct shards *shards, struct fr_error *err)
{
	struct counting counting = {.shards = shards};
	bool torn;

	for (; counting.run < shards->given; counting.run++) {
		counting.block = 0;
		if (trials_read(&shards->of[counting.run].dir, 1, count_trial,
			    &counting, &torn, err))
			return -1;
	}
	for (size_t i = 0; i < shards->given; i++) {
		const json_t *settings =
			json_object_get(shards->of[i].facts, "settings");
		json_int_t blocks =
			json_integer_value(json_object_get(settings, "blocks"));

		shards->of[i].trials_of_whole = counting.cells *
			shard_blocks(&shards->of[i].shard, (uint64_t)blocks);
	}
	return 0;
}

int shards_read(struct shards *shards, const char *const *dirs, size_t count,
	struct fr_error *err)
{
	const char *none = NULL;
	int rc;

	*shards = (struct shards){.of = calloc(count + 1, sizeof(*shards->of))};
	if (!shards->of)
		return fr_error_memory(err);
	for (size_t i = 0; i < count; i++) {
		rc = take(shards, dirs[i], err);
		if (rc < 0)
			return rc;
		none = rc ? none : dirs[i];
	}
	if (!shards->given)
		return 0;
	if (none)
		return fr_error_set(err, EXIT_USAGE,
			"%.200s is a shard of a run, and %.200s is none: name "
			"the shards of one run alone",
			shards->of[0].dir, none);
	shards->count = shards->of[0].shard.count;
	qsort(shards->of, shards->given, sizeof(*shards->of), by_number);
	rc = check_all(shards, err);
	return rc ? rc : count_trials(shards, err);
}

void shards_release(struct shards *shards)
{
	for (size_t i = 0; i < shards->given; i++)
		json_decref(shards->of[i].facts);
	free(shards->of);
	*shards = (struct shards){0};
}

size_t shards_tell_lack(FILE *out, const struct shards *shards)
{
	size_t lacking = 0, next = 0;

	for (uint64_t number = 1; number <= shards->count; number++) {
		const struct shards_one *one = &shards->of[next];

		if (next == shards->given || one->shard.number != number) {
			fprintf(out,
				"shard %" PRIu64 "/%" PRIu64 " is missing\n",
				number, shards->count);
			lacking++;
			continue;
		}
		next++;
		if (one->trials >= one->trials_of_whole)
			continue;
		fprintf(out,
			"shard %" PRIu64 "/%" PRIu64 " has %" PRIu64
			" of its %" PRIu64
			" trials; to go on: flagrace run --resume %s\n",
			number, shards->count, one->trials,
			one->trials_of_whole, one->dir);
		lacking++;
	}
	return lacking;
}
