/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The requests are trials of the strategy `sequential`, so they are made, timed
 * and judged as those of any run.
 */
#include "harness/race/like.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/base/clock.h"
#include "harness/base/stats.h"
#include "harness/judge/judge.h"
#include "harness/race/cell_trial.h"
#include "harness/roster/registry.h"
#include "harness/server/target.h"

/* A server whose waits range over more of their median has random delays. */
static const double RANGE = 0.2;
/* A shorter round trip is no network that is worth emulating. */
static const uint64_t TRIP_NS = 1000000;
/* The bodies that the mock server makes. */
enum { PAYLOAD_MIN = 100, PAYLOAD_MAX = 10000000 };

/* What the trials have said so far. */
struct answers {
	double waits[LIKE_REQUESTS], bytes[LIKE_REQUESTS];
	size_t count;
	uint64_t connect_ns, tls_ns; /* FR_UNKNOWN: none was made */
	char failure[160];           /* "": none */
};

static void note_connection(
	struct answers *answers, const struct request_row *request)
{
	uint64_t connect_ns = request->connect_ns - request->start_ns;
	uint64_t tls_ns = request->tls_ns == FR_UNKNOWN
		? FR_UNKNOWN
		: request->tls_ns - request->connect_ns;

	if (connect_ns < answers->connect_ns)
		answers->connect_ns = connect_ns;
	if (tls_ns < answers->tls_ns)
		answers->tls_ns = tls_ns;
}

/* Takes the rows of the trial's requests. */
static int take(void *ctx, const struct account *account,
	const struct trial_row *row, struct fr_error *err)
{
	struct answers *answers = ctx;

	(void)row;
	(void)err;
	for (size_t i = 0; i < account->spec->n; i++) {
		struct request_row request;
		uint64_t sent_ns;

		request_row_init(&request);
		judge_request(account, i, &request);
		if (request.status != FR_OK) {
			(void)snprintf(answers->failure,
				sizeof(answers->failure), "%s",
				request.cause[0] ? request.cause : "not run");
			continue;
		}
		sent_ns = request.start_ns;
		if (request.connect_ns != FR_UNKNOWN) {
			note_connection(answers, &request);
			sent_ns = request.tls_ns == FR_UNKNOWN
				? request.connect_ns
				: request.tls_ns;
		}
		answers->waits[answers->count] =
			(double)(request.first_byte_ns - sent_ns);
		answers->bytes[answers->count++] = (double)request.body_bytes;
	}
	return 0;
}

static int run(struct answers *answers, const struct like_target *target,
	const char *url, unsigned requests, const char *connections,
	struct fr_error *err)
{
	const char *urls[LIKE_KEPT];
	struct server server;
	struct trial_row row;
	struct cell cell = {
		.strategy = registry_find("sequential", err), .concurrency = 1};
	const struct cell_trial trial = {
		.cell = &cell,
		.server = &server,
		.urls = urls,
		.authorities = target->authorities,
		.any_certificate = target->any_certificate,
		.stop_fd = target->stop_fd,
		.record = take,
		.ctx = answers,
	};
	enum cell_trial_outcome outcome;

	if (!cell.strategy)
		return -1;
	server_init(&server);
	workload_init(&cell.workload);
	cell.workload.requests = requests;
	cell.workload.timeout_ns = LIKE_TIMEOUT_S * NS_PER_S;
	(void)snprintf(cell.workload.connections,
		sizeof(cell.workload.connections), "%s", connections);
	for (unsigned i = 0; i < requests; i++)
		urls[i] = url;
	cell_trial_describe(&cell, 0, &row);
	outcome = cell_trial_run(&trial, &row, err);
	server_close(&server);
	if (outcome == CELL_TRIAL_STOPPED)
		return fr_error_set(err, EXIT_INTERRUPTED, "interrupted");
	return outcome == CELL_TRIAL_JUDGED ? 0 : -1;
}

int like_measure(struct like *like, const struct like_target *target,
	struct fr_error *err)
{
	struct answers answers = {
		.connect_ns = FR_UNKNOWN, .tls_ns = FR_UNKNOWN};
	char url[TARGET_URL_MAX + 1];
	size_t count;

	if (target_normalize(url, target->url, err) < 0 ||
		run(&answers, target, url, LIKE_KEPT, "reuse", err) < 0)
		return -1;
	/* A server that fails is not asked again. */
	if (!answers.failure[0] &&
		run(&answers, target, url, LIKE_FRESH, "fresh", err) < 0)
		return -1;
	if (answers.failure[0] || !answers.count)
		return fr_error_set(err, EXIT_INVALID,
			"%.200s cannot be measured: a request failed (%s)", url,
			answers.failure);
	count = stats_sort(answers.waits, answers.count);
	*like = (struct like){
		.least_ns = (uint64_t)answers.waits[0],
		.wait_ns = (uint64_t)stats_quantile(answers.waits, count, 0.5),
		.most_ns = (uint64_t)answers.waits[count - 1],
		.connect_ns = answers.connect_ns == FR_UNKNOWN
			? 0
			: answers.connect_ns,
		.tls_ns = answers.tls_ns == FR_UNKNOWN ? 0 : answers.tls_ns,
		.secure = strncmp(url, "https://", 8) == 0,
	};
	count = stats_sort(answers.bytes, answers.count);
	like->bytes = (uint64_t)stats_quantile(answers.bytes, count, 0.5);
	return 0;
}

/* What is left without the round trip, in ms. */
static double less(uint64_t ns, uint64_t trip_ns)
{
	return ns > trip_ns ? (double)(ns - trip_ns) / 1e6 : 0;
}

/* So that three digits are told. */
static int digits(double ms)
{
	return ms < 1 ? 3 : ms < 10 ? 2 : ms < 100 ? 1 : 0;
}

void like_settle(
	struct like_settings *settings, const struct like *like, bool linked)
{
	uint64_t trip_ns =
		linked && like->connect_ns >= TRIP_NS ? like->connect_ns : 0;
	double wait_ms = less(like->wait_ns, trip_ns);
	double least_ms = less(like->least_ns, trip_ns);
	double most_ms = less(like->most_ns, trip_ns);
	uint64_t bytes = like->bytes;

	*settings = (struct like_settings){0};
	if (most_ms - least_ms > RANGE * wait_ms)
		(void)snprintf(settings->latency, sizeof(settings->latency),
			"uniform:%.*fms,%.*fms", digits(least_ms), least_ms,
			digits(most_ms), most_ms);
	else
		(void)snprintf(settings->latency, sizeof(settings->latency),
			"%.*fms", digits(wait_ms), wait_ms);
	if (bytes < PAYLOAD_MIN)
		bytes = PAYLOAD_MIN;
	if (bytes > PAYLOAD_MAX)
		bytes = PAYLOAD_MAX;
	(void)snprintf(settings->payload, sizeof(settings->payload), "%" PRIu64,
		bytes);
	if (trip_ns)
		(void)snprintf(settings->link, sizeof(settings->link),
			"rtt=%.1fms", (double)trip_ns / 1e6);
	if (like->secure)
		(void)snprintf(settings->tls, sizeof(settings->tls), "full");
}
