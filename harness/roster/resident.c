/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A resident program: started in set-up, it downloads between GO and DONE. The
 * protocol has five lines (docs/PROGRAMS.md): JOB and GO to the program's
 * standard input, READY and DONE from its standard output, and the end of its
 * standard input, upon which it ends.
 *
 * There is no deadline but the trial's: the note says what the program has not
 * done yet, in case that the trial is killed.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/roster/exec_run.h"

enum {
	SHOWN_MAX = 40, /* bytes of a wrong line in a note */
	/* How long a program takes at most to end that has closed its pipes. */
	ENDING_MS = 500,
};

/* Replaces the note. */
__attribute__((format(printf, 2, 3))) static void note(
	const struct fr_job *job, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	(void)vsnprintf(exec_of(job)->note, EXEC_NOTE_MAX, format, args);
	va_end(args);
}

static void close_pipes(struct exec_run *run)
{
	if (run->in >= 0)
		close(run->in);
	if (run->out >= 0)
		close(run->out);
	if (run->end >= 0)
		close(run->end);
	run->in = run->out = run->end = -1;
}

/* Kills the program and waits for it. */
static void stop(struct exec_run *run)
{
	(void)kill(run->pid, SIGKILL);
	(void)waitpid(run->pid, NULL, 0);
	run->pid = 0;
}

/*
 * The program has closed a pipe before `step`: it has ended, or it can go no
 * further. Returns -EPROTO, or does not return if a signal ended the program.
 */
static int left(const struct fr_job *job, struct exec_run *run,
	const char *closed, const char *step)
{
	struct pollfd end = {.fd = run->end, .events = POLLIN};
	int status = 0;

	if (poll(&end, 1, ENDING_MS) <= 0) {
		note(job, "the program closed its standard %s before %s",
			closed, step);
		stop(run);
		return -EPROTO;
	}
	(void)waitpid(run->pid, &status, 0);
	run->pid = 0;
	if (WIFSIGNALED(status))
		exec_die_of(WTERMSIG(status));
	note(job, "the program exited with status %d before %s",
		WEXITSTATUS(status), step);
	return -EPROTO;
}

/* The program has said something else. Returns -EPROTO. */
static int said_wrong(
	const struct fr_job *job, struct exec_run *run, const char *instead)
{
	char shown[SHOWN_MAX + 1];
	size_t length = 0;

	while (length < run->have && length < SHOWN_MAX &&
		run->said[length] != '\n') {
		char c = run->said[length];

		shown[length++] = isprint((unsigned char)c) ? c : '?';
	}
	shown[length] = '\0';
	note(job, "the program said '%s%s' %s", shown,
		length == SHOWN_MAX ? ".." : "", instead);
	stop(run);
	return -EPROTO;
}

/* Reads from the program. Returns what read(2) does. */
static ssize_t take(struct exec_run *run)
{
	ssize_t got = read(
		run->out, run->said + run->have, sizeof(run->said) - run->have);

	if (got > 0)
		run->have += (size_t)got;
	return got;
}

/*
 * Tells whether the line, with its newline, is what the program has said. It is
 * removed then. -1: the program has said something else.
 */
static int is_said(struct exec_run *run, const char *line)
{
	size_t length = strlen(line);

	if (memcmp(run->said, line, run->have < length ? run->have : length) !=
		0)
		return -1;
	if (run->have < length)
		return 0;
	run->have -= length;
	memmove(run->said, run->said + length, run->have);
	return 1;
}

/*
 * Waits until the program says READY or DONE. Returns 0, or -EPROTO with a
 * note.
 */
static int await(
	const struct fr_job *job, struct exec_run *run, const char *word)
{
	struct pollfd fds[] = {
		{.fd = run->out, .events = POLLIN},
		{.fd = run->end, .events = POLLIN},
	};
	char line[16], step[32];
	int said;

	(void)snprintf(line, sizeof(line), "%s\n", word);
	(void)snprintf(step, sizeof(step), "it said %s", word);
	note(job, "the program has not said %s", word);
	while ((said = is_said(run, line)) == 0) {
		if (poll(fds, 2, -1) < 0)
			continue;
		/* What it said before it ended comes first. */
		if (fds[0].revents && take(run) > 0)
			continue;
		return left(job, run, "output", step);
	}
	(void)snprintf(step, sizeof(step), "instead of %s", word);
	if (said < 0)
		return said_wrong(job, run, step);
	note(job, "%s", "");
	return 0;
}

/* Starts the program. Returns 0 or -errno. */
static int start(struct exec_run *run, const struct fr_job *job)
{
	int in[2], out[2], rc;

	if (pipe2(in, O_CLOEXEC) < 0)
		return -errno;
	run->in = in[1];
	if (pipe2(out, O_CLOEXEC) < 0) {
		rc = -errno;
		close(in[0]);
		return rc;
	}
	run->out = out[0];
	rc = exec_start(&run->pid, job, in[0], out[1]);
	close(in[0]);
	close(out[1]);
	if (rc) {
		run->pid = 0;
		return rc;
	}
	run->end = pidfd_open(run->pid, 0);
	return run->end < 0 ? -errno : 0;
}

/* Writes a line, which a pipe has room for. Returns 0 or -errno. */
static int tell(const struct exec_run *run, const char *line)
{
	return write(run->in, line, strlen(line)) < 0 ? -errno : 0;
}

int resident_setup(struct fr_job *job)
{
	struct exec_run *run;
	int rc = exec_setup(job);

	if (rc)
		return rc;
	run = job->priv;
	run->in = run->out = run->end = -1;
	rc = start(run, job);
	/* A program that has closed its input will be found out by GO. */
	if (!rc)
		(void)tell(run, run->job);
	if (!rc)
		rc = await(job, run, "READY");
	if (!rc)
		return 0;
	if (run->pid)
		stop(run);
	close_pipes(run);
	exec_teardown(job);
	return rc;
}

/* Whether the program has said something that is not read yet. */
static bool has_spoken(struct exec_run *run)
{
	struct pollfd out = {.fd = run->out, .events = POLLIN};

	return run->have > 0 || (poll(&out, 1, 0) > 0 && take(run) > 0);
}

int resident_download_many(struct fr_job *job)
{
	struct exec_run *run = job->priv;
	int unread = 0, rc;

	if (has_spoken(run))
		return said_wrong(job, run, "before GO");
	if (tell(run, "GO\n") < 0)
		return left(job, run, "input", "GO");
	rc = await(job, run, "DONE");
	if (!rc && ioctl(run->in, FIONREAD, &unread) == 0 && unread > 0) {
		note(job, "the program said DONE and had not read GO");
		stop(run);
		rc = -EPROTO;
	}
	return rc;
}

/* Waits for the program's end, and drops what it still says. */
static void await_end(const struct fr_job *job, struct exec_run *run)
{
	struct pollfd fds[] = {
		{.fd = run->out, .events = POLLIN},
		{.fd = run->end, .events = POLLIN},
	};
	int status = 0;

	note(job, "the program has said DONE and has not ended");
	close(run->in);
	run->in = -1;
	while (poll(fds, 2, -1) < 0 || !fds[1].revents) {
		run->have = 0;
		if (fds[0].revents && take(run) <= 0)
			fds[0].fd = -1;
	}
	(void)waitpid(run->pid, &status, 0);
	note(job, "%s", "");
	if (WIFSIGNALED(status))
		exec_die_of(WTERMSIG(status));
	if (WEXITSTATUS(status))
		note(job, "the program exited with status %d",
			WEXITSTATUS(status));
}

void resident_teardown(struct fr_job *job)
{
	struct exec_run *run = job->priv;

	if (run->pid)
		await_end(job, run);
	close_pipes(run);
	exec_teardown(job);
}
