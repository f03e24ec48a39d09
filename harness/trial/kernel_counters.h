/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Counters of the kernel that explain why a trial took long although neither
 * client nor server was busy. The first two count all that happens in the
 * network namespace, the third all processes of this one's cgroup and of those
 * above it. Any thread; nothing is kept.
 */
#ifndef HARNESS_TRIAL_KERNEL_COUNTERS_H
#define HARNESS_TRIAL_KERNEL_COUNTERS_H

#include <stdbool.h>
#include <stdint.h>

/* UINT64_MAX: the kernel does not tell. */
struct kernel_counters {
	/* Connections that found a listen queue full (netstat, TcpExt). */
	uint64_t listen_overflows;
	/* Connection requests that had to be sent again. */
	uint64_t syn_retransmits;
	/* CPU time that a cgroup's quota withheld, over all CPUs (cpu.stat). */
	uint64_t throttled_ns;
};

struct kernel_counters kernel_counters_read(void);

/* What was counted since; UINT64_MAX where one of the two is not known. */
struct kernel_counters kernel_counters_since(
	const struct kernel_counters *begin);

/*
 * The parsers. A counter of a table as in /proc/net/netstat, a line of names
 * above a line of values; UINT64_MAX: it is not there.
 */
uint64_t kernel_counters_parse_table(
	const char *text, const char *table, const char *name);

/* throttled_usec or throttled_time of a cpu.stat; UINT64_MAX: neither. */
uint64_t kernel_counters_parse_cpu_stat(const char *text);

/*
 * Where in /proc/self/cgroup's text the path of the cgroup that limits CPU time
 * begins, and in *length how long it is; *v2 tells the hierarchy. NULL: none.
 */
const char *kernel_counters_parse_cgroup(
	const char *text, int *length, bool *v2);

#endif
