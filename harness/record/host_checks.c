/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A table of checks. The limits are round figures beyond which an effect shows
 * in trials of some milliseconds; docs/METHOD.md lists them.
 */
#include "harness/record/host_checks.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *const finding_state_names[] = {"ok", "warns", "unknown"};

enum {
	CPUS_WANTED = 4,            /* client, server, harness and the kernel */
	DESCRIPTORS_WANTED = 10100, /* 10000 in flight and a margin */
	THREADS_WANTED = 1100,      /* 1000 in flight and a margin */
	MEMORY_WANTED = 1 << 30,    /* 1000 processes, or their stacks */
	PORTS_WANTED = 16384,
	BACKLOG_WANTED = 4096,
	SLACK_USUAL_NS = 50000, /* the kernel's own default */
};
static const double PRESSURE_MOST = 5;  /* percent */
static const double STEAL_MOST = 0.005; /* of the CPU time */
static const double LOAD_MOST = 0.5;    /* tasks a CPU */
static const double WAITING_MOST = 0.5; /* of the ports */

/*
 * Fills in the finding, with the value in words unless it is unknown. `bad` is
 * whether a known value spoils figures.
 */
__attribute__((format(printf, 4, 5))) static void find(
	struct finding *finding, bool known, bool bad, const char *format, ...)
{
	va_list args;

	finding->state = !known ? FINDING_UNKNOWN
		: bad           ? FINDING_WARNS
				: FINDING_OK;
	if (!known)
		return;
	va_start(args, format);
	(void)vsnprintf(finding->here, sizeof(finding->here), format, args);
	va_end(args);
}

static void governor(struct finding *finding, const struct host *host)
{
	find(finding, host->cpu_governor[0],
		strcmp(host->cpu_governor, "performance") != 0, "%s",
		host->cpu_governor);
}

static void load(struct finding *finding, const struct host *host)
{
	find(finding, !isnan(host->load_1m) && host->cpus != FR_UNKNOWN,
		host->load_1m > LOAD_MOST * (double)host->cpus,
		"%.2f on %" PRIu64 " CPUs in the last minute", host->load_1m,
		host->cpus);
}

static void pressure(struct finding *finding, const struct host *host)
{
	find(finding, !isnan(host->cpu_pressure),
		host->cpu_pressure > PRESSURE_MOST, "%.1f %% of the last 10 s",
		host->cpu_pressure);
}

static void steal(struct finding *finding, const struct host *host)
{
	find(finding, !isnan(host->steal_share), host->steal_share > STEAL_MOST,
		"%.2f %% since boot", 100 * host->steal_share);
}

static void cpus(struct finding *finding, const struct host *host)
{
	double usable = (double)host->cpus;

	if (host->cpu_quota < usable)
		usable = host->cpu_quota;
	find(finding, host->cpus != FR_UNKNOWN, usable < (double)CPUS_WANTED,
		"%.3g", usable);
}

static void cpu_quota(struct finding *finding, const struct host *host)
{
	if (isnan(host->cpu_quota))
		find(finding, true, false, "none");
	else
		find(finding, true, true, "%.3g CPUs, by the cgroup",
			host->cpu_quota);
}

static void smt(struct finding *finding, const struct host *host)
{
	find(finding, host->smt != FR_UNKNOWN, host->smt, "%s",
		host->smt ? "on" : "off");
}

static void virtual_machine(struct finding *finding, const struct host *host)
{
	find(finding, host->virtual_machine[0],
		strcmp(host->virtual_machine, "none") != 0, "%s",
		host->virtual_machine);
}

static void swap(struct finding *finding, const struct host *host)
{
	find(finding, host->swap_used_bytes != FR_UNKNOWN,
		host->swap_used_bytes > 0, "%" PRIu64 " MiB in use",
		host->swap_used_bytes >> 20);
}

static void timer_slack(struct finding *finding, const struct host *host)
{
	find(finding, host->timer_slack_ns != FR_UNKNOWN,
		host->timer_slack_ns > SLACK_USUAL_NS, "%" PRIu64 " us",
		host->timer_slack_ns / 1000);
}

/* A run raises its soft limit to the hard one. */
static void descriptors(struct finding *finding, const struct host *host)
{
	find(finding, host->descriptors_max != FR_UNKNOWN,
		host->descriptors_max < DESCRIPTORS_WANTED,
		"%" PRIu64 " at most", host->descriptors_max);
}

/* Checks the least of three limits; an unknown one is FR_UNKNOWN: very high. */
static void threads(struct finding *finding, const struct host *host)
{
	const struct {
		uint64_t most;
		const char *whose;
	} limits[] = {
		{host->kernel_threads, "kernel.threads-max"},
		{host->user_processes, "ulimit -u"},
		{host->cgroup_pids, "pids.max of the cgroup"},
	};
	size_t least = 0;

	for (size_t i = 1; i < sizeof(limits) / sizeof(limits[0]); i++)
		if (limits[i].most < limits[least].most)
			least = i;
	find(finding, limits[least].most != FR_UNKNOWN,
		limits[least].most < THREADS_WANTED,
		"%" PRIu64 " at most, by %s", limits[least].most,
		limits[least].whose);
}

static void memory_limit(struct finding *finding, const struct host *host)
{
	bool ours = host->cgroup_memory_bytes < host->address_space_bytes;
	uint64_t least =
		ours ? host->cgroup_memory_bytes : host->address_space_bytes;

	if (least == FR_UNKNOWN)
		find(finding, true, false, "none");
	else
		find(finding, true, least < MEMORY_WANTED,
			"%" PRIu64 " MiB, by %s", least >> 20,
			ours ? "the cgroup" : "ulimit -v");
}

static void openmp(struct finding *finding, const struct host *host)
{
	if (host->openmp_threads == FR_UNKNOWN)
		find(finding, true, false, "no OMP_THREAD_LIMIT");
	else
		find(finding, true, host->openmp_threads < THREADS_WANTED,
			"%" PRIu64 " at most, by OMP_THREAD_LIMIT",
			host->openmp_threads);
}

static uint64_t port_count(const struct host *host)
{
	return host->port_last - host->port_first + 1;
}

static void ports(struct finding *finding, const struct host *host)
{
	find(finding, host->port_first != FR_UNKNOWN,
		port_count(host) < PORTS_WANTED,
		"%" PRIu64 ", from %" PRIu64 " to %" PRIu64, port_count(host),
		host->port_first, host->port_last);
}

static void time_wait(struct finding *finding, const struct host *host)
{
	find(finding,
		host->port_first != FR_UNKNOWN &&
			host->ports_in_time_wait != FR_UNKNOWN,
		(double)host->ports_in_time_wait >
			WAITING_MOST * (double)port_count(host),
		"%" PRIu64 " ports", host->ports_in_time_wait);
}

static void backlog(struct finding *finding, const struct host *host)
{
	find(finding, host->somaxconn != FR_UNKNOWN,
		host->somaxconn < BACKLOG_WANTED, "%" PRIu64, host->somaxconn);
}

static void sanitizers(struct finding *finding, const struct host *host)
{
	find(finding, host->sanitizers[0],
		strcmp(host->sanitizers, "none") != 0, "%s", host->sanitizers);
}

static const struct check {
	const char *name;
	void (*run)(struct finding *finding, const struct host *host);
	const char *spoils, *remedy;
	bool makes_untrue;
} checks[HOST_CHECKS_COUNT] = {
	{"governor", governor,
		"a CPU that was idle is slow at first: short and rare requests "
		"look slower than they are",
		"cpupower frequency-set -g performance", false},
	{"load", load, "trials wait for the CPU while others have it",
		"stop what else is running, or wait", true},
	{"pressure", pressure, "trials wait for the CPU while others have it",
		"stop what else is running, or wait", true},
	{"steal", steal,
		"the hypervisor takes the CPU away in the middle of a trial",
		"another machine, or more blocks", true},
	{"CPUs", cpus,
		"client and server compete, so many requests at once cost "
		"more than with CPUs of their own",
		"compare strategies, not machines", false},
	{"CPU quota", cpu_quota,
		"the kernel stops all threads for the rest of each period in "
		"which the quota is used up",
		"raise it (cpu.max, docker run --cpus), or run outside of the "
		"container",
		true},
	{"SMT", smt, "two busy threads on one core slow each other down",
		"echo off > /sys/devices/system/cpu/smt/control", false},
	{"virtual machine", virtual_machine,
		"timers and wake-ups are later and less even than on bare "
		"metal",
		"compare only with runs of this machine", false},
	{"swap", swap, "memory that was swapped out comes back from a disk",
		"swapoff -a, once there is memory for it", true},
	{"timer slack", timer_slack, "sleeping threads wake up that much late",
		"start it from a shell whose slack is 50 us", true},
	{"descriptors", descriptors,
		"a strategy fails when it wants more connections than that",
		"raise the hard limit: ulimit -Hn 20000, as root", false},
	{"threads", threads,
		"a strategy of threads or processes fails when it wants more",
		"raise that limit (ulimit -u, pids.max of the cgroup or "
		"container)",
		false},
	{"memory limit", memory_limit,
		"a strategy of many threads or processes fails, or is killed, "
		"when it wants more",
		"raise that limit (ulimit -v, memory.max of the cgroup or "
		"container)",
		false},
	{"OpenMP", openmp, "OpenMP strategies fail when they want more threads",
		"unset OMP_THREAD_LIMIT", false},
	{"ports", ports,
		"fresh connections run out of ports, and fail to connect",
		"sysctl net.ipv4.ip_local_port_range='16384 60999'", false},
	{"time-wait", time_wait,
		"fresh connections run out of ports, and fail to connect",
		"wait a minute", true},
	{"backlog", backlog,
		"connections opened in a burst are dropped, and tried again a "
		"second later",
		"sysctl net.core.somaxconn=4096", true},
	{"sanitizers", sanitizers,
		"time and memory are several times what they should be",
		"measure with a build of preset release", true},
};

void host_check(
	struct finding findings[HOST_CHECKS_COUNT], const struct host *host)
{
	for (size_t i = 0; i < HOST_CHECKS_COUNT; i++) {
		findings[i] = (struct finding){
			.check = checks[i].name,
			.spoils = checks[i].spoils,
			.remedy = checks[i].remedy,
			.makes_untrue = checks[i].makes_untrue,
		};
		checks[i].run(&findings[i], host);
	}
}
