/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * All that is drawn from a seed, and the flags, against
 * tests/fixtures/schedule.csv: the same on every processor and by every
 * compiler and C library. Each line of that file has a source of draws, a seed,
 * the XXH3 hash of the draws as 64-bit little-endian numbers, and the first
 * draws.
 *
 * The test writes schedule.csv into its working directory. A change of the
 * fixture changes what the seeds of old runs mean.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <endian.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/client/retry.h"
#include "harness/plan/arrival.h"
#include "link/shaper.h"
#include "mock_server/catalogue.h"
#include "mock_server/faults.h"
#include "mock_server/latency.h"
#include "mock_server/xxh3.h"

enum { DRAWS = 20000, SHOWN = 4 };

static const uint64_t seeds[] = {0, 1, 7, UINT64_MAX};

/*
 * A last bit of a delay of some milliseconds seldom changes its whole
 * nanoseconds; that of a delay of many minutes does so in one draw of some
 * thousands.
 */
static const char *const latencies[] = {
	"constant:50ms",
	"uniform:20ms,200ms",
	"uniform:0s,3600s",
	"normal:50ms,5ms",
	"normal:5ms,5ms",
	"normal:1800s,400s",
	"lognormal:p50=40ms,p99=400ms",
	"lognormal:p50=600s,p99=3000s",
	"lognormal:mu=-3.2,sigma=1",
	"lognormal:mu=7,sigma=0.3",
	"exponential:50ms",
	"exponential:900s",
	"pareto:20ms,1.5",
	"pareto:900s,3.7",
	"bimodal:20ms,200ms,10%",
	"trace:schedule-trace.csv",
};

static void write_line(
	FILE *out, const char *source, uint64_t seed, const uint64_t *draws)
{
	uint64_t *bytes = calloc(DRAWS, sizeof(*bytes));

	assert_non_null(bytes);
	for (size_t i = 0; i < DRAWS; i++)
		bytes[i] = htole64(draws[i]);
	(void)fprintf(out, "\"%s\",%" PRIu64 ",%016" PRIx64 ",", source, seed,
		(uint64_t)XXH3_64bits(bytes, DRAWS * sizeof(*bytes)));
	for (size_t i = 0; i < SHOWN; i++)
		(void)fprintf(out, "%" PRIu64 "%s", draws[i],
			i < SHOWN - 1 ? " " : "\n");
	free(bytes);
}

static void write_trace(void)
{
	FILE *file = fopen("schedule-trace.csv", "w");

	assert_non_null(file);
	(void)fprintf(file, "delay_ns\n");
	for (unsigned i = 1; i <= 999; i++)
		(void)fprintf(file, "%u\n", i * 12345);
	assert_int_equal(fclose(file), 0);
}

static void draw_latency(uint64_t *draws, const char *spec, uint64_t seed)
{
	struct latency latency;
	struct mock_error err = {""};

	if (latency_parse(&latency, spec, &err))
		fail_msg("%s", err.text);
	for (uint64_t i = 0; i < DRAWS; i++)
		draws[i] = latency_draw(&latency, seed, i / 2, 1 + i % 2);
	latency_release(&latency);
}

/* Which of the faults of the text, from 1; 0: none. */
static void draw_faults(uint64_t *draws, const char *spec, uint64_t seed)
{
	struct faults faults;
	struct mock_error err = {""};

	if (faults_parse(&faults, spec, &err))
		fail_msg("%s", err.text);
	for (uint64_t i = 0; i < DRAWS; i++) {
		const struct fault *fault =
			faults_draw(&faults, seed, i / 2, 1 + i % 2);

		draws[i] = fault ? (uint64_t)(fault - faults.faults) + 1 : 0;
	}
}

/* When packets of 1,000 bytes, one each 5 us, are due; 0: lost or no room. */
static void draw_link(uint64_t *draws, const char *text, uint64_t seed)
{
	struct link_spec spec;
	struct link_error err = {""};
	struct shaper shaper;

	if (link_spec_parse(&spec, text, &err))
		fail_msg("%s", err.text);
	assert_int_equal(shaper_init(&shaper, LINK_DOWN, 1024), 0);
	shaper_reset(&shaper, &spec.way[LINK_DOWN], seed);
	for (uint64_t i = 0; i < DRAWS; i++) {
		draws[i] = 0;
		(void)shaper_admit(&shaper, i * 5000, 1000, &draws[i]);
	}
	shaper_release(&shaper);
}

static void draw_arrivals(uint64_t *draws, const char *text, uint64_t seed)
{
	struct arrival_process arrival;
	struct fr_error err;

	if (arrival_parse(&arrival, text, "arrivals", &err) < 0)
		fail_msg("%s", err.text);
	assert_int_equal(arrival_times(draws, DRAWS, &arrival, seed), 0);
}

static void draw_waits(uint64_t *draws, const char *text, uint64_t seed)
{
	struct fr_retry retry = {.seed = seed};
	struct fr_error err;

	if (retry_parse(&retry.spec, text, "retry", &err) < 0)
		fail_msg("%s", err.text);
	for (unsigned i = 0; i < DRAWS; i++)
		draws[i] = retry_backoff_ns(&retry, i / 3, 1 + i % 3);
}

/* The hash of each flag's GIF, by the letters of its code; 0: no such code. */
static void write_flags(FILE *out)
{
	uint64_t *draws = calloc(DRAWS, sizeof(*draws));
	struct catalogue *catalogue;

	assert_non_null(draws);
	assert_int_equal(catalogue_create(&catalogue, 0), 0);
	for (int i = 0; i < 26 * 26; i++) {
		const char a = (char)('a' + i / 26), b = (char)('a' + i % 26);
		const char path[] = {a, b, '/', a, b, '.', 'g', 'i', 'f'};
		struct response response;

		if (catalogue_find(catalogue,
			    (struct http_span){path, sizeof(path)}, &response))
			continue;
		draws[i] = response.body_hash;
		response_release(&response);
	}
	catalogue_free(catalogue);
	write_line(out, "flags", 0, draws);
	free(draws);
}

/* The lines of one kind of source, for each spec and seed. */
static void write_draws(FILE *out, const char *const *specs, size_t count,
	void (*draw)(uint64_t *draws, const char *spec, uint64_t seed))
{
	uint64_t *draws = calloc(DRAWS, sizeof(*draws));

	assert_non_null(draws);
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < sizeof(seeds) / sizeof(*seeds); k++) {
			draw(draws, specs[i], seeds[k]);
			write_line(out, specs[i], seeds[k], draws);
		}
	free(draws);
}

static void write_schedule(FILE *out)
{
	static const char *const faults[] = {
		"503:5%,reset:0.01,slow-body:1kB/s:33.3%"};
	static const char *const links[] = {
		"rtt=40ms,rate=20Mbit/s,loss=1%,queue=100,jitter=5ms"};
	static const char *const arrivals[] = {
		"constant:700/s", "poisson:500/s", "poisson:0.003/s"};
	static const char *const retries[] = {"3,backoff=100ms..3600s"};

	write_trace();
	(void)fprintf(out, "source,seed,hash,first\n");
	write_draws(out, latencies, sizeof(latencies) / sizeof(*latencies),
		draw_latency);
	write_draws(out, faults, 1, draw_faults);
	write_draws(out, links, 1, draw_link);
	write_draws(out, arrivals, sizeof(arrivals) / sizeof(*arrivals),
		draw_arrivals);
	write_draws(out, retries, 1, draw_waits);
	write_flags(out);
}

/* Fails with both lines where the files differ. */
static void assert_same_lines(FILE *wanted, FILE *got)
{
	char want[512], have[512];
	unsigned differ = 0;

	while (fgets(want, sizeof(want), wanted)) {
		if (!fgets(have, sizeof(have), got))
			have[0] = '\0';
		if (strcmp(want, have) == 0)
			continue;
		differ++;
		print_error("expected %sdrawn    %s", want, have);
	}
	assert_int_equal(differ, 0);
	assert_null(fgets(have, sizeof(have), got));
}

static void a_seed_gives_the_same_everywhere(void **state)
{
	FILE *got = fopen("schedule.csv", "w+");
	FILE *wanted =
		fopen(FLAGRACE_SOURCE_DIR "/tests/fixtures/schedule.csv", "r");

	(void)state;
	assert_non_null(got);
	assert_non_null(wanted);
	write_schedule(got);
	rewind(got);
	assert_same_lines(wanted, got);
	assert_int_equal(fclose(got), 0);
	(void)fclose(wanted);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_seed_gives_the_same_everywhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
