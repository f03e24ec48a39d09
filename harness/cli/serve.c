/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `flagrace serve`: the mock server as a program of its own. */
#include <errno.h>
#include <limits.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/base/confine.h"
#include "harness/base/interrupt.h"
#include "harness/cli/commands.h"
#include "harness/options/command.h"
#include "harness/base/files.h"
#include "harness/base/kernel.h"
#include "harness/trial/descriptors.h"
#include "mock_server/mock_server.h"

/* What the server takes as settings, by their keys; NULL: not given. */
enum setting {
	LATENCY,
	SEED,
	FAULT,
	BANDWIDTH,
	CAPACITY,
	MAX_CONNECTIONS,
	PAYLOAD,
	NONCE,
	LIMIT,
	SETTINGS,
};

static const char *const keys[SETTINGS] = {
	[LATENCY] = "latency",
	[SEED] = "seed",
	[FAULT] = "fault",
	[BANDWIDTH] = "bandwidth",
	[CAPACITY] = "capacity",
	[MAX_CONNECTIONS] = "max-connections",
	[PAYLOAD] = "payload",
	[NONCE] = "nonce",
	[LIMIT] = "limit",
};

struct serve_settings {
	const char *host, *root, *access_log, *preview, *token_file;
	const char *certificate, *key;
	bool traces, tls;
	const char *values[SETTINGS];
	uint64_t port, workers, listen_fd;
};

/* Longer than any token, so that one too long is not cut to one that fits. */
enum { TOKEN_LINE_MAX = 256 };

#define OPTIONS_OF struct serve_settings

static const struct option_spec options[] = {
	{OPT_TEXT(host, "host", 0, "ADDRESS",
		"Address to listen on (default 127.0.0.1). Every client "
		"that can reach the address can change the settings, "
		"unless --token-file is given.")},
	{OPT_NUMBER(port, "port", 0, "N", 0, UINT16_MAX,
		"Port to listen on; 0 takes any free port (default 8001).")},
	{OPT_NUMBER(listen_fd, "listen-fd", 0, "N", 3, INT_MAX,
		"Accept clients on a second socket, too: one that listens "
		"already, and that the server inherits as descriptor N. It "
		"may belong to another network namespace (default: none).")},
	{OPT_NUMBER(workers, "workers", 0, "N", 1, MOCK_WORKERS_MAX,
		"Number of event loops, each in a thread of its own (default "
		"1). The delays and faults do not depend on the number.")},
	{OPT_TEXT(values[LATENCY], "latency", 'l', "SPEC",
		"Delay of each answer (default 0s): 50ms, "
		"uniform:20ms,200ms, normal:50ms,5ms, "
		"lognormal:p50=40ms,p99=400ms, exponential:50ms, "
		"pareto:20ms,1.5, bimodal:20ms,200ms,10% or trace:FILE.csv "
		"with a column delay_ns. Units are ns, us, ms and s.")},
	{OPT_TEXT(preview, "explain-latency", 0, "SPEC",
		"Print the mean, the quantiles and the maximum of a "
		"million delays drawn from SPEC, and exit.")},
	{OPT_TEXT(values[SEED], "seed", 0, "N",
		"Seed of the delays and faults. The same seed gives the "
		"same delays and faults (default 1).")},
	{OPT_TEXT(values[FAULT], "fault", 0, "KIND:RATE,..",
		"Faults, each with its share of the answers: a status such "
		"as 503:5%, reset, reset-body (reset within the body), "
		"truncate, stall, slow-body:1kB/s, close (the answer "
		"promises keep-alive, and the connection is closed), goaway "
		"(later requests of the connection are not processed, as "
		"GOAWAY or Connection: close says) or refused (the stream, "
		"when a request comes for the first time; HTTP/2 only); for "
		"example 503:5%,stall:0.01 (default none).")},
	{OPT_TEXT(values[BANDWIDTH], "bandwidth", 0, "SPEED",
		"Send each body at this speed at most, such as 64kB/s "
		"(default none: no limit).")},
	{OPT_TEXT(values[CAPACITY], "capacity", 0, "N[,N@TIME..]",
		"Serve at most N requests at once; further requests queue "
		"(default 0: no limit). 10,40@2s,10@4s: 10 at first, 40 from "
		"2 s after the first request on, 10 from 4 s on.")},
	{OPT_TEXT(values[LIMIT], "limit", 0, "RATE[,burst=N]",
		"Rate limit of all requests together, such as "
		"200/s,burst=20: a bucket of N tokens (default: those of one "
		"second) that is full at first and refilled at RATE. A "
		"request that finds no token is answered 429 at once, with "
		"Retry-After (default none: no limit).")},
	{OPT_TEXT(values[MAX_CONNECTIONS], "max-connections", 0, "N",
		"Reset connections beyond the first N (default 0: accept "
		"as many as the system allows, and let further ones wait).")},
	{OPT_TEXT(values[PAYLOAD], "payload", 0, "BYTES",
		"Size of each GIF, from 100 to 10000000 bytes (default 0: "
		"as drawn, 1000 to 2500 bytes). Every GIF that was "
		"requested is kept in memory: 20 times BYTES for the flags "
		"of a run, 249 times for all countries.")},
	{OPT_TEXT(values[NONCE], "nonce", 0, "TEXT",
		"Make some bytes of each GIF depend on TEXT. Size and "
		"picture stay the same (default: none).")},
	{OPT_TEXT(token_file, "token-file", 0, "FILE",
		"Answer requests under /_flagrace/ only if their field "
		"Flagrace-Token has the first line of FILE (-: standard "
		"input). Default: answer all but those of web pages.")},
	{OPT_FLAG(traces, "allow-traces", 0,
		"Let clients choose a latency trace:FILE over HTTP. A "
		"client can then find out which files exist, and the server "
		"may read every file that its user may. Without this option "
		"it reads those of --root only.")},
	{OPT_FLAG(tls, "tls", 0,
		"Speak TLS, too, on the same port: http:// and https:// both "
		"work. A certificate authority and a certificate are made; "
		"the file with the authority's certificate is printed, and is "
		"/_flagrace/ca.pem.")},
	{OPT_TEXT(certificate, "cert", 0, "FILE",
		"Speak TLS, too, with the certificate of this PEM file, "
		"followed by those of its issuers; needs --key.")},
	{OPT_TEXT(key, "key", 0, "FILE",
		"PEM file with the key of --cert, without a password.")},
	{OPT_TEXT(root, "root", 0, "DIR",
		"Serve the files of DIR instead of drawn flags: "
		"/flags/cc/cc.gif is DIR/cc/cc.gif or DIR/cc.gif. Each "
		"file that is being sent is held in memory once.")},
	{OPT_TEXT(access_log, "access-log", 0, "FILE",
		"Append a line for each answer to FILE (-: standard "
		"output) in the Common Log Format, followed by the delay "
		"in seconds. If a line cannot be written, the log ends and "
		"the server continues.")},
	{0},
};

static const struct command_spec command = {
	.name = "serve",
	.usage = "[options]",
	.summary = "Runs the mock server: it serves flags, delays each "
		   "answer, and records every\n"
		   "request.",
	.examples =
		"  flagrace serve --latency 50ms\n"
		"  flagrace serve --explain-latency "
		"lognormal:p50=40ms,p99=400ms\n"
		"  flagrace serve --latency 50ms --fault 503:5%,reset:1% "
		"--capacity 10\n"
		"  flagrace serve --port 0 --latency uniform:20ms,200ms --seed 7\n"
		"  flagrace serve --tls\n"
		"  curl -O http://127.0.0.1:8001/data/flags/cn/cn.gif\n"
		"  curl -X PUT -d latency=5ms http://127.0.0.1:8001/_flagrace/config\n"
		"  curl http://127.0.0.1:8001/_flagrace/witness\n",
	.options = options,
};

/* A token that others can read guards nothing. */
static void warn_of_readers(const char *path, FILE *file)
{
	struct stat status;

	if (fstat(fileno(file), &status) || !S_ISREG(status.st_mode) ||
		!(status.st_mode & (S_IRGRP | S_IROTH)))
		return;
	(void)fprintf(stderr,
		"flagrace serve: other users may read the token in %s: "
		"chmod 600\n",
		path);
}

/* Standard input is not the server's any more when it has been read. */
static int read_token(
	const char *path, char token[TOKEN_LINE_MAX], struct fr_error *err)
{
	bool standard = strcmp(path, "-") == 0;
	FILE *file = standard ? stdin : fopen(path, "re");
	int rc = 0;

	if (!file || !fgets(token, TOKEN_LINE_MAX, file))
		rc = fr_error_set(err, EXIT_USAGE,
			"token-file '%.200s': %s; right would be a file whose "
			"first line is the token",
			path,
			!file || ferror(file) ? strerror(errno)
					      : "it is empty");
	else {
		token[strcspn(token, "\r\n")] = '\0';
		warn_of_readers(path, file);
	}
	if (file && !standard)
		(void)fclose(file);
	return rc;
}

static int open_server(struct mock_server **server,
	const struct serve_settings *settings, struct fr_error *err)
{
	struct mock_setting given[SETTINGS];
	char token[TOKEN_LINE_MAX];
	struct mock_server_options server_options = {
		.host = settings->host,
		.port = (uint16_t)settings->port,
		.listen_fd = (int)settings->listen_fd,
		.workers = (unsigned)settings->workers,
		.root = settings->root,
		.access_log = settings->access_log,
		.token = settings->token_file ? token : NULL,
		.traces = settings->traces,
		.tls = settings->tls || settings->certificate || settings->key,
		.certificate = settings->certificate,
		.key = settings->key,
		.settings = given,
	};
	struct mock_error why = {""};
	int rc;

	if (!settings->certificate != !settings->key)
		return fr_error_set(
			err, EXIT_USAGE, "--cert and --key need each other");
	if (settings->certificate && settings->tls)
		return fr_error_set(err, EXIT_USAGE,
			"--tls makes a certificate, and --cert gives one; "
			"leave out one of them");
	if (settings->token_file &&
		read_token(settings->token_file, token, err) < 0)
		return -1;
	for (int i = 0; i < SETTINGS; i++)
		if (settings->values[i])
			given[server_options.settings_count++] =
				(struct mock_setting){
					keys[i], settings->values[i]};
	rc = mock_server_open(server, &server_options, &why);
	if (rc == -EADDRINUSE)
		return fr_error_set(err, EXIT_INVALID,
			"%s; stop what listens there, or choose another with "
			"--port (0: any free one)",
			why.text);
	if (rc)
		return fr_error_set(err,
			rc == -EINVAL ? EXIT_USAGE : EXIT_INVALID, "%s",
			why.text);
	return 0;
}

/*
 * Prints where the server is and, if one was made, where its certificate
 * authority is: in a file in memory, which goes with this process. Without the
 * address no client can find the server. Returns 0, or -1 with *err.
 */
static int print_addresses(
	const struct mock_server *server, struct fr_error *err)
{
	size_t length;
	const char *authority = mock_server_authority(server, &length);
	bool told;
	int fd;

	told = printf("listening on %s\n", mock_server_url(server)) > 0;
	if (authority) {
		fd = files_in_memory("ca.pem");
		if (fd < 0)
			return fr_error_set(err, EXIT_INVALID,
				"cannot keep the certificate authority in a "
				"file: %s",
				strerror(errno));
		told &= write(fd, authority, length) == (ssize_t)length &&
			printf("certificate authority in /proc/%d/fd/%d\n",
				(int)getpid(), fd) > 0;
	}
	if (told && fflush(stdout) != EOF)
		return 0;
	return fr_error_set(err, EXIT_INVALID,
		"cannot print the address on standard output: %s",
		strerror(errno));
}

static int serve(const struct serve_settings *settings, struct fr_error *err)
{
	struct mock_server *server;
	int stop_fd, rc;

	if (kernel_check(err) < 0)
		return -1;
	descriptors_raise();
	/* A log that may not grow ends; the server does not. */
	(void)signal(SIGXFSZ, SIG_IGN);
	stop_fd = interrupt_open();
	if (stop_fd < 0)
		return fr_error_set(
			err, EXIT_INVALID, "no signalfd: %s", strerror(errno));
	rc = open_server(&server, settings, err);
	if (rc)
		goto out;
	rc = print_addresses(server, err);
	if (!rc) {
		confine_server(settings->root, settings->traces);
		/* The reader of the access log may go; the server stays. */
		(void)signal(SIGPIPE, SIG_IGN);
		rc = mock_server_run(server, stop_fd);
		if (rc)
			rc = fr_error_set(err, EXIT_INVALID,
				"the event loop failed: %s", strerror(-rc));
	}
	mock_server_close(server);
out:
	(void)close(stop_fd);
	return rc;
}

static int preview(const struct serve_settings *settings, struct fr_error *err)
{
	struct mock_latency_figures figures;
	struct mock_error why = {""};

	if (mock_server_preview_latency(&figures, settings->preview, &why))
		return fr_error_set(err, EXIT_USAGE, "%s", why.text);
	printf("mean %.3f ms, p50 %.3f ms, p90 %.3f ms, p99 %.3f ms, "
	       "max %.3f ms of %d draws\n",
		figures.mean_ns / 1e6, figures.p50_ns / 1e6,
		figures.p90_ns / 1e6, figures.p99_ns / 1e6,
		figures.max_ns / 1e6, MOCK_LATENCY_DRAWS);
	return 0;
}

static int run(void *arg, const struct command_line *line, struct fr_error *err)
{
	struct serve_settings *settings = arg;

	(void)line;
	return settings->preview ? preview(settings, err)
				 : serve(settings, err);
}

int cmd_serve(int argc, char **argv)
{
	struct serve_settings settings = {
		.host = "127.0.0.1", .port = 8001, .workers = 1};

	return command_run(&command, &settings, argc, argv, run);
}
