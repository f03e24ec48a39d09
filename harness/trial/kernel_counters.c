/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The formats of the files are described in proc(5) and in the kernel's
 * admin-guide/cgroup-v2.rst and scheduler/sched-bwc.rst (cgroup v1).
 */
#include "harness/trial/kernel_counters.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/base/cgroup.h"
#include "harness/base/proc.h"
#include "link/link.h"

/* The longest line of /proc/net/netstat has some 3000 characters. */
enum { TEXT_SIZE = 16384 };

/* Returns the first line that begins with "table:"; NULL: no such line. */
static const char *line_of(const char *text, const char *table)
{
	size_t length = strlen(table);

	while (text && (strncmp(text, table, length) || text[length] != ':')) {
		text = strchr(text, '\n');
		if (text)
			text++;
	}
	return text;
}

/* Moves *at behind the next word of the line. Returns its length; 0: none. */
static size_t next_word(const char **at, const char **word)
{
	size_t length;

	*word = *at + strspn(*at, " ");
	length = strcspn(*word, " \n");
	*at = *word + length;
	return length;
}

uint64_t kernel_counters_parse_table(
	const char *text, const char *table, const char *name)
{
	const char *names = line_of(text, table), *word, *value;
	const char *values = names ? strchr(names, '\n') : NULL;
	size_t length;

	values = values ? line_of(values + 1, table) : NULL;
	while (values && (length = next_word(&names, &word)) > 0 &&
		next_word(&values, &value) > 0) {
		if (length == strlen(name) && !strncmp(word, name, length))
			return *value >= '0' && *value <= '9'
				? strtoull(value, NULL, 10)
				: UINT64_MAX;
	}
	return UINT64_MAX;
}

uint64_t kernel_counters_parse_cpu_stat(const char *text)
{
	uint64_t us = cgroup_parse_key(text, "throttled_usec");

	return us == UINT64_MAX ? cgroup_parse_key(text, "throttled_time")
				: us * 1000;
}

/* Adds up a cgroup and all above it, since each of them may have a quota. */
static uint64_t read_throttled(void)
{
	uint64_t sum = UINT64_MAX, value;
	struct cgroup cgroup;
	char text[TEXT_SIZE];

	if (!cgroup_find(&cgroup, "", "cpu"))
		return UINT64_MAX;
	do {
		(void)cgroup_read(text, sizeof(text), &cgroup, "cpu.stat");
		value = kernel_counters_parse_cpu_stat(text);
		if (value != UINT64_MAX)
			sum = (sum == UINT64_MAX ? 0 : sum) + value;
	} while (cgroup_up(&cgroup));
	return sum;
}

static void read_network(struct kernel_counters *counters, const char *path)
{
	char text[TEXT_SIZE];

	(void)proc_read(text, sizeof(text), path);
	counters->listen_overflows =
		kernel_counters_parse_table(text, "TcpExt", "ListenOverflows");
	counters->syn_retransmits =
		kernel_counters_parse_table(text, "TcpExt", "TCPSynRetrans");
}

/* Servers listen at the far end of a link, and clients connect at the near. */
static void read_ends(struct kernel_counters *counters, const struct link *link)
{
	struct kernel_counters far;
	char path[32];

	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d",
		link_netstat_fd(link, LINK_UP));
	read_network(counters, path);
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d",
		link_netstat_fd(link, LINK_DOWN));
	read_network(&far, path);
	counters->listen_overflows = far.listen_overflows;
}

struct kernel_counters kernel_counters_read(const struct link *link)
{
	struct kernel_counters counters;

	if (link)
		read_ends(&counters, link);
	else
		read_network(&counters, "/proc/net/netstat");
	counters.throttled_ns = read_throttled();
	return counters;
}

static uint64_t since(uint64_t begin, uint64_t end)
{
	return begin == UINT64_MAX || end == UINT64_MAX || end < begin
		? UINT64_MAX
		: end - begin;
}

struct kernel_counters kernel_counters_since(
	const struct kernel_counters *begin, const struct link *link)
{
	struct kernel_counters end = kernel_counters_read(link);

	return (struct kernel_counters){
		.listen_overflows =
			since(begin->listen_overflows, end.listen_overflows),
		.syn_retransmits =
			since(begin->syn_retransmits, end.syn_retransmits),
		.throttled_ns = since(begin->throttled_ns, end.throttled_ns),
	};
}
