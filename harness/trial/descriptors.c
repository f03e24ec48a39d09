/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/trial/descriptors.h"

#include <inttypes.h>
#include <stdint.h>
#include <sys/resource.h>

enum { OTHERS = 64 }; /* descriptors that are no request's */

void descriptors_raise(void)
{
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files))
		return;
	files.rlim_cur = files.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &files);
}

int descriptors_check(unsigned concurrency, struct fr_error *err)
{
	uint64_t needed = (uint64_t)concurrency + OTHERS;
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files) || files.rlim_max >= needed)
		return 0;
	return fr_error_set(err, EXIT_INVALID,
		"%u requests in flight need %" PRIu64
		" file descriptors, and the hard limit here is %" PRIu64
		"; raise it (ulimit -Hn, limits.conf) or lower --concurrency",
		concurrency, needed, (uint64_t)files.rlim_max);
}
