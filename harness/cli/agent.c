/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `flagrace agent`: runs the trials that are ordered on standard input and
 * answers each with its row on standard output, a line for a line. It judges
 * no more than `flagrace run` does and keeps nothing. docs/AGENT.md describes
 * the lines.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/base/interrupt.h"
#include "harness/check/agent_order.h"
#include "harness/cli/commands.h"
#include "harness/options/command.h"
#include "harness/plan/flags.h"
#include "harness/plan/plan.h"
#include "harness/race/cell_trial.h"
#include "harness/record/host.h"
#include "harness/record/row_json.h"

struct agent_settings {
	const char *url;
	uint64_t link_fd;
	struct texts exec, program;
};

#define OPTIONS_OF struct agent_settings

static const struct option_spec options[] = {
	{OPT_TEXT(url, "url", 'u', "URL",
		"Use the 'flagrace serve' at URL, such as "
		"http://127.0.0.1:8001, instead of starting one.")},
	{OPT_NUMBER(link_fd, "link-fd", 0, "N", 3, INT_MAX,
		"Reach the server of --url through the link of the process "
		"that started it, which the agent inherits as descriptor N. "
		"'flagrace check' gives it (default: none).")},
	{OPT_TEXTS(exec, "exec", 0, "NAME=COMMAND",
		"A program that orders may name as their strategy, as for "
		"'flagrace run --exec'. Repeat the option for another "
		"program.")},
	{OPT_TEXTS(program, "program", 0, "NAME=COMMAND",
		"A resident program that orders may name, as for 'flagrace "
		"run --program'. Repeat the option for another program.")},
	{0},
};

static const struct command_spec command = {
	.name = "agent",
	.usage = "[options]",
	.summary = "Runs the trials that are ordered on standard input, "
		   "one JSON object a line, and\n"
		   "answers each with its row of trials.csv. Meant for "
		   "programs: 'flagrace check'\n"
		   "starts agents.",
	.examples = "  flagrace agent <orders >rows\n",
	.options = options,
};

/* Copies of standard input and output, which strategies cannot disturb. */
struct streams {
	int in;
	FILE *out;
};

struct agent_state {
	struct streams streams;
	struct server server;
	struct exec_list programs;
	int stop_fd;
	size_t have;            /* bytes of `input` */
	bool skipping;          /* the rest of a line that is too long */
	uint64_t rounds_per_ms; /* of CPU work, for orders without it */
	char input[AGENT_ORDER_MAX];
};

static void streams_close(struct streams *streams)
{
	if (streams->in >= 0)
		close(streams->in);
	if (streams->out)
		(void)fclose(streams->out);
}

static int streams_open(struct streams *streams, struct fr_error *err)
{
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	int out = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3), rc = 0;

	streams->in = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
	streams->out = out < 0 ? NULL : fdopen(out, "w");
	if (null < 0 || streams->in < 0 || !streams->out ||
		dup2(null, STDIN_FILENO) < 0 ||
		dup2(STDERR_FILENO, STDOUT_FILENO) < 0) {
		rc = fr_error_set(err, EXIT_INVALID, "standard streams: %s",
			strerror(errno));
		if (!streams->out && out >= 0)
			close(out);
		streams_close(streams);
	}
	if (null >= 0)
		close(null);
	return rc;
}

/* Writes the object as a line and frees it. */
static int write_line(
	struct agent_state *state, json_t *line, struct fr_error *err)
{
	FILE *out = state->streams.out;
	int rc = 0;

	if (!line)
		return fr_error_memory(err);
	if (json_dumpf(line, out, JSON_COMPACT) < 0 || fputc('\n', out) < 0 ||
		fflush(out))
		rc = fr_error_set(err, EXIT_INVALID,
			"cannot write the answer: %s", strerror(errno));
	json_decref(line);
	return rc;
}

static int write_hello(struct agent_state *state, struct fr_error *err)
{
	char host[HOST_BOOT_ID_MAX];

	host_boot_id(host);
	return write_line(state,
		json_pack("{s:i, s:s, s:i, s:s}", "flagrace_agent",
			AGENT_PROTOCOL, "version", FLAGRACE_VERSION,
			"schema_version", ROWS_SCHEMA_VERSION, "host", host),
		err);
}

/* Writes why there is no row; trial: "" if it is unknown. */
static int write_error(struct agent_state *state, const char *trial,
	const struct fr_error *why, struct fr_error *err)
{
	char text[sizeof(why->text)];

	(void)row_text(text, sizeof(text), why->text, strlen(why->text));
	return write_line(state,
		json_pack("{s:s, s:{s:i, s:s}}", "trial", trial, "error",
			"status", (int)why->status, "text", text),
		err);
}

static void copy_text(char *target, size_t size, const char *text)
{
	if (text)
		(void)row_text(target, size, text, strlen(text));
}

/* A server of our own gets a link when an order first asks for one. */
static int prepare_link(struct agent_state *state, const struct cell *cell,
	struct fr_error *err)
{
	const unsigned terms = SERVER_GUARDED | SERVER_TRACES;
	struct server *server = &state->server, linked;

	if (!cell->workload.link[0] || server->link || server->pid <= 0)
		return 0;
	if (server_start_with_link(&linked, terms, err) < 0) {
		/* Orders without a link can still be served. */
		err->status = EXIT_USAGE;
		return -1;
	}
	server_close(server);
	*server = linked;
	return 0;
}

/* Runs a trial and completes its row. Returns 0, or -1 with *err. */
static int run_trial(struct agent_state *state, const struct agent_order *order,
	struct trial_row *row, struct fr_error *err)
{
	const struct workload *workload = &order->cell->workload;
	bool secure = workload_is_secure(workload);
	char origin[SERVER_ORIGIN_MAX];
	const char **urls;
	enum cell_trial_outcome outcome = CELL_TRIAL_FAILED;
	struct cell_trial trial = {
		.cell = order->cell,
		.server = &state->server,
		.seed = order->seed,
		.stop_fd = state->stop_fd,
	};

	if (prepare_link(state, order->cell, err) < 0 ||
		(secure && server_ask_authority(&state->server, err) < 0))
		return -1;
	server_origin(origin, &state->server,
		state->server.link && workload->link[0], secure);
	urls = flag_urls(origin, workload->requests);
	trial.urls = urls;
	trial.authorities = state->server.authority;
	if (!urls)
		fr_error_memory(err);
	else if (cell_trial_check(
			 &state->server, order->cell, 0, order->seed, err) == 0)
		outcome = cell_trial_run(&trial, row, err);
	if (outcome == CELL_TRIAL_STOPPED)
		fr_error_set(err, EXIT_INTERRUPTED, "interrupted");
	free(urls);
	return outcome == CELL_TRIAL_JUDGED ? 0 : -1;
}

/* Measures the speed of CPU work at most once. */
static void calibrate(struct agent_state *state, struct cell *cell)
{
	struct plan plan = {.cells = cell, .count = 1};

	plan_calibrate(&plan, state->rounds_per_ms);
	if (plan.rounds_per_ms)
		state->rounds_per_ms = plan.rounds_per_ms;
}

/* Reads an order and runs it. Returns 0, or -1 with *err. */
static int run_order(struct agent_state *state, json_t *json,
	struct trial_row *row, struct fr_error *err)
{
	struct agent_order order;
	struct cell cell;
	int rc = agent_order_read(&order, &cell, json, &state->programs, err);

	if (!rc && !cell.rounds_per_ms)
		calibrate(state, &cell);
	if (!rc)
		cell_trial_describe(&cell, order.seed, row);
	copy_text(row->run, sizeof(row->run), order.run);
	copy_text(row->trial, sizeof(row->trial), order.trial);
	copy_text(row->suite, sizeof(row->suite), order.suite);
	row->block = order.block;
	return rc ? rc : run_trial(state, &order, row, err);
}

/*
 * Answers one line. Returns 0, also if the order was wrong, or -1 with *err if
 * no further order can be served.
 */
static int answer(struct agent_state *state, const char *line, size_t length,
	struct fr_error *err)
{
	struct trial_row row;
	struct fr_error why;
	json_error_t fault;
	json_t *json = json_loadb(line, length, JSON_REJECT_DUPLICATES, &fault);
	int rc;

	trial_row_init(&row);
	rc = json ? run_order(state, json, &row, &why)
		  : fr_error_set(&why, EXIT_USAGE, "not JSON: %s", fault.text);
	json_decref(json);
	if (!rc)
		return write_line(state,
			json_pack("{s:s, s:o}", "trial", row.trial, "row",
				row_json(&trial_schema, &row)),
			err);
	if (write_error(state, row.trial, &why, err) < 0)
		return -1;
	if (why.status == EXIT_USAGE)
		return 0;
	*err = why;
	return -1;
}

/* Answers the complete lines, and keeps the rest. */
static int answer_lines(struct agent_state *state, struct fr_error *err)
{
	const struct fr_error too_long = {
		.status = EXIT_USAGE, .text = "the line is too long"};
	char *line = state->input, *end = line + state->have, *newline;
	int rc = 0;

	while (!rc && (newline = memchr(line, '\n', (size_t)(end - line)))) {
		if (!state->skipping)
			rc = answer(state, line, (size_t)(newline - line), err);
		state->skipping = false;
		line = newline + 1;
	}
	state->have = (size_t)(end - line);
	memmove(state->input, line, state->have);
	if (state->have < sizeof(state->input))
		return rc;
	state->have = 0;
	if (!state->skipping)
		rc = write_error(state, "", &too_long, err);
	state->skipping = true;
	return rc;
}

/* Serves orders until the input ends. */
static int serve(struct agent_state *state, struct fr_error *err)
{
	struct pollfd fds[] = {
		{.fd = state->streams.in, .events = POLLIN},
		{.fd = state->stop_fd, .events = POLLIN},
	};
	int rc = write_hello(state, err);

	while (!rc) {
		ssize_t got;

		if (poll(fds, 2, -1) < 0 && errno == EINTR)
			continue;
		if (fds[1].revents)
			return EXIT_INTERRUPTED;
		got = read(state->streams.in, state->input + state->have,
			sizeof(state->input) - state->have);
		if (got == 0)
			return EXIT_OK;
		if (got < 0)
			return fr_error_set(err, EXIT_INVALID,
				"standard input: %s", strerror(errno));
		state->have += (size_t)got;
		rc = answer_lines(state, err);
	}
	return rc;
}

static int open_server(struct agent_state *state,
	const struct agent_settings *settings, struct fr_error *err)
{
	struct server *server = &state->server;

	if (!settings->url)
		return settings->link_fd
			? fr_error_set(err, EXIT_USAGE,
				  "--link-fd needs the --url of its server")
			: server_start_to_judge(
				  server, SERVER_GUARDED | SERVER_TRACES, err);
	if (server_attach(server, settings->url, true, err) < 0)
		return -1;
	if (!settings->link_fd ||
		server_join_link(server, (int)settings->link_fd, err) == 0)
		return 0;
	server_close(server);
	return -1;
}

static int agent(
	void *arg, const struct command_line *line, struct fr_error *err)
{
	const struct agent_settings *settings = arg;
	struct agent_state state = {.stop_fd = -1};
	int rc = 0;

	(void)line;
	if (streams_open(&state.streams, err) < 0)
		return -1;
	for (size_t i = 0; i < settings->exec.count && !rc; i++)
		rc = exec_list_add(&state.programs, EXEC_ONCE,
			settings->exec.at[i].text, err);
	for (size_t i = 0; i < settings->program.count && !rc; i++)
		rc = exec_list_add(&state.programs, EXEC_RESIDENT,
			settings->program.at[i].text, err);
	if (!rc)
		rc = open_server(&state, settings, err);
	if (!rc) {
		state.stop_fd = interrupt_open();
		rc = serve(&state, err);
		server_close(&state.server);
		close(state.stop_fd);
	}
	exec_list_release(&state.programs);
	streams_close(&state.streams);
	return rc;
}

int cmd_agent(int argc, char **argv)
{
	struct agent_settings settings = {.url = NULL};
	int status = command_run(&command, &settings, argc, argv, agent);

	texts_release(&settings.exec);
	texts_release(&settings.program);
	return status;
}
