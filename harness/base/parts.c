/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/base/parts.h"

#include <stddef.h>
#include <string.h>

#ifndef BUILD_OPENMP
#define BUILD_OPENMP NULL
#endif
#ifndef BUILD_URING
#define BUILD_URING NULL
#endif
#ifndef BUILD_NGHTTP2
#define BUILD_NGHTTP2 NULL
#endif
#ifndef BUILD_OPENSSL
#define BUILD_OPENSSL NULL
#endif
#ifndef BUILD_MPI
#define BUILD_MPI NULL
#endif
#ifndef BUILD_SQLITE
#define BUILD_SQLITE NULL
#endif

const struct part parts[PARTS] = {
	[PART_OPENMP] = {"OpenMP", BUILD_OPENMP,
		"the strategies openmp and openmp-task",
		"libgomp1, or libomp-dev for clang", {"openmp", "openmp-task"}},
	[PART_LIBURING] = {"liburing", BUILD_URING, "the strategy io-uring",
		"liburing-dev", {"io-uring"}},
	[PART_NGHTTP2] = {"nghttp2", BUILD_NGHTTP2,
		"HTTP/2, and the strategies http2 and multi-h2",
		"libnghttp2-dev", {"http2", "multi-h2"}},
	[PART_OPENSSL] = {"OpenSSL", BUILD_OPENSSL, "TLS", "libssl-dev",
		{NULL}},
	[PART_SQLITE] = {"SQLite", BUILD_SQLITE, "flagrace export",
		"libsqlite3-dev", {NULL}},
	[PART_MPI] = {"MPI", BUILD_MPI, "flagrace-mpi", "libopenmpi-dev",
		{NULL}},
};

bool part_is_there(enum part_name part)
{
	return parts[part].version;
}

const struct part *part_of_strategy(const char *strategy)
{
	for (int i = 0; i < PARTS; i++)
		for (int k = 0; parts[i].strategies[k]; k++)
			if (strcmp(parts[i].strategies[k], strategy) == 0)
				return &parts[i];
	return NULL;
}
