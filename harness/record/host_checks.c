/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A table of checks. The limits are round figures beyond which an effect shows
 * in trials of some milliseconds; docs/METHOD.md lists them.
 */
#include "harness/record/host_checks.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum {
	CPUS_WANTED = 4,            /* client, server, harness and the kernel */
	DESCRIPTORS_WANTED = 10100, /* 10000 in flight and a margin */
	THREADS_WANTED = 1100,      /* 1000 in flight and a margin */
	PORTS_WANTED = 16384,
	BACKLOG_WANTED = 4096,
	SLACK_USUAL_NS = 50000, /* the kernel's own default */
};
static const double PRESSURE_MOST = 5;  /* percent */
static const double STEAL_MOST = 0.005; /* of the CPU time */
static const double LOAD_MOST = 0.5;    /* tasks a CPU */
static const double WAITING_MOST = 0.5; /* of the ports */

#define SAY(...) ((void)snprintf(here, size, __VA_ARGS__))

/* Writes the value on this host into `here`, unless it is unknown. */
typedef enum finding_state check_fn(
	const struct host *host, char *here, size_t size);

static enum finding_state warns_if(bool bad)
{
	return bad ? FINDING_WARNS : FINDING_OK;
}

static enum finding_state governor(
	const struct host *host, char *here, size_t size)
{
	if (!host->cpu_governor[0])
		return FINDING_UNKNOWN;
	SAY("%s", host->cpu_governor);
	return warns_if(strcmp(host->cpu_governor, "performance") != 0);
}

static enum finding_state load(const struct host *host, char *here, size_t size)
{
	if (isnan(host->load_1m) || host->cpus == FR_UNKNOWN)
		return FINDING_UNKNOWN;
	SAY("%.2f on %" PRIu64 " CPUs in the last minute", host->load_1m,
		host->cpus);
	return warns_if(host->load_1m > LOAD_MOST * (double)host->cpus);
}

static enum finding_state pressure(
	const struct host *host, char *here, size_t size)
{
	if (isnan(host->cpu_pressure))
		return FINDING_UNKNOWN;
	SAY("%.1f %% of the last 10 s", host->cpu_pressure);
	return warns_if(host->cpu_pressure > PRESSURE_MOST);
}

static enum finding_state steal(
	const struct host *host, char *here, size_t size)
{
	if (isnan(host->steal_share))
		return FINDING_UNKNOWN;
	SAY("%.2f %% since boot", 100 * host->steal_share);
	return warns_if(host->steal_share > STEAL_MOST);
}

static enum finding_state cpus(const struct host *host, char *here, size_t size)
{
	if (host->cpus == FR_UNKNOWN)
		return FINDING_UNKNOWN;
	SAY("%" PRIu64, host->cpus);
	return warns_if(host->cpus < CPUS_WANTED);
}

static enum finding_state smt(const struct host *host, char *here, size_t size)
{
	if (host->smt == FR_UNKNOWN)
		return FINDING_UNKNOWN;
	SAY("%s", host->smt ? "on" : "off");
	return warns_if(host->smt);
}

static enum finding_state virtual_machine(
	const struct host *host, char *here, size_t size)
{
	if (!host->virtual_machine[0])
		return FINDING_UNKNOWN;
	SAY("%s", host->virtual_machine);
	return warns_if(strcmp(host->virtual_machine, "none") != 0);
}

static enum finding_state swap(const struct host *host, char *here, size_t size)
{
	if (host->swap_used_bytes == FR_UNKNOWN)
		return FINDING_UNKNOWN;
	SAY("%" PRIu64 " MiB in use", host->swap_used_bytes >> 20);
	return warns_if(host->swap_used_bytes > 0);
}

static enum finding_state timer_slack(
	const struct host *host, char *here, size_t size)
{
	if (host->timer_slack_ns == FR_UNKNOWN)
		return FINDING_UNKNOWN;
	SAY("%" PRIu64 " us", host->timer_slack_ns / 1000);
	return warns_if(host->timer_slack_ns > SLACK_USUAL_NS);
}

static enum finding_state descriptors(
	const struct host *host, char *here, size_t size)
{
	/* A run raises its soft limit to the hard one. */
	if (host->descriptors_max == FR_UNKNOWN)
		return FINDING_UNKNOWN;
	SAY("%" PRIu64 " at most", host->descriptors_max);
	return warns_if(host->descriptors_max < DESCRIPTORS_WANTED);
}

/* Checks the least of three limits; an unknown one is FR_UNKNOWN: very high. */
static enum finding_state threads(
	const struct host *host, char *here, size_t size)
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
	if (limits[least].most == FR_UNKNOWN)
		return FINDING_UNKNOWN;
	SAY("%" PRIu64 " at most, by %s", limits[least].most,
		limits[least].whose);
	return warns_if(limits[least].most < THREADS_WANTED);
}

static enum finding_state openmp(
	const struct host *host, char *here, size_t size)
{
	if (host->openmp_threads == FR_UNKNOWN) {
		SAY("no OMP_THREAD_LIMIT");
		return FINDING_OK;
	}
	SAY("%" PRIu64 " at most, by OMP_THREAD_LIMIT", host->openmp_threads);
	return warns_if(host->openmp_threads < THREADS_WANTED);
}

static enum finding_state ports(
	const struct host *host, char *here, size_t size)
{
	if (host->port_first == FR_UNKNOWN)
		return FINDING_UNKNOWN;
	SAY("%" PRIu64 ", from %" PRIu64 " to %" PRIu64,
		host->port_last - host->port_first + 1, host->port_first,
		host->port_last);
	return warns_if(host->port_last - host->port_first + 1 < PORTS_WANTED);
}

static enum finding_state time_wait(
	const struct host *host, char *here, size_t size)
{
	if (host->port_first == FR_UNKNOWN ||
		host->ports_in_time_wait == FR_UNKNOWN)
		return FINDING_UNKNOWN;
	SAY("%" PRIu64 " ports", host->ports_in_time_wait);
	return warns_if((double)host->ports_in_time_wait > WAITING_MOST *
			(double)(host->port_last - host->port_first + 1));
}

static enum finding_state backlog(
	const struct host *host, char *here, size_t size)
{
	if (host->somaxconn == FR_UNKNOWN)
		return FINDING_UNKNOWN;
	SAY("%" PRIu64, host->somaxconn);
	return warns_if(host->somaxconn < BACKLOG_WANTED);
}

static enum finding_state sanitizers(
	const struct host *host, char *here, size_t size)
{
	if (!host->sanitizers[0])
		return FINDING_UNKNOWN;
	SAY("%s", host->sanitizers);
	return warns_if(strcmp(host->sanitizers, "none") != 0);
}

static const struct check {
	const char *name;
	check_fn *run;
	const char *spoils, *remedy;
} checks[HOST_CHECKS_COUNT] = {
	{"governor", governor,
		"a CPU that was idle is slow at first: short and rare requests "
		"look slower than they are",
		"cpupower frequency-set -g performance"},
	{"load", load, "trials wait for the CPU while others have it",
		"stop what else is running, or wait"},
	{"pressure", pressure, "trials wait for the CPU while others have it",
		"stop what else is running, or wait"},
	{"steal", steal,
		"the hypervisor takes the CPU away in the middle of a trial",
		"another machine, or more blocks"},
	{"CPUs", cpus,
		"client and server compete, so many requests at once cost "
		"more than with CPUs of their own",
		"compare strategies, not machines"},
	{"SMT", smt, "two busy threads on one core slow each other down",
		"echo off > /sys/devices/system/cpu/smt/control"},
	{"virtual machine", virtual_machine,
		"timers and wake-ups are later and less even than on bare "
		"metal",
		"compare only with runs of this machine"},
	{"swap", swap, "memory that was swapped out comes back from a disk",
		"swapoff -a, once there is memory for it"},
	{"timer slack", timer_slack, "sleeping threads wake up that much late",
		"start it from a shell whose slack is 50 us"},
	{"descriptors", descriptors,
		"a strategy fails when it wants more connections than that",
		"raise the hard limit: ulimit -Hn 20000, as root"},
	{"threads", threads,
		"a strategy of threads or processes fails when it wants more",
		"raise that limit (ulimit -u, pids.max of the cgroup or "
		"container)"},
	{"OpenMP", openmp, "OpenMP strategies fail when they want more threads",
		"unset OMP_THREAD_LIMIT"},
	{"ports", ports,
		"fresh connections run out of ports, and fail to connect",
		"sysctl net.ipv4.ip_local_port_range='16384 60999'"},
	{"time-wait", time_wait,
		"fresh connections run out of ports, and fail to connect",
		"wait a minute"},
	{"backlog", backlog,
		"connections opened in a burst are dropped, and tried again a "
		"second later",
		"sysctl net.core.somaxconn=4096"},
	{"sanitizers", sanitizers,
		"time and memory are several times what they should be",
		"measure with a build of preset release"},
};

void host_check(
	struct finding findings[HOST_CHECKS_COUNT], const struct host *host)
{
	for (size_t i = 0; i < HOST_CHECKS_COUNT; i++) {
		struct finding *finding = &findings[i];

		*finding = (struct finding){
			.check = checks[i].name,
			.spoils = checks[i].spoils,
			.remedy = checks[i].remedy,
		};
		finding->state = checks[i].run(
			host, finding->here, sizeof(finding->here));
	}
}

const char *finding_state_name(enum finding_state state)
{
	switch (state) {
	case FINDING_OK:
		return "ok";
	case FINDING_WARNS:
		return "warns";
	case FINDING_UNKNOWN:
		break;
	}
	return "unknown";
}
