/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/check/check_sides.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/base/files.h"
#include "link/link.h"

const char *const check_side_names[SIDE_COUNT] = {"base", "head", "copy"};

/* Resolves a binary to an absolute path. */
static int resolve(char target[4096], const char *option, const char *binary,
	struct fr_error *err)
{
	char path[PATH_MAX];

	_Static_assert(PATH_MAX <= 4096, "a path fits");
	if (!binary && !realpath("/proc/self/exe", path))
		return fr_error_set(err, EXIT_INVALID,
			"/proc/self/exe: %s; is /proc mounted?",
			strerror(errno));
	if (binary && !realpath(binary, path))
		return fr_error_set(err, fr_status_of(errno), "--%s %.200s: %s",
			option, binary, strerror(errno));
	(void)snprintf(target, 4096, "%s", path);
	return 0;
}

/* Returns 0 or -errno. */
static int copy_file(const char *from, int out)
{
	int in = open(from, O_RDONLY | O_CLOEXEC);
	int rc = in < 0 ? -errno : 0;
	ssize_t got = 1;

	while (!rc && got > 0) {
		got = sendfile(out, in, NULL, 1 << 30);
		rc = got < 0 ? -errno : 0;
	}
	if (in >= 0)
		close(in);
	return rc;
}

/*
 * Copies base into a file that has no name, so that nothing is left however
 * this process ends. Children run the copy by this process's descriptor, in
 * /proc/PID/fd: a descriptor of their own would be closed before the
 * interpreter of a script could read the file.
 */
static int copy_base(struct check_sides *sides, struct fr_error *err)
{
	const char *folder = files_temporary();
	char path[64];
	int out = files_nameless(), rc;

	if (out < 0)
		return fr_error_set(err, EXIT_INVALID,
			"no file in %.200s for a copy of base: %s; set TMPDIR "
			"to another folder",
			folder, strerror(errno));
	rc = copy_file(sides->binaries[SIDE_BASE], out);
	/* A file that is open for writing cannot run (execve(2), ETXTBSY). */
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", out);
	sides->copy = open(path, O_RDONLY | O_CLOEXEC);
	if (!rc && (sides->copy < 0 || fchmod(out, 0700) < 0))
		rc = -errno;
	if (close(out) < 0 && !rc)
		rc = -errno;
	(void)snprintf(sides->binaries[SIDE_COPY],
		sizeof(sides->binaries[SIDE_COPY]), "/proc/%d/fd/%d",
		(int)getpid(), sides->copy);
	return rc ? fr_error_set(err, EXIT_INVALID,
			    "cannot copy base to a file in %.200s: %s; set "
			    "TMPDIR to another folder",
			    folder, strerror(-rc))
		  : 0;
}

static int open_side(
	struct check_sides *sides, enum check_side side, struct fr_error *err)
{
	struct agent_command command = {
		.binary = sides->binaries[side],
		.url = sides->server.url,
		.exec = sides->builds[side]->exec,
		.program = sides->builds[side]->program,
	};
	int rc;

	if (sides->server.link)
		command.link_fd = link_share(sides->server.link);
	if (command.link_fd < 0)
		return fr_error_set(err, EXIT_INVALID,
			"the relay of the link has ended: %s",
			strerror(-command.link_fd));
	rc = agent_open(&sides->agents[side], &command, sides->stop_fd, err);
	if (command.link_fd)
		close(command.link_fd);
	return rc;
}

static int start_server(
	struct server *server, const struct plan *plan, struct fr_error *err)
{
	unsigned terms = plan_has_trace(plan) ? SERVER_TRACES : 0;

	return plan_has_link(plan) ? server_start_with_link(server, terms, err)
				   : server_start_to_judge(server, terms, err);
}

int check_sides_open(struct check_sides *sides,
	const struct check_builds *builds, const struct plan *plan, int stop_fd,
	struct fr_error *err)
{
	sides->stop_fd = stop_fd;
	sides->trials = 0;
	sides->copy = -1;
	sides->builds[SIDE_BASE] = sides->builds[SIDE_COPY] = &builds->base;
	sides->builds[SIDE_HEAD] = &builds->head;
	if (resolve(sides->binaries[SIDE_BASE], "base", builds->base.binary,
		    err) < 0 ||
		resolve(sides->binaries[SIDE_HEAD], "head", builds->head.binary,
			err) < 0 ||
		start_server(&sides->server, plan, err) < 0)
		return -1;
	for (int i = 0; i < SIDE_COUNT; i++) {
		sides->agents[i].pid = 0;
		sides->agents[i].socket = -1;
	}
	if (copy_base(sides, err) == 0 &&
		open_side(sides, SIDE_BASE, err) == 0 &&
		open_side(sides, SIDE_HEAD, err) == 0 &&
		open_side(sides, SIDE_COPY, err) == 0)
		return 0;
	check_sides_close(sides);
	return -1;
}

bool check_sides_share_host(const struct check_sides *sides)
{
	const char *base = sides->agents[SIDE_BASE].host;
	const char *head = sides->agents[SIDE_HEAD].host;

	return !base[0] || !head[0] || strcmp(base, head) == 0;
}

/* Makes the row of a trial that the side could not run. */
static void refused(struct trial_row *row, const struct fr_error *why)
{
	trial_row_init(row);
	row->verdict = VERDICT_FAILED;
	(void)row_text(
		row->reason, sizeof(row->reason), why->text, strlen(why->text));
}

/* The agents cannot see the server's process, so the driver checks it. */
static void judge_server(struct check_sides *sides, struct trial_row *row)
{
	const char *what = server_changed(&sides->server);

	if (!what || !trial_verdict_counts(row->verdict))
		return;
	row->verdict = VERDICT_INVALID;
	(void)snprintf(row->reason, sizeof(row->reason),
		"the server's %s was changed", what);
}

int check_sides_run(struct check_sides *sides, enum check_side side,
	const struct cell *cell, uint64_t seed, int64_t block,
	struct trial_row *row, struct fr_error *err)
{
	struct agent *agent = &sides->agents[side];
	char trial[24];
	const struct agent_order order = {
		.cell = cell,
		.seed = seed,
		.trial = trial,
		.block = block,
	};

	(void)snprintf(trial, sizeof(trial), "%" PRIu64, ++sides->trials);
	if (agent_run(agent, &order, row, err) == 0) {
		judge_server(sides, row);
		return 0;
	}
	if (err->status == EXIT_INTERRUPTED)
		return -1;
	refused(row, err);
	if (err->status == EXIT_USAGE)
		return 0;
	agent_close(agent);
	return open_side(sides, side, err);
}

void check_sides_close(struct check_sides *sides)
{
	for (int i = 0; i < SIDE_COUNT; i++)
		agent_close(&sides->agents[i]);
	server_close(&sides->server);
	if (sides->copy >= 0)
		close(sides->copy);
	sides->copy = -1;
}
