/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the table tells of failures, and of trials that give no figure. */
#include "test_table.h"

#include <stdlib.h>
#include <string.h>

static void few_trials_are_said_to_be_few(void **state)
{
	struct run_fixture fixture;
	char *text;

	(void)state;
	run_fixture_begin(&fixture, "run");
	run_fixture_add_valid(&fixture, "sequential", 1, 1, 1000);
	run_fixture_add_valid(&fixture, "openmp", 20, 1, 48);
	run_fixture_end(&fixture);
	text = render("run", TABLE_TEXT);
	assert_non_null(strstr(text, "; 1 trial of each\n"));
	assert_non_null(strstr(text,
		"openmp@20 was fastest, 20.0 times as fast as sequential.\n"));
	assert_non_null(strstr(text,
		"A 95 % interval needs at least 6 valid trials; "
		"with fewer, the order may be chance.\n"));
	/* Nothing is known of who is close to whom. */
	assert_null(strstr(text, "Not distinguishable"));
	assert_non_null(strstr(text, "2 of 2 trials are valid"));
	free(text);
}

static void without_a_valid_trial_nobody_was_fastest(void **state)
{
	struct run_fixture fixture;
	struct trial_row trial;
	char *text;

	(void)state;
	run_fixture_begin(&fixture, "run");
	trial = run_fixture_trial(&fixture, "openmp", 20, 1, 60);
	trial.verdict = VERDICT_FAILED;
	run_fixture_add(&fixture, &trial);
	run_fixture_end(&fixture);
	text = render("run", TABLE_TEXT);
	assert_non_null(strstr(text, "No strategy has a valid trial.\n"));
	assert_non_null(strstr(text, "1 failed: no reason was recorded\n"));
	assert_non_null(strstr(text, "No trial is valid, so there is no "));
	assert_null(strstr(text, "are valid"));
	assert_null(strstr(text, "fastest"));
	free(text);
}

static void the_floor_alone_is_no_strategy_to_be_fastest(void **state)
{
	struct run_fixture fixture;
	char *text;

	(void)state;
	run_fixture_begin(&fixture, "run");
	run_fixture_add_valid(&fixture, "null", 1, 1, 0.1);
	run_fixture_end(&fixture);
	text = render("run", TABLE_TEXT);
	assert_non_null(
		strstr(text, "No strategy but null has a valid trial.\n"));
	assert_non_null(strstr(text, "1 of 1 trials are valid"));
	free(text);
}

static void failed_requests_are_told_with_their_row(void **state)
{
	struct run_fixture fixture;
	char *text;

	(void)state;
	run_fixture_begin(&fixture, "run");
	run_fixture_add_ok(&fixture, "epoll", 20, 1, 0);
	run_fixture_add_ok(&fixture, "openmp", 20, 60, 15);
	run_fixture_add_ok(&fixture, "multi", 20, 70, 20);
	run_fixture_end(&fixture);
	text = render("run", TABLE_TEXT);
	assert_non_null(strstr(text, "openmp@20 was fastest.\n"));
	assert_non_null(
		strstr(text, "\n      5 of 20 requests failed (25.0 %)\n"));
	assert_non_null(
		strstr(text, "\n      all 20 requests failed, not ranked\n"));
	assert_null(strstr(text, "20 of 20 req"));
	free(text);
	text = render("run", TABLE_MARKDOWN);
	assert_non_null(strstr(
		text, "1/1 valid, 5 of 20 requests failed (25.0 %) |\n| 2 | "));
	assert_non_null(strstr(
		text, "1/1 valid, all 20 requests failed, not ranked |\n"));
	free(text);
}

/* Adds a trial with those failures, so many. */
static void add_failures(struct run_fixture *fixture, const char *strategy,
	const char *failures, uint64_t failed)
{
	struct trial_row trial =
		run_fixture_trial(fixture, strategy, 20, 1, 60);

	trial.ok = trial.workload.requests - failed;
	trial.net_error = failed;
	(void)snprintf(trial.failures, sizeof(trial.failures), "%s", failures);
	run_fixture_add(fixture, &trial);
}

static void failures_are_told_with_their_causes_and_remedies(void **state)
{
	struct run_fixture fixture;
	char *text;

	(void)state;
	run_fixture_begin(&fixture, "run");
	add_failures(&fixture, "openmp", "12 reset; 3 no-port", 15);
	add_failures(&fixture, "openmp", "4 no-port", 4);
	add_failures(&fixture, "epoll", "20 status-301", 20);
	run_fixture_end(&fixture);
	text = render("run", TABLE_TEXT);
	assert_non_null(strstr(text,
		"\n      19 of 40 requests failed (47.5 %): "
		"12 × reset, 7 × no local port\n"));
	assert_non_null(strstr(text,
		"\n      all 20 requests failed, not ranked: 20 × 301, "
		"not followed\n"));
	assert_non_null(strstr(text,
		"\nno local port: reuse connections, or widen "
		"net.ipv4.ip_local_port_range.\n"));
	assert_non_null(
		strstr(text, "\n301, not followed: request the URL that"));
	assert_null(strstr(text, "\nreset:"));
	free(text);
	text = render("run", TABLE_CSV);
	assert_non_null(strstr(text, "12 reset; 7 no-port"));
	free(text);
}

static void who_fails_more_is_told_below_and_not_ranked(void **state)
{
	struct run_fixture fixture;
	char *text;

	(void)state;
	run_fixture_begin(&fixture, "run");
	add_failures(&fixture, "http2", "11 reset", 11);
	run_fixture_add_ok(&fixture, "epoll", 20, 90, 20);
	run_fixture_end(&fixture);
	text = render("run", TABLE_TEXT);
	assert_non_null(strstr(text, "epoll@20 was fastest.\n"));
	assert_non_null(strstr(text,
		"\n      11 of 20 requests failed (55.0 %), not ranked: "
		"11 × reset\n"));
	assert_non_null(
		strstr(text, "\nNot ranked, though measured: http2@20.\n"));
	assert_non_null(strstr(text, "failed than of epoll@20\n(Fisher's"));
	free(text);
}

static void where_every_request_failed_no_strategy_is_ranked(void **state)
{
	struct run_fixture fixture;
	char *text;

	(void)state;
	run_fixture_begin(&fixture, "run");
	run_fixture_add_ok(&fixture, "epoll", 20, 1, 0);
	run_fixture_add_ok(&fixture, "openmp", 20, 2, 0);
	run_fixture_end(&fixture);
	text = render("run", TABLE_TEXT);
	assert_non_null(strstr(
		text, "No request succeeded, so no strategy is ranked.\n"));
	assert_null(strstr(text, "@20 was fastest"));
	assert_null(strstr(text, "Not distinguishable"));
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(few_trials_are_said_to_be_few),
		cmocka_unit_test(without_a_valid_trial_nobody_was_fastest),
		cmocka_unit_test(the_floor_alone_is_no_strategy_to_be_fastest),
		cmocka_unit_test(failed_requests_are_told_with_their_row),
		cmocka_unit_test(
			failures_are_told_with_their_causes_and_remedies),
		cmocka_unit_test(who_fails_more_is_told_below_and_not_ranked),
		cmocka_unit_test(
			where_every_request_failed_no_strategy_is_ranked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
