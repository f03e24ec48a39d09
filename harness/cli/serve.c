/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `flagrace serve`: the mock server as a program of its own. */
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "harness/cli/commands.h"
#include "harness/cli/interrupt.h"
#include "harness/cli/options.h"
#include "mock_server/mock_server.h"

struct serve_settings {
	const char *host, *latency, *explain;
	uint64_t port, seed;
};

static const struct option_spec options[] = {
	{OPTION_TEXT, "host", 0, "ADDRESS",
		offsetof(struct serve_settings, host), 0, 0,
		"Address to listen on (default 127.0.0.1). Whoever reaches "
		"another one can change the settings."},
	{OPTION_NUMBER, "port", 0, "N", offsetof(struct serve_settings, port),
		0, UINT16_MAX,
		"Port to listen on (default 8001); 0: any free one."},
	{OPTION_TEXT, "latency", 'l', "SPEC",
		offsetof(struct serve_settings, latency), 0, 0,
		"How late each answer is (default 0s): 50ms, "
		"uniform:20ms,200ms, normal:50ms,5ms, "
		"lognormal:p50=40ms,p99=400ms, exponential:50ms, "
		"pareto:20ms,1.5, bimodal:20ms,200ms,10% or trace:FILE.csv "
		"with a column delay_ns; units ns, us, ms and s."},
	{OPTION_TEXT, "explain-latency", 0, "SPEC",
		offsetof(struct serve_settings, explain), 0, 0,
		"Print mean, quantiles and the longest of a million delays of "
		"SPEC, and serve nothing."},
	{OPTION_NUMBER, "seed", 0, "N", offsetof(struct serve_settings, seed),
		0, UINT64_MAX,
		"Of the delays (default 1): the same seed, the same delays."},
	{0},
};

static const struct command_spec command = {
	.name = "serve",
	.usage = "[options]",
	.summary = "Serves flags late, on purpose, and keeps account of it.",
	.examples =
		"  flagrace serve --latency 50ms\n"
		"  flagrace serve --explain-latency "
		"lognormal:p50=40ms,p99=400ms\n"
		"  flagrace serve --port 0 --latency uniform:20ms,200ms --seed 7\n"
		"  curl -O http://127.0.0.1:8001/data/flags/cn/cn.gif\n"
		"  curl -X PUT -d latency=5ms http://127.0.0.1:8001/_flagrace/config\n"
		"  curl http://127.0.0.1:8001/_flagrace/witness\n",
	.options = options,
};

/* As many connections as the system lets us have; fewer is no failure. */
static void raise_descriptor_limit(void)
{
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files))
		return;
	files.rlim_cur = files.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &files);
}

static int open_server(struct mock_server **server,
	const struct serve_settings *settings, struct fr_error *err)
{
	const struct mock_server_options server_options = {
		.host = settings->host,
		.port = (uint16_t)settings->port,
		.latency = settings->latency,
		.seed = settings->seed,
	};
	struct mock_error why;
	int rc = mock_server_open(server, &server_options, &why);

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

static int serve(const struct serve_settings *settings, struct fr_error *err)
{
	struct mock_server *server;
	int stop_fd, rc;

	raise_descriptor_limit();
	stop_fd = interrupt_open();
	if (stop_fd < 0)
		return fr_error_set(
			err, EXIT_INVALID, "no signalfd: %s", strerror(errno));
	rc = open_server(&server, settings, err);
	if (rc)
		goto out;
	printf("listening on %s\n", mock_server_url(server));
	(void)fflush(stdout);
	rc = mock_server_run(server, stop_fd);
	if (rc)
		rc = fr_error_set(err, EXIT_INVALID,
			"the event loop failed: %s", strerror(-rc));
	mock_server_close(server);
out:
	(void)close(stop_fd);
	return rc;
}

static int explain(const struct serve_settings *settings, struct fr_error *err)
{
	struct mock_latency_figures figures;
	struct mock_error why;

	if (mock_server_explain_latency(
		    &figures, settings->explain, settings->seed, &why))
		return fr_error_set(err, EXIT_USAGE, "%s", why.text);
	printf("mean %.3f ms, p50 %.3f ms, p90 %.3f ms, p99 %.3f ms, "
	       "max %.3f ms of %d draws\n",
		figures.mean_ns / 1e6, figures.p50_ns / 1e6,
		figures.p90_ns / 1e6, figures.p99_ns / 1e6,
		figures.max_ns / 1e6, MOCK_LATENCY_DRAWS);
	return 0;
}

int cmd_serve(int argc, char **argv)
{
	struct serve_settings settings = {
		.host = "127.0.0.1", .port = 8001, .latency = "0s", .seed = 1};
	struct fr_error err;
	int operands;

	switch (options_parse(
		&command, &settings, argc, argv, &operands, &err)) {
	case OPTIONS_HELP:
		return EXIT_OK;
	case OPTIONS_ERROR:
		return command_fail("serve", &err);
	case OPTIONS_OK:
		break;
	}
	if (operands < argc)
		fr_error_set(&err, EXIT_USAGE,
			"'%.80s' is no option; see 'flagrace serve --help'",
			argv[operands]);
	else if (!(settings.explain ? explain : serve)(&settings, &err))
		return EXIT_OK;
	return command_fail("serve", &err);
}
