/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The agent's input and output are one socket, so that writing to a dead agent
 * is an error of send(2) and no signal. The agent leads a process group, so
 * that a binary that is no agent can be killed with all that it started.
 */
#include "harness/check/agent_driver.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/base/clock.h"
#include "harness/base/confine.h"
#include "harness/base/spawn.h"
#include "harness/race/cell_trial.h"
#include "harness/record/row_json.h"

/* How long an agent may take to end by itself. */
#define END_NS (5 * NS_PER_S)
/* The same after an interrupt, when the user is waiting. */
#define INTERRUPTED_NS (NS_PER_S)

/* Starts the binary with one end of a new socket. Returns 0 or -1. */
static int start(struct agent *agent, const struct agent_command *command,
	struct fr_error *err)
{
	const char *words[11] = {
		command->binary ? command->binary : "/proc/self/exe", "agent"};
	char number[16];
	int ends[2], n = 2, inherited = -1, rc;

	if (command->url) {
		words[n++] = "--url";
		words[n++] = command->url;
	}
	if (command->exec) {
		words[n++] = "--exec";
		words[n++] = command->exec;
	}
	if (command->program) {
		words[n++] = "--program";
		words[n++] = command->program;
	}
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
		return fr_error_set(
			err, EXIT_INVALID, "no socket: %s", strerror(errno));
	if (command->link_fd) {
		/* The copy stays open in exec. */
		inherited = fcntl(command->link_fd, F_DUPFD, STDERR_FILENO + 1);
		(void)snprintf(number, sizeof(number), "%d", inherited);
		words[n++] = "--link-fd";
		words[n++] = number;
	}
	rc = spawn_apart(&agent->pid, (char *const *)words, NULL,
		(const int[]){ends[1], ends[1], -1}, confine_privileges);
	close(ends[1]);
	if (inherited >= 0)
		close(inherited);
	agent->socket = ends[0];
	if (!rc)
		return 0;
	agent->pid = 0;
	return fr_error_set(err, EXIT_USAGE, "cannot start %s: %s",
		agent->binary, strerror(rc));
}

/*
 * Waits until the process has ended or the time is over. Returns whether it has
 * ended, and then its status from waitpid.
 */
static bool await_end(struct agent *agent, uint64_t ns, int *status)
{
	struct pollfd end = {.events = POLLIN};
	uint64_t deadline = clock_ns() + ns;
	bool ended;

	end.fd = (int)syscall(SYS_pidfd_open, agent->pid, 0);
	if (end.fd < 0)
		return false;
	while (poll(&end, 1, clock_ms_until(deadline)) < 0 && errno == EINTR)
		;
	ended = end.revents != 0;
	close(end.fd);
	if (!ended || waitpid(agent->pid, status, 0) != agent->pid)
		return false;
	agent->pid = 0;
	return true;
}

/* Reports how an agent that has closed its output ended. Returns -1. */
static int tell_end(struct agent *agent, struct fr_error *err)
{
	int status;

	if (!await_end(agent, END_NS, &status))
		return fr_error_set(err, EXIT_INVALID,
			"%s closed its output but did not exit", agent->binary);
	if (WIFSIGNALED(status))
		return fr_error_set(err, EXIT_INVALID,
			"%s was ended by signal %d (%s) instead of answering",
			agent->binary, WTERMSIG(status),
			strsignal(WTERMSIG(status)));
	return fr_error_set(err, EXIT_INVALID,
		"%s exited with status %d instead of answering; is it a "
		"flagrace that has the command 'agent'?",
		agent->binary, WEXITSTATUS(status));
}

/* Receives bytes. Returns 1 if the line is complete, 0, or -1 with *err. */
static int take(struct agent *agent, struct fr_error *err)
{
	ssize_t got = recv(agent->socket, agent->answer + agent->have,
		sizeof(agent->answer) - agent->have, 0);

	if (got <= 0)
		return tell_end(agent, err);
	agent->have += (size_t)got;
	if (agent->answer[agent->have - 1] == '\n')
		return 1;
	if (agent->have == sizeof(agent->answer))
		return fr_error_set(err, EXIT_INVALID,
			"%s sent a line longer than any answer", agent->binary);
	return 0;
}

/* Reads a line into agent->answer. Returns 0, or -1 with *err. */
static int read_line(
	struct agent *agent, uint64_t deadline_ns, struct fr_error *err)
{
	struct pollfd fds[] = {
		{.fd = agent->socket, .events = POLLIN},
		{.fd = agent->stop_fd, .events = POLLIN},
	};
	int rc = 0;

	agent->have = 0;
	while (!rc) {
		int left = clock_ms_until(deadline_ns);
		int ready = poll(fds, 2, left);

		if (ready < 0 && errno == EINTR)
			continue;
		if (fds[1].revents)
			return fr_error_set(
				err, EXIT_INTERRUPTED, "interrupted");
		if (ready == 0 && left == 0)
			return fr_error_set(err, EXIT_INVALID,
				"%s did not answer in time", agent->binary);
		if (fds[0].revents)
			rc = take(agent, err);
	}
	return rc < 0 ? -1 : 0;
}

/* Reads an answer; the caller owns the object. NULL with *err. */
static json_t *read_answer(
	struct agent *agent, uint64_t deadline_ns, struct fr_error *err)
{
	char shown[61];
	json_t *answer;

	if (read_line(agent, deadline_ns, err) < 0)
		return NULL;
	answer = json_loadb(agent->answer, agent->have, 0, NULL);
	if (json_is_object(answer))
		return answer;
	json_decref(answer);
	(void)row_text(shown, sizeof(shown), agent->answer, agent->have - 1);
	fr_error_set(err, EXIT_INVALID,
		"%s is not a flagrace agent: it sent '%s'", agent->binary,
		shown);
	return NULL;
}

static int read_hello(struct agent *agent, struct fr_error *err)
{
	uint64_t deadline = clock_ns() + agent->patience_ns;
	json_t *hello = read_answer(agent, deadline, err);
	const char *version = "", *host = "";
	int protocol = 0, schema = 0, rc = 0;

	if (!hello)
		return -1;
	if (json_unpack(hello, "{s:i, s:s, s:i, s?s}", "flagrace_agent",
		    &protocol, "version", &version, "schema_version", &schema,
		    "host", &host) < 0)
		rc = fr_error_set(err, EXIT_INVALID,
			"%s is not a flagrace agent: it sent no greeting",
			agent->binary);
	else if (protocol != AGENT_PROTOCOL || schema != ROWS_SCHEMA_VERSION)
		rc = fr_error_set(err, EXIT_INVALID,
			"%s speaks version %d of the agent's protocol with "
			"columns of version %d; this program has %d and %d",
			agent->binary, protocol, schema, AGENT_PROTOCOL,
			ROWS_SCHEMA_VERSION);
	(void)row_text(agent->version, sizeof(agent->version), version,
		strlen(version));
	(void)row_text(agent->host, sizeof(agent->host), host, strlen(host));
	json_decref(hello);
	return rc;
}

int agent_open(struct agent *agent, const struct agent_command *command,
	int stop_fd, struct fr_error *err)
{
	const char *shown = command->binary ? command->binary : "flagrace";

	agent->pid = 0;
	agent->socket = -1;
	agent->stop_fd = stop_fd;
	agent->patience_ns = AGENT_PATIENCE_NS;
	(void)row_text(
		agent->binary, sizeof(agent->binary), shown, strlen(shown));
	if (start(agent, command, err) == 0 && read_hello(agent, err) == 0)
		return 0;
	agent_close(agent);
	return -1;
}

/* Sends an object as a line and frees it. An order fits into the socket. */
static int send_line(struct agent *agent, json_t *line, struct fr_error *err)
{
	char *text = line ? json_dumps(line, JSON_COMPACT) : NULL;
	size_t length = text ? strlen(text) : 0;
	int rc = 0;

	json_decref(line);
	if (!text)
		return fr_error_memory(err);
	text[length] = '\n'; /* replaces the NUL */
	if (length + 1 > AGENT_ORDER_MAX)
		rc = fr_error_set(err, EXIT_USAGE, "the order is too long");
	else if (send(agent->socket, text, length + 1,
			 MSG_NOSIGNAL | MSG_DONTWAIT) != (ssize_t)length + 1)
		rc = tell_end(agent, err);
	free(text);
	return rc;
}

/* Copies an answer's error, which may be any JSON. Returns -1. */
static int take_error(
	const struct agent *agent, const json_t *error, struct fr_error *err)
{
	const char *text = json_string_value(json_object_get(error, "text"));
	json_int_t status =
		json_integer_value(json_object_get(error, "status"));
	char shown[400];

	if (!text)
		return fr_error_set(err, EXIT_INVALID,
			"%s answered neither a row nor an error",
			agent->binary);
	(void)row_text(shown, sizeof(shown), text, strlen(text));
	return fr_error_set(err,
		status == EXIT_USAGE ? EXIT_USAGE : EXIT_INVALID, "%s: %s",
		agent->binary, shown);
}

int agent_run(struct agent *agent, const struct agent_order *order,
	struct trial_row *row, struct fr_error *err)
{
	json_t *answer = NULL, *its_row;
	uint64_t deadline_ns;
	int rc;

	if (cell_trial_deadline(order->cell, order->seed, &deadline_ns, err) <
			0 ||
		send_line(agent, agent_order_write(order), err) < 0)
		return -1;
	deadline_ns += clock_ns() + agent->patience_ns;
	answer = read_answer(agent, deadline_ns, err);
	if (!answer)
		return -1;
	its_row = json_object_get(answer, "row");
	rc = its_row ? row_json_read(&trial_schema, row, its_row, err)
		     : take_error(agent, json_object_get(answer, "error"), err);
	if (!rc && strcmp(row->trial, order->trial) != 0)
		rc = fr_error_set(err, EXIT_INVALID,
			"%s answered trial '%s', not '%s'", agent->binary,
			row->trial, order->trial);
	json_decref(answer);
	return rc;
}

void agent_close(struct agent *agent)
{
	struct pollfd stop = {.fd = agent->stop_fd, .events = POLLIN};
	uint64_t patience_ns = END_NS;
	int status;

	/* In the middle of a trial the agent does not read its input. */
	if (agent->pid > 0 && poll(&stop, 1, 0) > 0) {
		kill(agent->pid, SIGTERM);
		patience_ns = INTERRUPTED_NS;
	}
	if (agent->socket >= 0)
		close(agent->socket);
	agent->socket = -1;
	if (agent->pid > 0 && !await_end(agent, patience_ns, &status)) {
		kill(-agent->pid, SIGKILL);
		while (waitpid(agent->pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
	agent->pid = 0;
}
