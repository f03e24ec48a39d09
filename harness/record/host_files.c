/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads the facts that Linux shows in /proc and /sys (proc(5), sysfs(5)). A
 * container or an old kernel shows fewer: a fact that cannot be read keeps the
 * value it had.
 */
#include "harness/record/host.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/base/cgroup.h"
#include "harness/base/proc.h"

/* The start of the file that was read last. */
struct host_file {
	const char *root;
	char text[65536];
};

/* Reads root + path. Returns whether the file has any text. */
static bool take_file(struct host_file *file, const char *path)
{
	char whole[1024];

	(void)snprintf(whole, sizeof(whole), "%s%s", file->root, path);
	return proc_read(file->text, sizeof(file->text), whole) > 0;
}

/* Returns the text behind `key` at the start of a line; NULL: no such line. */
static const char *find(const struct host_file *file, const char *key)
{
	const char *line = file->text;

	while (line && strncmp(line, key, strlen(key)) != 0) {
		line = strchr(line, '\n');
		line = line ? line + 1 : NULL;
	}
	return line ? line + strlen(key) : NULL;
}

/* Takes the rest of a line without leading and trailing blanks. */
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
	char *target, size_t size, struct host_file *file, const char *path)
{
	if (take_file(file, path))
		take_text(target, size, file->text);
}

/*
 * Reads a whole number and moves *text behind it. sscanf(3) would also accept
 * a sign.
 */
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

/* Sets *value to the number at the start of text, times unit. */
static void take_count(uint64_t *value, const char *text, uint64_t unit)
{
	uint64_t count;

	if (next_count(&text, &count) && count < UINT64_MAX / unit)
		*value = count * unit;
}

/* Reads two numbers; sets both or neither. */
static void take_pair(uint64_t *first, uint64_t *second, const char *text)
{
	uint64_t a, b;

	if (next_count(&text, &a) && next_count(&text, &b)) {
		*first = a;
		*second = b;
	}
}

static void take_count_file(
	uint64_t *value, struct host_file *file, const char *path)
{
	if (take_file(file, path))
		take_count(value, file->text, 1);
}

/* Counts the members of a list such as 0-3,8 (cpuset(7), "Formats"). */
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

static void read_cpu(struct host *host, struct host_file *file)
{
	const char *flags;
	char virtual[64] = "";

	if (take_file(file, "/proc/self/status"))
		take_list_length(&host->cpus, find(file, "Cpus_allowed_list:"));
	take_count_file(&host->smt, file, "/sys/devices/system/cpu/smt/active");
	take_word(host->cpu_governor, sizeof(host->cpu_governor), file,
		"/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor");
	take_word(virtual, sizeof(virtual), file, "/sys/hypervisor/type");
	if (!virtual[0])
		take_word(virtual, sizeof(virtual), file,
			"/sys/class/dmi/id/sys_vendor");
	if (!take_file(file, "/proc/cpuinfo"))
		return;
	flags = find(file, "model name");
	if (flags)
		take_text(host->cpu_model, sizeof(host->cpu_model),
			strchr(flags, ':') ? strchr(flags, ':') + 1 : NULL);
	/* The CPUID bit of hypervisors; not every architecture has flags. */
	flags = find(file, "flags");
	if (!flags)
		return;
	file->text[(size_t)(flags - file->text) + strcspn(flags, "\n")] = '\0';
	(void)snprintf(host->virtual_machine, sizeof(host->virtual_machine),
		"%s",
		!strstr(flags, " hypervisor") ? "none"
			: virtual[0]          ? virtual
					      : "unnamed");
}

static void read_container(struct host *host, struct host_file *file)
{
	static const struct {
		const char *file, *manager;
	} marks[] = {
		{"/run/.containerenv", "podman"}, {"/.dockerenv", "docker"}};
	char path[1024];

	take_word(host->container, sizeof(host->container), file,
		"/run/systemd/container");
	for (size_t i = 0; i < 2 && !host->container[0]; i++) {
		(void)snprintf(
			path, sizeof(path), "%s%s", file->root, marks[i].file);
		if (access(path, F_OK) == 0)
			take_text(host->container, sizeof(host->container),
				marks[i].manager);
	}
}

static void read_memory(struct host *host, struct host_file *file)
{
	uint64_t swap_free = FR_UNKNOWN;

	if (!take_file(file, "/proc/meminfo"))
		return;
	take_count(&host->memory_bytes, find(file, "MemTotal:"), 1024);
	take_count(&host->memory_available_bytes, find(file, "MemAvailable:"),
		1024);
	take_count(&host->swap_bytes, find(file, "SwapTotal:"), 1024);
	take_count(&swap_free, find(file, "SwapFree:"), 1024);
	if (host->swap_bytes != FR_UNKNOWN && swap_free <= host->swap_bytes)
		host->swap_used_bytes = host->swap_bytes - swap_free;
}

static void read_pressure(
	double *percent, struct host_file *file, const char *path)
{
	if (take_file(file, path))
		*percent = proc_pressure(file->text);
}

static void read_load(struct host *host, struct host_file *file)
{
	struct cpu_ticks ticks = {0, 0};
	double load[3];

	if (take_file(file, "/proc/loadavg") &&
		sscanf(file->text, "%lf %lf %lf", &load[0], &load[1],
			&load[2]) == 3) {
		host->load_1m = load[0];
		host->load_5m = load[1];
		host->load_15m = load[2];
	}
	if (take_file(file, "/proc/stat"))
		ticks = proc_cpu_ticks(file->text);
	if (ticks.all)
		host->steal_share = (double)ticks.steal / (double)ticks.all;
}

/* Takes a limit that cgroup.h has found. */
static void take_limit(uint64_t *value, double limit)
{
	if (isfinite(limit))
		*value = (uint64_t)limit;
}

static void read_cgroups(struct host *host, const char *root)
{
	double cpus = cgroup_cpus(root);

	if (isfinite(cpus))
		host->cpu_quota = cpus;
	take_limit(&host->cgroup_pids, cgroup_pids(root));
	take_limit(&host->cgroup_memory_bytes, cgroup_memory(root));
}

static void read_limits(struct host *host, struct host_file *file)
{
	take_count_file(
		&host->kernel_threads, file, "/proc/sys/kernel/threads-max");
	if (take_file(file, "/proc/self/limits")) {
		take_count(
			&host->user_processes, find(file, "Max processes"), 1);
		take_count(&host->address_space_bytes,
			find(file, "Max address space"), 1);
	}
	read_cgroups(host, file->root);
	take_count_file(
		&host->timer_slack_ns, file, "/proc/self/timerslack_ns");
	if (take_file(file, "/proc/self/limits"))
		take_pair(&host->descriptors, &host->descriptors_max,
			find(file, "Max open files"));
	take_count_file(&host->somaxconn, file, "/proc/sys/net/core/somaxconn");
	if (take_file(file, "/proc/sys/net/ipv4/ip_local_port_range"))
		take_pair(&host->port_first, &host->port_last, file->text);
	if (host->port_first > host->port_last)
		host->port_first = host->port_last = FR_UNKNOWN;
	if (take_file(file, "/proc/net/sockstat")) {
		const char *tcp = find(file, "TCP:");
		const char *waiting = tcp ? strstr(tcp, " tw ") : NULL;

		take_count(&host->ports_in_time_wait,
			waiting ? waiting + strlen(" tw ") : NULL, 1);
	}
}

void host_read_files(struct host *host, const char *root)
{
	struct host_file *file = malloc(sizeof(*file));

	if (!file)
		return;
	file->root = root;
	read_cpu(host, file);
	read_container(host, file);
	read_memory(host, file);
	read_load(host, file);
	read_pressure(&host->cpu_pressure, file, "/proc/pressure/cpu");
	read_pressure(&host->memory_pressure, file, "/proc/pressure/memory");
	read_pressure(&host->io_pressure, file, "/proc/pressure/io");
	read_limits(host, file);
	take_word(host->kernel, sizeof(host->kernel), file,
		"/proc/sys/kernel/osrelease");
	free(file);
}

void host_boot_id(char id[HOST_BOOT_ID_MAX])
{
	char text[64];

	(void)proc_read(text, sizeof(text), "/proc/sys/kernel/random/boot_id");
	id[0] = '\0';
	take_text(id, HOST_BOOT_ID_MAX, text);
}
