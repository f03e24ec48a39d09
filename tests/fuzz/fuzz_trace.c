/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Fuzzes a trace of delays, which is a CSV file. The delays of a trace that is
 * accepted ascend; for one that is refused, a row is named.
 */
#include <errno.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "mock_server/trace.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = memfd_create("fuzz", MFD_CLOEXEC), rc;
	struct trace *trace = NULL;
	size_t row = 0;
	char path[32];

	require(fd >= 0 && write(fd, data, size) == (ssize_t)size);
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	rc = trace_read(&trace, path, &row);
	require(rc == 0 || rc == -EILSEQ || (rc == -EINVAL && row > 0));
	if (rc == 0) {
		require(trace->count > 0 && trace->count <= TRACE_ROWS_MAX);
		for (size_t i = 1; i < trace->count; i++)
			require(trace->ns[i - 1] <= trace->ns[i]);
	}
	trace_drop(trace);
	(void)close(fd);
	return 0;
}
