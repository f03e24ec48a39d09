/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The formats of the files are described in proc(5) and in the kernel's
 * admin-guide/cgroup-v2.rst and scheduler/sched-bwc.rst (cgroup v1).
 */
#include "harness/trial/kernel_counters.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/base/proc.h"

/* The longest line of /proc/net/netstat has some 3000 characters. */
enum { TEXT_SIZE = 16384 };

/* Returns the first line that begins with "table:"; NULL: no such line. */
static const char *line_of(const char *text, const char *table)
{
	size_t length = strlen(table);

	while (text && (strncmp(text, table, length) || text[length] != ':')) {
		text = strchr(text, '\n');
		text += text != NULL;
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
	uint64_t value;

	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (sscanf(line, "throttled_usec %" SCNu64, &value) == 1)
			return value * 1000;
		if (sscanf(line, "throttled_time %" SCNu64, &value) == 1)
			return value;
	}
	return UINT64_MAX;
}

/* Tells whether "cpu" is in a list of controllers that ends at a colon. */
static bool limits_cpu(const char *controllers)
{
	for (;;) {
		size_t length = strcspn(controllers, ",:");

		if (length == 3 && !strncmp(controllers, "cpu", 3))
			return true;
		if (controllers[length] != ',')
			return false;
		controllers += length + 1;
	}
}

const char *kernel_counters_parse_cgroup(
	const char *text, int *length, bool *v2)
{
	const char *found = NULL;

	*v2 = false;
	for (const char *line = text; line && *line;
		line = strchr(line, '\n')) {
		const char *controllers, *path;

		line += *line == '\n';
		controllers = strchr(line, ':');
		path = controllers ? strchr(controllers + 1, ':') : NULL;
		if (!path)
			break;
		/* v1 has a line per controller, v2 one line without any. */
		if (limits_cpu(controllers + 1)) {
			*v2 = false;
			found = path + 1;
			break;
		}
		if (path == controllers + 1 && path[1] == '/') {
			*v2 = true;
			found = path + 1;
		}
	}
	*length = found ? (int)strcspn(found, "\n") : 0;
	return found;
}

/* Adds up a cgroup and all above it, since each of them may have a quota. */
static uint64_t throttled_below(const char *mount, const char *path, int length)
{
	uint64_t sum = UINT64_MAX, value;
	char file[PATH_MAX], text[TEXT_SIZE];

	for (;;) {
		(void)snprintf(file, sizeof(file), "%s%.*s/cpu.stat", mount,
			length, path);
		(void)proc_read(text, sizeof(text), file);
		value = kernel_counters_parse_cpu_stat(text);
		if (value != UINT64_MAX)
			sum = (sum == UINT64_MAX ? 0 : sum) + value;
		if (length == 0)
			return sum;
		do
			length--;
		while (length > 0 && path[length] != '/');
	}
}

static uint64_t read_throttled(void)
{
	static const char *const mounts_v1[] = {
		"/sys/fs/cgroup/cpu,cpuacct", "/sys/fs/cgroup/cpu"};
	char text[TEXT_SIZE];
	const char *path;
	uint64_t ns = UINT64_MAX;
	int length;
	bool v2;

	(void)proc_read(text, sizeof(text), "/proc/self/cgroup");
	path = kernel_counters_parse_cgroup(text, &length, &v2);
	if (!path)
		return UINT64_MAX;
	if (length == 1) /* "/" */
		length = 0;
	if (v2)
		return throttled_below("/sys/fs/cgroup", path, length);
	for (int i = 0; i < 2 && ns == UINT64_MAX; i++)
		ns = throttled_below(mounts_v1[i], path, length);
	return ns;
}

struct kernel_counters kernel_counters_read(void)
{
	struct kernel_counters counters;
	char text[TEXT_SIZE];

	(void)proc_read(text, sizeof(text), "/proc/net/netstat");
	counters.listen_overflows =
		kernel_counters_parse_table(text, "TcpExt", "ListenOverflows");
	counters.syn_retransmits =
		kernel_counters_parse_table(text, "TcpExt", "TCPSynRetrans");
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
	const struct kernel_counters *begin)
{
	struct kernel_counters end = kernel_counters_read();

	return (struct kernel_counters){
		.listen_overflows =
			since(begin->listen_overflows, end.listen_overflows),
		.syn_retransmits =
			since(begin->syn_retransmits, end.syn_retransmits),
		.throttled_ns = since(begin->throttled_ns, end.throttled_ns),
	};
}
