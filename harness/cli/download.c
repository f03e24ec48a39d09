/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `flagrace download`: the lesson itself. One strategy downloads flags, and
 * what happens is printed while it happens (download_printer.c).
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/account/cause.h"
#include "harness/base/clock.h"
#include "harness/base/interrupt.h"
#include "harness/cli/commands.h"
#include "harness/options/command.h"
#include "harness/plan/flags.h"
#include "harness/plan/latency_names.h"
#include "harness/roster/needs.h"
#include "harness/roster/registry.h"
#include "harness/server/authorities.h"
#include "harness/server/server.h"
#include "harness/server/target.h"
#include "harness/trial/trial.h"
#include "harness/view/download_printer.h"

enum { CODES_MAX = 26 * 26 };

struct download_settings {
	const char *strategy, *url, *cacert, *latency, *save;
	uint64_t concurrency, timeout_ns;
	bool verbose, insecure;
};

#define OPTIONS_OF struct download_settings

static const struct option_spec options[] = {
	{OPT_TEXT(strategy, "strategy", 's', "NAME",
		"Strategy: a name from 'flagrace list', or the path of a "
		".so file (default sequential).")},
	{OPT_NUMBER(concurrency, "concurrency", 'c', "N", 1, 20000,
		"The most requests in flight (default: the strategy's own).")},
	{OPT_TEXT(url, "url", 'u', "URL",
		"Use the server at URL, such as http://127.0.0.1:8001, "
		"instead of starting one.")},
	{OPT_TEXT(cacert, "cacert", 0, "FILE",
		"Trust the certificates in FILE (PEM) for https, instead of "
		"those of the system.")},
	{OPT_FLAG(
		insecure, "insecure", 0, "Accept any certificate for https.")},
	{OPT_TEXT(latency, "latency", 'l', "SPEC",
		"Delay of each answer of the started server, such as 500ms "
		"or uniform:20ms,200ms (default 50ms).")},
	{OPT_TEXT(save, "save", 'o', "DIR",
		"Folder for the files cc.gif (default downloads).")},
	{OPT_DURATION(timeout_ns, "timeout", 't', "TIME", NS_PER_MS,
		3600 * NS_PER_S, "Time limit of each flag (default 10s).")},
	{OPT_FLAG(verbose, "verbose", 'v',
		"Print each step of each flag: scheduled, arrived, result.")},
	{0},
};

static const struct command_spec command = {
	.name = "download",
	.usage = "[CC..] [options]",
	.summary =
		"Downloads flags by two-letter country code, in alphabetical "
		"order. Without codes,\nit downloads those of the twenty most "
		"populous countries. Prints each code as\nits flag arrives.",
	.examples =
		"  flagrace download\n"
		"  flagrace download CN IN US --save flags\n"
		"  flagrace download --strategy pthread-map --concurrency 20\n"
		"  flagrace download --strategy pthread-as-completed "
		"--concurrency 3 --verbose\n",
	.options = options,
	.operands_max = INT_MAX,
};

/* One call of the command: its flags and their URLs. */
struct download {
	const struct download_settings *settings;
	size_t count, refused; /* codes taken; words that were none */
	const char **urls;
	char *url_text;
	struct download_printer printer;
};

static int compare_codes(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* Takes the operands' codes, sorted, each once; complains of the others. */
static size_t take_codes(
	char (*codes)[3], const struct command_line *line, size_t *refused)
{
	size_t n = 0, kept = 0;

	for (int i = 0; i < line->operand_count; i++) {
		const unsigned char *word =
			(const unsigned char *)line->operands[i];

		if (isalpha(word[0]) && isalpha(word[1]) && !word[2] &&
			n < CODES_MAX) {
			codes[n][0] = (char)toupper(word[0]);
			codes[n][1] = (char)toupper(word[1]);
			codes[n++][2] = '\0';
			continue;
		}
		fprintf(stderr,
			"flagrace download: '%.20s' is no country code; "
			"write two letters, as in CN\n",
			line->operands[i]);
		++*refused;
	}
	qsort(codes, n, sizeof(*codes), compare_codes);
	for (size_t i = 0; i < n; i++)
		if (kept == 0 || strcmp(codes[i], codes[kept - 1]) != 0)
			memmove(codes[kept++], codes[i], sizeof(*codes));
	return kept;
}

static void print_failure(const struct download *download, size_t i,
	const struct fr_sample *sample)
{
	const char *code = download->printer.codes[i], *url = download->urls[i];

	switch (sample->status) {
	case FR_HTTP_ERROR:
		fprintf(stderr,
			"%s: the server has no such flag (HTTP %u for %s)\n",
			code, sample->http_status, url);
		break;
	case FR_TIMEOUT:
		fprintf(stderr, "%s: no whole answer within %g s\n", code,
			(double)download->settings->timeout_ns / 1e9);
		break;
	case FR_NET_ERROR:
		fprintf(stderr, "%s: %s\n", code,
			cause_error_text(sample->error));
		break;
	case FR_OK: /* said when it could not be saved */
		break;
	default:
		fprintf(stderr, "%s: was never downloaded\n", code);
	}
}

/* The closing words; returns the exit status. */
static int summarise(
	const struct download *download, const struct trial_result *result)
{
	uint64_t total_ns = result->setup_ns + (result->t1_ns - result->t0_ns) +
		result->teardown_ns;
	size_t saved = 0;

	for (size_t i = 0; i < download->count; i++)
		saved += download->printer.saved[i];
	printf("%s%zu flag%s downloaded ",
		download->printer.verbose ? "" : "\n", saved,
		saved == 1 ? "" : "s");
	if (result->end == TRIAL_COMPLETED)
		printf("in %.2fs\n", (double)total_ns / 1e9);
	else
		printf("before the strategy ended\n");
	(void)fflush(stdout);
	for (size_t i = 0; i < download->count; i++)
		if (!download->printer.saved[i] && result->end != TRIAL_STOPPED)
			print_failure(download, i, &result->samples[i]);
	return saved == download->count && !download->refused ? EXIT_OK
							      : EXIT_REGRESSION;
}

static int race_once(struct download *download,
	const struct fr_strategy *strategy, int stop_fd, struct fr_error *err)
{
	const struct fr_observer observer =
		download_printer_observer(&download->printer);
	struct trial_spec spec = {
		.strategy = strategy,
		.n = download->count,
		.concurrency = (unsigned)download->settings->concurrency,
		.urls = download->urls,
		.trial = "download",
		.http.timeout_ms =
			(unsigned)(download->settings->timeout_ns / NS_PER_MS),
		.http.authorities = download->settings->cacert,
		.http.any_certificate = download->settings->insecure,
		.observer = &observer,
		.stop_fd = stop_fd,
	};
	struct trial_result result;
	int rc;

	if (spec.concurrency == 0)
		spec.concurrency = strategy->default_concurrency;
	if (strategy->max_concurrency &&
		spec.concurrency > strategy->max_concurrency) {
		spec.concurrency = strategy->max_concurrency;
		if (download->settings->concurrency)
			fprintf(stderr,
				"note: concurrency lowered to %u, the most "
				"that %s can use\n",
				spec.concurrency, strategy->name);
	}
	if (spec.concurrency > spec.n)
		spec.concurrency = (unsigned)spec.n;
	rc = trial_run(&result, &spec, err);
	download_printer_clean(&download->printer);
	if (rc < 0)
		return -1;
	rc = summarise(download, &result);
	if (result.end == TRIAL_STOPPED)
		rc = EXIT_INTERRUPTED;
	else if (result.end != TRIAL_COMPLETED)
		rc = fr_error_set(err, EXIT_INVALID,
			"strategy %s ended before all flags were downloaded",
			strategy->name);
	trial_release(&result);
	return rc;
}

static bool is_https(const char *url)
{
	return url && strncasecmp(url, "https:", 6) == 0;
}

static int open_server(struct server *server,
	const struct download_settings *settings, struct fr_error *err)
{
	const char *latency = settings->latency;
	unsigned terms = SERVER_GUARDED;
	char form[512] = "";

	if (settings->url && settings->latency)
		return fr_error_set(err, EXIT_USAGE,
			"--latency is for the server that is started; the one "
			"at --url has its own");
	if (is_https(settings->url))
		return server_use(server, settings->url, err);
	if (settings->url)
		return server_attach(server, settings->url, false, err);
	if (http_form_add(form, sizeof(form), "latency",
		    latency ? latency : "50ms") < 0)
		return fr_error_set(err, EXIT_USAGE,
			"--latency '%.40s...' is too long", latency);
	if (latency && latency_may_be_trace(latency))
		terms |= SERVER_TRACES;
	if (server_start(server, terms, err) < 0)
		return -1;
	if (server_configure(server, form, err) == 0)
		return 0;
	server_close(server);
	return -1;
}

static int open_folder(struct download *download, struct fr_error *err)
{
	const char *save = download->settings->save;
	if (mkdir(save, 0777) == 0 || errno == EEXIST)
		download->printer.folder =
			open(save, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (download->printer.folder >= 0)
		return 0;
	return fr_error_set(err, EXIT_INVALID,
		"cannot save into %.200s: %s; choose another with --save DIR",
		save, strerror(errno));
}

/* Downloads from a running server. */
static int download_from(struct server *server, struct download *download,
	const struct fr_strategy *strategy, int stop_fd, struct fr_error *err)
{
	bool secure = strategy->flags & FR_TLS;
	size_t n = download->count;
	int rc = -1;

	if ((strategy->flags & FR_PLAIN_HTTP) &&
		!target_is_numeric(server->url, secure))
		return fr_error_set(err, EXIT_USAGE,
			"%s needs %sa single numeric address, such as "
			"http://127.0.0.1:8080, so it cannot request "
			"%.100s; choose another --strategy",
			strategy->name, secure ? "" : "plain HTTP and ",
			server->url);
	download->urls = calloc(n, sizeof(char *));
	download->url_text = calloc(n, FLAG_URL_MAX);
	download->printer.saved = mmap(NULL, n * sizeof(bool),
		PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (!download->urls || !download->url_text ||
		download->printer.saved == MAP_FAILED) {
		fr_error_memory(err);
	} else {
		for (size_t i = 0; i < n; i++) {
			char *url = download->url_text + i * FLAG_URL_MAX;

			flag_url(url, server->url, download->printer.codes[i]);
			download->urls[i] = url;
		}
		rc = race_once(download, strategy, stop_fd, err);
	}
	if (download->printer.saved != MAP_FAILED)
		munmap(download->printer.saved, n);
	free(download->url_text);
	free(download->urls);
	return rc;
}

static int download(
	void *arg, const struct command_line *line, struct fr_error *err)
{
	const struct download_settings *settings = arg;
	char codes[CODES_MAX][3];
	struct download download = {
		.settings = settings,
		.printer = {.codes = codes,
			.folder = -1,
			.owner = getpid(),
			.verbose = settings->verbose},
	};
	const struct fr_strategy *strategy =
		registry_find(settings->strategy, err);
	struct server server;
	int rc, stop_fd;

	if (!strategy || needs_check(strategy, err) < 0 ||
		(!is_https(settings->url) &&
			needs_check_plain(strategy, err) < 0))
		return -1;
	if (strategy->flags & FR_NO_NETWORK)
		return fr_error_set(err, EXIT_USAGE,
			"%s downloads nothing, so there is nothing to save",
			strategy->name);
	download.count = take_codes(codes, line, &download.refused);
	if (download.count == 0 && download.refused)
		return EXIT_USAGE;
	if (download.count == 0) {
		memcpy(codes, pop20, sizeof(pop20));
		download.count = POP20_COUNT;
	}
	rc = authorities_check(settings->cacert, err);
	if (!rc)
		rc = open_folder(&download, err);
	if (!rc)
		rc = open_server(&server, settings, err);
	/* Until here, an interrupt simply ends the process. */
	stop_fd = interrupt_open();
	if (!rc) {
		rc = download_from(&server, &download, strategy, stop_fd, err);
		server_close(&server);
	}
	if (download.printer.folder >= 0)
		close(download.printer.folder);
	close(stop_fd);
	return rc;
}

int cmd_download(int argc, char **argv)
{
	struct download_settings settings = {
		.strategy = "sequential",
		.save = "downloads",
		.timeout_ns = 10 * NS_PER_S,
	};

	return command_run(&command, &settings, argc, argv, download);
}
