/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is read of a host, and what the doctor says of it: a folder stands for
 * / and holds the files of a healthy host, of which each test changes one.
 */
#include "test_harness.h"

#include <math.h>

#include "harness/record/host_checks.h"
#include "test_root.h"

static const struct file {
	const char *path, *text;
} healthy[] = {
	{"/proc/cpuinfo",
		"processor\t: 0\nmodel name\t: Fast CPU @ 3 GHz \n"
		"flags\t\t: fpu vme\n"},
	{"/proc/self/status", "Name:\tx\nCpus_allowed_list:\t0-5,8,10-11\n"},
	{"/proc/self/timerslack_ns", "50000\n"},
	{"/proc/self/limits",
		"Limit  Soft Limit  Hard Limit  Units\n"
		"Max open files            20000                524288     "
		"          files\n"
		"Max processes             96364                96364      "
		"          processes\n"
		"Max address space         8589934592           unlimited  "
		"          bytes\n"},
	{"/proc/sys/kernel/threads-max", "192728\n"},
	{"/proc/self/cgroup", "8:pids:/a/b\n1:cpu:/a\n0::/c\n"},
	{"/proc/self/mountinfo",
		"35 31 0:28 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n"
		"39 31 0:36 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids\n"
		"41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 none rw\n"},
	{"/sys/fs/cgroup/cpu/a/cpu.cfs_quota_us", "-1\n"},
	{"/sys/fs/cgroup/cpu/a/cpu.cfs_period_us", "100000\n"},
	{"/sys/fs/cgroup/unified/memory.max", "max\n"},
	{"/sys/fs/cgroup/unified/c/memory.max", "4294967296\n"},
	{"/sys/fs/cgroup/pids/a/b/pids.max", "max\n"},
	{"/sys/fs/cgroup/pids/a/pids.max", "20000\n"},
	{"/sys/fs/cgroup/pids/pids.max", "max\n"},
	{"/proc/loadavg", "0.10 0.20 0.30 1/200 999\n"},
	{"/proc/stat", "cpu  100 0 100 700 50 0 48 2 0 0\ncpu0 1 2\n"},
	{"/proc/meminfo",
		"MemTotal:  2048 kB\nMemAvailable: 1024 kB\n"
		"SwapTotal: 512 kB\nSwapFree: 512 kB\n"},
	{"/proc/pressure/cpu", "some avg10=0.50 avg60=1.00 avg300=1.00\n"},
	{"/proc/pressure/memory", "some avg10=0.00 avg60=1.00\n"},
	{"/proc/pressure/io", "some avg10=2.25 avg60=1.00\n"},
	{"/proc/sys/net/ipv4/ip_local_port_range", "32768\t60999\n"},
	{"/proc/net/sockstat",
		"sockets: used 16\nTCP: inuse 1 orphan 0 tw 17 alloc 1\n"},
	{"/proc/sys/net/core/somaxconn", "4096\n"},
	{"/proc/sys/kernel/osrelease", "6.1.0-test\n"},
	{"/sys/devices/system/cpu/smt/active", "0\n"},
	{"/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor",
		"performance\n"},
	{"/sys/class/dmi/id/sys_vendor", "Vendor\n"},
};
enum { FILES = sizeof(healthy) / sizeof(healthy[0]) };

static int make_host(void **state)
{
	root_make(state);
	for (size_t i = 0; i < FILES; i++)
		put(*state, healthy[i].path, healthy[i].text);
	return 0;
}

static void facts_are_read_as_they_are(void **state)
{
	struct host host;

	host_read(&host, *state);
	assert_string_equal(host.cpu_model, "Fast CPU @ 3 GHz");
	assert_int_equal(host.cpus, 9);
	assert_int_equal(host.smt, 0);
	assert_string_equal(host.cpu_governor, "performance");
	assert_string_equal(host.virtual_machine, "none");
	assert_int_equal(host.memory_bytes, 2048 * 1024);
	assert_int_equal(host.memory_available_bytes, 1024 * 1024);
	assert_int_equal(host.swap_used_bytes, 0);
	assert_true(host.load_1m == 0.1 && host.load_15m == 0.3);
	assert_true(host.steal_share == 0.002);
	assert_true(host.io_pressure == 2.25);
	assert_int_equal(host.timer_slack_ns, 50000);
	assert_int_equal(host.descriptors, 20000);
	assert_int_equal(host.descriptors_max, 524288);
	assert_int_equal(host.port_first, 32768);
	assert_int_equal(host.port_last, 60999);
	assert_int_equal(host.ports_in_time_wait, 17);
	assert_int_equal(host.somaxconn, 4096);
	assert_int_equal(host.kernel_threads, 192728);
	assert_int_equal(host.user_processes, 96364);
	assert_int_equal(host.cgroup_pids, 20000);
	assert_true(isnan(host.cpu_quota));
	assert_int_equal(host.cgroup_memory_bytes, UINT64_C(4) << 30);
	assert_int_equal(host.address_space_bytes, UINT64_C(8) << 30);
	assert_string_equal(host.kernel, "6.1.0-test");
	/* of this binary */
	assert_true(host.binary_xxh3 != FR_UNKNOWN);
	assert_string_not_equal(host.libc, "");
	assert_string_not_equal(host.compiler, "");
	assert_string_not_equal(host.nghttp2, "");
}

static const struct finding *find(
	const struct finding *findings, const char *check)
{
	for (size_t i = 0; i < HOST_CHECKS_COUNT; i++)
		if (strcmp(findings[i].check, check) == 0)
			return &findings[i];
	fail_msg("no check %s", check);
	return NULL;
}

static void examine(const char *root, struct finding *findings)
{
	struct host host;

	host_read(&host, root);
	/* The build that runs the tests may be a sanitized one. */
	(void)snprintf(host.sanitizers, sizeof(host.sanitizers), "none");
	host_check(findings, &host);
}

static void a_healthy_host_gives_no_warning(void **state)
{
	struct finding findings[HOST_CHECKS_COUNT];

	examine(*state, findings);
	for (size_t i = 0; i < HOST_CHECKS_COUNT; i++)
		if (findings[i].state != FINDING_OK)
			fail_msg("%s: %s", findings[i].check,
				finding_state_names[findings[i].state]);
}

/* Each: what is wrong with the host, and the one check that sees it. */
static const struct sickness {
	const char *check, *path, *text, *here;
} sicknesses[] = {
	{"governor", "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor",
		"powersave\n", "powersave"},
	{"load", "/proc/loadavg", "4.60 0.20 0.30 1/200 999\n",
		"4.60 on 9 CPUs in the last minute"},
	{"pressure", "/proc/pressure/cpu", "some avg10=12.50 avg60=0.00\n",
		"12.5 % of the last 10 s"},
	{"steal", "/proc/stat", "cpu  100 0 100 700 50 0 0 50 0 0\n",
		"5.00 % since boot"},
	{"CPUs", "/proc/self/status", "Cpus_allowed_list:\t3-4\n", "2"},
	{"SMT", "/sys/devices/system/cpu/smt/active", "1\n", "on"},
	{"virtual machine", "/proc/cpuinfo", "flags\t\t: fpu hypervisor vme\n",
		"Vendor"},
	{"swap", "/proc/meminfo", "SwapTotal: 4096 kB\nSwapFree: 1024 kB\n",
		"3 MiB in use"},
	{"timer slack", "/proc/self/timerslack_ns", "2000000\n", "2000 us"},
	{"descriptors", "/proc/self/limits",
		"Max open files            1024                 4096\n"
		"Max processes             96364                96364\n",
		"4096 at most"},
	{"threads", "/proc/sys/kernel/threads-max", "1000\n",
		"1000 at most, by kernel.threads-max"},
	{"threads", "/proc/self/limits",
		"Max open files            20000                524288     "
		"          files\n"
		"Max processes             8                    96364\n",
		"8 at most, by ulimit -u"},
	{"threads", "/sys/fs/cgroup/pids/a/b/pids.max", "64\n",
		"64 at most, by pids.max of the cgroup"},
	{"CPU quota", "/sys/fs/cgroup/cpu/a/cpu.cfs_quota_us", "450000\n",
		"4.5 CPUs, by the cgroup"},
	{"memory limit", "/sys/fs/cgroup/unified/memory.max", "536870912\n",
		"512 MiB, by the cgroup"},
	{"memory limit", "/proc/self/limits",
		"Max open files            20000                524288\n"
		"Max address space         268435456            unlimited\n",
		"256 MiB, by ulimit -v"},
	{"ports", "/proc/sys/net/ipv4/ip_local_port_range", "60000\t60999\n",
		"1000, from 60000 to 60999"},
	{"time-wait", "/proc/net/sockstat",
		"TCP: inuse 1 orphan 0 tw 20000 alloc 1\n", "20000 ports"},
	{"backlog", "/proc/sys/net/core/somaxconn", "128\n", "128"},
};
enum { SICKNESSES = sizeof(sicknesses) / sizeof(sicknesses[0]) };

static const char *healthy_text(const char *path)
{
	for (size_t i = 0; i < FILES; i++)
		if (strcmp(healthy[i].path, path) == 0)
			return healthy[i].text;
	return NULL;
}

static void each_sickness_is_seen_by_its_check_alone(void **state)
{
	for (size_t s = 0; s < SICKNESSES; s++) {
		const struct sickness *sickness = &sicknesses[s];
		struct finding findings[HOST_CHECKS_COUNT];

		put(*state, sickness->path, sickness->text);
		examine(*state, findings);
		put(*state, sickness->path, healthy_text(sickness->path));
		for (size_t i = 0; i < HOST_CHECKS_COUNT; i++)
			if ((findings[i].state == FINDING_WARNS) !=
				(strcmp(findings[i].check, sickness->check) ==
					0))
				fail_msg("%s in a host whose sickness is %s",
					findings[i].check, sickness->check);
		assert_string_equal(
			find(findings, sickness->check)->here, sickness->here);
	}
}

static void limit_of_openmp_is_warned_of(void **state)
{
	struct finding findings[HOST_CHECKS_COUNT];

	(void)setenv("OMP_THREAD_LIMIT", "8", 1);
	examine(*state, findings);
	(void)unsetenv("OMP_THREAD_LIMIT");
	assert_int_equal(find(findings, "OpenMP")->state, FINDING_WARNS);
	assert_string_equal(find(findings, "OpenMP")->here,
		"8 at most, by OMP_THREAD_LIMIT");
}

static void sanitizers_are_warned_of(void **state)
{
	struct finding findings[HOST_CHECKS_COUNT];
	struct host host;

	host_read(&host, *state);
	(void)snprintf(host.sanitizers, sizeof(host.sanitizers), "thread");
	host_check(findings, &host);
	assert_int_equal(find(findings, "sanitizers")->state, FINDING_WARNS);
}

/* Checks of limits of which most hosts have none. */
static bool is_known_to_be_none(const char *check)
{
	return strcmp(check, "OpenMP") == 0 ||
		strcmp(check, "CPU quota") == 0 ||
		strcmp(check, "memory limit") == 0;
}

/* Absent, empty or nonsense: unknown in the findings, null in JSON. */
static void what_cannot_be_read_is_unknown_and_never_invented(void **state)
{
	static const char *const nonsense[] = {"", "\n", "?\n", "-1 -1 -1\n",
		"99999999999999999999999999 1\n", "cpu \nTCP: tw\n",
		"SwapTotal: 1 kB\nSwapFree: 2 kB\n", "some avg10=\n", NULL};

	for (size_t n = 0; n < sizeof(nonsense) / sizeof(nonsense[0]); n++) {
		struct finding findings[HOST_CHECKS_COUNT];
		struct host host;
		json_t *json;

		for (size_t i = 0; i < FILES; i++)
			/* a governor may be any word */
			if (!strstr(healthy[i].path, "governor"))
				put(*state, healthy[i].path, nonsense[n]);
		examine(*state, findings);
		for (size_t i = 0; i < HOST_CHECKS_COUNT; i++)
			if (strcmp(findings[i].check, "sanitizers") != 0 &&
				strcmp(findings[i].check, "governor") != 0 &&
				!is_known_to_be_none(findings[i].check) &&
				findings[i].state != FINDING_UNKNOWN)
				fail_msg("%s: %s of '%s'", findings[i].check,
					findings[i].here, nonsense[n]);
		host_read(&host, *state);
		json = host_to_json(&host);
		assert_true(json_is_null(json_object_get(json, "cpus")));
		assert_true(json_is_null(json_object_get(json, "steal_share")));
		assert_true(json_is_null(json_object_get(json, "cpu_model")));
		assert_int_equal(json_object_size(json), host_schema.count);
		json_decref(json);
	}
}

static void a_text_cannot_steer_a_terminal_or_break_json(void **state)
{
	struct host host;
	json_t *json;

	put(*state, "/proc/cpuinfo", "model name\t: \x1b[2J\xff\xfe\n");
	host_read(&host, *state);
	assert_string_equal(host.cpu_model, "?[2J??");
	json = host_to_json(&host);
	assert_string_equal(
		json_string_value(json_object_get(json, "cpu_model")),
		"?[2J??");
	json_decref(json);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_host, root_remove)
	static const struct CMUnitTest tests[] = {
		TEST(facts_are_read_as_they_are),
		TEST(a_healthy_host_gives_no_warning),
		TEST(each_sickness_is_seen_by_its_check_alone),
		TEST(limit_of_openmp_is_warned_of),
		TEST(sanitizers_are_warned_of),
		TEST(what_cannot_be_read_is_unknown_and_never_invented),
		TEST(a_text_cannot_steer_a_terminal_or_break_json),
	};
#undef TEST

	return cmocka_run_group_tests(tests, NULL, NULL);
}
