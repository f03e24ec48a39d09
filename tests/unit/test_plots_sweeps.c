/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The figures of the pictures about swept settings, and of requests in flight:
 * what crossing.csv, winners.csv and in-flight.csv hold.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/view/plots_rows.h"
#include "tests/unit/run_fixture.h"

/* Makes the files of the run, and returns which pictures they are for. */
static unsigned write_data(const char *run)
{
	struct fr_error err = {.text = ""};
	unsigned parts;
	char plots[64];

	(void)snprintf(plots, sizeof(plots), "%s/plots", run);
	(void)mkdir(plots, 0755);
	if (plots_data_write(run, plots, &parts, &err))
		fail_msg("%s", err.text);
	return parts;
}

/* The whole file, ended by NUL; the caller's to free. */
static char *slurp(const char *path)
{
	FILE *file = fopen(path, "r");
	char *text = NULL;
	size_t size = 0;

	assert_non_null(file);
	assert_true(getdelim(&text, &size, EOF, file) >= 0);
	(void)fclose(file);
	return text;
}

static void assert_holds(const char *path, const char *words)
{
	char *text = slurp(path);

	if (!strstr(text, words))
		fail_msg("%s has no '%s':\n%s", path, words, text);
	free(text);
}

/* Ten requests from 10 to 90 ms by the client, from 20 to 80 by the server. */
static void requests_in_flight_are_counted_by_both(void **state)
{
	struct run_fixture fixture;
	struct request_row request;
	struct trial_row trial;

	(void)state;
	run_fixture_begin(&fixture, "flight");
	trial = run_fixture_trial(&fixture, "epoll", 20, 1, 100);
	trial.workload.capacity = 4;
	run_fixture_add(&fixture, &trial);
	for (uint64_t i = 0; i < 10; i++) {
		request_row_init(&request);
		memcpy(request.run, trial.run, sizeof(trial.run));
		memcpy(request.trial, trial.trial, sizeof(trial.trial));
		request.item = request.worker = i;
		request.status = FR_OK;
		request.start_ns = 10000000;
		request.witness_arrival_ns = 20000000;
		request.witness_sent_ns = 80000000;
		request.answered_ns = i ? 90000000 : FR_UNKNOWN;
		/* The work of the others goes on. */
		request.end_ns = i ? 100000000 : 90250000;
		assert_int_equal(csv_text_add_row(&fixture.requests,
					 &request_schema, &request),
			0);
	}
	run_fixture_end(&fixture);
	assert_int_equal(write_data("flight"), 0);
	assert_holds("flight/plots/in-flight.csv",
		",cells\n"
		"1,epoll@20,0,0,0,20,4,0,latency 50ms; capacity 4,1\n"
		"1,epoll@20,10,10,0,20,4,0,latency 50ms; capacity 4,1\n"
		"1,epoll@20,20,10,10,20,4,0,latency 50ms; capacity 4,1\n"
		"1,epoll@20,80,10,0,20,4,0,latency 50ms; capacity 4,1\n"
		"1,epoll@20,90,0.5,0,20,4,0,latency 50ms; capacity 4,1\n"
		"1,epoll@20,90.5,0,0,20,4,0,latency 50ms; capacity 4,1\n"
		"1,epoll@20,100,0,0,20,4,0,latency 50ms; capacity 4,1\n");
}

/* A program tells nothing of its requests, and not every server does. */
static void what_one_side_does_not_know_is_empty(void **state)
{
	struct run_fixture fixture;

	(void)state;
	run_fixture_begin(&fixture, "unknown");
	run_fixture_add_valid(&fixture, "epoll", 20, 1, 60);
	run_fixture_end(&fixture);
	assert_int_equal(write_data("unknown"), 0);
	assert_holds("unknown/plots/in-flight.csv",
		"\n1,epoll@20,0,1,,20,,0,latency 50ms,1\n"
		"1,epoll@20,60,1,,20,,0,latency 50ms,1\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests_in_flight_are_counted_by_both),
		cmocka_unit_test(what_one_side_does_not_know_is_empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
