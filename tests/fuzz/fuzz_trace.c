/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Fuzzes a trace of delays, which is a CSV file. The delays of a trace that is
 * accepted ascend; for one that is refused, a row is named.
 */
#include <errno.h>

#include "mock_server/trace.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_file file = fuzz_file_of(data, size);
	struct trace *trace = NULL;
	size_t row = 0;
	int rc;

	rc = trace_read(&trace, file.path, &row);
	require(rc == 0 || rc == -EILSEQ || (rc == -EINVAL && row > 0));
	if (rc == 0) {
		require(trace->count > 0 && trace->count <= TRACE_ROWS_MAX);
		for (size_t i = 1; i < trace->count; i++)
			require(trace->ns[i - 1] <= trace->ns[i]);
	}
	trace_drop(trace);
	(void)close(file.fd);
	return 0;
}
