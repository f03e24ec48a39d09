/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a confined process can do, and what it cannot: each test forks a child,
 * which gives its rights up and then tries. The folder `cage` holds the files.
 */
#include "test_harness.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/base/confine.h"

#define OUTSIDE  "cage/outside"
#define INSIDE   "cage/root/inside"
#define LINK_OUT "cage/root/link"

/* Attempts return 0, or the errno of what failed. */
static int try_open(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC, 0600);

	if (fd < 0)
		return errno;
	(void)close(fd);
	return 0;
}

static int read_inside(void)
{
	return try_open(INSIDE, O_RDONLY);
}

static int read_outside(void)
{
	return try_open(OUTSIDE, O_RDONLY);
}

static int read_by_dots(void)
{
	return try_open("cage/root/../outside", O_RDONLY);
}

static int read_by_link(void)
{
	return try_open(LINK_OUT, O_RDONLY);
}

static int read_the_whole_system(void)
{
	return try_open("/etc/passwd", O_RDONLY);
}

static int write_inside(void)
{
	return try_open(INSIDE, O_WRONLY);
}

static int make_inside(void)
{
	return try_open("cage/root/new", O_WRONLY | O_CREAT);
}

static int write_null(void)
{
	return try_open("/dev/null", O_WRONLY);
}

static int change_mode(void)
{
	return chmod(OUTSIDE, 0644) ? errno : 0;
}

static int remove_file(void)
{
	return unlink(OUTSIDE) ? errno : 0;
}

static int rename_file(void)
{
	return rename(OUTSIDE, INSIDE) ? errno : 0;
}

static int make_socket(void)
{
	return socket(AF_INET, SOCK_STREAM, 0) < 0 ? errno : 0;
}

static int make_unix_socket(void)
{
	return socket(AF_UNIX, SOCK_DGRAM, 0) < 0 ? errno : 0;
}

static int fork_child(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	return pid < 0 ? errno : 0;
}

static int run_shell(void)
{
	pid_t pid;
	char *words[] = {(char[]){"true"}, NULL};

	return posix_spawnp(&pid, words[0], NULL, NULL, words, NULL);
}

static int signal_parent(void)
{
	return kill(getppid(), 0) ? errno : 0;
}

static int make_ring(void)
{
	char nothing[256] = "";

	return syscall(SYS_io_uring_setup, 1U, nothing) < 0 ? errno : 0;
}

static void *end_at_once(void *arg)
{
	return arg;
}

static int make_thread(void)
{
	pthread_t thread;
	int rc = pthread_create(&thread, NULL, end_at_once, NULL);

	return rc ? rc : pthread_join(thread, NULL);
}

static int has_no_new_privileges(void)
{
	return prctl(PR_GET_NO_NEW_PRIVS, 0UL, 0UL, 0UL, 0UL) == 1 ? 0 : ENOSYS;
}

/* The result of an attempt in a process that was confined before. */
static int attempt(void (*confine)(void), int (*try_it)(void))
{
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (pid == 0) {
		confine();
		_exit(try_it());
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void assert_refused(void (*confine)(void), int (*try_it)(void))
{
	int error = attempt(confine, try_it);

	/* Landlock says EACCES, the filter EPERM, a spawn what clone said. */
	assert_true(error == EACCES || error == EPERM);
}

static void no_confinement(void)
{
}

static void serve_root(void)
{
	confine_server("cage/root", false);
}

static void serve_nothing(void)
{
	confine_server(NULL, false);
}

static void serve_traces(void)
{
	confine_server(NULL, true);
}

static bool has_files(void)
{
	return confine_here().files > 0;
}

static bool has_calls(void)
{
	return confine_here().calls;
}

static int make_files(void **state)
{
	(void)state;
	if ((mkdir("cage", 0700) && errno != EEXIST) ||
		(mkdir("cage/root", 0700) && errno != EEXIST) ||
		try_open(OUTSIDE, O_WRONLY | O_CREAT) ||
		try_open(INSIDE, O_WRONLY | O_CREAT))
		return -1;
	return symlink("../outside", LINK_OUT) && errno != EEXIST ? -1 : 0;
}

static void all_of_it_works_unconfined(void **state)
{
	static int (*const attempts[])(void) = {read_inside, read_outside,
		read_by_dots, read_by_link, read_the_whole_system, write_inside,
		write_null, change_mode, make_socket, make_unix_socket,
		fork_child, run_shell, signal_parent, make_thread};

	(void)state;
	for (size_t i = 0; i < sizeof(attempts) / sizeof(attempts[0]); i++)
		assert_int_equal(attempt(no_confinement, attempts[i]), 0);
}

static void nobody_gains_rights(void **state)
{
	static void (*const kinds[])(void) = {confine_privileges, serve_root,
		serve_nothing, serve_traces, confine_drawing};

	(void)state;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		assert_int_equal(attempt(kinds[i], has_no_new_privileges), 0);
	/* A trial may do all else. */
	assert_int_equal(attempt(confine_privileges, run_shell), 0);
	assert_int_equal(attempt(confine_privileges, make_inside), 0);
	assert_int_equal(unlink("cage/root/new"), 0);
}

static void the_server_reads_below_its_root_only(void **state)
{
	(void)state;
	if (!has_files())
		skip();
	assert_int_equal(attempt(serve_root, read_inside), 0);
	assert_refused(serve_root, read_outside);
	assert_refused(serve_root, read_by_dots);
	assert_refused(serve_root, read_by_link);
	assert_refused(serve_root, read_the_whole_system);
	assert_refused(serve_root, write_inside);
	assert_refused(serve_root, make_inside);
}

static void without_a_root_the_server_reads_nothing(void **state)
{
	(void)state;
	if (!has_files() && !has_calls())
		skip();
	assert_refused(serve_nothing, read_inside);
	assert_refused(serve_nothing, read_the_whole_system);
	/* Traces may lie anywhere. */
	assert_int_equal(attempt(serve_traces, read_outside), 0);
	if (has_files())
		assert_refused(serve_traces, write_inside);
}

static void the_server_starts_and_reaches_nothing(void **state)
{
	static int (*const attempts[])(void) = {make_socket, make_unix_socket,
		fork_child, run_shell, signal_parent, change_mode, remove_file,
		rename_file, make_ring};

	(void)state;
	if (!has_calls())
		skip();
	for (size_t i = 0; i < sizeof(attempts) / sizeof(attempts[0]); i++)
		assert_refused(serve_root, attempts[i]);
	assert_int_equal(attempt(serve_root, make_thread), 0);
}

static void gnuplot_reads_but_writes_and_starts_nothing(void **state)
{
	static int (*const attempts[])(void) = {make_socket, make_unix_socket,
		fork_child, run_shell, change_mode, remove_file, rename_file};

	(void)state;
	if (!has_files() || !has_calls())
		skip();
	for (size_t i = 0; i < sizeof(attempts) / sizeof(attempts[0]); i++)
		assert_refused(confine_drawing, attempts[i]);
	assert_refused(confine_drawing, write_inside);
	assert_refused(confine_drawing, make_inside);
	assert_int_equal(attempt(confine_drawing, read_outside), 0);
	assert_int_equal(attempt(confine_drawing, write_null), 0);
	assert_int_equal(attempt(confine_drawing, make_thread), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_of_it_works_unconfined),
		cmocka_unit_test(nobody_gains_rights),
		cmocka_unit_test(the_server_reads_below_its_root_only),
		cmocka_unit_test(without_a_root_the_server_reads_nothing),
		cmocka_unit_test(the_server_starts_and_reaches_nothing),
		cmocka_unit_test(gnuplot_reads_but_writes_and_starts_nothing),
	};

	return cmocka_run_group_tests(tests, make_files, NULL);
}
