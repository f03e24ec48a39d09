/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/record/run_folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "harness/base/files.h"
#include "harness/record/intact.h"
#include "mock_server/mark.h"

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

/* Uses the folder that the user named: a new or an empty one. */
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
			"the output folder %.300s is not empty; choose a new "
			"or an empty one",
			path);
	return cannot_create(path, err);
}

/* Makes a name from the time, with a number if it is taken. */
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

void run_folder_path(char path[RUN_FOLDER_PATH_MAX],
	const struct run_folder *folder, const char *file)
{
	(void)snprintf(path, RUN_FOLDER_PATH_MAX, "%s/%s", folder->path, file);
}

/* Opens a file of the folder. Returns -1 with errno. */
static int open_in(const struct run_folder *folder, const char *name, int flags)
{
	char path[RUN_FOLDER_PATH_MAX];

	run_folder_path(path, folder, name);
	return open(path, flags | O_CLOEXEC, 0666);
}

static int no_run(const char *path, struct fr_error *err)
{
	return fr_error_set(err, fr_status_of(errno),
		"%.300s: %s; only a run's folder can be resumed", path,
		strerror(errno));
}

/*
 * Checks that the folder exists and belongs to this user, because a resumed run
 * executes what its run.json says, programs and plug-ins included. Under
 * sudo(8), the folder may belong to the user who called sudo.
 */
static int check_owner(const struct run_folder *folder, struct fr_error *err)
{
	const char *sudo = getenv("SUDO_UID");
	struct stat there, facts;
	char path[RUN_FOLDER_PATH_MAX];
	uid_t user = geteuid();

	run_folder_path(path, folder, RUN_FILE);
	if (stat(folder->path, &there) < 0)
		return no_run(folder->path, err);
	if (!S_ISDIR(there.st_mode)) {
		errno = ENOTDIR;
		return no_run(folder->path, err);
	}
	if (stat(path, &facts) < 0 && errno == ENOENT)
		return fr_error_set(err, EXIT_USAGE,
			"%.300s has no " RUN_FILE
			"; only a run's folder can be resumed",
			folder->path);
	if (stat(path, &facts) < 0)
		return no_run(path, err);
	if (there.st_uid != user || facts.st_uid != user) {
		if (user == 0 && sudo && there.st_uid == facts.st_uid &&
			there.st_uid == strtoul(sudo, NULL, 10))
			return 0;
		return fr_error_set(err, EXIT_USAGE,
			"%.200s belongs to user %u, and --resume executes what "
			"its " RUN_FILE
			" says, programs included; if you trust it, resume "
			"your own copy: cp -r %.200s MINE",
			folder->path,
			(unsigned)(there.st_uid != user ? there.st_uid
							: facts.st_uid),
			folder->path);
	}
	return 0;
}

/*
 * Takes a lock of fcntl(2), which only this process holds: it ends with the
 * process in every case, and forked children do not inherit it. It also ends
 * when any descriptor of the file is closed, hence a file of its own.
 */
static int take_lock(struct run_folder *folder, int flags, struct fr_error *err)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

	folder->lock = open_in(folder, LOCK_FILE, O_RDWR | flags);
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
	char path[RUN_FOLDER_PATH_MAX];

	run_folder_path(path, folder, LOCK_FILE);
	(void)unlink(path);
}

const struct row_schema *run_file_schema(unsigned kind)
{
	static const struct row_schema *const schemas[RUN_FILES] = {
		[RUN_TRIALS] = &trial_schema,
		[RUN_REQUESTS] = &request_schema,
		[RUN_CONNECTIONS] = &connection_schema,
		[RUN_HOSTS] = &trial_host_schema,
	};

	return schemas[kind];
}

/* Opens a CSV file; writes the header line if the file is empty. */
static int open_csv(
	struct run_folder *folder, unsigned kind, struct fr_error *err)
{
	const struct row_schema *schema = run_file_schema(kind);
	struct run_file *file = &folder->files[kind];
	struct csv_text text = {0};
	int rc = 0;

	file->fd = open_in(folder, schema->file, O_WRONLY | O_CREAT | O_APPEND);
	if (file->fd < 0)
		return cannot_create(folder->path, err);
	file->end = lseek(file->fd, 0, SEEK_END);
	if (file->end == 0) {
		rc = csv_text_add_header(&text, schema);
		if (!rc)
			rc = csv_text_write(&text, file->fd);
		csv_text_release(&text);
		file->end = lseek(file->fd, 0, SEEK_END);
	}
	file->whole = file->end;
	errno = rc ? -rc : errno;
	return rc || file->end < 0 ? cannot_create(folder->path, err) : 0;
}

int run_folder_open_csv(struct run_folder *folder, struct fr_error *err)
{
	for (unsigned kind = 0; kind < RUN_FILES; kind++)
		if (open_csv(folder, kind, err) < 0)
			return -1;
	errno = -intact_sync_folder(folder->path);
	return errno ? cannot_create(folder->path, err) : 0;
}

/* Adds the members of run.json that are not the caller's. */
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

	*folder = (struct run_folder)RUN_FOLDER_CLOSED;
	rc = path ? use_path(folder, path, err) : use_time(folder, suite, err);
	/* Of two processes that found it empty, only one makes the file. */
	if (!rc)
		rc = take_lock(folder, O_CREAT | O_EXCL, err);
	if (!rc) {
		run = describe(folder, facts);
		rc = run_folder_describe(folder, run, err);
		/* No run has started, so the folder may be used again. */
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

json_t *run_facts_read(int fd, size_t flags, json_error_t *where)
{
	char begin[4];
	const char *alien;
	ssize_t n = pread(fd, begin, sizeof(begin), 0);
	size_t mark = text_mark(begin, n > 0 ? (size_t)n : 0, &alien);

	if (alien) {
		*where = (json_error_t){.line = 1};
		(void)snprintf(where->text, sizeof(where->text),
			"is %s; save it as UTF-8", alien);
		return NULL;
	}
	(void)lseek(fd, (off_t)mark, SEEK_SET);
	return json_loadfd(fd, flags, where);
}

/* Reads run.json and the name of the run. */
static json_t *load(struct run_folder *folder, struct fr_error *err)
{
	int fd = open_in(folder, RUN_FILE, O_RDONLY);
	const char *name = NULL;
	json_error_t where;
	json_t *run;

	if (fd < 0) {
		no_run(folder->path, err);
		return NULL;
	}
	run = run_facts_read(fd, JSON_REJECT_DUPLICATES, &where);
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
	*folder = (struct run_folder)RUN_FOLDER_CLOSED;
	*run = NULL;
	/* The lock file may remain from an earlier run. */
	if (set_path(folder, path, err) == 0 && check_owner(folder, err) == 0 &&
		take_lock(folder, O_CREAT, err) == 0)
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
	char from[RUN_FOLDER_PATH_MAX], to[RUN_FOLDER_PATH_MAX];
	char *text = run ? json_dumps(run, JSON_INDENT(2)) : NULL;
	size_t length;
	int fd, rc;

	if (!text)
		return fr_error_memory(err);
	length = strlen(text);
	text[length] = '\n'; /* replaces the NUL */
	run_folder_path(from, folder, draft);
	run_folder_path(to, folder, RUN_FILE);
	fd = open_in(folder, draft, O_WRONLY | O_CREAT | O_TRUNC);
	rc = fd < 0 ? -errno : write_all(fd, text, length + 1);
	if (!rc)
		rc = intact_sync(fd);
	if (fd >= 0 && close(fd) < 0 && !rc)
		rc = -errno;
	/* Renaming is atomic: a reader sees the old file or the new one. */
	if (!rc && rename(from, to) < 0)
		rc = -errno;
	if (rc && fd >= 0)
		(void)unlink(from);
	free(text);
	errno = -rc;
	return rc ? cannot_create(folder->path, err) : 0;
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void run_folder_close(struct run_folder *folder)
{
	for (unsigned kind = 0; kind < RUN_FILES; kind++)
		close_fd(&folder->files[kind].fd);
	close_fd(&folder->lock);
}
