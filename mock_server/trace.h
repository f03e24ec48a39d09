/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Recorded delays, from a CSV file (RFC 4180) whose header names a column
 * delay_ns of whole nanoseconds; the witness of a server is such a file.
 * References are counted under the caller's lock.
 */
#ifndef MOCK_SERVER_TRACE_H
#define MOCK_SERVER_TRACE_H

#include <stddef.h>
#include <stdint.h>

enum { TRACE_ROWS_MAX = 1000000 };

struct trace {
	size_t references;
	size_t count;  /* >= 1 */
	uint64_t ns[]; /* ascending */
};

/*
 * Reads a regular file of at most TRACE_ROWS_MAX rows and 64 MB into *out, with
 * one reference. Returns 0, or -errno; -EILSEQ: the file is in UTF-16 or
 * UTF-32; -EINVAL: row *row (the header is row 1) is wrong.
 */
int trace_read(struct trace **out, const char *path, size_t *row);

/* Adds a reference. NULL is accepted. */
struct trace *trace_share(struct trace *trace);

/* Drops a reference; the last one frees. NULL is accepted. */
void trace_drop(struct trace *trace);

#endif
