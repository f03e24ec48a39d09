/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Quotas in folders that stand for both versions of cgroups, and in real
 * cgroups where this process may make them.
 */
#include "test_root.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/trial/quota.h"

static const struct quota_limits all = {
	.cpus = 0.5, .pids = 10, .memory_bytes = 1 << 20};
static const struct quota_limits half_a_cpu = {.cpus = 0.5};

/* A host of version 2, on which this process is in /a/b. */
static void put_v2(const char *root)
{
	put(root, "/proc/self/cgroup", "0::/a/b\n");
	put(root, "/proc/self/mountinfo",
		"41 31 0:38 / /cg rw - cgroup2 cgroup2 rw\n");
	put(root, "/cg/cgroup.controllers", "cpu io memory pids\n");
	put(root, "/cg/a/cgroup.type", "domain\n");
	put(root, "/cg/a/cgroup.controllers", "cpu memory pids\n");
	put(root, "/cg/a/cgroup.subtree_control", "\n");
	put(root, "/cg/a/b/cgroup.type", "domain\n");
	put(root, "/cg/a/b/cgroup.controllers", "\n");
	put(root, "/cg/a/b/cgroup.subtree_control", "\n");
}

static void put_v1(const char *root)
{
	put(root, "/proc/self/cgroup", "3:cpu,pids:/x\n2:memory:/\n0::/\n");
	put(root, "/proc/self/mountinfo",
		"33 31 0:30 / /cg/cpu rw - cgroup cgroup rw,cpu,pids\n"
		"34 31 0:31 / /cg/memory rw - cgroup cgroup rw,memory\n"
		"35 31 0:32 / /cg/unified rw - cgroup2 cgroup2 rw\n");
	put(root, "/cg/cpu/x/cpu.cfs_quota_us", "-1\n");
	put(root, "/cg/memory/memory.limit_in_bytes", "9223372036854771712\n");
}

/* The path of the first cgroup that this process makes in the folder. */
static const char *ours(char path[256], const char *folder)
{
	(void)snprintf(path, 256, "%s/flagrace-%d-0", folder, (int)getpid());
	return path;
}

static void assert_text(const char *root, const char *folder, const char *file,
	const char *text)
{
	char path[512], got[64] = "", group[256];
	FILE *stream;

	(void)snprintf(
		path, sizeof(path), "%s%s/%s", root, ours(group, folder), file);
	stream = fopen(path, "r");
	if (!stream)
		fail_msg("no file %s", path);
	got[fread(got, 1, sizeof(got) - 1, stream)] = '\0';
	(void)fclose(stream);
	assert_string_equal(got, text);
}

static void put_ours(const char *root, const char *folder, const char *file,
	const char *text)
{
	char path[512], group[256];

	(void)snprintf(path, sizeof(path), "%s/%s", ours(group, folder), file);
	put(root, path, text);
}

static bool exists(const char *root, const char *path)
{
	char whole[512];

	(void)snprintf(whole, sizeof(whole), "%s%s", root, path);
	return access(whole, F_OK) == 0;
}

static void open_quota(struct quota *quota, const struct quota_limits *limits,
	const char *root)
{
	struct fr_error err;

	if (quota_open(quota, limits, root, &err) < 0)
		fail_msg("refused: %s", err.text);
}

static void assert_refused(const struct quota_limits *limits, const char *root,
	const char *begin, const char *end)
{
	struct quota quota;
	struct fr_error err;
	size_t length;

	assert_int_equal(quota_open(&quota, limits, root, &err), -1);
	assert_int_equal(err.status, EXIT_INVALID);
	length = strlen(err.text);
	if (strncmp(err.text, begin, strlen(begin)) != 0 ||
		length < strlen(end) ||
		strcmp(err.text + length - strlen(end), end) != 0)
		fail_msg("%s", err.text);
}

static void join_in_a_child(const struct quota *quota)
{
	pid_t pid = fork();
	int status;

	if (pid == 0)
		_exit(quota_join(quota) ? 1 : 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static void version_2_has_one_cgroup_for_all_limits(void **state)
{
	const char *root = *state;
	struct quota_counts counts;
	struct quota quota;

	put_v2(root);
	put(root, "/cg/a/b/cgroup.subtree_control", "cpu memory pids\n");
	open_quota(&quota, &all, root);
	assert_text(root, "/cg/a/b", "cpu.max", "50000 100000");
	assert_text(root, "/cg/a/b", "pids.max", "10");
	assert_text(root, "/cg/a/b", "memory.max", "1048576");
	assert_text(root, "/cg/a/b", "memory.swap.max", "0");
	join_in_a_child(&quota);
	assert_text(root, "/cg/a/b", "cgroup.procs", "0");
	assert_true(quota_read(&quota).cpu_ns == UINT64_MAX);
	put_ours(root, "/cg/a/b", "cpu.stat",
		"usage_usec 5\nthrottled_usec 7\n");
	put_ours(root, "/cg/a/b", "pids.events", "max 3\n");
	put_ours(root, "/cg/a/b", "memory.events", "oom 4\noom_kill 2\n");
	put_ours(root, "/cg/a/b", "memory.peak", "123456\n");
	counts = quota_read(&quota);
	assert_int_equal(counts.memory_peak_bytes, 123456);
	assert_int_equal(counts.cpu_ns, 5000);
	assert_int_equal(counts.throttled_ns, 7000);
	assert_int_equal(counts.refused, 3);
	assert_int_equal(counts.oom_kills, 2);
	quota_close(&quota);
}

static void version_1_has_a_cgroup_in_each_hierarchy(void **state)
{
	const char *root = *state;
	struct quota_counts counts;
	struct quota quota;

	put_v1(root);
	open_quota(&quota, &all, root);
	assert_text(root, "/cg/cpu/x", "cpu.cfs_quota_us", "50000");
	assert_text(root, "/cg/cpu/x", "pids.max", "10");
	assert_text(root, "/cg/memory", "memory.limit_in_bytes", "1048576");
	assert_text(
		root, "/cg/memory", "memory.memsw.limit_in_bytes", "1048576");
	join_in_a_child(&quota);
	assert_text(root, "/cg/cpu/x", "cgroup.procs", "0");
	assert_text(root, "/cg/memory", "cgroup.procs", "0");
	put_ours(root, "/cg/cpu/x", "cpu.stat", "throttled_time 9\n");
	assert_true(quota_read(&quota).cpu_ns == UINT64_MAX);
	put_ours(root, "/cg/cpu/x", "cpuacct.usage", "123\n");
	put_ours(root, "/cg/memory", "memory.oom_control",
		"oom_kill_disable 0\noom_kill 1\n");
	put_ours(root, "/cg/memory", "memory.max_usage_in_bytes", "4567\n");
	counts = quota_read(&quota);
	assert_int_equal(counts.memory_peak_bytes, 4567);
	assert_int_equal(counts.cpu_ns, 123);
	assert_int_equal(counts.throttled_ns, 9);
	assert_true(counts.refused == UINT64_MAX);
	assert_int_equal(counts.oom_kills, 1);
	quota_close(&quota);
}

static void what_is_not_limited_is_not_counted(void **state)
{
	const char *root = *state;
	struct quota_counts counts;
	struct quota quota;

	put_v1(root);
	open_quota(&quota, &half_a_cpu, root);
	assert_false(exists(root, ours((char[256]){""}, "/cg/memory")));
	counts = quota_read(&quota);
	assert_true(counts.refused == UINT64_MAX);
	assert_true(counts.oom_kills == UINT64_MAX);
	assert_true(counts.memory_peak_bytes == UINT64_MAX);
	quota_close(&quota);
	assert_true(quota_is_none(&(struct quota_limits){0}));
	assert_false(quota_is_none(&half_a_cpu));
}

/* In a scope of its own, as systemd-run makes one. */
static void a_process_alone_in_its_cgroup_makes_room(void **state)
{
	const char *root = *state;
	struct quota quota;
	char text[32], path[320], leaf[256];

	put_v2(root);
	put(root, "/cg/a/b/cgroup.controllers", "cpu memory pids\n");
	(void)snprintf(text, sizeof(text), "%d\n", (int)getpid());
	put(root, "/cg/a/b/cgroup.procs", text);
	open_quota(&quota, &half_a_cpu, root);
	text[strlen(text) - 1] = '\0';
	assert_text(root, "/cg/a/b", "cgroup.procs", text);
	(void)snprintf(path, sizeof(path), "/cg/a/b/flagrace-%d-1/cpu.max",
		(int)getpid());
	assert_true(exists(root, path));
	quota_close(&quota);
	/* The next quota is made beside the cgroup that it is in now. */
	(void)snprintf(path, sizeof(path), "0::%s\n", ours(leaf, "/a/b"));
	put(root, "/proc/self/cgroup", path);
	put(root, "/cg/a/b/cgroup.subtree_control", "cpu\n");
	open_quota(&quota, &half_a_cpu, root);
	(void)snprintf(path, sizeof(path), "/cg/a/b/flagrace-%d-2/cpu.max",
		(int)getpid());
	assert_true(exists(root, path));
	quota_close(&quota);
}

static void a_cgroup_with_other_processes_is_not_changed(void **state)
{
	const char *root = *state;
	struct quota quota;

	put_v2(root);
	put(root, "/cg/a/b/cgroup.controllers", "cpu memory pids\n");
	put(root, "/cg/a/b/cgroup.procs", "1\n");
	assert_refused(&half_a_cpu, root, "cpus '0.5': ",
		"run it as root, or as: systemd-run --user --scope "
		"-p Delegate=yes flagrace ...");
	assert_false(exists(root, ours((char[256]){""}, "/cg/a/b")));
	/* But one above it may hand its controllers on. */
	put(root, "/cg/a/cgroup.subtree_control", "cpu pids\n");
	open_quota(&quota, &half_a_cpu, root);
	assert_text(root, "/cg/a", "cpu.max", "50000 100000");
	quota_close(&quota);
}

static void what_cannot_be_made_is_refused_with_a_remedy(void **state)
{
	const char *root = *state;

	assert_refused(&half_a_cpu, root, "cpus '0.5': no control group",
		"(mount -t cgroup2 none /sys/fs/cgroup, as root)");
	put_v2(root);
	put(root, "/cg/cgroup.controllers", "io\n");
	assert_refused(&half_a_cpu, root, "cpus '0.5': no control group",
		"(mount -t cgroup2 none /sys/fs/cgroup, as root)");
	put_v1(root);
	put(root, "/proc/self/cgroup", "3:cpu,pids:/gone\n");
	assert_refused(&half_a_cpu, root, "cpus '0.5': no control group",
		"No such file or directory; see cgroups(7)");
}

static void a_limit_above_that_of_flagrace_is_refused(void **state)
{
	const char *root = *state;

	put_v2(root);
	put(root, "/cg/a/b/cgroup.subtree_control", "cpu memory pids\n");
	put(root, "/cg/a/cpu.max", "25000 100000\n");
	assert_refused(&half_a_cpu, root,
		"cpus '0.5': flagrace itself may use no more than 0.25 CPUs",
		"ask for less");
	put(root, "/cg/a/cpu.max", "100000 100000\n");
	assert_refused(&(struct quota_limits){.cpus = 1.5}, root,
		"cpus '1.5': flagrace itself may use no more than 1 CPU here",
		"ask for less");
	put(root, "/cg/a/b/pids.max", "9\n");
	assert_refused(&(struct quota_limits){.pids = 10}, root,
		"pids '10': flagrace itself may use no more than 9 processes",
		"ask for less");
	put(root, "/cg/memory.max", "4096\n");
	assert_refused(&(struct quota_limits){.memory_bytes = 1 << 20}, root,
		"memory '1048576': flagrace itself may use no more than 4096",
		"ask for less");
}

static void the_next_quota_removes_what_nobody_locks(void **state)
{
	const char *root = *state;
	struct quota quota;
	char path[256];
	int fd;

	put_v1(root);
	put(root, "/cg/cpu/x/flagrace-1-0/gone", "");
	put(root, "/cg/cpu/x/flagrace-1-0/gone", NULL);
	put(root, "/cg/cpu/x/flagrace-1-1/gone", "");
	put(root, "/cg/cpu/x/flagrace-1-1/gone", NULL);
	put(root, "/cg/cpu/x/other/gone", "");
	put(root, "/cg/cpu/x/other/gone", NULL);
	(void)snprintf(path, sizeof(path), "%s/cg/cpu/x/flagrace-1-1", root);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_int_equal(flock(fd, LOCK_EX), 0);
	open_quota(&quota, &half_a_cpu, root);
	assert_false(exists(root, "/cg/cpu/x/flagrace-1-0"));
	assert_true(exists(root, "/cg/cpu/x/flagrace-1-1"));
	assert_true(exists(root, "/cg/cpu/x/other"));
	quota_close(&quota);
	close(fd);
}

/* Uses CPU time in the quota until the kernel has withheld some. */
static _Noreturn void burn(const struct quota *quota)
{
	if (quota_join(quota))
		_exit(1);
	while (!quota_read(quota).throttled_ns)
		;
	/* A process that outlives its parent, and ends in quota_close. */
	if (fork() == 0)
		while (pause() < 0)
			;
	_exit(0);
}

/* The throttled time in cpu.stat, as awk and every other reader finds it. */
static uint64_t told_by_cpu_stat(const char *path)
{
	char command[4096], text[64] = "";
	FILE *told;

	(void)snprintf(command, sizeof(command),
		"awk '/^throttled_usec/ { print $2 * 1000 } "
		"/^throttled_time/ { print $2 }' %s/cpu.stat",
		path);
	told = popen(command, "r");
	assert_non_null(told);
	assert_non_null(fgets(text, sizeof(text), told));
	assert_int_equal(pclose(told), 0);
	return strtoull(text, NULL, 10);
}

static void a_real_quota_throttles_and_leaves_nothing(void **state)
{
	/* A sanitizer has threads of its own. */
	static const struct quota_limits limits = {.cpus = 0.1, .pids = 20};
	struct quota_counts counts;
	struct quota quota;
	int status;
	pid_t pid;

	(void)state;
	if (quota_check(&limits, "", NULL) < 0)
		skip();
	open_quota(&quota, &limits, "");
	pid = fork();
	if (pid == 0)
		burn(&quota);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	counts = quota_read(&quota);
	assert_true(
		counts.throttled_ns > 0 && counts.throttled_ns != UINT64_MAX);
	assert_int_equal(
		counts.throttled_ns, told_by_cpu_stat(quota.groups[0].path));
	assert_int_equal(counts.refused, 0);
	quota_close(&quota);
	assert_int_equal(access(quota.groups[0].path, F_OK), -1);
	assert_int_equal(access(quota.groups[1].path, F_OK), -1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, root_make, root_remove)
	static const struct CMUnitTest tests[] = {
		TEST(version_2_has_one_cgroup_for_all_limits),
		TEST(version_1_has_a_cgroup_in_each_hierarchy),
		TEST(what_is_not_limited_is_not_counted),
		TEST(a_process_alone_in_its_cgroup_makes_room),
		TEST(a_cgroup_with_other_processes_is_not_changed),
		TEST(what_cannot_be_made_is_refused_with_a_remedy),
		TEST(a_limit_above_that_of_flagrace_is_refused),
		TEST(the_next_quota_removes_what_nobody_locks),
		cmocka_unit_test(a_real_quota_throttles_and_leaves_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
