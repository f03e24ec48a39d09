/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The figures of the pictures about swept settings, and of requests in flight:
 * what crossing.csv, winners.csv and in-flight.csv hold.
 */
#include "test_plots.h"

#include <sys/stat.h>
#include <unistd.h>

#include "harness/plot/plots.h"
#include "harness/plot/plots_rows.h"
#include "tests/unit/run_fixture.h"

enum { BLOCKS = 8 };

/* Makes the files of the run. Of those that few runs have, these are there. */
static void write_data(const char *run, const char *const *named)
{
	static const char *const rare[] = {"crossing.csv", "winners.csv",
		"throughput.csv", "scaling.csv", "sweep-concurrency.csv"};
	struct plots_files files = {.count = 0};
	struct fr_error err = {.text = ""};
	char path[128];

	(void)snprintf(path, sizeof(path), "%s/plots", run);
	(void)mkdir(path, 0755);
	if (plots_data_make(&files, run, NULL, &err))
		fail_msg("%s", err.text);
	for (size_t i = 0; i < sizeof(rare) / sizeof(rare[0]); i++) {
		bool expected = false;

		for (const char *const *name = named; *name; name++)
			expected |= !strcmp(*name, rare[i]);
		assert_int_equal(plots_have(&files, rare[i]), expected);
	}
	for (size_t i = 0; i < files.count; i++) {
		const struct plots_file *file = &files.file[i];

		(void)snprintf(
			path, sizeof(path), "%s/plots/%s", run, file->name);
		assert_int_equal(plots_replace(path, file->text.bytes,
					 file->text.length, &err),
			0);
	}
	plots_files_release(&files);
}

#define WRITE_DATA(run, ...) \
	write_data(run, (const char *const[]){__VA_ARGS__ NULL})

/* Adds a trial that took `ms`, give or take a little from block to block. */
static void add(struct run_fixture *fixture, const char *strategy,
	const char *latency, const char *work, int block, double ms)
{
	struct trial_row row = run_fixture_trial(fixture, strategy, 20, block,
		ms * (1 + 0.001 * (block * 3 % 5 - 2)));

	(void)snprintf(row.workload.latency, sizeof(row.workload.latency), "%s",
		latency);
	(void)snprintf(
		row.workload.work, sizeof(row.workload.work), "%s", work);
	run_fixture_add(fixture, &row);
	run_fixture_add_request(fixture, &row, "/flags/cn/cn.gif", ms);
}

/* Work costs the loop 100 ms a millisecond, and the threads half of that. */
static void add_works(struct run_fixture *fixture, const char *latency)
{
	static const struct {
		const char *work;
		double ms;
	} levels[] = {{"", 0}, {"cpu:1ms", 1}, {"cpu:2ms", 2}};

	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++)
		for (int block = 1; block <= BLOCKS; block++) {
			add(fixture, "multi-poll", latency, levels[i].work,
				block, 100 + 100 * levels[i].ms);
			add(fixture, "pthread-map", latency, levels[i].work,
				block, 120 + 50 * levels[i].ms);
		}
}

static void a_crossing_has_its_place_and_words(void **state)
{
	struct run_fixture fixture;

	(void)state;
	run_fixture_begin(&fixture, "sweep");
	add_works(&fixture, "50ms");
	run_fixture_end(&fixture);
	WRITE_DATA("sweep", "crossing.csv", );
	assert_true(access("sweep/plots/winners.csv", F_OK));
	/* The slowest at the end is first, each cell by ascending values. */
	assert_holds("sweep/plots/crossing.csv",
		"at,at_low,at_high,said,axis,winner,work,curves,sweeps,"
		"blocks\n1,multi-poll@20,0,102.05,");
	assert_holds("sweep/plots/crossing.csv", "\n1,multi-poll@20,1,202.1,");
	assert_holds(
		"sweep/plots/crossing.csv", "\n2,pthread-map@20,2,222.11,");
	/* A comma of a text is U+201A. */
	assert_holds("sweep/plots/crossing.csv",
		",0.549 ms [0.549\342\200\232 0.549],");
	assert_holds("sweep/plots/crossing.csv",
		",work\342\200\232 ms,pthread-map@20,"
		"--requests 20 --latency 50ms,2,1,8\n");
	/* The winner itself does not lose. */
	assert_holds("sweep/plots/crossing.csv",
		",,,,,work\342\200\232 ms,pthread-map@20,");
}

static void two_values_are_no_sweep(void **state)
{
	struct run_fixture fixture;

	(void)state;
	run_fixture_begin(&fixture, "two");
	add(&fixture, "multi-poll", "50ms", "", 1, 100);
	add(&fixture, "pthread-map", "50ms", "", 1, 110);
	add(&fixture, "multi-poll", "50ms", "cpu:1ms", 1, 200);
	add(&fixture, "pthread-map", "50ms", "cpu:1ms", 1, 150);
	run_fixture_end(&fixture);
	WRITE_DATA("two", );
	assert_true(access("two/plots/crossing.csv", F_OK));
}

/* Sizes are told in full, and with their unit. */
static void a_crossing_of_large_numbers_is_readable(void **state)
{
	struct run_fixture fixture;

	(void)state;
	run_fixture_begin(&fixture, "sizes");
	for (int block = 1; block <= BLOCKS; block++)
		for (uint64_t bytes = 10000; bytes <= 30000; bytes += 10000) {
			struct trial_row row = run_fixture_trial(
				&fixture, "epoll", 20, block, 100);

			row.workload.payload_bytes = bytes;
			run_fixture_add(&fixture, &row);
			run_fixture_add_request(&fixture, &row, "/x.gif", 100);
			row = run_fixture_trial(&fixture, "openmp", 20, block,
				(double)bytes / 200);
			row.workload.payload_bytes = bytes;
			run_fixture_add(&fixture, &row);
			run_fixture_add_request(&fixture, &row, "/x.gif", 100);
		}
	run_fixture_end(&fixture);
	WRITE_DATA("sizes", "crossing.csv", );
	assert_holds("sizes/plots/crossing.csv",
		",21020 [21020\342\200\232 21020],payload\342\200\232 bytes,");
}

static void a_map_has_the_fastest_of_each_field(void **state)
{
	struct run_fixture fixture;

	(void)state;
	run_fixture_begin(&fixture, "map");
	add_works(&fixture, "5ms");
	add_works(&fixture, "50ms");
	/* In one field nothing tells the two apart. */
	for (int block = 1; block <= BLOCKS; block++) {
		double more = block % 2 ? 1 : -1;

		add(&fixture, "multi-poll", "500ms", "", block, 100);
		add(&fixture, "pthread-map", "500ms", "", block, 100 + more);
	}
	run_fixture_end(&fixture);
	WRITE_DATA("map", "crossing.csv", "winners.csv", );
	assert_holds("map/plots/winners.csv",
		"\n1,1,5,none,1,multi-poll@20,pthread-map@20,19.6");
	assert_holds("map/plots/winners.csv",
		"\n2,3,50,2,2,pthread-map@20,multi-poll@20,36.");
	assert_holds("map/plots/winners.csv",
		",0,latency\342\200\232 ms,work\342\200\232 ms,--requests 20,7,"
		"1,8\n");
	assert_holds(
		"map/plots/winners.csv", "\n3,1,500,none,2,pthread-map@20,");
	assert_holds("map/plots/winners.csv",
		",1,latency\342\200\232 ms,work\342\200\232 ms,");
	assert_lacks("map/plots/winners.csv", "\n3,2,");
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
	WRITE_DATA("flight", );
	assert_holds("flight/plots/in-flight.csv",
		",cells\n"
		"1,epoll@20,0,0,0,20,4,0,--requests 20 --latency 50ms --capacity 4,1\n"
		"1,epoll@20,10,10,0,20,4,0,--requests 20 --latency 50ms --capacity 4,1\n"
		"1,epoll@20,20,10,10,20,4,0,--requests 20 --latency 50ms --capacity 4,1\n"
		"1,epoll@20,80,10,0,20,4,0,--requests 20 --latency 50ms --capacity 4,1\n"
		"1,epoll@20,90,0.5,0,20,4,0,--requests 20 --latency 50ms --capacity 4,1\n"
		"1,epoll@20,90.5,0,0,20,4,0,--requests 20 --latency 50ms --capacity 4,1\n"
		"1,epoll@20,100,0,0,20,4,0,--requests 20 --latency 50ms --capacity 4,1\n");
}

/* A program tells nothing of its requests, and not every server does. */
static void what_one_side_does_not_know_is_empty(void **state)
{
	struct run_fixture fixture;

	(void)state;
	run_fixture_begin(&fixture, "unknown");
	run_fixture_add_valid(&fixture, "epoll", 20, 1, 60);
	run_fixture_end(&fixture);
	WRITE_DATA("unknown", );
	assert_holds("unknown/plots/in-flight.csv",
		"\n1,epoll@20,0,1,,20,,0,--requests 20 --latency 50ms,1\n"
		"1,epoll@20,60,1,,20,,0,--requests 20 --latency 50ms,1\n");
}

/*
 * A megabit in 10 ms, and two bodies that came at once, within a bin of 0.5 ms:
 * together they are above the rate.
 */
static void bodies_come_at_a_speed_beside_the_link_s(void **state)
{
	static const struct {
		uint64_t first_byte_ns, end_ns, bytes;
	} bodies[] = {{20000000, 30000000, 125000}, {60000000, 60000000, 6250},
		{60000000, 60000000, 6250}};
	struct run_fixture fixture;
	struct request_row request;
	struct trial_row trial;

	(void)state;
	run_fixture_begin(&fixture, "speed");
	trial = run_fixture_trial(&fixture, "epoll", 20, 1, 100);
	(void)snprintf(trial.workload.link, sizeof(trial.workload.link),
		"rtt=40ms,down=120Mbit/s,up=1Mbit/s");
	run_fixture_add(&fixture, &trial);
	for (uint64_t i = 0; i < 3; i++) {
		request_row_init(&request);
		memcpy(request.run, trial.run, sizeof(trial.run));
		memcpy(request.trial, trial.trial, sizeof(trial.trial));
		request.item = request.worker = i;
		request.status = FR_OK;
		request.start_ns = 0;
		request.connect_ns = 10000000;
		request.tls_ns = i ? FR_UNKNOWN : 15000000;
		request.first_byte_ns = bodies[i].first_byte_ns;
		request.end_ns = bodies[i].end_ns;
		request.body_bytes = bodies[i].bytes;
		assert_int_equal(csv_text_add_row(&fixture.requests,
					 &request_schema, &request),
			0);
	}
	run_fixture_end(&fixture);
	WRITE_DATA("speed", "throughput.csv", );
	assert_holds("speed/plots/throughput.csv",
		",cells\n"
		"1,epoll@20,0,0,120,");
	assert_holds("speed/plots/throughput.csv", "\n1,epoll@20,20,100,120,");
	assert_holds("speed/plots/throughput.csv", "\n1,epoll@20,30,0,120,");
	assert_holds(
		"speed/plots/throughput.csv", "\n1,epoll@20,59.5,120,120,");
	assert_holds("speed/plots/throughput.csv", "\n1,epoll@20,60,80,120,");
	assert_holds("speed/plots/throughput.csv", "\n1,epoll@20,100,0,120,");
	/* And the Gantt chart tells connecting and TLS from waiting. */
	assert_holds("speed/plots/gantt.csv", ",0,,0,0,20,30,0,10,15\n");
	assert_holds("speed/plots/gantt.csv", ",1,,1,0,60,60,0,10,10\n");
}

/* The values span more than two decades, and one of them is zero. */
static void names_in_a_sweep_are_only_ever_text(void **state)
{
	static const char *const names[] = {
		"`touch pwned`", "a,b \"; system('touch pwned')"};
	static const char *const latencies[] = {"0ms", "1ms", "500ms"};
	struct run_fixture fixture;
	struct fr_error err = {.text = ""};

	(void)state;
	if (system("command -v gnuplot >/dev/null"))
		skip();
	run_fixture_begin(&fixture, "hostile");
	for (size_t l = 0; l < 3; l++)
		for (size_t i = 0; i < 2; i++) {
			add(&fixture, names[i], latencies[l], "", 1,
				10 + (double)(i * l));
			add(&fixture, names[i], latencies[l], "cpu:1ms", 1,
				10 + (double)(i * l));
		}
	run_fixture_end(&fixture);
	if (draw_run("hostile", PLOTS_SVG, &err))
		fail_msg("%s", err.text);
	assert_int_not_equal(access("hostile/plots/pwned", F_OK), 0);
	assert_holds("hostile/plots/crossover.svg",
		">From how much latency on does `touch pwned`@20 beat the "
		"others?<");
	assert_holds("hostile/plots/crossover.svg",
		">a,b \"; system('touch pwned')@20: ");
	assert_holds("hostile/plots/crossover.svg", ">0<");
	assert_holds("hostile/plots/winners.svg", ">`touch pwned`@20<");
	assert_holds("hostile/plots/winners.svg", ">none<");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_crossing_has_its_place_and_words),
		cmocka_unit_test(two_values_are_no_sweep),
		cmocka_unit_test(a_crossing_of_large_numbers_is_readable),
		cmocka_unit_test(a_map_has_the_fastest_of_each_field),
		cmocka_unit_test(names_in_a_sweep_are_only_ever_text),
		cmocka_unit_test(requests_in_flight_are_counted_by_both),
		cmocka_unit_test(bodies_come_at_a_speed_beside_the_link_s),
		cmocka_unit_test(what_one_side_does_not_know_is_empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
