/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Facts about the machine, its state and the build, without which a figure
 * cannot be interpreted. They are read once per run, stored in run.json and
 * checked by `flagrace doctor`. The name of the host is left out on purpose,
 * because runs are published.
 */
#ifndef HARNESS_RECORD_HOST_H
#define HARNESS_RECORD_HOST_H

#include <jansson.h>
#include <stdint.h>

#include "harness/record/rows.h"

/* As in a row (rows.h), "", FR_UNKNOWN and NaN mean unknown. */
struct host {
	char cpu_model[128];
	uint64_t cpus;
	double cpu_quota;
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
	uint64_t cgroup_memory_bytes, address_space_bytes;
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
 * Reads all facts. `root` is put before each path in /proc and /sys: "" for
 * this host, or a folder with files of another one (tests). The facts about the
 * build are always this binary's.
 */
void host_read(struct host *host, const char *root);

/* The part of host_read that reads files below root. */
void host_read_files(struct host *host, const char *root);

/*
 * Writes the name of this machine, cleaned as by row_text; "": unknown. It is not
 * part of struct host: only runs on several machines have to tell it.
 */
void host_name(char *name, size_t size);

/* Size of the text that host_boot_id writes, with its NUL. */
enum { HOST_BOOT_ID_MAX = 40 };

/*
 * Reads an identifier of this boot of this host (random(4)); "": unknown.
 * Processes that read the same identifier can compare their CLOCK_MONOTONIC
 * stamps. It is not part of struct host, because runs are published.
 */
void host_boot_id(char id[HOST_BOOT_ID_MAX]);

/*
 * Returns a new JSON object with a member for each fact, null if unknown. NULL:
 * out of memory.
 */
json_t *host_to_json(const struct host *host);

#endif
