/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads what Linux tells in /proc and /sys (proc(5), sysfs(5)), leaving out
 * what is not there: a container or another kernel shows less.
 */
#include "harness/record/host_files.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A file in memory; what it begins with, as far as it fits. */
struct reader {
	const char *root;
	char text[65536];
};

/* Reads root + path. Returns whether there was anything. */
static bool take_file(struct reader *reader, const char *path)
{
	char whole[1024];
	size_t have = 0;
	ssize_t n = 1;
	int fd;

	(void)snprintf(whole, sizeof(whole), "%s%s", reader->root, path);
	fd = open(whole, O_RDONLY | O_CLOEXEC);
	while (fd >= 0 && n > 0 && have < sizeof(reader->text) - 1) {
		n = read(fd, reader->text + have,
			sizeof(reader->text) - 1 - have);
		have += n > 0 ? (size_t)n : 0;
	}
	reader->text[have] = '\0';
	if (fd >= 0)
		close(fd);
	return have > 0;
}

/* Behind the key of the first line that begins with it; NULL: none does. */
static const char *find(const struct reader *reader, const char *key)
{
	const char *line = reader->text;

	while (line && strncmp(line, key, strlen(key)) != 0) {
		line = strchr(line, '\n');
		line = line ? line + 1 : NULL;
	}
	return line ? line + strlen(key) : NULL;
}

/* The rest of a line without the blanks around it. */
static void take_text(char *target, size_t size, const char *text)
{
	size_t length;

	if (!text)
		return;
	text += strspn(text, " \t");
	length = strcspn(text, "\n");
	while (length && strchr(" \t", text[length - 1]))
		length--;
	(void)row_text(target, size, text, length);
}

static void take_word(
	char *target, size_t size, struct reader *reader, const char *path)
{
	if (take_file(reader, path))
		take_text(target, size, reader->text);
}

/* A whole number; moves *text behind it. sscanf() would take signs too. */
static bool next_count(const char **text, uint64_t *count)
{
	char *end;

	if (!*text)
		return false;
	*text += strspn(*text, " \t");
	errno = 0;
	*count = strtoull(*text, &end, 10);
	if (!isdigit((unsigned char)**text) || errno || *count == FR_UNKNOWN)
		return false;
	*text = end;
	return true;
}

/* A number there, times unit; anything else leaves *value as it is. */
static void take_count(uint64_t *value, const char *text, uint64_t unit)
{
	uint64_t count;

	if (next_count(&text, &count) && count < UINT64_MAX / unit)
		*value = count * unit;
}

/* Two numbers, or none. */
static void take_pair(uint64_t *first, uint64_t *second, const char *text)
{
	uint64_t a, b;

	if (next_count(&text, &a) && next_count(&text, &b)) {
		*first = a;
		*second = b;
	}
}

static void take_count_file(
	uint64_t *value, struct reader *reader, const char *path)
{
	if (take_file(reader, path))
		take_count(value, reader->text, 1);
}

/* How many are in a list such as 0-3,8 (cpuset(7), "Formats"). */
static void take_list_length(uint64_t *value, const char *text)
{
	unsigned first, last;
	uint64_t count = 0;
	int used = 0;

	if (!text)
		return;
	while (sscanf(text, " %6u%n", &first, &used) == 1) {
		last = first;
		text += used;
		if (sscanf(text, "-%6u%n", &last, &used) == 1)
			text += used;
		count += last >= first ? last - first + 1 : 0;
		if (*text++ != ',')
			break;
	}
	if (count)
		*value = count;
}

static void read_cpu(struct host *host, struct reader *reader)
{
	const char *flags;
	char virtual[64] = "";

	if (take_file(reader, "/proc/self/status"))
		take_list_length(
			&host->cpus, find(reader, "Cpus_allowed_list:"));
	take_count_file(
		&host->smt, reader, "/sys/devices/system/cpu/smt/active");
	take_word(host->cpu_governor, sizeof(host->cpu_governor), reader,
		"/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor");
	take_word(virtual, sizeof(virtual), reader, "/sys/hypervisor/type");
	if (!virtual[0])
		take_word(virtual, sizeof(virtual), reader,
			"/sys/class/dmi/id/sys_vendor");
	if (!take_file(reader, "/proc/cpuinfo"))
		return;
	flags = find(reader, "model name");
	if (flags)
		take_text(host->cpu_model, sizeof(host->cpu_model),
			strchr(flags, ':') ? strchr(flags, ':') + 1 : NULL);
	/* CPUID's own bit; a CPU without flags does not tell. */
	flags = find(reader, "flags");
	if (!flags)
		return;
	reader->text[(size_t)(flags - reader->text) + strcspn(flags, "\n")] =
		'\0';
	(void)snprintf(host->virtual_machine, sizeof(host->virtual_machine),
		"%s",
		!strstr(flags, " hypervisor") ? "none"
			: virtual[0]          ? virtual
					      : "unnamed");
}

static void read_container(struct host *host, struct reader *reader)
{
	char path[1024];

	take_word(host->container, sizeof(host->container), reader,
		"/run/systemd/container");
	(void)snprintf(
		path, sizeof(path), "%s/run/.containerenv", reader->root);
	if (!host->container[0] && access(path, F_OK) == 0)
		(void)snprintf(
			host->container, sizeof(host->container), "podman");
	(void)snprintf(path, sizeof(path), "%s/.dockerenv", reader->root);
	if (!host->container[0] && access(path, F_OK) == 0)
		(void)snprintf(
			host->container, sizeof(host->container), "docker");
}

static void read_memory(struct host *host, struct reader *reader)
{
	uint64_t swap_free = FR_UNKNOWN;

	if (!take_file(reader, "/proc/meminfo"))
		return;
	take_count(&host->memory_bytes, find(reader, "MemTotal:"), 1024);
	take_count(&host->memory_available_bytes, find(reader, "MemAvailable:"),
		1024);
	take_count(&host->swap_bytes, find(reader, "SwapTotal:"), 1024);
	take_count(&swap_free, find(reader, "SwapFree:"), 1024);
	if (host->swap_bytes != FR_UNKNOWN && swap_free <= host->swap_bytes)
		host->swap_used_bytes = host->swap_bytes - swap_free;
}

static void read_pressure(
	double *percent, struct reader *reader, const char *path)
{
	double value;

	if (take_file(reader, path) &&
		sscanf(reader->text, "some avg10=%lf", &value) == 1)
		*percent = value;
}

static void read_load(struct host *host, struct reader *reader)
{
	uint64_t part, all = 0, steal = 0;
	double load[3];
	const char *text;

	if (take_file(reader, "/proc/loadavg") &&
		sscanf(reader->text, "%lf %lf %lf", &load[0], &load[1],
			&load[2]) == 3) {
		host->load_1m = load[0];
		host->load_5m = load[1];
		host->load_15m = load[2];
	}
	text = take_file(reader, "/proc/stat") ? find(reader, "cpu ") : NULL;
	/* user nice system idle iowait irq softirq steal; guests are users */
	for (int i = 0; i < 8; i++) {
		if (!next_count(&text, &part))
			return;
		all += part;
		steal = part;
	}
	if (all)
		host->steal_share = (double)steal / (double)all;
}

/* Takes the least pids.max from folder + path up to folder itself. */
static void take_least_pids(uint64_t *least, struct reader *reader,
	const char *folder, const char *path)
{
	size_t length = strlen(path);
	char file[1024];

	for (;;) {
		uint64_t most = FR_UNKNOWN;

		(void)snprintf(file, sizeof(file), "%s%.*s/pids.max", folder,
			(int)length, path);
		take_count_file(&most, reader, file);
		if (most < *least)
			*least = most;
		if (!length)
			return;
		do
			length--;
		while (length && path[length] != '/');
	}
}

/*
 * /proc/self/cgroup has a line "8:pids:/path" for the controller of cgroups(7)
 * version 1 and "0::/path" for version 2. Which of them limits, and where they
 * are mounted, is only known by looking.
 */
static void read_pids(uint64_t *least, struct reader *reader)
{
	static const struct {
		const char *controller, *folder;
	} places[] = {
		{":pids:", "/sys/fs/cgroup/pids"}, {"0::", "/sys/fs/cgroup"}};

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		char path[768] = "";
		const char *found = NULL;

		if (take_file(reader, "/proc/self/cgroup"))
			found = strstr(reader->text, places[i].controller);
		if (!found)
			continue;
		take_text(path, sizeof(path),
			found + strlen(places[i].controller));
		take_least_pids(least, reader, places[i].folder, path);
	}
}

static void read_limits(struct host *host, struct reader *reader)
{
	take_count_file(
		&host->kernel_threads, reader, "/proc/sys/kernel/threads-max");
	if (take_file(reader, "/proc/self/limits"))
		take_count(&host->user_processes, find(reader, "Max processes"),
			1);
	read_pids(&host->cgroup_pids, reader);
	take_count_file(
		&host->timer_slack_ns, reader, "/proc/self/timerslack_ns");
	if (take_file(reader, "/proc/self/limits"))
		take_pair(&host->descriptors, &host->descriptors_max,
			find(reader, "Max open files"));
	take_count_file(
		&host->somaxconn, reader, "/proc/sys/net/core/somaxconn");
	if (take_file(reader, "/proc/sys/net/ipv4/ip_local_port_range"))
		take_pair(&host->port_first, &host->port_last, reader->text);
	if (host->port_first > host->port_last)
		host->port_first = host->port_last = FR_UNKNOWN;
	if (take_file(reader, "/proc/net/sockstat")) {
		const char *tcp = find(reader, "TCP:");
		const char *waiting = tcp ? strstr(tcp, " tw ") : NULL;

		take_count(&host->ports_in_time_wait,
			waiting ? waiting + strlen(" tw ") : NULL, 1);
	}
}

void host_read_files(struct host *host, const char *root)
{
	struct reader *reader = malloc(sizeof(*reader));

	if (!reader)
		return;
	reader->root = root;
	read_cpu(host, reader);
	read_container(host, reader);
	read_memory(host, reader);
	read_load(host, reader);
	read_pressure(&host->cpu_pressure, reader, "/proc/pressure/cpu");
	read_pressure(&host->memory_pressure, reader, "/proc/pressure/memory");
	read_pressure(&host->io_pressure, reader, "/proc/pressure/io");
	read_limits(host, reader);
	take_word(host->kernel, sizeof(host->kernel), reader,
		"/proc/sys/kernel/osrelease");
	free(reader);
}

void host_boot_id(char id[HOST_BOOT_ID_MAX])
{
	struct reader *reader = malloc(sizeof(*reader));

	id[0] = '\0';
	if (!reader)
		return;
	reader->root = "";
	take_word(id, HOST_BOOT_ID_MAX, reader,
		"/proc/sys/kernel/random/boot_id");
	free(reader);
}
