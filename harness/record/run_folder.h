/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The folder a run leaves behind: trials.csv, requests.csv and run.json. Rows
 * are appended with one write a trial and file, so a killed run keeps every
 * finished trial.
 */
#ifndef HARNESS_RECORD_RUN_FOLDER_H
#define HARNESS_RECORD_RUN_FOLDER_H

#include <jansson.h>

#include "harness/error.h"
#include "harness/record/csv.h"

struct run_folder {
	char path[1024];
	char name[64];        /* its last part; the CSV's `run` */
	char started_at[32];  /* ISO 8601, UTC */
	int trials, requests; /* file descriptors */
};

/*
 * Makes the folder at `path` (which must be empty or not exist), or, when path
 * is NULL, results/<UTC time>-<suite>; and in it the two CSV files with their
 * header lines. Returns 0, or -1 with *err filled in.
 */
int run_folder_create(struct run_folder *folder, const char *path,
	const char *suite, struct fr_error *err);

/* Writes run.json: `settings` (borrowed), host facts, versions. 0 or -1. */
int run_folder_describe(const struct run_folder *folder, json_t *settings,
	struct fr_error *err);

/* Appends a trial: its requests first, then its own row. 0 or -1. */
int run_folder_append(struct run_folder *folder, struct csv_text *requests,
	struct csv_text *trial, struct fr_error *err);

/* Closes the files; the folder stays. */
void run_folder_close(struct run_folder *folder);

/* The present moment as ISO 8601 in UTC, such as 2026-01-31T12:00:00Z. */
void iso_time_now(char *text, size_t size);

#endif
