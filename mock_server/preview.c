/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a server would answer, found by the same draws and the same bodies. */
#include <errno.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics.h>
#include <stdlib.h>
#include <string.h>

#include "mock_server/content.h"
#include "mock_server/error.h"
#include "mock_server/latency.h"
#include "mock_server/mock_server.h"
#include "mock_server/settings.h"

struct mock_schedule {
	struct settings settings;
};

int mock_schedule_open(struct mock_schedule **out,
	const struct mock_setting *settings, size_t count,
	struct mock_error *err)
{
	struct mock_schedule *schedule = malloc(sizeof(*schedule));
	int rc;

	*out = NULL;
	if (!schedule)
		return mock_error_set(err, -ENOMEM, "%s", strerror(ENOMEM));
	rc = settings_read(&schedule->settings, settings, count, err);
	if (rc)
		mock_schedule_close(schedule);
	else
		*out = schedule;
	return rc;
}

void mock_schedule_close(struct mock_schedule *schedule)
{
	if (!schedule)
		return;
	settings_release(&schedule->settings);
	free(schedule);
}

/* The draws; *fault is the one it meets, or NULL. */
static struct mock_answer draw(const struct settings *settings, uint64_t item,
	uint64_t attempt, const struct fault **fault)
{
	struct mock_answer answer = {
		.delay_ns = latency_draw(
			&settings->latency, settings->seed, item, attempt),
	};

	*fault = faults_draw(&settings->faults, settings->seed, item, attempt);
	if (*fault) {
		const enum fault_kind kind = (*fault)->kind;

		answer.fault = (unsigned)(*fault - settings->faults.faults) + 1;
		answer.never = kind == FAULT_STALL;
		answer.lost = kind == FAULT_RESET;
		answer.cut = fault_end(kind) != FAULT_GOES_ON;
	}
	return answer;
}

struct mock_answer mock_schedule_draw(
	const struct mock_schedule *schedule, uint64_t item, uint64_t attempt)
{
	const struct fault *fault;

	return draw(&schedule->settings, item, attempt, &fault);
}

/* Whether the length of a body makes a difference. */
static bool limits_speed(const struct settings *settings)
{
	bool limits = settings->bandwidth > 0;

	for (size_t i = 0; i < settings->faults.count; i++)
		if (settings->faults.faults[i].kind == FAULT_SLOW_BODY)
			limits = true;
	return limits;
}

/* The length of each path's body; 0 where nothing lies at the path. */
static int measure_bodies(size_t *lengths, const struct mock_requests *requests)
{
	struct content *content;
	int rc = content_create(&content, -1, 0);

	for (size_t i = 0; i < requests->path_count && !rc; i++) {
		const char *path = requests->paths[i];
		const struct http_request request = {
			.path = {path, strlen(path)}};
		struct response response;

		rc = content_find(content, &request, &response);
		if (!rc) {
			lengths[i] = response.body_length;
			response_release(&response);
		} else if (rc == -ENOENT) {
			rc = 0;
		}
	}
	content_drop(content);
	return rc;
}

/* The length of each path's body, where it matters; for free(). */
static int find_lengths(size_t **lengths, const struct settings *settings,
	const struct mock_requests *requests)
{
	*lengths = calloc(requests->path_count, sizeof(**lengths));
	if (!*lengths)
		return -ENOMEM;
	for (size_t i = 0; i < requests->path_count; i++)
		(*lengths)[i] = settings->payload;
	return limits_speed(settings) && !settings->payload
		? measure_bodies(*lengths, requests)
		: 0;
}

static struct mock_answer answer(
	const struct settings *settings, size_t item, size_t length)
{
	const struct fault *fault;
	struct mock_answer answer = draw(settings, item, 1, &fault);
	uint64_t bytes_per_s = settings->bandwidth;

	if (fault) {
		if (answer.never || answer.lost || fault->kind == FAULT_STATUS)
			length = 0;
		fault_shape(fault, &length, &bytes_per_s);
	}
	if (bytes_per_s)
		answer.body_ns =
			(uint64_t)((double)length * 1e9 / (double)bytes_per_s);
	return answer;
}

int mock_server_preview(struct mock_answer *answers, size_t n,
	const struct mock_requests *requests, struct mock_error *err)
{
	struct settings settings;
	size_t *lengths = NULL;
	int rc = settings_read(
		&settings, requests->settings, requests->settings_count, err);

	if (!rc) {
		rc = find_lengths(&lengths, &settings, requests);
		if (rc)
			(void)mock_error_set(err, rc, "%s", strerror(-rc));
	}
	for (size_t i = 0; i < n && !rc; i++)
		answers[i] =
			answer(&settings, i, lengths[i % requests->path_count]);
	settings_release(&settings);
	free(lengths);
	return rc;
}

int mock_server_draw_times(uint64_t *ns, size_t n,
	const struct mock_times *times, uint64_t seed, struct mock_error *err)
{
	struct latency latency;
	int rc = latency_parse_as(&latency, times, err);

	if (rc)
		return rc;
	for (size_t i = 0; i < n; i++)
		ns[i] = latency_draw_from(SCHEDULE_WORK, &latency, seed, i, 1);
	latency_release(&latency);
	return 0;
}

int mock_server_preview_latency(struct mock_latency_figures *figures,
	const char *spec, struct mock_error *err)
{
	struct latency latency;
	double *ns;
	int rc = latency_parse(&latency, spec, err);

	if (rc)
		return rc;
	ns = calloc(MOCK_LATENCY_DRAWS, sizeof(*ns));
	if (!ns) {
		rc = mock_error_set(err, -ENOMEM, "out of memory");
		goto out;
	}
	for (size_t i = 0; i < MOCK_LATENCY_DRAWS; i++)
		ns[i] = (double)latency_draw(&latency, 1, i, 1);
	gsl_sort(ns, 1, MOCK_LATENCY_DRAWS);
	figures->mean_ns = gsl_stats_mean(ns, 1, MOCK_LATENCY_DRAWS);
	figures->p50_ns = gsl_stats_quantile_from_sorted_data(
		ns, 1, MOCK_LATENCY_DRAWS, 0.5);
	figures->p90_ns = gsl_stats_quantile_from_sorted_data(
		ns, 1, MOCK_LATENCY_DRAWS, 0.9);
	figures->p99_ns = gsl_stats_quantile_from_sorted_data(
		ns, 1, MOCK_LATENCY_DRAWS, 0.99);
	figures->max_ns = ns[MOCK_LATENCY_DRAWS - 1];
out:
	free(ns);
	latency_release(&latency);
	return rc;
}
