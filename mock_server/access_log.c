/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mock_server/access_log.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

struct access_log {
	FILE *file;
	bool failed; /* no more is written */
};

/* A stream of its own, so that a failed write is not an error of stdout. */
static FILE *open_stdout(void)
{
	int fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "a");

	if (!file && fd >= 0)
		(void)close(fd);
	return file;
}

int access_log_open(struct access_log **out, const char *path)
{
	struct access_log *log = calloc(1, sizeof(*log));
	int rc = 0;

	*out = NULL;
	if (!log)
		return -ENOMEM;
	log->file = strcmp(path, "-") != 0 ? fopen(path, "ae") : open_stdout();
	if (!log->file || setvbuf(log->file, NULL, _IOLBF, BUFSIZ))
		rc = errno ? -errno : -EIO;
	if (rc) {
		access_log_close(log);
		return rc;
	}
	*out = log;
	return 0;
}

void access_log_close(struct access_log *log)
{
	if (!log)
		return;
	if (log->file)
		(void)fclose(log->file);
	free(log);
}

static void name_peer(int fd, char *host, socklen_t size)
{
	struct sockaddr_storage address;
	socklen_t length = sizeof(address);

	if (getpeername(fd, (struct sockaddr *)&address, &length) ||
		getnameinfo((struct sockaddr *)&address, length, host, size,
			NULL, 0, NI_NUMERICHOST))
		(void)snprintf(host, size, "-"); /* the client has gone */
}

int access_log_begin(
	struct access_log *log, char **line, int fd, struct http_span request)
{
	char host[NI_MAXHOST], when[40];
	time_t now = time(NULL);
	struct tm utc;
	size_t length;
	FILE *text;

	*line = NULL;
	if (!log || log->failed)
		return 0;
	text = open_memstream(line, &length);
	if (!text)
		return -ENOMEM;
	name_peer(fd, host, sizeof(host));
	(void)gmtime_r(&now, &utc);
	(void)strftime(when, sizeof(when), "%d/%b/%Y:%H:%M:%S +0000", &utc);
	(void)fprintf(text, "%s - - [%s] \"", host, when);
	for (size_t i = 0; i < request.length; i++) {
		unsigned char c = (unsigned char)request.at[i];

		/* A request must not be able to end the field. */
		if (c < ' ' || c > '~' || c == '"' || c == '\\')
			(void)fprintf(text, "\\x%02x", c);
		else
			(void)fputc(c, text);
	}
	(void)fputc('"', text);
	if (fclose(text)) {
		free(*line);
		*line = NULL;
		return -ENOMEM;
	}
	return 0;
}

void access_log_end(struct access_log *log, const char *line, unsigned status,
	size_t bytes, uint64_t delay_ns)
{
	if (!line || log->failed)
		return;
	errno = 0;
	if (fprintf(log->file, "%s %u %zu %.6f\n", line, status, bytes,
		    (double)delay_ns / 1e9) >= 0 &&
		!ferror(log->file))
		return;
	log->failed = true;
	(void)fprintf(stderr, "access-log: %s; nothing more is logged\n",
		strerror(errno ? errno : EIO));
}
