/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Readers of /proc that several parts of the harness need: proc_stat(5), and
 * the kernel's accounting/psi.rst. Any thread.
 */
#ifndef HARNESS_BASE_PROC_H
#define HARNESS_BASE_PROC_H

#include <stddef.h>
#include <stdint.h>

/*
 * Reads the first size - 1 bytes of a file into text and appends a NUL. Returns
 * the text's length: 0 for an empty file or one that cannot be read.
 */
size_t proc_read(char *text, size_t size, const char *path);

/* CPU time of all CPUs since boot, in ticks of 10 ms. */
struct cpu_ticks {
	uint64_t steal; /* what the hypervisor gave to other machines */
	uint64_t all;   /* the sum of all states; 0: unknown */
};

/* Parses the text of /proc/stat. */
struct cpu_ticks proc_cpu_ticks(const char *text);

/*
 * Parses the text of a file in /proc/pressure: the percentage of the last 10 s
 * in which at least one task waited for the resource; NaN: unknown.
 */
double proc_pressure(const char *text);

#endif
