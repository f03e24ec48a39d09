/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/trial/descriptors.h"

#include <inttypes.h>
#include <stdint.h>
#include <sys/resource.h>

/* Descriptors per connection (see FR_BLOCKING), and of all the rest. */
enum { EACH = 1, EACH_BLOCKING = 3, OTHERS = 64 };

void descriptors_raise(void)
{
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files))
		return;
	files.rlim_cur = files.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &files);
}

int descriptors_check(const struct fr_strategy *strategy, unsigned concurrency,
	const struct descriptors_use *use, struct fr_error *err)
{
	uint64_t each = strategy->flags & FR_BLOCKING ? EACH_BLOCKING : EACH;
	uint64_t client = each * use->client;
	uint64_t needed =
		(client > use->server ? client : use->server) + OTHERS;
	struct rlimit files;

	if (strategy->flags & FR_NO_NETWORK)
		return 0;
	if (getrlimit(RLIMIT_NOFILE, &files) || files.rlim_max >= needed)
		return 0;
	return fr_error_set(err, EXIT_INVALID,
		"%s with %u request%s in flight needs %" PRIu64
		" file descriptors, and the hard limit here is %" PRIu64
		"; raise it (ulimit -Hn, limits.conf) or lower --concurrency",
		strategy->name, concurrency, concurrency == 1 ? "" : "s",
		needed, (uint64_t)files.rlim_max);
}
