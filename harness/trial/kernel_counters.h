/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Kernel counters that explain why a trial took long although neither client
 * nor server was busy. The first two count events of whole network namespaces,
 * the third one all processes of this process's cgroup and of those above it.
 * Any thread; no state is kept.
 */
#ifndef HARNESS_TRIAL_KERNEL_COUNTERS_H
#define HARNESS_TRIAL_KERNEL_COUNTERS_H

#include <stdint.h>

/* UINT64_MAX: unknown. */
struct kernel_counters {
	/* Connections that found a listen queue full. */
	uint64_t listen_overflows;
	/* SYN segments that were sent again. */
	uint64_t syn_retransmits;
	/* Time for which CPU quotas stopped the cgroups (cpu.stat). */
	uint64_t throttled_ns;
};

struct link;

/* link: counts in its namespaces; NULL: in that of this process. */
struct kernel_counters kernel_counters_read(const struct link *link);

/* The increase since `begin`; UINT64_MAX where either value is unknown. */
struct kernel_counters kernel_counters_since(
	const struct kernel_counters *begin, const struct link *link);

/*
 * Parses a counter of a table such as those of /proc/net/netstat, where a line
 * of names precedes a line of values. UINT64_MAX: not found.
 */
uint64_t kernel_counters_parse_table(
	const char *text, const char *table, const char *name);

/* Parses throttled_usec or throttled_time, in ns; UINT64_MAX: not found. */
uint64_t kernel_counters_parse_cpu_stat(const char *text);

#endif
