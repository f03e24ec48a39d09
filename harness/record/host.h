/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Facts of the machine, its state and the build that a figure cannot be read
 * without: gathered once, kept in run.json, and judged by `flagrace doctor`.
 * Reads files only, and changes nothing. The host's name is left out on
 * purpose: runs get published.
 */
#ifndef HARNESS_RECORD_HOST_H
#define HARNESS_RECORD_HOST_H

#include <jansson.h>
#include <stdint.h>

#include "harness/record/rows.h"

/* As a row (rows.h): "", FR_UNKNOWN and NaN are what could not be read. */
struct host {
	char cpu_model[128];
	uint64_t cpus;
	uint64_t smt;
	char cpu_governor[32];
	char virtual_machine[64];
	char container[32];
	uint64_t memory_bytes, memory_available_bytes;
	uint64_t swap_bytes, swap_used_bytes;
	double load_1m, load_5m, load_15m;
	double steal_share;
	double cpu_pressure, memory_pressure, io_pressure;
	uint64_t timer_slack_ns;
	uint64_t descriptors, descriptors_max;
	uint64_t port_first, port_last, ports_in_time_wait;
	uint64_t somaxconn;
	uint64_t kernel_threads, user_processes, cgroup_pids;
	uint64_t openmp_threads;
	char kernel[128];
	char architecture[32];
	char libc[32], libcurl[32], nghttp2[32], liburing[32], openmp[32];
	char flagrace[32];
	uint64_t binary_xxh3;
	char compiler[64];
	char compiler_flags[ROWS_TEXT_MAX];
	char sanitizers[64];
};

extern const struct row_schema host_schema;

/*
 * Reads the facts of the host whose files are below root: "" for this one, or
 * a folder that holds a proc and a sys (tests). Facts of the build are always
 * this binary's.
 */
void host_read(struct host *host, const char *root);

/* What host_boot_id writes, its end included. */
enum { HOST_BOOT_ID_MAX = 40 };

/*
 * Tells this host, since it booted, from all others (random(4)); "" when the
 * kernel does not say. Processes for which it is the same can compare their
 * CLOCK_MONOTONIC stamps. It is no fact of the above: runs get published.
 */
void host_boot_id(char id[HOST_BOOT_ID_MAX]);

/*
 * A new JSON object with a member for each; unknown ones are null. NULL: memory
 * is short.
 */
json_t *host_to_json(const struct host *host);

#endif
