/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Delays measured elsewhere, read from a CSV file (RFC 4180) whose header row
 * has a column delay_ns: whole numbers of nanoseconds. The server's own
 * witness is such a file. Counted references; used by one thread at a time.
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
 * Reads a regular file of at most TRACE_ROWS_MAX rows and 64 MB, into *out
 * with one reference. Returns 0, or a -errno; -EILSEQ: the file is
 * UTF-16 or -32; -EINVAL: row *row (from 1, the header being the first) is not
 * as it should be.
 */
int trace_read(struct trace **out, const char *path, size_t *row);

/* One reference more; NULL is accepted. */
struct trace *trace_share(struct trace *trace);

/* One less; the last frees. NULL is accepted. */
void trace_drop(struct trace *trace);

#endif
