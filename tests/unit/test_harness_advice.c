/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An advice of known figures, in words and numbers. */
#include "test_harness.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/view/advice_show.h"

enum { ROWS = 5 };

static struct advice_row *row_of(struct advice *advice, size_t i,
	enum advice_state state, const char *strategy, double ratio)
{
	struct advice_row *row = &advice->rows[i];

	row->state = state;
	row->recommended = 0;
	(void)snprintf(row->strategy, sizeof(row->strategy), "%s", strategy);
	row->concurrency = 20;
	row->blocks = 12;
	row->ratio = (struct estimate){ratio, ratio - 0.002, ratio + 0.002};
	row->time =
		(struct estimate){52e6 * ratio, 51.9e6 * ratio, 52.1e6 * ratio};
	row->ideal_ns = row->least_ns = 50e6;
	row->cpu_ns = 4e6;
	row->memory_bytes = 10e6;
	row->connections = 20;
	(void)snprintf(row->bound_by, sizeof(row->bound_by), "latency");
	return row;
}

/*
 * Twenty requests of 50 ms. http2 costs 2 ms itself, multi-poll 2.26,
 * pthread-map 7.2.
 */
static void make(struct advice *advice)
{
	struct advice_row *row;

	assert_int_equal(advice_init(advice, ROWS), 0);
	workload_init(&advice->workload);
	advice->workload.requests = 20;
	(void)snprintf(advice->workload.latency,
		sizeof(advice->workload.latency), "50ms");
	(void)snprintf(advice->constraints, sizeof(advice->constraints),
		"on 2 CPUs, without fork");
	advice->blocks = 12;
	advice->blocks_max = 20;
	advice->trials = 60;
	row = row_of(advice, 0, ADVICE_BEYOND, "sequential", NAN);
	row->place = 1;
	row->concurrency = 1;
	row->least_ns = 1000e6;
	row_of(advice, 1, ADVICE_SLOWER, "pthread-map", 1.1)->place = 2;
	row = row_of(advice, 2, ADVICE_LEVEL, "multi-poll", 1.005);
	row->place = 7;
	row->recommended = 1;
	row = row_of(advice, 3, ADVICE_FASTEST, "http2", 1);
	row->place = 18;
	row->cpu_ns = 2e6;
	row->connections = 1;
	row = row_of(advice, 4, ADVICE_INVALID, "epoll", NAN);
	row->place = 20;
	(void)snprintf(row->reason, sizeof(row->reason), "22 in flight");
	advice_sort(advice);
	advice_find_changes(advice);
}

static char *text_of(const struct advice *advice, enum table_format format)
{
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	assert_non_null(out);
	assert_int_equal(advice_write(out, advice, format), 0);
	assert_int_equal(fclose(out), 0);
	return text;
}

/* Joins the lines of each paragraph. */
static void unwrap(char *text)
{
	char *to = text;

	for (const char *from = text; *from; from++) {
		if (strncmp(from, "\n    ", 5) == 0) {
			*to++ = ' ';
			from += 4;
		} else {
			*to++ = *from;
		}
	}
	*to = '\0';
}

/* Checks that what is said of how sure the advice is ends with that. */
static void assert_open(const struct advice *advice, const char *end)
{
	char *text = text_of(advice, TABLE_TEXT), sentence[256];

	unwrap(text);
	(void)snprintf(sentence, sizeof(sentence),
		"Whether 1 of the 2 above is slower by more than 1 %% "
		"is open: %s",
		end);
	assert_says(text, sentence);
	free(text);
}

static void what_would_tell_more_can_be_asked_for(void **state)
{
	struct advice advice;

	(void)state;
	make(&advice);
	advice.blocks_max = 5;
	assert_open(&advice, "more --blocks than 5 would tell.\n");
	advice.blocks_max = ELIMINATION_BLOCKS_MAX;
	assert_open(&advice,
		"a race of these alone (--strategy) would tell more.\n");
	advice.interrupted = true;
	assert_open(&advice, "the race was interrupted.\n");
	advice_release(&advice);
}

static void the_answer_and_its_reasons_are_told(void **state)
{
	static const char *const sentences[] = {
		"Use multi-poll@20: it is the simplest of the 2 within 1 % of "
		"the fastest. You write a loop around libcurl's multi "
		"handle: start from strategies/multi-poll.c.\n",
		"The question: 20 requests, latency 50ms, on 2 CPUs, without fork.\n",
		"  http2@20                 52.00 [51.90, 52.10]    fastest       "
		"          2.00      10.0           1\n",
		"  multi-poll@20 *          52.26 [52.16, 52.36]    1.005 [1.003, "
		"1.007]    4.00      10.0          20\n",
		"at its best): pthread-map@20 +10 %.\n",
		"Dropped, because not valid: epoll@20 (22 in flight).\n",
		"Not raced, because the delays and the work alone take longer: 1 "
		"in flight (1000 ms).\n",
		"Why: of multi-poll@20, nearly all time is spent waiting for the "
		"server's delays, which no strategy shortens. 50 ms of its "
		"52.3 ms are what the delays and the work take at no other "
		"cost.\n",
		"How sure: 12 blocks, 60 trials. The probability that the fastest "
		"was dropped is at most 5 %. Whether 1 of the 2 above is "
		"slower by more than 1 % is open: more --blocks than 20 "
		"would tell.\n",
		"  - If 9.5 % more time does not matter, pthread-map@20 is simpler "
		"(one call that maps a function over a pool of threads, "
		"strategies/pthread-map.c).\n",
		/* 0.01 f 50 = 7.2 - 1.01 * 2 */
		"  - With a latency of about 518 ms, pthread-map@20 would be "
		"within 1 % of the fastest (predicted from",
		/* 0.05 f 50 = 2.26 - 1.05 * 2 */
		"  - With a latency of about 3.2 ms, http2@20 would be 5 % ahead "
		"of multi-poll@20 (predicted likewise).\n",
		"  - If CPU time counts more, http2@20 takes 2.00 ms of it instead "
		"of 4.00, and 0.5 % less time.\n",
		"  - If connections count more, http2@20 opens 1 instead of 20, "
		"and takes 0.5 % less time.\n",
		"  - A faster server: then what a strategy costs itself counts "
		"more.\n",
	};
	struct advice advice;
	char *text;

	(void)state;
	make(&advice);
	text = text_of(&advice, TABLE_TEXT);
	unwrap(text);
	for (size_t i = 0; i < sizeof(sentences) / sizeof(sentences[0]); i++)
		if (!strstr(text, sentences[i]))
			fail_msg("no %s", sentences[i]);
	free(text);
	advice_release(&advice);
}

/* The fastest is recommended, and multi-poll is this. */
struct other {
	enum advice_state state;
	double ratio;
	bool decided;
	const char *said, *unsaid;
};

static void the_answer_depends_on_what_the_others_are(void **state)
{
	static const struct other others[] = {
		{ADVICE_SLOWER, 1.04, true,
			"Use http2@20: it is the fastest, and no other is "
			"within 1 %. You write",
			"is open"},
		{ADVICE_LEVEL, 1.04, false,
			"Use http2@20: it was the fastest, but 1 other was not "
			"shown to be slower. You write sessions of nghttp2 on a "
			"socket of your own: start from strategies/http2.c. Of "
			"those that cannot be told apart from the fastest, the "
			"simplest is multi-poll@20, but it was measured 4.0 % "
			"slower.\n",
			"Shown to be slower by more than 1 % (each strategy at "
			"its best): multi-poll"},
		{ADVICE_CLOSE, 1.005, true,
			"Use http2@20: it is the simplest of the 2 within 1 %",
			"is open"},
	};

	(void)state;
	for (size_t c = 0; c < sizeof(others) / sizeof(*others); c++) {
		struct advice advice;
		char *text;

		make(&advice);
		for (size_t i = 0; i < ROWS; i++) {
			struct advice_row *row = &advice.rows[i];

			row->recommended = row->state == ADVICE_FASTEST;
			if (row->state != ADVICE_LEVEL)
				continue;
			row->state = others[c].state;
			row->ratio.value = others[c].ratio;
		}
		advice_sort(&advice);
		assert_int_equal(advice.decided, others[c].decided);
		text = text_of(&advice, TABLE_TEXT);
		unwrap(text);
		if (!strstr(text, others[c].said) ||
			strstr(text, others[c].unsaid))
			fail_msg("case %zu: %s", c, text);
		free(text);
		advice_release(&advice);
	}
}

static void nothing_is_advised_without_a_valid_cell(void **state)
{
	struct advice advice;
	char *text;

	(void)state;
	make(&advice);
	for (size_t i = 0; i < ROWS; i++) {
		advice.rows[i].state = ADVICE_INVALID;
		advice.rows[i].recommended = 0;
	}
	advice_sort(&advice);
	advice_find_changes(&advice);
	text = text_of(&advice, TABLE_TEXT);
	assert_non_null(strstr(text, "No cell has enough valid trials"));
	free(text);
	advice.blocks = 0;
	text = text_of(&advice, TABLE_TEXT);
	assert_non_null(strstr(text, "ended before its first block"));
	assert_null(strstr(text, "Not valid"));
	free(text);
	text = text_of(&advice, TABLE_JSON);
	assert_non_null(strstr(text, "\"recommended\": null"));
	free(text);
	advice_release(&advice);
}

static void programs_get_the_same_as_json_and_csv(void **state)
{
	struct advice advice;
	json_error_t error;
	json_t *document;
	char *text;

	(void)state;
	make(&advice);
	text = text_of(&advice, TABLE_JSON);
	document = json_loads(text, 0, &error);
	assert_non_null(document);
	assert_string_equal(
		json_string_value(json_object_get(document, "recommended")),
		"multi-poll@20");
	assert_string_equal(
		json_string_value(json_object_get(document, "fastest")),
		"http2@20");
	assert_string_equal(
		json_string_value(json_object_get(document, "page")),
		"strategies/multi-poll.c");
	assert_int_equal(
		json_array_size(json_object_get(document, "rows")), ROWS);
	assert_int_equal(
		json_array_size(json_object_get(document, "changes")), 5);
	json_decref(document);
	free(text);
	text = text_of(&advice, TABLE_CSV);
	assert_non_null(strstr(text, "state,recommended,strategy,"));
	assert_non_null(strstr(text, "level,1,multi-poll,20,7,12,"));
	free(text);
	text = text_of(&advice, TABLE_MARKDOWN);
	assert_non_null(strstr(text, "**Use multi-poll@20**: it is"));
	assert_non_null(strstr(text, "|---|---|---|--:|--:|--:|"));
	assert_non_null(strstr(text, "\n**Why:** of multi-poll@20"));
	free(text);
	advice_release(&advice);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_would_tell_more_can_be_asked_for),
		cmocka_unit_test(the_answer_and_its_reasons_are_told),
		cmocka_unit_test(the_answer_depends_on_what_the_others_are),
		cmocka_unit_test(nothing_is_advised_without_a_valid_cell),
		cmocka_unit_test(programs_get_the_same_as_json_and_csv),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
