/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An allocator for LD_PRELOAD. The call with the number NO_MEMORY_AT, from 1,
 * fails. At exit the number of all calls is written to the file NO_MEMORY_COUNT.
 * Allocations that libc makes for itself are not counted.
 */
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#define VISIBLE __attribute__((visibility("default")))

/* glibc's own, which these stand before. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);

static atomic_ulong calls;
static unsigned long fails_at;

/* Before anything of the program runs; getenv() allocates nothing. */
__attribute__((constructor)) static void begin(void)
{
	const char *at = getenv("NO_MEMORY_AT");

	fails_at = at ? strtoul(at, NULL, 10) : 0;
	atomic_store(&calls, 0);
}

__attribute__((destructor)) static void end(void)
{
	const char *path = getenv("NO_MEMORY_COUNT");
	unsigned long counted = atomic_load(&calls);
	FILE *file = path ? fopen(path, "w") : NULL;

	if (!file)
		return;
	(void)fprintf(file, "%lu\n", counted);
	(void)fclose(file);
}

static int fails(void)
{
	if (atomic_fetch_add(&calls, 1) + 1 != fails_at)
		return 0;
	errno = ENOMEM;
	return 1;
}

VISIBLE void *malloc(size_t size)
{
	return fails() ? NULL : __libc_malloc(size);
}

VISIBLE void *calloc(size_t count, size_t size)
{
	return fails() ? NULL : __libc_calloc(count, size);
}

VISIBLE void *realloc(void *memory, size_t size)
{
	return fails() ? NULL : __libc_realloc(memory, size);
}
