/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What every strategy must do, built in or as a plug-in: a table of cases. Each
 * case is run as a trial against a real server, whose account must agree.
 *
 *     conformance FLAGRACE STRATEGY
 *     conformance FLAGRACE --exec @TEMPLATES PROGRAM
 *     conformance FLAGRACE --program @TEMPLATES PROGRAM
 *
 * A program does not know when an item is due or has waited too long, and has no
 * outcome for an item that never reached the server. It is spared those cases.
 */
#include "tests/conformance/bench.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "harness/account/cause.h"
#include "harness/roster/exec.h"
#include "harness/roster/needs.h"
#include "harness/roster/registry.h"

enum { N_MAX = 10000 };

/* Each item once by the server's account, and never too many at once. */
static void assert_served_once(const struct run *run)
{
	unsigned times[N_MAX] = {0};

	assert_int_equal(run->witness.count, run->spec.n);
	for (size_t r = 0; r < run->witness.count; r++) {
		const struct witness_row *row = &run->witness.rows[r];

		assert_true(row->item < run->spec.n);
		assert_int_equal(times[row->item]++, 0);
		assert_in_range(row->in_flight, 1, run->spec.concurrency);
	}
}

/* Whether item i of a case with missing flags is one of those. */
static bool is_missing(size_t i)
{
	return i % 3 == 1;
}

/* Each sample as it must be; a missing flag is a 404. */
static void assert_samples(
	const struct bench *bench, const struct run *run, bool some_missing)
{
	for (size_t i = 0; i < run->spec.n; i++) {
		const struct fr_sample *sample = &run->result.samples[i];
		bool missing = some_missing && is_missing(i);

		assert_int_equal(
			sample->status, missing ? FR_HTTP_ERROR : FR_OK);
		assert_int_equal(sample->http_status, missing ? 404 : 200);
		assert_true(sample->worker < run->spec.concurrency);
		assert_int_equal(sample->error, 0);
		assert_int_equal(sample->attempts, 1);
		assert_true(sample->first_byte_ns > 0);
		if (missing)
			continue;
		assert_true(sample->body_hash == bench->hash[i % POP20_COUNT]);
		assert_int_equal(
			sample->body_bytes, bench->bytes[i % POP20_COUNT]);
	}
}

/* Items that were started without a connection; several may wait for one. */
static size_t count_connected(const struct run *run)
{
	size_t count = 0;

	for (size_t i = 0; i < run->spec.n; i++)
		count += run->result.samples[i].connect_ns > 0;
	return count;
}

/* Kept from one item to the next, unless the strategy says that it cannot. */
static void assert_connections(const struct bench *bench, const struct run *run)
{
	bool fresh = run->spec.strategy->flags & FR_FRESH_CONNECTIONS;
	uint64_t opened = run->row.connections_opened;

	if (!is_program(bench))
		assert_in_range(count_connected(run), opened, run->spec.n);
	if (fresh)
		assert_int_equal(opened, run->spec.n);
	else if (run->spec.strategy->flags & FR_HTTP2)
		assert_int_equal(opened, 1);
	else
		assert_in_range(opened, 1, run->spec.concurrency);
}

/* n flags, all there, at a concurrency. */
static void download(struct bench *bench, struct run *run, size_t n,
	unsigned concurrency, const char *settings)
{
	const char **urls = flag_urls(bench->origin, n);

	assert_non_null(urls);
	run_trial(bench, run, settings, n, concurrency, 30000, urls);
	assert_valid(run);
	assert_int_equal(run->row.ok, n);
	if (!is_offline(bench)) {
		assert_served_once(run);
		assert_samples(bench, run, false);
		assert_connections(bench, run);
	}
	free(urls);
}

static void downloads(
	void **state, size_t n, unsigned concurrency, const char *settings)
{
	struct run run;

	download(*state, &run, n, concurrency, settings);
	run_release(&run);
}

static void one_item_is_downloaded(void **state)
{
	downloads(state, 1, 20, "latency=1ms&seed=7");
}

static void fewer_items_than_workers_are_downloaded(void **state)
{
	downloads(state, 3, 20, "latency=1ms&seed=7");
}

static void one_at_a_time_is_one_at_a_time(void **state)
{
	downloads(state, 20, 1, "latency=1ms&seed=7");
}

/* A program that is told a concurrency of 20 and has one request in flight. */
static bool is_sequential(const struct bench *bench)
{
	return is_program(bench) &&
		strstr(bench->strategy->name, "sequential") != NULL;
}

/*
 * Twenty processes or threads started one by one are all there within 50 ms,
 * unless a sanitizer or a busy machine makes each of them take more than a
 * twentieth of it: then it is tried again with four times as long to get there.
 */
static void the_concurrency_is_reached_and_never_passed(void **state)
{
	static const char *const settings[] = {
		"latency=50ms&seed=7",
		"latency=200ms&seed=7",
		"latency=800ms&seed=7",
		"latency=3200ms&seed=7",
		"latency=12800ms&seed=7",
	};
	enum { TRIES = sizeof(settings) / sizeof(settings[0]) };
	const struct bench *bench = *state;
	unsigned flags = bench->strategy->flags;
	/*
	 * A limit of its own rises from answer to answer. And over plain HTTP
	 * libcurl has all streams wait for the first answer.
	 */
	size_t n = flags & (FR_OWN_LIMIT | FR_MULTIPLEX) ? 400 : 20;
	bool reached = is_offline(*state) || is_sequential(bench);

	for (size_t try = 0; try < TRIES && !reached; try++) {
		struct run run;

		download(*state, &run, n, 20, settings[try]);
		reached = run.row.peak_in_flight == run.spec.concurrency;
		run_release(&run);
	}
	assert_true(reached);
}

static void every_item_is_downloaded_once_and_is_right(void **state)
{
	downloads(state, 200, 7, "latency=uniform%3A0ms%2C10ms&seed=7");
}

/*
 * No item before its time, which the verdict sees to as well, and none only
 * when something else wakes its loop: whose longest sleep passes the bound.
 */
static void items_are_begun_when_they_are_due(void **state)
{
	static const uint64_t ms = 1000000;
	struct bench *bench = *state;
	uint64_t due_ns[30];
	const char **urls = flag_urls(bench->origin, 30);
	struct run run;

	assert_non_null(urls);
	/* One alone, then pairs. */
	for (size_t i = 0; i < 30; i++)
		due_ns[i] = (i + 1) / 2 * 4 * ms;
	bench->due_ns = due_ns;
	run_trial(bench, &run, "latency=uniform%3A0ms%2C10ms&seed=7", 30, 5,
		30000, urls);
	bench->due_ns = NULL;
	assert_valid(&run);
	for (size_t i = 0; i < 30; i++)
		assert_in_range(
			run.result.samples[i].start_ns - run.result.t0_ns,
			due_ns[i], due_ns[i] + 10000 * ms);
	if (!is_offline(bench)) {
		assert_served_once(&run);
		assert_samples(bench, &run, false);
		assert_connections(bench, &run);
	}
	run_release(&run);
	free(urls);
}

/* A process with a sanitizer in it takes 10 ms to start and to end. */
static bool is_slow(const struct bench *bench)
{
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
	return strcmp(bench->strategy->name, "fork-per-request") == 0;
#else
	(void)bench;
	return false;
#endif
}

static void ten_thousand_items_are_downloaded(void **state)
{
	downloads(state, is_slow(*state) ? N_MAX / 10 : N_MAX, 7,
		"latency=0ms&seed=7");
}

static void a_missing_flag_is_data_and_no_more(void **state)
{
	struct bench *bench = *state;
	const char **urls = flag_urls(bench->origin, 20);
	char missing[FLAG_URL_MAX];
	struct run run;

	assert_non_null(urls);
	flag_url(missing, bench->origin, "ZZ");
	for (size_t i = 0; i < 20; i++)
		if (is_missing(i))
			urls[i] = missing;
	run_trial(bench, &run, "latency=1ms&seed=7", 20, 5, 30000, urls);
	assert_valid(&run);
	if (!is_offline(bench)) {
		assert_served_once(&run);
		assert_samples(bench, &run, true);
		assert_int_equal(run.row.http_error, 7);
	}
	run_release(&run);
	free(urls);
}

/* A port of loopback that is taken, where nobody listens; -1: none. */
static int take_port(struct sockaddr_in *address)
{
	socklen_t length = sizeof(*address);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	*address = (struct sockaddr_in){.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	if (bind(fd, (struct sockaddr *)address, length) == 0 &&
		getsockname(fd, (struct sockaddr *)address, &length) == 0)
		return fd;
	close(fd);
	return -1;
}

static void a_server_that_refuses_is_data(void **state)
{
	struct bench *bench = *state;
	struct sockaddr_in address;
	int fd = take_port(&address);
	char origin[64], cause[CAUSE_MAX];
	const char **urls;
	struct run run;

	assert_true(fd >= 0);
	(void)snprintf(origin, sizeof(origin), "http://127.0.0.1:%u",
		ntohs(address.sin_port));
	urls = flag_urls(origin, 20);
	assert_non_null(urls);
	run_trial(bench, &run, "latency=1ms&seed=7", 20, 5, 30000, urls);
	assert_int_equal(run.witness.count, 0);
	assert_int_equal(
		is_offline(bench) ? run.row.ok : run.row.net_error, 20);
	for (size_t i = 0; i < 20 && !is_offline(bench); i++) {
		assert_int_equal(run.result.samples[i].http_status, 0);
		cause_of(cause, &run.result.samples[i]);
		assert_string_equal(cause, "refused");
	}
	run_release(&run);
	free(urls);
	close(fd);
}

static void a_request_that_takes_too_long_is_given_up(void **state)
{
	struct bench *bench = *state;
	const char **urls = flag_urls(bench->origin, 6);
	struct run run;

	assert_non_null(urls);
	run_trial(bench, &run, "latency=60s&seed=7", 6, 3, 200, urls);
	assert_valid(&run);
	assert_int_equal(is_offline(bench) ? run.row.ok : run.row.timeout, 6);
	run_release(&run);
	free(urls);
}

/*
 * Whom a case is for: a program gets a list of URLs and is started anew. A
 * resident one takes long to start, and is a page that need not be curl.
 */
enum {
	STRATEGY = 1,
	PROGRAM = 2,
	RESIDENT = 4,
	BOTH = STRATEGY | PROGRAM,
	ALL = BOTH | RESIDENT,
};

#define CASE(who, f)       \
	{                  \
		who, #f, f \
	}

static const struct {
	int who;
	const char *name;
	CMUnitTestFunction run;
} cases[] = {
	CASE(ALL, one_item_is_downloaded),
	CASE(ALL, fewer_items_than_workers_are_downloaded),
	CASE(ALL, one_at_a_time_is_one_at_a_time),
	CASE(ALL, the_concurrency_is_reached_and_never_passed),
	CASE(ALL, every_item_is_downloaded_once_and_is_right),
	CASE(STRATEGY, items_are_begun_when_they_are_due),
	CASE(STRATEGY, ten_thousand_items_are_downloaded),
	CASE(ALL, a_missing_flag_is_data_and_no_more),
	CASE(STRATEGY, a_server_that_refuses_is_data),
	CASE(STRATEGY, a_request_that_takes_too_long_is_given_up),
	CASE(ALL, each_fault_is_recorded_for_the_items_it_hits),
	CASE(ALL, beyond_a_limit_each_item_fails_by_itself),
	CASE(STRATEGY, only_what_is_not_answered_in_time_times_out),
	CASE(PROGRAM, a_program_meets_the_faults_that_a_client_records),
	CASE(BOTH, a_connection_that_ends_behind_an_answer_costs_none),
	CASE(STRATEGY, what_was_not_processed_is_sent_again),
	CASE(STRATEGY, an_answer_means_the_same_to_every_strategy),
	CASE(STRATEGY, an_answer_without_end_is_given_up_in_time),
	CASE(STRATEGY, the_same_items_are_tried_again_after_an_error),
	CASE(STRATEGY, the_same_items_are_tried_again_after_a_reset),
	CASE(STRATEGY, an_item_is_tried_again_after_its_timeout),
	CASE(STRATEGY, a_rate_limit_costs_tries_but_no_item),
	CASE(STRATEGY, each_answer_is_worked_on_once_and_in_full),
	CASE(STRATEGY, each_body_is_saved_in_its_file),
	CASE(STRATEGY, each_connection_makes_a_full_handshake),
	CASE(STRATEGY, a_worker_resumes_its_session),
	CASE(RESIDENT, a_resident_program_trusts_the_authority),
	CASE(RESIDENT, a_resident_program_works_on_each_answer),
	CASE(STRATEGY, without_descriptors_it_fails_or_records_errors),
	CASE(STRATEGY, without_threads_or_processes_it_fails_or_needs_none),
	CASE(STRATEGY, a_server_that_goes_away_ends_in_errors),
};

enum { SKIPPED = 77 }; /* what CTest takes for that */
enum { CASES = sizeof(cases) / sizeof(*cases) };

static int run_cases(struct bench *bench, int who)
{
	struct CMUnitTest tests[CASES];
	size_t n = 0;

	for (size_t i = 0; i < CASES; i++)
		if (cases[i].who & who)
			tests[n++] = (struct CMUnitTest){.name = cases[i].name,
				.test_func = cases[i].run,
				.initial_state = bench};
	return _cmocka_run_group_tests("conformance", tests, n, NULL, NULL);
}

/* The program of that name; NULL: there is none. */
static const struct fr_strategy *find_program(
	const struct exec_list *programs, const char *name)
{
	for (size_t i = 0; i < programs->count; i++) {
		const struct fr_strategy *program =
			exec_strategy(programs->execs[i]);

		if (strcmp(program->name, name) == 0)
			return program;
	}
	return NULL;
}

static int run_all(struct bench *bench, int who)
{
	int failures;

	if (bench_start_server(bench) < 0 || bench_fetch_flags(bench) < 0)
		return EXIT_FAILURE;
	failures = run_cases(bench, who);
	bench_stop_server(bench);
	return failures;
}

/* With its functions, which some cases call through others. */
static const struct fr_strategy *find_strategy(
	const char *word, struct fr_error *err)
{
	const struct fr_strategy *found = registry_find(word, err), *loaded;

	return found && registry_load(&loaded, found) == 0 ? loaded : NULL;
}

int main(int argc, char **argv)
{
	struct exec_list programs = {0};
	struct bench bench = {0};
	struct fr_error err = {.text = "no such program"};
	int failures = EXIT_FAILURE, who = STRATEGY;

	if (argc < 3)
		return EXIT_FAILURE;
	if (argc == 5)
		who = strcmp(argv[2], "--program") == 0 ? RESIDENT : PROGRAM;
	bench.flagrace = argv[1];
	if (argc == 3)
		bench.strategy = find_strategy(argv[2], &err);
	else if (argc == 5 &&
		exec_list_add(&programs,
			who == RESIDENT ? EXEC_RESIDENT : EXEC_ONCE, argv[3],
			&err) == 0)
		bench.strategy = find_program(&programs, argv[4]);
	if (bench.strategy && needs_check(bench.strategy, &err) < 0) {
		fprintf(stderr, "%s\n", err.text);
		failures = SKIPPED;
	} else if (bench.strategy)
		failures = run_all(&bench, who);
	else
		fprintf(stderr, "%s\n", err.text);
	exec_list_release(&programs);
	return failures;
}
