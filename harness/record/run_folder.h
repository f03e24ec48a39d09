/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The folder of a run: trials.csv, requests.csv, connections.csv, hosts.csv and
 * run.json. One process writes to it at a time. The requests, connections and
 * hosts of a trial are appended first and its row last, in one write. So a
 * killed run keeps every finished trial, and recover.h can cut off the
 * unfinished one. The disk has all rows of a trial
 * before the next trial starts, so a power cut costs at most the current trial.
 *
 * One thread; a child of fork(2) must not write.
 */
#ifndef HARNESS_RECORD_RUN_FOLDER_H
#define HARNESS_RECORD_RUN_FOLDER_H

#include <jansson.h>
#include <sys/types.h>

#include "harness/base/error.h"
#include "harness/record/csv.h"

enum run_file_kind { RUN_TRIALS, RUN_REQUESTS, RUN_CONNECTIONS, RUN_HOSTS };
enum { RUN_FILES = 4 };

/* A CSV file of the folder. */
struct run_file {
	int fd;      /* -1: it is not open */
	off_t whole; /* end of the last whole trial */
	off_t end;   /* end of all rows */
};

struct run_folder {
	char path[1024];
	char name[64]; /* its last part, cut; column `run` */
	int lock;      /* descriptor of the lock file; -1: none */
	struct run_file files[RUN_FILES]; /* by enum run_file_kind */
};

#define RUN_FOLDER_CLOSED              \
	{                              \
		.lock = -1, .files = { \
			{.fd = -1},    \
			{.fd = -1},    \
			{.fd = -1},    \
			{.fd = -1}     \
		}                      \
	}

/* What a file has, by enum run_file_kind. */
const struct row_schema *run_file_schema(unsigned kind);

enum { RUN_FOLDER_PATH_MAX = 1100 };

/* Writes the path of a file in the folder. */
void run_folder_path(char path[RUN_FOLDER_PATH_MAX],
	const struct run_folder *folder, const char *file);

/*
 * Makes the folder at `path`, which must be empty or not exist; NULL:
 * results/<UTC time>-<suite>. Writes run.json with `facts` (borrowed) and the
 * CSV files with their header lines. Returns 0, or -1 with *err filled in.
 */
int run_folder_create(struct run_folder *folder, const char *path,
	const char *suite, json_t *facts, struct fr_error *err);

/*
 * Locks the folder of an earlier run and reads its run.json into *run, which
 * the caller releases. The CSV files are not open yet: recover() opens them.
 * Returns 0, or -1 with *err filled in.
 */
int run_folder_reopen(struct run_folder *folder, const char *path, json_t **run,
	struct fr_error *err);

/*
 * Reads a run.json as json_loadfd does, but skips the byte order mark that an
 * editor may have added.
 */
json_t *run_facts_read(int fd, size_t flags, json_error_t *where);

/* Opens the CSV files; creates missing ones. Returns 0, or -1 with *err. */
int run_folder_open_csv(struct run_folder *folder, struct fr_error *err);

/* Replaces run.json atomically. Returns 0, or -1 with *err filled in. */
int run_folder_describe(
	const struct run_folder *folder, json_t *run, struct fr_error *err);

/*
 * Calls run_folder_check, appends rows of the current trial to a file other
 * than trials.csv, and empties the text. If it cannot write, all rows of this
 * trial are cut off again. Returns 0, or -1 with *err filled in.
 */
int run_folder_add(struct run_folder *folder, enum run_file_kind kind,
	struct csv_text *rows, struct fr_error *err);

/*
 * Checks that the files are still at their paths and have their lengths. Puts
 * a removed file back. Returns 0, or -1 with *err also for a file it put back.
 */
int run_folder_check(const struct run_folder *folder, struct fr_error *err);

/*
 * Calls run_folder_check, then appends the row of a trial whose other rows have
 * been added. When it returns 0, the disk has them all. Returns 0, or -1 with
 * *err.
 */
int run_folder_append(struct run_folder *folder, struct csv_text *trial,
	struct fr_error *err);

/* Closes the files and releases the lock. */
void run_folder_close(struct run_folder *folder);

/*
 * Writes the current time as ISO 8601 in UTC, such as
 * 2026-01-31T12:00:00.000001Z. The microseconds distinguish runs that start in
 * the same second.
 */
void iso_time_now(char *text, size_t size);

#endif
