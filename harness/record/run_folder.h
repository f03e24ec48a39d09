/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The folder a run leaves behind: trials.csv, requests.csv and run.json. One
 * process writes to it at a time. A trial's requests are appended first and
 * its own row last, in one write, so that a killed run keeps every finished
 * trial, and what it left of the next can be told and cut off (recover.h). The
 * disk has both before the next trial begins: a power cut costs no more.
 *
 * One thread; a child of fork(2) must not write.
 */
#ifndef HARNESS_RECORD_RUN_FOLDER_H
#define HARNESS_RECORD_RUN_FOLDER_H

#include <jansson.h>
#include <sys/types.h>

#include "harness/base/error.h"
#include "harness/record/csv.h"

struct run_folder {
	char path[1024];
	char name[64];        /* its last part, cut; the CSV's `run` */
	int lock;             /* file descriptor, as the next two; -1: none */
	int trials, requests; /* of the CSV files */
	off_t trials_bytes, requests_bytes; /* whole trials end here */
	off_t requests_end;                 /* what was written ends here */
};

/*
 * Makes the folder at `path` (which must be empty or not exist), or, when path
 * is NULL, results/<UTC time>-<suite>; and in it run.json, of `facts`
 * (borrowed), and the two CSV files with their header lines. Returns 0, or -1
 * with *err filled in.
 */
int run_folder_create(struct run_folder *folder, const char *path,
	const char *suite, json_t *facts, struct fr_error *err);

/*
 * Takes hold of a folder that a run has left, for this process alone, and
 * reads its run.json into *run, the caller's to release. The CSV files are not
 * open yet: recover.h opens them. Returns 0, or -1 with *err filled in.
 */
int run_folder_reopen(struct run_folder *folder, const char *path, json_t **run,
	struct fr_error *err);

/*
 * Reads the text of a run.json, which an editor may have marked as UTF-8, as
 * json_loadfd does.
 */
json_t *run_facts_read(int fd, size_t flags, json_error_t *where);

/* Opens the CSV files, made with their header lines if not there. 0 or -1. */
int run_folder_open_csv(struct run_folder *folder, struct fr_error *err);

/* Puts another run.json in the place of the old one, at once. 0 or -1. */
int run_folder_describe(
	const struct run_folder *folder, json_t *run, struct fr_error *err);

/*
 * Appends some requests of the trial in hand, and empties the text. When that
 * fails, what was appended of this trial is cut off again. Returns 0, or -1
 * with *err filled in.
 */
int run_folder_add_requests(struct run_folder *folder,
	struct csv_text *requests, struct fr_error *err);

/*
 * Whether both files are where they were opened and end where the run left
 * them. One that was removed is put back. Returns 0, or -1 with *err.
 */
int run_folder_check(const struct run_folder *folder, struct fr_error *err);

/*
 * Appends the rest of a trial: its last requests, then its row, after
 * run_folder_check. When it returns, the disk has both. As above.
 */
int run_folder_append(struct run_folder *folder, struct csv_text *requests,
	struct csv_text *trial, struct fr_error *err);

/* Closes the files and lets go; the folder stays. */
void run_folder_close(struct run_folder *folder);

/*
 * The present moment as ISO 8601 in UTC, such as 2026-01-31T12:00:00.000001Z:
 * so fine that runs started in the same second are told apart by it.
 */
void iso_time_now(char *text, size_t size);

#endif
