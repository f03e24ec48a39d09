/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mock_server/folder.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "mock_server/form.h"

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
		/* A FIFO must not hold up the server. */
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
			return -ENOENT; /* it shrinks while it is read */
		have += (size_t)n;
	}
	return 0;
}

static int answer_file(int fd, const char *name, struct response *response)
{
	struct stat status;
	char *bytes;
	int rc;

	if (fstat(fd, &status) || !S_ISREG(status.st_mode))
		return -ENOENT;
	if (status.st_size > FOLDER_FILE_MAX)
		return response_init_text(
			response, 500, "", "this file is above 10 MB");
	bytes = malloc((size_t)status.st_size + 1);
	if (!bytes)
		return -ENOMEM;
	rc = read_whole(fd, bytes, (size_t)status.st_size);
	if (!rc)
		rc = response_init_content(
			response, type_of(name), bytes, (size_t)status.st_size);
	free(bytes);
	return rc;
}

static int try_name(int root_fd, const char *name, struct response *response)
{
	int fd = open_beneath(root_fd, name);
	int rc;

	if (fd < 0)
		return -ENOENT;
	rc = answer_file(fd, name, response);
	(void)close(fd);
	return rc;
}

/* RFC 3986, 2.2: an encoded '/' is data, and no name can hold one. */
static int decode(struct http_span path, char name[HTTP_LINE_MAX + 1])
{
	size_t n = 0;

	for (size_t i = 0; i < path.length; i++) {
		int c = (unsigned char)path.at[i];

		if (c == '%') {
			c = form_escape(path.at + i, path.length - i);
			if (c <= 0 || c == '/')
				return -ENOENT;
			i += 2;
		}
		name[n++] = (char)c;
	}
	name[n] = '\0';
	return 0;
}

int folder_find(int root_fd, struct http_span path, struct response *response)
{
	char name[HTTP_LINE_MAX + 1];
	int rc;

	if (path.length > HTTP_LINE_MAX || decode(path, name))
		return -ENOENT;
	rc = try_name(root_fd, name, response);
	if (rc != -ENOENT)
		return rc;
	for (char *c = name; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	rc = try_name(root_fd, name, response);
	if (rc == -ENOENT && strlen(name) == strlen("cc/cc.gif") &&
		name[2] == '/' && memcmp(name, name + 3, 2) == 0)
		rc = try_name(root_fd, name + 3, response);
	return rc;
}
