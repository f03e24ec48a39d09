/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the harness makes of a server that does not live up to it. The server
 * is this program itself: what it is to do is in the environment.
 */
#include "test_harness.h"

#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/server/server.h"

#define ROLE "TEST_SERVER_ROLE"

/* Listens, says where, and returns the first connection. */
static int begin(void)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (bind(fd, (struct sockaddr *)&address, length) || listen(fd, 8) ||
		getsockname(fd, (struct sockaddr *)&address, &length))
		_exit(EXIT_FAILURE);
	printf("listening on http://127.0.0.1:%u\n", ntohs(address.sin_port));
	(void)fflush(stdout);
	return accept(fd, NULL, NULL);
}

/* Reads a request and answers it. */
static void answer(int fd, const char *text)
{
	char request[4096] = "";
	size_t have = 0;

	while (!strstr(request, "\r\n\r\n")) {
		ssize_t n =
			read(fd, request + have, sizeof(request) - have - 1);

		if (n <= 0)
			_exit(EXIT_SUCCESS);
		have += (size_t)n;
	}
	if (send(fd, text, strlen(text), MSG_NOSIGNAL) < 0)
		_exit(EXIT_FAILURE);
}

#define STATS                                           \
	"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n" \
	"Content-Length: 35\r\n\r\n{\"server\": \"flagrace\", \"cpu_ns\": 1}"

/*
 * Sends for ever, as fast as it is taken: many lines with each call, so that a
 * machine under load sends a million of them within the time limit.
 */
static void send_for_ever(int fd, const char *line)
{
	static char lines[1 << 16];
	size_t length = 0;

	while (length + strlen(line) < sizeof(lines)) {
		memcpy(lines + length, line, strlen(line));
		length += strlen(line);
	}
	for (size_t sent = 0;;) {
		ssize_t n = send(fd, lines + sent, length - sent, MSG_NOSIGNAL);

		if (n <= 0)
			break;
		sent = (sent + (size_t)n) % length;
	}
	(void)pause();
}

static int play(const char *role)
{
	int fd;

	if (strcmp(role, "silent") == 0)
		return 3;
	if (strcmp(role, "refuses") == 0) {
		fputs("something else\nno room\n", stderr);
		return 4;
	}
	fd = begin();
	if (strcmp(role, "dies") == 0) {
		answer(fd, STATS);
		fputs("==1==ERROR: something\n\tfrom here\nSUMMARY: bad\n\n",
			stderr);
		_exit(66);
	}
	if (strcmp(role, "endless") == 0) {
		answer(fd, "HTTP/1.0 200 OK\r\n\r\n");
		send_for_ever(fd, "{\"server\": \"flagrace\"}");
		return 0;
	}
	if (strcmp(role, "rows") == 0) {
		answer(fd,
			"HTTP/1.0 200 OK\r\n\r\n"
			"item,attempt,arrival_ns,delay_ns,sent_ns,bytes,hash,"
			"in_flight_at_arrival,connection,status,queue_ns,"
			"path_hash,gone_ns,trial,method,protocol,accepted_ns,"
			"first_in_ns,done_ns,fault,retry_after_s,tls\n");
		send_for_ever(fd,
			"1,1,1,1,1,1,1,1,1,200,1,1,,t,GET,h2,1,1,1,none,0,none\n");
		return 0;
	}
	if (strcmp(role, "changed") == 0)
		answer(fd,
			"HTTP/1.0 409 Conflict\r\nConnection: keep-alive\r\n"
			"Content-Length: 0\r\n\r\n");
	for (;;)
		answer(fd, STATS);
}

static int start(struct server *server, const char *role, struct fr_error *err)
{
	(void)setenv(ROLE, role, 1);
	return server_start(server, SERVER_GUARDED, err);
}

static void a_server_that_ends_at_once_is_told_at_once(void **state)
{
	struct server server;
	struct fr_error err;

	(void)state;
	assert_int_equal(start(&server, "silent", &err), -1);
	assert_error(
		&err, EXIT_INVALID, "the mock server exited with status 3");
	assert_int_equal(start(&server, "refuses", &err), -1);
	assert_error(&err, EXIT_INVALID,
		"the mock server exited with status 4; its last output: no room");
}

static void how_it_ended_is_told_whatever_was_asked(void **state)
{
	struct witness witness;
	struct server server;
	struct fr_error err;
	uint64_t cpu_ns;

	(void)state;
	assert_int_equal(start(&server, "dies", &err), 0);
	assert_int_equal(server_cpu_ns(&server, &cpu_ns, &err), 0);
	for (int i = 0; i < 3; i++) {
		int rc = i == 0  ? server_cpu_ns(&server, &cpu_ns, &err)
			: i == 1 ? server_configure(&server, "seed=1", &err)
				 : server_witness(&server, "t", &witness, &err);

		assert_int_equal(rc, -1);
		assert_error(&err, EXIT_INVALID,
			"the mock server exited with status 66; its last "
			"output: SUMMARY: bad");
	}
	server_close(&server);
}

static void a_signal_is_told_by_its_name(void **state)
{
	struct server server;
	struct fr_error err;
	uint64_t cpu_ns;

	(void)state;
	assert_int_equal(start(&server, "good", &err), 0);
	assert_int_equal(server_cpu_ns(&server, &cpu_ns, &err), 0);
	assert_int_equal(kill(server.pid, SIGKILL), 0);
	assert_int_equal(server_cpu_ns(&server, &cpu_ns, &err), -1);
	assert_error(&err, EXIT_INVALID,
		"the mock server was ended by signal 9 (Killed)");
	server_close(&server);
}

/* Neither more nor longer than a server has to say is listened to. */
static void a_server_without_end_is_given_up(void **state)
{
	struct witness witness;
	struct server server;
	struct fr_error err;
	uint64_t cpu_ns;

	(void)state;
	assert_int_equal(start(&server, "endless", &err), 0);
	assert_int_equal(server_cpu_ns(&server, &cpu_ns, &err), -1);
	assert_error(&err, EXIT_INVALID, "gave no HTTP answer");
	server_close(&server);
	assert_int_equal(start(&server, "rows", &err), 0);
	/* A million rows may take a sanitized reader under load long. */
	server.http.whole_ms *= 10;
	assert_int_equal(server_witness(&server, "t", &witness, &err), -1);
	assert_error(
		&err, EXIT_INVALID, "witness cannot be read at row 1048577");
	assert_null(witness.rows);
	server_close(&server);
}

/* Another run uses the same server: this trial is void, and the run goes on. */
static void settings_changed_while_the_witness_is_read_are_told(void **state)
{
	struct witness witness;
	struct server server;
	struct fr_error err;

	(void)state;
	assert_int_equal(start(&server, "changed", &err), 0);
	if (server_witness(&server, "t", &witness, &err) < 0)
		fail_msg("%s", err.text);
	assert_true(witness.reconfigured);
	assert_int_equal(witness.count, 0);
	witness_release(&witness);
	server_close(&server);
}

static int child_finds(const char *text)
{
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0)
		_exit(text[0] != '\0');
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WEXITSTATUS(status);
}

static void a_child_does_not_have_the_token(void **state)
{
	char first[64];
	struct server server;
	struct fr_error err;

	(void)state;
	assert_int_equal(start(&server, "good", &err), 0);
	assert_int_equal(strlen(server.token), 32);
	assert_int_equal(strspn(server.token, "0123456789abcdef"), 32);
	assert_int_equal(child_finds(server.token), 0);
	(void)snprintf(first, sizeof(first), "%s", server.token);
	server_close(&server);
	assert_int_equal(start(&server, "good", &err), 0);
	assert_string_not_equal(first, server.token);
	server_close(&server);
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_server_that_ends_at_once_is_told_at_once),
		cmocka_unit_test(how_it_ended_is_told_whatever_was_asked),
		cmocka_unit_test(a_signal_is_told_by_its_name),
		cmocka_unit_test(
			settings_changed_while_the_witness_is_read_are_told),
		cmocka_unit_test(a_server_without_end_is_given_up),
		cmocka_unit_test(a_child_does_not_have_the_token),
	};

	if (argc > 1 && strcmp(argv[1], "serve") == 0)
		return play(getenv(ROLE));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
