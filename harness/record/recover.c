/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Only the CSV reader counts rows and tells where they end, because it skips
 * empty lines. All files are read to the end before any is changed.
 */
#include "harness/record/recover.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/base/array.h"
#include "harness/record/intact.h"

enum { KEPT_MAX = 1000 };

/* A row of trials.csv. */
struct seen_trial {
	char trial[sizeof(((struct trial_row *)0)->trial)];
	uint64_t rows[RUN_FILES]; /* that the trial has in each file */
	bool bad;                 /* not valid */
};

/* What has been read of a file other than trials.csv. */
struct seen_rows {
	size_t whole;     /* trials with all of their rows */
	uint64_t of_next; /* rows of trial whole + 1 */
	size_t loose;     /* trials with rows behind the last whole one */
	char last[sizeof(((struct trial_row *)0)->trial)]; /* of those */
};

/* What has been read of all files. */
struct scan {
	recover_fn *expect;
	void *ctx;
	struct seen_trial *seen; /* trials of them */
	size_t trials, capacity;
	struct seen_rows files[RUN_FILES]; /* that of trials.csv is unused */
};

/* The number of rows that a column tells; empty: none. */
static uint64_t told(uint64_t count)
{
	return count == FR_UNKNOWN ? 0 : count;
}

static int take_trial(void *ctx, const void *data, struct fr_error *err)
{
	struct scan *scan = ctx;
	const struct trial_row *row = data;
	struct seen_trial *seen;

	if (scan->expect(scan->ctx, scan->trials + 1, row, err) < 0)
		return -1;
	if (array_grow((void **)&scan->seen, scan->trials, &scan->capacity,
		    sizeof(*scan->seen)))
		return fr_error_memory(err);
	seen = &scan->seen[scan->trials++];
	*seen = (struct seen_trial){
		.rows = {[RUN_TRIALS] = 1,
			[RUN_REQUESTS] = row->workload.requests,
			[RUN_CONNECTIONS] = told(row->connections_accepted),
			[RUN_HOSTS] = told(row->host_count)},
		.bad = row->verdict != VERDICT_VALID};
	memcpy(seen->trial, row->trial, sizeof(seen->trial));
	return 0;
}

/* Counts the trials that have all of their rows, also if they have none. */
static void count_whole(struct scan *scan, enum run_file_kind kind)
{
	struct seen_rows *file = &scan->files[kind];

	while (file->whole < scan->trials &&
		file->of_next == scan->seen[file->whole].rows[kind]) {
		if (file->of_next)
			file->loose = 0;
		file->of_next = 0;
		file->whole++;
	}
}

/*
 * Takes a row of a trial: row `place` of its rows, by its own account. Rows of
 * a trial that has no row in trials.csv will be cut off.
 */
static int take_row(struct scan *scan, enum run_file_kind kind,
	const char *trial, uint64_t place, struct fr_error *err)
{
	struct seen_rows *file = &scan->files[kind];
	const char *next;

	if (strcmp(trial, file->last) != 0) {
		(void)snprintf(file->last, sizeof(file->last), "%s", trial);
		file->loose++;
	}
	count_whole(scan, kind);
	if (file->whole == scan->trials)
		return 0;
	next = scan->seen[file->whole].trial;
	if (strcmp(trial, next) != 0 || place != file->of_next)
		return fr_error_set(err, EXIT_USAGE,
			"%s: expected row %" PRIu64 " of trial %s, found row "
			"%" PRIu64 " of trial %.31s",
			run_file_schema(kind)->file, file->of_next, next, place,
			trial);
	file->of_next++;
	count_whole(scan, kind);
	return 0;
}

static int take_request(void *ctx, const void *data, struct fr_error *err)
{
	const struct request_row *row = data;

	return take_row(ctx, RUN_REQUESTS, row->trial, row->item, err);
}

static int take_connection(void *ctx, const void *data, struct fr_error *err)
{
	struct scan *scan = ctx;
	const struct connection_row *row = data;

	return take_row(scan, RUN_CONNECTIONS, row->trial,
		scan->files[RUN_CONNECTIONS].of_next, err);
}

static int take_host(void *ctx, const void *data, struct fr_error *err)
{
	const struct trial_host_row *row = data;

	return take_row(ctx, RUN_HOSTS, row->trial, row->host - 1, err);
}

/* Tells whether the file exists and has a whole first line. */
static bool is_begun(const char *path)
{
	FILE *file = fopen(path, "re");
	bool begun = false;
	int byte;

	while (file && !begun && (byte = getc(file)) != EOF)
		begun = byte == '\n' || byte == '\r';
	if (file)
		(void)fclose(file);
	return begun;
}

/* Copies what is behind `end` to FILE.cut, or FILE.cut-2 and so on. */
static int keep(const char *path, off_t end, char kept[], size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC),
	    rc = fd < 0 ? -errno : -EEXIST;

	for (int i = 1; i < KEPT_MAX && rc == -EEXIST; i++) {
		(void)snprintf(
			kept, size, i > 1 ? "%s.cut-%d" : "%s.cut", path, i);
		rc = intact_copy(fd, kept, end);
	}
	if (fd >= 0)
		close(fd);
	if (rc)
		kept[0] = '\0';
	return rc;
}

/* Truncates the file to its header line and `rows` rows. */
static int cut(const char *path, size_t rows, struct recovered *recovered,
	bool lost, struct fr_error *err)
{
	struct stat file;
	off_t end = 0;
	int rc;

	if (stat(path, &file) < 0 && errno == ENOENT)
		return 0;
	rc = is_begun(path) ? csv_rows_end(path, rows, &end) : 0;
	if (!rc && stat(path, &file) == 0 && end < file.st_size) {
		if (lost)
			rc = keep(path, end, recovered->kept,
				sizeof(recovered->kept));
		if (!rc && truncate(path, end) < 0)
			rc = -errno;
		recovered->mended = true;
	}
	return rc ? fr_error_set(err, EXIT_INVALID, "cannot mend %.300s: %s",
			    path, strerror(-rc))
		  : 0;
}

static int read_file(struct scan *scan, const char *path,
	const struct row_schema *schema, csv_row_fn *row_fn,
	struct fr_error *err)
{
	int rc;

	if (!is_begun(path))
		return 0;
	/* Appended rows must have the same columns. */
	rc = csv_header_is(path, schema);
	if (rc < 0)
		return fr_error_set(err, fr_status_of(-rc), "%.300s: %s", path,
			strerror(-rc));
	if (!rc)
		return fr_error_set(err, EXIT_USAGE,
			"%.300s has other columns than this version writes; "
			"resume the run with the version that started it, or "
			"start it again",
			path);
	return csv_read(path, schema, row_fn, scan, NULL, err);
}

/* Whether a trial has rows in the file, by its row in trials.csv. */
static bool is_needed(const struct scan *scan, enum run_file_kind kind)
{
	for (size_t i = 0; i < scan->trials; i++)
		if (scan->seen[i].rows[kind])
			return true;
	return false;
}

/* Reads a file of rows of the trials that have been read. */
static int read_rows(struct scan *scan, const struct run_folder *folder,
	enum run_file_kind kind, csv_row_fn *row_fn, struct fr_error *err)
{
	const struct row_schema *schema = run_file_schema(kind);
	char path[RUN_FOLDER_PATH_MAX];
	int rc;

	run_folder_path(path, folder, schema->file);
	if (is_needed(scan, kind) && access(path, F_OK) < 0)
		return fr_error_set(err, EXIT_USAGE,
			"%.200s/%s is missing, but %s has rows; put the file "
			"back, or start the run again",
			folder->path, schema->file, trial_schema.file);
	rc = read_file(scan, path, schema, row_fn, err);
	count_whole(scan, kind);
	return rc;
}

/* Refuses a folder without trials.csv that has rows of trials. */
static int check_trials(const struct run_folder *folder, struct fr_error *err)
{
	char trials[RUN_FOLDER_PATH_MAX], requests[RUN_FOLDER_PATH_MAX];

	run_folder_path(trials, folder, trial_schema.file);
	run_folder_path(requests, folder, request_schema.file);
	if (access(trials, F_OK) == 0 || !is_begun(requests))
		return 0;
	return fr_error_set(err, EXIT_USAGE,
		"%.200s/%s is missing, but %s has rows; put the file back, or "
		"start the run again",
		folder->path, trial_schema.file, request_schema.file);
}

/* Trials of which the file has rows behind the last whole trial. */
static size_t surplus(
	const struct scan *scan, enum run_file_kind kind, size_t whole)
{
	return kind == RUN_TRIALS
		? scan->trials - whole
		: scan->files[kind].whole - whole + scan->files[kind].loose;
}

/* A killed run leaves at most one trial that is not whole. */
static void conclude(struct recovered *recovered, const struct scan *scan)
{
	size_t whole = scan->trials;

	for (unsigned kind = RUN_TRIALS + 1; kind < RUN_FILES; kind++)
		if (whole > scan->files[kind].whole)
			whole = scan->files[kind].whole;
	*recovered = (struct recovered){.trials = whole};
	for (size_t i = 0; i < whole; i++) {
		recovered->bad += scan->seen[i].bad;
		for (unsigned kind = 0; kind < RUN_FILES; kind++)
			recovered->rows[kind] +=
				(size_t)scan->seen[i].rows[kind];
	}
	for (unsigned kind = 0; kind < RUN_FILES && !recovered->lost; kind++)
		if (surplus(scan, kind, whole) > 1) {
			recovered->lost = surplus(scan, kind, whole);
			recovered->lost_in = run_file_schema(kind)->file;
		}
}

/* As recover_look; *scan is the caller's to free. */
static int look(struct recovered *recovered, struct scan *scan,
	const struct run_folder *folder, struct fr_error *err)
{
	char trials[RUN_FOLDER_PATH_MAX];
	int rc;

	run_folder_path(trials, folder, trial_schema.file);
	rc = read_file(scan, trials, &trial_schema, take_trial, err);
	if (!rc)
		rc = check_trials(folder, err);
	if (!rc)
		rc = read_rows(scan, folder, RUN_REQUESTS, take_request, err);
	if (!rc)
		rc = read_rows(
			scan, folder, RUN_CONNECTIONS, take_connection, err);
	if (!rc)
		rc = read_rows(scan, folder, RUN_HOSTS, take_host, err);
	conclude(recovered, scan);
	return rc;
}

int recover_look(struct recovered *recovered, const struct run_folder *folder,
	recover_fn *expect, void *ctx, struct fr_error *err)
{
	struct scan scan = {.expect = expect, .ctx = ctx};
	int rc = look(recovered, &scan, folder, err);

	free(scan.seen);
	return rc;
}

int recover(struct recovered *recovered, struct run_folder *folder,
	recover_fn *expect, void *ctx, struct fr_error *err)
{
	struct scan scan = {.expect = expect, .ctx = ctx};
	int rc = look(recovered, &scan, folder, err);
	const size_t whole = recovered->trials;
	char path[RUN_FOLDER_PATH_MAX];

	/* The file that is named is the last to be kept. */
	for (unsigned kind = RUN_FILES; kind-- > 0 && !rc;) {
		run_folder_path(path, folder, run_file_schema(kind)->file);
		rc = cut(path, recovered->rows[kind], recovered,
			surplus(&scan, kind, whole) > 1, err);
	}
	free(scan.seen);
	return rc ? rc : run_folder_open_csv(folder, err);
}
