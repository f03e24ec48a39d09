/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/record/run_folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "harness/record/host.h"

enum { NAME_TRIES = 100 };

void iso_time_now(char *text, size_t size)
{
	time_t now = time(NULL);
	struct tm utc;

	gmtime_r(&now, &utc);
	strftime(text, size, "%Y-%m-%dT%H:%M:%SZ", &utc);
}

static bool is_empty(const char *path)
{
	DIR *dir = opendir(path);
	const struct dirent *entry;
	int entries = 0;

	while (dir && (entry = readdir(dir)))
		entries++;
	if (dir)
		closedir(dir);
	return entries == 2; /* "." and ".." */
}

static int cannot_create(const char *path, struct fr_error *err)
{
	return fr_error_set(err, EXIT_INVALID,
		"cannot write to the output folder %.300s: %s; "
		"choose another with --out DIR",
		path, strerror(errno));
}

/* The user's own folder: new or empty. */
static int use_path(
	struct run_folder *folder, const char *path, struct fr_error *err)
{
	const char *last;

	if (snprintf(folder->path, sizeof(folder->path), "%s", path) >=
		(int)sizeof(folder->path)) {
		errno = ENAMETOOLONG;
		return cannot_create(path, err);
	}
	for (size_t end = strlen(folder->path);
		end > 1 && folder->path[end - 1] == '/'; end--)
		folder->path[end - 1] = '\0';
	last = strrchr(folder->path, '/');
	(void)snprintf(folder->name, sizeof(folder->name), "%.63s",
		last ? last + 1 : folder->path);
	if (mkdir(folder->path, 0777) == 0)
		return 0;
	if (errno == EEXIST && is_empty(folder->path))
		return 0;
	if (errno == EEXIST)
		return fr_error_set(err, EXIT_USAGE,
			"the output folder %.300s is not empty; a run wants "
			"one of its own",
			path);
	return cannot_create(path, err);
}

/* A name from the time; two runs of one second get different ones. */
static int use_time(
	struct run_folder *folder, const char *suite, struct fr_error *err)
{
	time_t now = time(NULL);
	struct tm utc;
	char stamp[32];

	gmtime_r(&now, &utc);
	strftime(stamp, sizeof(stamp), "%Y%m%dT%H%M%SZ", &utc);
	if (mkdir("results", 0777) < 0 && errno != EEXIST)
		return cannot_create("results", err);
	for (int i = 1; i < NAME_TRIES; i++) {
		char suffix[8] = "";

		if (i > 1)
			(void)snprintf(suffix, sizeof(suffix), "-%d", i);
		(void)snprintf(folder->name, sizeof(folder->name), "%s-%.24s%s",
			stamp, suite, suffix);
		(void)snprintf(folder->path, sizeof(folder->path), "results/%s",
			folder->name);
		if (mkdir(folder->path, 0777) == 0)
			return 0;
		if (errno != EEXIST)
			break;
	}
	return cannot_create(folder->path, err);
}

static int open_in(const struct run_folder *folder, const char *name)
{
	char path[1100];

	(void)snprintf(path, sizeof(path), "%s/%s", folder->path, name);
	return open(
		path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0666);
}

static int open_csv(const struct run_folder *folder,
	const struct row_schema *schema, int *fd, struct fr_error *err)
{
	struct csv_text text;
	int rc;

	*fd = open_in(folder, schema->file);
	if (*fd < 0)
		return cannot_create(folder->path, err);
	csv_text_init(&text);
	rc = csv_text_add_header(&text, schema);
	if (!rc)
		rc = csv_text_write(&text, *fd);
	csv_text_release(&text);
	errno = -rc;
	return rc ? cannot_create(folder->path, err) : 0;
}

int run_folder_create(struct run_folder *folder, const char *path,
	const char *suite, struct fr_error *err)
{
	*folder = (struct run_folder){.trials = -1, .requests = -1};
	iso_time_now(folder->started_at, sizeof(folder->started_at));
	if ((path ? use_path(folder, path, err)
		  : use_time(folder, suite, err)) < 0 ||
		open_csv(folder, &trial_schema, &folder->trials, err) < 0 ||
		open_csv(folder, &request_schema, &folder->requests, err) < 0) {
		run_folder_close(folder);
		return -1;
	}
	return 0;
}

int run_folder_describe(
	const struct run_folder *folder, json_t *settings, struct fr_error *err)
{
	json_t *run = json_pack("{s:i, s:s, s:s, s:o, s:O}", "schema_version",
		ROWS_SCHEMA_VERSION, "run", folder->name, "started_at",
		folder->started_at, "host", host_facts(), "settings", settings);
	int fd = open_in(folder, "run.json"), rc = -1;

	if (run && fd >= 0)
		rc = json_dumpfd(run, fd, JSON_INDENT(2));
	json_decref(run);
	if (fd >= 0)
		close(fd);
	return rc < 0 ? cannot_create(folder->path, err) : 0;
}

int run_folder_append(struct run_folder *folder, struct csv_text *requests,
	struct csv_text *trial, struct fr_error *err)
{
	int rc = csv_text_write(requests, folder->requests);

	/* The trial's row says that its requests are complete. */
	if (!rc)
		rc = csv_text_write(trial, folder->trials);
	if (rc)
		return fr_error_set(err, EXIT_INVALID,
			"cannot write to %.300s: %s; what was measured before "
			"is kept",
			folder->path, strerror(-rc));
	return 0;
}

void run_folder_close(struct run_folder *folder)
{
	if (folder->trials >= 0)
		close(folder->trials);
	if (folder->requests >= 0)
		close(folder->requests);
	folder->trials = folder->requests = -1;
}
