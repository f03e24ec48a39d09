/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/trial/server.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/trial/target.h"

/* It says so within a second; a sanitized one on a busy machine does not. */
enum { READY_MS = 60000 };

/* The child's life until exec. Nothing here may return. */
static _Noreturn void exec_server(int output, pid_t parent)
{
	sigset_t none;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* Its own group: Ctrl-C is for the harness, which then stops it. */
	setpgid(0, 0);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (getppid() == parent && dup2(output, STDOUT_FILENO) >= 0)
		execl("/proc/self/exe", "flagrace", "serve", "--port", "0",
			(char *)NULL);
	_exit(EXIT_FAILURE);
}

/* Reads the ready line and takes the URL from its end. */
static int read_ready_line(struct server *server, struct fr_error *err)
{
	struct pollfd ready = {.fd = server->output, .events = POLLIN};
	char line[128];
	size_t have = 0;

	while (have + 1 < sizeof(line)) {
		if (poll(&ready, 1, READY_MS) <= 0 ||
			read(server->output, line + have, 1) != 1)
			break;
		if (line[have++] == '\n')
			break;
	}
	line[have] = '\0';
	if (sscanf(line, "listening on %95s", server->url) == 1)
		return http_origin_parse(&server->origin, server->url, err);
	return fr_error_set(err, EXIT_INVALID, "the mock server did not start");
}

int server_start(struct server *server, struct fr_error *err)
{
	pid_t parent = getpid();
	int ends[2];

	*server = (struct server){.output = -1, .witness = true};
	if (pipe2(ends, O_CLOEXEC) < 0)
		return fr_error_set(
			err, EXIT_INVALID, "no pipe: %s", strerror(errno));
	(void)fflush(NULL);
	server->pid = fork();
	if (server->pid == 0)
		exec_server(ends[1], parent);
	close(ends[1]);
	server->output = ends[0];
	if (server->pid < 0) {
		server->pid = 0;
		server_close(server);
		return fr_error_set(err, EXIT_INVALID,
			"cannot start the mock server: %s", strerror(errno));
	}
	if (read_ready_line(server, err) < 0) {
		server_close(server);
		return -1;
	}
	return 0;
}

/* Asks the server for its figures; a JSON object, or NULL with *err. */
static json_t *get_stats(struct server *server, struct fr_error *err)
{
	struct http_answer answer;
	json_t *stats = NULL;
	const char *name = NULL;

	if (http_exchange(&server->origin, "GET", "/_flagrace/stats", NULL,
		    &answer, err) < 0)
		return NULL;
	if (answer.status == 200)
		stats = json_loads(answer.body, 0, NULL);
	http_answer_release(&answer);
	if (json_unpack(stats, "{s:s}", "server", &name) == 0 &&
		strcmp(name, "flagrace") == 0)
		return stats;
	json_decref(stats);
	fr_error_set(err, EXIT_INVALID,
		"%s answers, but is no flagrace server, so nothing could "
		"witness the run; start one with 'flagrace serve'",
		server->url);
	return NULL;
}

int server_attach(struct server *server, const char *url, bool witness,
	struct fr_error *err)
{
	*server = (struct server){.output = -1, .witness = witness};
	if (http_origin_parse(&server->origin, url, err) < 0)
		return -1;
	(void)snprintf(server->url, sizeof(server->url), "http://%s:%s",
		server->origin.host, server->origin.port);
	if (witness) {
		json_t *stats = get_stats(server, err);

		json_decref(stats);
		return stats ? 0 : -1;
	}
	return http_probe(&server->origin, err);
}

/*
 * A path of ours may have no flags behind it, and even if it has, the run
 * would be unwitnessed for no reason: nobody means that.
 */
static int refuse_path(const struct server *server, struct fr_error *err)
{
	size_t scheme = strlen("http://");
	struct server root = {.output = -1};
	json_t *stats;

	(void)snprintf(root.url, sizeof(root.url), "%.*s",
		(int)(scheme + strcspn(server->url + scheme, "/?#")),
		server->url);
	if (http_origin_parse(&root.origin, root.url, NULL) < 0)
		return 0;
	stats = get_stats(&root, NULL);
	if (!stats)
		return 0;
	json_decref(stats);
	return fr_error_set(err, EXIT_USAGE,
		"%s is a path of a flagrace server, which is asked without "
		"one; write %s",
		server->url, root.url);
}

int server_use(struct server *server, const char *url, struct fr_error *err)
{
	int loopback = target_is_loopback(url, err);
	size_t length = strlen(url);

	*server = (struct server){.output = -1};
	if (loopback < 0)
		return -1;
	while (length && url[length - 1] == '/')
		length--;
	if (length >= sizeof(server->url))
		return fr_error_set(
			err, EXIT_USAGE, "'%.60s...' is too long", url);
	memcpy(server->url, url, length);
	server->url[length] = '\0';
	if (http_origin_parse(&server->origin, server->url, NULL) < 0)
		return loopback ? refuse_path(server, err) : 0;
	if (http_probe(&server->origin, err) < 0)
		return -1;
	if (loopback) {
		json_t *stats = get_stats(server, NULL);

		server->witness = stats != NULL;
		json_decref(stats);
	}
	return 0;
}

int server_configure(
	struct server *server, const char *form, struct fr_error *err)
{
	struct http_answer answer;
	int rc = 0;

	if (!server->witness)
		return 0;
	if (http_exchange(&server->origin, "PUT", "/_flagrace/config", form,
		    &answer, err) < 0)
		return -1;
	if (answer.status / 100 != 2) {
		answer.body[strcspn(answer.body, "\r\n")] = '\0';
		rc = fr_error_set(err, EXIT_USAGE, "%.400s", answer.body);
	}
	server->epoch = answer.epoch;
	http_answer_release(&answer);
	return rc;
}

int server_cpu_ns(struct server *server, uint64_t *cpu_ns, struct fr_error *err)
{
	json_int_t value = -1;
	json_t *stats;

	*cpu_ns = 0;
	if (!server->witness)
		return 0;
	stats = get_stats(server, err);
	if (!stats)
		return -1;
	json_unpack(stats, "{s:I}", "cpu_ns", &value);
	json_decref(stats);
	*cpu_ns = (uint64_t)value;
	return 0;
}

int server_witness(struct server *server, const char *trial,
	struct witness *witness, struct fr_error *err)
{
	struct witness_reader reader = {.witness = witness, .trial = trial};
	struct http_answer answer;
	int rc;

	*witness = (struct witness){0};
	if (!server->witness)
		return 0;
	rc = http_fetch(&server->origin, "/_flagrace/witness?all", witness_read,
		&reader, &answer, err);
	if (reader.garbled || (rc == 0 && answer.status == 200))
		rc = witness_read_end(&reader, err);
	else if (rc < 0)
		witness_release(witness);
	else
		rc = fr_error_set(err, EXIT_INVALID,
			"the server at %s refused to testify (HTTP %d)",
			server->url, answer.status);
	witness->dropped = answer.dropped;
	witness->refused = answer.refused;
	witness->reconfigured = answer.epoch != server->epoch;
	return rc;
}

void server_close(struct server *server)
{
	if (server->pid > 0) {
		/*
		 * Not SIGTERM: it would first finish, for seconds, what its
		 * clients have given up.
		 */
		kill(server->pid, SIGKILL);
		while (waitpid(server->pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
	if (server->output >= 0)
		close(server->output);
	*server = (struct server){.output = -1};
}
