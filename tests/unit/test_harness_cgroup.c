/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Control groups and their limits, as both versions show them. */
#include "test_root.h"

#include <math.h>

#include "harness/base/cgroup.h"
#include "harness/base/cpus.h"

#define V2_MOUNT \
	"41 31 0:38 / /sys/fs/cgroup rw shared:4 - cgroup2 cgroup2 rw\n"
#define V1_MOUNTS                                                    \
	"33 31 0:30 / /cg/cpu rw - cgroup cgroup rw,cpuacct,cpu\n"   \
	"39 31 0:36 /docker/x /cg/pids rw - cgroup cgroup rw,pids\n" \
	"40 31 0:37 / /cg/unified rw - cgroup2 cgroup2 rw\n"

static void assert_found(
	const char *root, const char *controller, const char *path, bool v2)
{
	struct cgroup cgroup;
	char whole[256];

	assert_true(cgroup_find(&cgroup, root, controller));
	(void)snprintf(whole, sizeof(whole), "%s%s", root, path);
	assert_string_equal(cgroup.path, whole);
	assert_true(cgroup.v2 == v2);
}

static void the_cgroup_is_the_one_of_the_controller(void **state)
{
	struct cgroup cgroup;

	put(*state, "/proc/self/mountinfo", V1_MOUNTS);
	put(*state, "/proc/self/cgroup",
		"9:pids:/docker/x/y\n4:cpuacct,cpu:/d/x\n3:cpuset:/s\n0::/u\n");
	assert_found(*state, "cpu", "/cg/cpu/d/x", false);
	assert_found(*state, "cpuacct", "/cg/cpu/d/x", false);
	assert_found(*state, "pids", "/cg/pids/y", false);
	assert_found(*state, "memory", "/cg/unified/u", true);
	/* Its hierarchy is not mounted. */
	assert_false(cgroup_find(&cgroup, *state, "cpuset"));
	/* Its cgroup is not below what is mounted. */
	put(*state, "/proc/self/cgroup", "9:pids:/docker/xy\n0::/../u\n");
	assert_false(cgroup_find(&cgroup, *state, "pids"));
	assert_false(cgroup_find(&cgroup, *state, "cpu"));
}

static void version_2_has_one_cgroup_for_all(void **state)
{
	struct cgroup cgroup;
	char whole[256];

	put(*state, "/proc/self/mountinfo", V2_MOUNT);
	put(*state, "/proc/self/cgroup", "0::/user.slice/a b\n");
	assert_found(*state, "cpu", "/sys/fs/cgroup/user.slice/a b", true);
	assert_true(cgroup_find(&cgroup, *state, "pids"));
	assert_true(cgroup_up(&cgroup));
	assert_true(cgroup_up(&cgroup));
	(void)snprintf(
		whole, sizeof(whole), "%s/sys/fs/cgroup", (char *)*state);
	assert_string_equal(cgroup.path, whole);
	assert_false(cgroup_up(&cgroup));
}

static void the_least_limit_of_the_path_holds(void **state)
{
	put(*state, "/proc/self/mountinfo", V2_MOUNT);
	put(*state, "/proc/self/cgroup", "0::/a/b\n");
	assert_true(isinf(cgroup_cpus(*state)));
	assert_true(isinf(cgroup_pids(*state)));
	assert_true(isinf(cgroup_memory(*state)));
	put(*state, "/sys/fs/cgroup/a/b/cpu.max", "max 100000\n");
	put(*state, "/sys/fs/cgroup/a/cpu.max", "5000 10000\n");
	put(*state, "/sys/fs/cgroup/a/b/pids.max", "64\n");
	put(*state, "/sys/fs/cgroup/a/pids.max", "512\n");
	put(*state, "/sys/fs/cgroup/a/memory.max", "1048576\n");
	put(*state, "/sys/fs/cgroup/a/b/memory.max", "max\n");
	assert_true(cgroup_cpus(*state) == 0.5);
	assert_true(cgroup_pids(*state) == 64);
	assert_true(cgroup_memory(*state) == 1048576);
}

static void version_1_has_its_own_words(void **state)
{
	put(*state, "/proc/self/mountinfo",
		V1_MOUNTS "50 31 0:39 / /cg/m rw - cgroup cgroup rw,memory\n");
	put(*state, "/proc/self/cgroup", "5:memory:/\n4:cpu:/d\n");
	put(*state, "/cg/cpu/d/cpu.cfs_quota_us", "150000\n");
	put(*state, "/cg/cpu/d/cpu.cfs_period_us", "100000\n");
	put(*state, "/cg/cpu/cpu.cfs_quota_us", "-1\n");
	put(*state, "/cg/cpu/cpu.cfs_period_us", "100000\n");
	put(*state, "/cg/m/memory.limit_in_bytes", "9223372036854771712\n");
	assert_true(cgroup_cpus(*state) == 1.5);
	assert_true(isinf(cgroup_memory(*state)));
	put(*state, "/cg/m/memory.limit_in_bytes", "4096\n");
	assert_true(cgroup_memory(*state) == 4096);
}

static void a_key_is_a_whole_word(void **state)
{
	(void)state;
	assert_int_equal(
		cgroup_parse_key("oom 1\noom_kill 3\n", "oom_kill"), 3);
	assert_int_equal(cgroup_parse_key("oom 1\noom_kill 3\n", "oom"), 1);
	assert_true(cgroup_parse_key("oom_kill 3\n", "oom") == UINT64_MAX);
	assert_true(cgroup_parse_key("oom x\n", "oom") == UINT64_MAX);
	assert_true(cgroup_parse_key("", "oom") == UINT64_MAX);
}

static void this_process_may_use_some_cpu(void **state)
{
	(void)state;
	assert_true(cpus_allowed() >= 1);
	assert_true(cpus_usable() > 0);
	assert_true(cpus_usable() <= cpus_allowed());
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, root_make, root_remove)
	static const struct CMUnitTest tests[] = {
		TEST(the_cgroup_is_the_one_of_the_controller),
		TEST(version_2_has_one_cgroup_for_all),
		TEST(the_least_limit_of_the_path_holds),
		TEST(version_1_has_its_own_words),
		cmocka_unit_test(a_key_is_a_whole_word),
		cmocka_unit_test(this_process_may_use_some_cpu),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
