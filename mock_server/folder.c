/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mock_server/folder.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* A file that was read, kept as long as answers refer to its response. */
struct file {
	struct file *next;
	dev_t device;
	ino_t inode;
	struct timespec changed; /* st_ctim, which every change changes */
	const char *type;        /* of `types` */
	struct response response;
};

struct folder {
	int root_fd;
	struct file *files;
};

static const struct {
	const char *ending, *type;
} types[] = {
	{".gif", "image/gif"},
	{".png", "image/png"},
	{".jpg", "image/jpeg"},
	{".jpeg", "image/jpeg"},
	{".svg", "image/svg+xml"},
	{".webp", "image/webp"},
	{".json", "application/json"},
	{".html", "text/html; charset=utf-8"},
	{".txt", "text/plain; charset=utf-8"},
	{".css", "text/css; charset=utf-8"},
	{".js", "text/javascript; charset=utf-8"},
	{".csv", "text/csv; charset=utf-8"},
};

static const char *type_of(const char *name)
{
	const char *ending = strrchr(name, '.');

	for (size_t i = 0; ending && i < sizeof(types) / sizeof(*types); i++)
		if (strcasecmp(ending, types[i].ending) == 0)
			return types[i].type;
	return "application/octet-stream";
}

static int open_beneath(int root_fd, const char *name)
{
	struct open_how how = {
		/* Not to block on a FIFO. */
		.flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS,
	};

	return (int)syscall(SYS_openat2, root_fd, name, &how, sizeof(how));
}

static int read_whole(int fd, char *bytes, size_t length)
{
	size_t have = 0;

	while (have < length) {
		ssize_t n = read(fd, bytes + have, length - have);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return -ENOENT; /* the file has been cut short */
		have += (size_t)n;
	}
	return 0;
}

static int load(int fd, const struct stat *status, const char *type,
	struct response *response)
{
	size_t length = (size_t)status->st_size;
	char *bytes;
	int rc;

	if (status->st_size > FOLDER_FILE_MAX)
		return response_init_text(
			response, 500, "", "this file is larger than 10 MB");
	bytes = malloc(length + 1);
	if (!bytes)
		return -ENOMEM;
	rc = read_whole(fd, bytes, length);
	if (!rc)
		rc = response_init_content(response, type, bytes, length);
	free(bytes);
	return rc;
}

static void drop_file(struct file **at)
{
	struct file *file = *at;

	*at = file->next;
	response_release(&file->response);
	free(file);
}

static bool is_same(const struct file *file, const struct stat *status)
{
	return file->inode == status->st_ino &&
		file->device == status->st_dev &&
		file->changed.tv_sec == status->st_ctim.tv_sec &&
		file->changed.tv_nsec == status->st_ctim.tv_nsec;
}

/* Finds the file among those kept, and drops those that no answer refers to. */
static struct file *find_kept(
	struct folder *folder, const struct stat *status, const char *type)
{
	struct file **at = &folder->files, *found = NULL;

	while (*at) {
		struct file *file = *at;

		if (file->type == type && is_same(file, status))
			found = file;
		if (file == found || response_is_shared(&file->response))
			at = &file->next;
		else
			drop_file(at);
	}
	return found;
}

/*
 * Keeps what was read, unless there is no memory or the file has been changed
 * just now: another change within the same tick of its clock would not show.
 */
static void keep(struct folder *folder, const struct stat *status,
	const char *type, const struct response *response)
{
	struct file *file;

	if (status->st_ctim.tv_sec + 1 >= time(NULL))
		return;
	file = malloc(sizeof(*file));
	if (!file)
		return;
	*file = (struct file){folder->files, status->st_dev, status->st_ino,
		status->st_ctim, type, response_share(response)};
	folder->files = file;
}

static int answer_file(struct folder *folder, int fd, const char *type,
	struct response *response)
{
	const struct file *kept;
	struct stat status;
	int rc;

	if (fstat(fd, &status) || !S_ISREG(status.st_mode))
		return -ENOENT;
	kept = find_kept(folder, &status, type);
	if (kept) {
		*response = response_share(&kept->response);
		return 0;
	}
	rc = load(fd, &status, type, response);
	if (!rc)
		keep(folder, &status, type, response);
	return rc;
}

static int try_name(
	struct folder *folder, const char *name, struct response *response)
{
	int fd = open_beneath(folder->root_fd, name);
	int rc;

	if (fd < 0)
		return -ENOENT;
	rc = answer_file(folder, fd, type_of(name), response);
	(void)close(fd);
	return rc;
}

int folder_create(struct folder **out, int root_fd)
{
	*out = calloc(1, sizeof(**out));
	if (!*out)
		return -ENOMEM;
	(*out)->root_fd = root_fd;
	return 0;
}

void folder_free(struct folder *folder)
{
	while (folder && folder->files)
		drop_file(&folder->files);
	free(folder);
}

int folder_find(
	struct folder *folder, struct http_span path, struct response *response)
{
	char name[HTTP_LINE_MAX + 1];
	int rc;

	if (path.length > HTTP_LINE_MAX)
		return -ENOENT;
	memcpy(name, path.at, path.length);
	name[path.length] = '\0';
	rc = try_name(folder, name, response);
	if (rc != -ENOENT)
		return rc;
	for (char *c = name; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	rc = try_name(folder, name, response);
	if (rc == -ENOENT && strlen(name) == strlen("cc/cc.gif") &&
		name[2] == '/' && memcmp(name, name + 3, 2) == 0)
		rc = try_name(folder, name + 3, response);
	return rc;
}
