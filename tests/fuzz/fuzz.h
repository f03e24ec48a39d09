/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the fuzz targets share. Each target defines LLVMFuzzerTestOneInput, which
 * libFuzzer calls with arbitrary bytes; replay.c calls it with files.
 */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Returns 0. Aborts if something is wrong. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline void require(int holds)
{
	if (!holds)
		abort();
}

/*
 * A copy with a NUL in a block of exactly that size, so that a read beyond its
 * end is noticed. The caller frees it.
 */
static inline char *fuzz_text(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	require(text != NULL);
	memcpy(text, data, size);
	text[size] = '\0';
	return text;
}

/* A file in memory, for what reads a path. */
struct fuzz_file {
	int fd; /* the caller closes it */
	char path[32];
};

static inline struct fuzz_file fuzz_file_of(const void *bytes, size_t length)
{
	struct fuzz_file file = {memfd_create("fuzz", MFD_CLOEXEC), ""};

	require(file.fd >= 0);
	require(write(file.fd, bytes, length) == (ssize_t)length);
	(void)snprintf(
		file.path, sizeof(file.path), "/proc/self/fd/%d", file.fd);
	return file;
}

#endif
