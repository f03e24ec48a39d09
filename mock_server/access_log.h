/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One line per answer, in the Common Log Format, with the drawn delay in
 * seconds behind it:
 *
 * 127.0.0.1 - - [22/Nov/2026:19:12:01 +0000] "GET / HTTP/1.1" 200 2326 0.050000
 *
 * The time is the request's; the lines are in the order of the answers. An
 * answer that was not sent whole has 0 bytes. A line is written at once, so a
 * slow reader of a pipe slows the server. If a line cannot be written, that is
 * reported once on standard error, and the log ends. Guarded by the service's
 * lock.
 */
#ifndef MOCK_SERVER_ACCESS_LOG_H
#define MOCK_SERVER_ACCESS_LOG_H

#include <stddef.h>
#include <stdint.h>

#include "mock_server/http_request.h"

struct access_log;

/* Appends to the file; "-" is standard output. Returns 0 or -errno. */
int access_log_open(struct access_log **out, const char *path);

/* NULL is accepted. */
void access_log_close(struct access_log *log);

/*
 * Begins the line of a request that came over socket fd; *line is to be given
 * to access_log_end and is the caller's to free. Without a log (NULL), *line
 * is NULL. Returns 0 or -ENOMEM.
 */
int access_log_begin(
	struct access_log *log, char **line, int fd, struct http_span request);

/* Writes the line; NULL is accepted. */
void access_log_end(struct access_log *log, const char *line, unsigned status,
	size_t bytes, uint64_t delay_ns);

#endif
