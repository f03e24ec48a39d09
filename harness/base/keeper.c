/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/base/keeper.h"

#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/base/clock.h"
#include "harness/base/confine.h"
#include "harness/base/world.h"

/* How long a keeper may take to kill all processes. */
enum { STOP_MS = 20000 };

/* What the keeper writes into the pipe, in one piece. */
struct keeper_report {
	int error; /* errno; not 0: `kept` is not complete */
	struct kept kept;
};

/* The state of the keeper. */
struct watched {
	struct keeper_report report;
	struct descendants descendants;
	pid_t child;
	int pidfd;
	int prepared, gate; /* eventfds: from the child, and to it */
	int stop;
};

static uint64_t timeval_ns(struct timeval t)
{
	return (uint64_t)t.tv_sec * NS_PER_S + (uint64_t)t.tv_usec * 1000;
}

/* Waits for a process that was killed or has ended, and adds its usage. */
static void reap(struct watched *watch, pid_t pid, int *status)
{
	struct kept *kept = &watch->report.kept;
	struct rusage usage;
	uint64_t rss_bytes;

	if (wait4(pid, status, 0, &usage) != pid) {
		watch->report.error = errno;
		return;
	}
	rss_bytes = (uint64_t)usage.ru_maxrss * 1024;
	kept->cpu_user_ns += timeval_ns(usage.ru_utime);
	kept->cpu_sys_ns += timeval_ns(usage.ru_stime);
	kept->voluntary_switches += (uint64_t)usage.ru_nvcsw;
	kept->involuntary_switches += (uint64_t)usage.ru_nivcsw;
	if (rss_bytes > kept->peak_rss_bytes)
		kept->peak_rss_bytes = rss_bytes;
}

static FILE *open_children(pid_t pid)
{
	char path[64];

	(void)snprintf(path, sizeof(path), "/proc/%d/task/%d/children",
		(int)pid, (int)pid);
	return fopen(path, "re");
}

/*
 * Kills, reaps and counts all children but the first. Their usage is not in
 * that of the first, which did not wait for them.
 */
static void sweep(struct watched *watch)
{
	bool found = true;

	/* The children of a killed child become ours, so look again. */
	while (found && !watch->report.error) {
		FILE *children = open_children(getpid());
		int pid, status;

		found = false;
		while (children && fscanf(children, "%d", &pid) == 1) {
			if (pid == watch->child)
				continue;
			kill(pid, SIGKILL);
			reap(watch, pid, &status);
			watch->report.kept.left_behind++;
			found = true;
		}
		if (children)
			(void)fclose(children);
	}
}

/* Waits until the child ends, or kills it when told to stop. */
static void await_end(struct watched *watch)
{
	struct pollfd fds[] = {
		{.fd = watch->pidfd, .events = POLLIN},
		{.fd = watch->stop, .events = POLLIN},
	};
	siginfo_t info;

	while (poll(fds, 2, -1) < 0 && errno == EINTR)
		;
	/* By its PID, since it may have left its process group. */
	if (!fds[0].revents)
		kill(watch->child, SIGKILL);
	/* Stays a zombie, so that its PID cannot become another group. */
	waitid(P_PIDFD, (id_t)watch->pidfd, &info, WEXITED | WNOWAIT);
	watch->report.kept.exit_ns = clock_ns();
}

/* The first process: prepares, waits for the gate and lives. */
static _Noreturn void begin_life(struct watched *watch,
	const struct keeper_life *life, int out, pid_t parent)
{
	eventfd_t count;

	/* Through /proc/self/fd a process can write to any descriptor. */
	close(out);
	close(watch->stop);
	descendants_leave(&watch->descendants);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	setpgid(0, 0);
	world_reset_signals();
	confine_privileges();
	if (life->prepare)
		life->prepare(life->ctx);
	if (eventfd_write(watch->prepared, 1) < 0 ||
		eventfd_read(watch->gate, &count) < 0)
		_exit(1);
	close(watch->prepared);
	close(watch->gate);
	life->live(life->ctx);
	_exit(1);
}

/* Returns 0 without /proc. */
static unsigned count_threads(pid_t pid)
{
	char path[64];
	struct dirent *entry;
	unsigned count = 0;
	DIR *tasks;

	(void)snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
	tasks = opendir(path);
	while (tasks && (entry = readdir(tasks)))
		count += entry->d_name[0] != '.';
	if (tasks)
		(void)closedir(tasks);
	return count;
}

static unsigned count_children(pid_t pid)
{
	FILE *children = open_children(pid);
	unsigned count = 0;
	int child;

	while (children && fscanf(children, "%d", &child) == 1)
		count++;
	if (children)
		(void)fclose(children);
	return count;
}

/*
 * Counts the threads and processes that `prepare` made. A sanitizer has a
 * thread of its own in each process, so the keeper's threads are subtracted.
 */
static unsigned made_early(pid_t child)
{
	unsigned ours = count_threads(getpid());
	unsigned threads = count_threads(child);
	unsigned processes = count_children(child) + count_children(getpid());

	return (threads > ours ? threads - ours : 0) +
		(processes > 1 ? processes - 1 : 0);
}

/* Opens the gate when the child is prepared, unless it ends before. */
static void let_begin(struct watched *watch)
{
	struct pollfd fds[] = {
		{.fd = watch->pidfd, .events = POLLIN},
		{.fd = watch->stop, .events = POLLIN},
		{.fd = watch->prepared, .events = POLLIN},
	};

	while (poll(fds, 3, -1) < 0 && errno == EINTR)
		;
	if (!fds[2].revents)
		return;
	watch->report.kept.made_early = made_early(watch->child);
	watch->report.kept.begin_ns = clock_ns();
	/* Cannot fail: the count was 0 (eventfd(2)). */
	(void)eventfd_write(watch->gate, 1);
}

/* Returns 0 or errno. */
static int start(struct watched *watch, const struct keeper_life *life, int out)
{
	pid_t parent = getpid();

	watch->prepared = eventfd(0, EFD_CLOEXEC);
	watch->gate = eventfd(0, EFD_CLOEXEC);
	if (watch->prepared < 0 || watch->gate < 0)
		return errno;
	descendants_watch(&watch->descendants);
	watch->child = fork();
	if (watch->child < 0)
		return errno;
	if (watch->child == 0)
		begin_life(watch, life, out, parent);
	setpgid(watch->child, watch->child);
	watch->pidfd = pidfd_open(watch->child, 0);
	return watch->pidfd < 0 ? errno : 0;
}

/*
 * The main function of the keeper. It blocks all signals, because the caller
 * handles Ctrl-C. Its exit closes its descriptors.
 */
static _Noreturn void keep(
	const struct keeper_life *life, int out, int stop, pid_t parent)
{
	struct watched watch = {.stop = stop};
	sigset_t all;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	(void)signal(SIGCHLD, SIG_DFL);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	watch.report.error = start(&watch, life, out);
	if (!watch.report.error) {
		let_begin(&watch);
		await_end(&watch);
		kill(-watch.child, SIGKILL);
		sweep(&watch);
		reap(&watch, watch.child, &watch.report.kept.status);
		descendants_read(&watch.descendants, &watch.report.kept.did);
	}
	_exit(write(out, &watch.report, sizeof(watch.report)) < 0);
}

int keeper_open(struct keeper *keeper, const struct keeper_life *life)
{
	pid_t parent = getpid();
	int ends[2], rc;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	keeper->end = ends[0];
	keeper->stop = eventfd(0, EFD_CLOEXEC);
	/* Otherwise the child would write buffered output again. */
	(void)fflush(NULL);
	keeper->pid = keeper->stop < 0 ? -1 : fork();
	if (keeper->pid == 0) {
		close(ends[0]);
		keep(life, ends[1], keeper->stop, parent);
	}
	rc = keeper->pid < 0 ? -errno : 0;
	close(ends[1]);
	if (!rc)
		return 0;
	close(ends[0]);
	if (keeper->stop >= 0)
		close(keeper->stop);
	return rc;
}

void keeper_stop(const struct keeper *keeper)
{
	struct pollfd end = {.fd = keeper->end, .events = POLLIN};

	/* A process of the trial may have stopped the keeper. */
	kill(keeper->pid, SIGCONT);
	if (eventfd_write(keeper->stop, 1) == 0 && poll(&end, 1, STOP_MS) != 0)
		return;
	kill(keeper->pid, SIGKILL);
}

int keeper_close(struct keeper *keeper, struct kept *kept)
{
	struct keeper_report report;
	ssize_t got;

	do
		got = read(keeper->end, &report, sizeof(report));
	while (got < 0 && errno == EINTR);
	while (waitpid(keeper->pid, NULL, 0) < 0 && errno == EINTR)
		;
	close(keeper->end);
	close(keeper->stop);
	*kept = (struct kept){.status = SIGKILL,
		.cpu_user_ns = UINT64_MAX,
		.cpu_sys_ns = UINT64_MAX,
		.did = {UINT64_MAX, UINT64_MAX, UINT64_MAX},
		.peak_rss_bytes = UINT64_MAX,
		.voluntary_switches = UINT64_MAX,
		.involuntary_switches = UINT64_MAX};
	if (got != sizeof(report))
		return -ESRCH;
	*kept = report.kept;
	return -report.error;
}
