/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a server would answer, told without one: the same draws and the same
 * bodies. Not how long that takes when many ask at once.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "mock_server/content.h"
#include "mock_server/error.h"
#include "mock_server/mock_server.h"
#include "mock_server/settings.h"

static int read_settings(struct settings *settings,
	const struct mock_requests *requests, struct mock_error *err)
{
	int rc = 0;

	settings_init(settings);
	for (size_t i = 0; i < requests->settings_count && !rc; i++)
		rc = settings_set(settings, requests->settings[i].key,
			requests->settings[i].value, err);
	return rc;
}

/* Whether how long a body is makes a difference. */
static bool limits_speed(const struct settings *settings)
{
	bool limits = settings->bandwidth > 0;

	for (size_t i = 0; i < settings->faults.count; i++)
		if (settings->faults.faults[i].kind == FAULT_SLOW_BODY)
			limits = true;
	return limits;
}

/* The length of each path's body as it is drawn; 0 where there is nothing. */
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

/* The length of each path's body, for free(), where it matters. */
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
	const struct fault *fault =
		faults_draw(&settings->faults, settings->seed, item, 1);
	struct mock_answer answer = {
		.delay_ns = latency_draw(
			&settings->latency, settings->seed, item, 1),
	};
	uint64_t bytes_per_s = settings->bandwidth;

	if (fault) {
		answer.fault = (unsigned)(fault - settings->faults.faults) + 1;
		answer.never = fault->kind == FAULT_STALL;
		answer.lost = fault->kind == FAULT_RESET;
		if (answer.never || answer.lost || fault->kind == FAULT_STATUS)
			length = 0;
		fault_shape(fault, &length, &bytes_per_s);
	}
	if (bytes_per_s)
		answer.body_ns =
			(uint64_t)((double)length * 1e9 / (double)bytes_per_s);
	return answer;
}

int mock_server_foretell(struct mock_answer *answers, size_t n,
	const struct mock_requests *requests, struct mock_error *err)
{
	struct settings settings;
	size_t *lengths = NULL;
	int rc = read_settings(&settings, requests, err);

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
