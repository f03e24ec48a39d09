/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Only the CSV reader counts rows and tells where they end, because it skips
 * empty lines. Both files are read to the end before either is changed.
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
	uint64_t requests;
	bool bad; /* not valid */
};

/* What has been read of the two files. */
struct scan {
	recover_fn *expect;
	void *ctx;
	struct seen_trial *seen; /* trials of them */
	size_t trials, capacity;
	size_t whole;        /* trials with all rows of their requests */
	uint64_t of_next;    /* rows of requests of trial whole + 1 */
	size_t request_rows; /* of the whole trials */
	size_t loose; /* trials with requests behind the last whole one */
	char last[sizeof(((struct request_row *)0)->trial)]; /* of those */
};

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
	memcpy(seen->trial, row->trial, sizeof(seen->trial));
	seen->requests = row->workload.requests;
	seen->bad = row->verdict != VERDICT_VALID;
	return 0;
}

/* Counts the rows of the next trial until they are complete. */
static int take_request(void *ctx, const void *data, struct fr_error *err)
{
	struct scan *scan = ctx;
	const struct request_row *row = data;
	const struct seen_trial *next;

	if (strcmp(row->trial, scan->last) != 0) {
		memcpy(scan->last, row->trial, sizeof(scan->last));
		scan->loose++;
	}
	/* The trial has no row: its requests will be cut off. */
	if (scan->whole == scan->trials)
		return 0;
	next = &scan->seen[scan->whole];
	if (strcmp(row->trial, next->trial) != 0 || row->item != scan->of_next)
		return fr_error_set(err, EXIT_USAGE,
			"%s: expected request %" PRIu64 " of trial %s, found "
			"request %" PRIu64 " of trial %.31s",
			request_schema.file, scan->of_next, next->trial,
			row->item, row->trial);
	scan->of_next++;
	if (scan->of_next == next->requests) {
		scan->request_rows += (size_t)scan->of_next;
		scan->of_next = 0;
		scan->whole++;
		scan->loose = 0;
	}
	return 0;
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

/* Whether a file is missing although the other one has rows. */
static int check_presence(const struct scan *scan,
	const struct run_folder *folder, const char *trials,
	const char *requests, struct fr_error *err)
{
	bool no_requests = scan->trials && access(requests, F_OK) < 0;
	bool no_trials = access(trials, F_OK) < 0 && is_begun(requests);

	if (!no_requests && !no_trials)
		return 0;
	return fr_error_set(err, EXIT_USAGE,
		"%.200s/%s is missing, but %s has rows; put the file back, or "
		"start the run again",
		folder->path,
		no_requests ? request_schema.file : trial_schema.file,
		no_requests ? trial_schema.file : request_schema.file);
}

/* A killed run leaves at most one trial without its row. */
static void note_lost(struct recovered *recovered, const struct scan *scan)
{
	size_t rows = scan->trials - scan->whole;

	if (rows > 1) {
		recovered->lost = rows;
		recovered->lost_in = trial_schema.file;
	} else if (scan->loose > 1) {
		recovered->lost = scan->loose;
		recovered->lost_in = request_schema.file;
	}
}

int recover_look(struct recovered *recovered, const struct run_folder *folder,
	recover_fn *expect, void *ctx, struct fr_error *err)
{
	struct scan scan = {.expect = expect, .ctx = ctx};
	char trials[RUN_FOLDER_PATH_MAX], requests[RUN_FOLDER_PATH_MAX];
	int rc;

	run_folder_path(trials, folder, trial_schema.file);
	run_folder_path(requests, folder, request_schema.file);
	rc = read_file(&scan, trials, &trial_schema, take_trial, err);
	if (!rc)
		rc = check_presence(&scan, folder, trials, requests, err);
	if (!rc)
		rc = read_file(
			&scan, requests, &request_schema, take_request, err);
	*recovered = (struct recovered){
		.trials = scan.whole, .requests = scan.request_rows};
	for (size_t i = 0; i < scan.whole; i++)
		recovered->bad += scan.seen[i].bad;
	note_lost(recovered, &scan);
	free(scan.seen);
	return rc;
}

int recover(struct recovered *recovered, struct run_folder *folder,
	recover_fn *expect, void *ctx, struct fr_error *err)
{
	int rc = recover_look(recovered, folder, expect, ctx, err);
	const char *in = recovered->lost_in;
	char path[RUN_FOLDER_PATH_MAX];

	run_folder_path(path, folder, trial_schema.file);
	if (!rc)
		rc = cut(path, recovered->trials, recovered,
			in == trial_schema.file, err);
	run_folder_path(path, folder, request_schema.file);
	if (!rc)
		rc = cut(path, recovered->requests, recovered,
			in == request_schema.file, err);
	return rc ? rc : run_folder_open_csv(folder, err);
}
