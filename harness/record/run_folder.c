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

enum { NAME_TRIES = 100 };

#define LOCK_FILE ".lock"
#define RUN_FILE  "run.json"

void iso_time_now(char *text, size_t size)
{
	struct timespec now;
	struct tm utc;
	size_t used;

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &utc);
	used = strftime(text, size, "%Y-%m-%dT%H:%M:%S", &utc);
	(void)snprintf(text + used, size - used, ".%06ldZ", now.tv_nsec / 1000);
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

/* Notes where the folder is, and its name. */
static int set_path(
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
	last = last ? last + 1 : folder->path;
	(void)row_text(folder->name, sizeof(folder->name), last, strlen(last));
	return 0;
}

/* The user's own folder: new or empty. */
static int use_path(
	struct run_folder *folder, const char *path, struct fr_error *err)
{
	if (set_path(folder, path, err) < 0)
		return -1;
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

/* A file of the folder; -1 with errno. */
static int open_in(const struct run_folder *folder, const char *name, int flags)
{
	char path[1100];

	(void)snprintf(path, sizeof(path), "%s/%s", folder->path, name);
	return open(path, flags | O_CLOEXEC, 0666);
}

static int no_run(
	const struct run_folder *folder, const char *file, struct fr_error *err)
{
	return fr_error_set(err, EXIT_USAGE,
		"%.300s/%s: %s; only a run's folder can be resumed",
		folder->path, file, strerror(errno));
}

/*
 * A lock of fcntl(2), which belongs to this process alone: it ends with it,
 * however, and what it has forked does not keep it. It would also end when
 * any descriptor of the file is closed, hence a file that nobody else opens.
 */
static int take_lock(struct run_folder *folder, int flags, struct fr_error *err)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

	folder->lock = open_in(folder, LOCK_FILE, O_RDWR | flags);
	if (folder->lock < 0 && errno == ENOENT)
		return no_run(folder, LOCK_FILE, err);
	if (folder->lock < 0)
		return cannot_create(folder->path, err);
	if (fcntl(folder->lock, F_SETLK, &lock) == 0)
		return 0;
	if ((errno == EAGAIN || errno == EACCES) &&
		fcntl(folder->lock, F_GETLK, &lock) == 0)
		return fr_error_set(err, EXIT_INVALID,
			"process %d is writing to %.300s; wait for it, or "
			"choose another folder",
			(int)lock.l_pid, folder->path);
	return cannot_create(folder->path, err);
}

static void remove_lock(const struct run_folder *folder)
{
	char path[1100];

	(void)snprintf(path, sizeof(path), "%s/" LOCK_FILE, folder->path);
	(void)unlink(path);
}

/* Where a file ends; opens it, with its header line when it is empty. */
static int open_csv(const struct run_folder *folder,
	const struct row_schema *schema, int *fd, off_t *bytes,
	struct fr_error *err)
{
	struct csv_text text;
	int rc = 0;

	*fd = open_in(folder, schema->file, O_WRONLY | O_CREAT | O_APPEND);
	if (*fd < 0)
		return cannot_create(folder->path, err);
	*bytes = lseek(*fd, 0, SEEK_END);
	if (*bytes == 0) {
		csv_text_init(&text);
		rc = csv_text_add_header(&text, schema);
		if (!rc)
			rc = csv_text_write(&text, *fd);
		csv_text_release(&text);
		*bytes = lseek(*fd, 0, SEEK_END);
	}
	errno = rc ? -rc : errno;
	return rc || *bytes < 0 ? cannot_create(folder->path, err) : 0;
}

int run_folder_open_csv(struct run_folder *folder, struct fr_error *err)
{
	if (open_csv(folder, &trial_schema, &folder->trials,
		    &folder->trials_bytes, err) < 0 ||
		open_csv(folder, &request_schema, &folder->requests,
			&folder->requests_bytes, err) < 0)
		return -1;
	return 0;
}

/* What run.json holds beside the caller's facts. */
static json_t *describe(const struct run_folder *folder, json_t *facts)
{
	json_t *run;
	char now[32];

	iso_time_now(now, sizeof(now));
	run = json_pack("{s:i, s:s, s:s}", "schema_version",
		ROWS_SCHEMA_VERSION, "run", folder->name, "started_at", now);
	if (run && json_object_update(run, facts) < 0) {
		json_decref(run);
		run = NULL;
	}
	return run;
}

int run_folder_create(struct run_folder *folder, const char *path,
	const char *suite, json_t *facts, struct fr_error *err)
{
	json_t *run = NULL;
	int rc;

	*folder = (struct run_folder){.lock = -1, .trials = -1, .requests = -1};
	rc = path ? use_path(folder, path, err) : use_time(folder, suite, err);
	/* Of two that found it empty, one makes the file. */
	if (!rc)
		rc = take_lock(folder, O_CREAT | O_EXCL, err);
	if (!rc) {
		run = describe(folder, facts);
		rc = run_folder_describe(folder, run, err);
		/* Nothing was begun: the folder may be chosen again. */
		if (rc)
			remove_lock(folder);
	}
	json_decref(run);
	if (!rc)
		rc = run_folder_open_csv(folder, err);
	if (rc)
		run_folder_close(folder);
	return rc;
}

/* Reads run.json, and from it what the run is called. */
static json_t *load(struct run_folder *folder, struct fr_error *err)
{
	int fd = open_in(folder, RUN_FILE, O_RDONLY);
	const char *name = NULL;
	json_error_t where;
	json_t *run;

	if (fd < 0) {
		no_run(folder, RUN_FILE, err);
		return NULL;
	}
	run = json_loadfd(fd, JSON_REJECT_DUPLICATES, &where);
	close(fd);
	if (run && json_unpack_ex(run, &where, 0, "{s:s}", "run", &name) == 0) {
		(void)row_text(
			folder->name, sizeof(folder->name), name, strlen(name));
		return run;
	}
	fr_error_set(err, EXIT_USAGE, "%.300s/" RUN_FILE ", line %d: %.100s",
		folder->path, where.line, where.text);
	json_decref(run);
	return NULL;
}

int run_folder_reopen(struct run_folder *folder, const char *path, json_t **run,
	struct fr_error *err)
{
	*folder = (struct run_folder){.lock = -1, .trials = -1, .requests = -1};
	*run = NULL;
	if (set_path(folder, path, err) == 0 && take_lock(folder, 0, err) == 0)
		*run = load(folder, err);
	if (*run)
		return 0;
	run_folder_close(folder);
	return -1;
}

int run_folder_describe(
	const struct run_folder *folder, json_t *run, struct fr_error *err)
{
	static const char draft[] = "." RUN_FILE;
	char from[1100], to[1100];
	int rc = -1, fd = open_in(folder, draft, O_WRONLY | O_CREAT | O_TRUNC);

	(void)snprintf(from, sizeof(from), "%s/%s", folder->path, draft);
	(void)snprintf(to, sizeof(to), "%s/" RUN_FILE, folder->path);
	if (fd < 0)
		return cannot_create(folder->path, err);
	/* Renamed when it is whole: whoever reads it never meets a half. */
	errno = ENOMEM;
	if (run && json_dumpfd(run, fd, JSON_INDENT(2)) == 0 &&
		write(fd, "\n", 1) == 1)
		rc = rename(from, to);
	if (rc < 0) {
		int saved = errno;

		(void)unlink(from);
		errno = saved;
		rc = cannot_create(folder->path, err);
	}
	close(fd);
	return rc;
}

/* Whether the file being written is still the one at its path. */
static bool is_in_place(const struct run_folder *folder)
{
	char path[1100];
	struct stat ours, there;

	(void)snprintf(
		path, sizeof(path), "%s/%s", folder->path, trial_schema.file);
	return fstat(folder->trials, &ours) == 0 && stat(path, &there) == 0 &&
		ours.st_dev == there.st_dev && ours.st_ino == there.st_ino;
}

/* Takes back what there is of a trial that cannot be written whole. */
static int give_up(struct run_folder *folder, int rc, struct fr_error *err)
{
	if (ftruncate(folder->requests, folder->requests_bytes) < 0 ||
		ftruncate(folder->trials, folder->trials_bytes) < 0)
		return fr_error_set(err, EXIT_INVALID,
			"cannot write to %.300s: %s; its last row is torn",
			folder->path, strerror(-rc));
	return fr_error_set(err, EXIT_INVALID,
		"cannot write to %.300s: %s; what was measured before is kept",
		folder->path, strerror(-rc));
}

int run_folder_add_requests(struct run_folder *folder,
	struct csv_text *requests, struct fr_error *err)
{
	int rc = csv_text_write(requests, folder->requests);

	return rc ? give_up(folder, rc, err) : 0;
}

int run_folder_append(struct run_folder *folder, struct csv_text *requests,
	struct csv_text *trial, struct fr_error *err)
{
	int rc;

	if (!is_in_place(folder))
		return fr_error_set(err, EXIT_INVALID,
			"the output folder %.300s was removed or moved while "
			"the run was writing to it",
			folder->path);
	rc = csv_text_write(requests, folder->requests);
	/* The trial's row says that its requests are complete. */
	if (!rc)
		rc = csv_text_write(trial, folder->trials);
	if (rc)
		return give_up(folder, rc, err);
	folder->trials_bytes = lseek(folder->trials, 0, SEEK_END);
	folder->requests_bytes = lseek(folder->requests, 0, SEEK_END);
	return 0;
}

void run_folder_close(struct run_folder *folder)
{
	int *fds[] = {&folder->trials, &folder->requests, &folder->lock};

	for (size_t i = 0; i < sizeof(fds) / sizeof(fds[0]); i++) {
		if (*fds[i] >= 0)
			close(*fds[i]);
		*fds[i] = -1;
	}
}
