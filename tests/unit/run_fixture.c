/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/unit/run_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static uint64_t ns_of(double ms)
{
	return (uint64_t)(ms * 1e6 + 0.5);
}

void run_fixture_begin(struct run_fixture *fixture, const char *directory)
{
	*fixture = (struct run_fixture){.directory = directory};
	if (mkdir(directory, 0755))
		assert_int_equal(errno, EEXIST);
	assert_int_equal(
		csv_text_add_header(&fixture->trials, &trial_schema), 0);
	assert_int_equal(
		csv_text_add_header(&fixture->requests, &request_schema), 0);
}

struct trial_row run_fixture_trial(struct run_fixture *fixture,
	const char *strategy, uint64_t concurrency, int64_t block,
	double elapsed_ms)
{
	struct trial_row row;

	trial_row_init(&row);
	(void)snprintf(row.run, sizeof(row.run), "run");
	(void)snprintf(row.trial, sizeof(row.trial), "%" PRIu64,
		++fixture->next_trial);
	(void)snprintf(row.strategy, sizeof(row.strategy), "%s", strategy);
	(void)snprintf(
		row.workload.latency, sizeof(row.workload.latency), "50ms");
	row.concurrency = concurrency;
	row.workload.requests = 20;
	row.block = block;
	row.verdict = VERDICT_VALID;
	row.setup_ns = ns_of(1);
	row.elapsed_ns = ns_of(elapsed_ms);
	row.teardown_ns = ns_of(1);
	row.ideal_ns = ns_of(50);
	row.efficiency = elapsed_ms > 0 ? 50 / elapsed_ms : 0;
	row.cpu_user_ns = ns_of(3);
	row.cpu_sys_ns = ns_of(2);
	return row;
}

void run_fixture_add(struct run_fixture *fixture, const struct trial_row *row)
{
	assert_int_equal(
		csv_text_add_row(&fixture->trials, &trial_schema, row), 0);
}

void run_fixture_add_ok(struct run_fixture *fixture, const char *strategy,
	uint64_t concurrency, double elapsed_ms, uint64_t ok)
{
	struct trial_row row = run_fixture_trial(
		fixture, strategy, concurrency, 1, elapsed_ms);

	row.ok = ok;
	run_fixture_add(fixture, &row);
}

void run_fixture_add_request(struct run_fixture *fixture,
	const struct trial_row *trial, const char *path, double elapsed_ms)
{
	struct request_row row;

	request_row_init(&row);
	memcpy(row.run, trial->run, sizeof(row.run));
	memcpy(row.trial, trial->trial, sizeof(row.trial));
	(void)snprintf(row.path, sizeof(row.path), "%s", path);
	row.item = 0;
	row.worker = 0;
	row.status = FR_OK;
	row.start_ns = 0;
	row.first_byte_ns = ns_of(0.9 * elapsed_ms);
	row.end_ns = ns_of(elapsed_ms);
	assert_int_equal(
		csv_text_add_row(&fixture->requests, &request_schema, &row), 0);
}

void run_fixture_add_valid(struct run_fixture *fixture, const char *strategy,
	uint64_t concurrency, int64_t block, double elapsed_ms)
{
	struct trial_row row = run_fixture_trial(
		fixture, strategy, concurrency, block, elapsed_ms);

	run_fixture_add(fixture, &row);
	run_fixture_add_request(fixture, &row, "/flags/cn/cn.gif", elapsed_ms);
}

static void write_file(
	const char *directory, const char *name, struct csv_text *text)
{
	char path[512];
	int fd;

	(void)snprintf(path, sizeof(path), "%s/%s", directory, name);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	assert_true(fd >= 0);
	assert_int_equal(csv_text_write(text, fd), 0);
	assert_int_equal(close(fd), 0);
	csv_text_release(text);
}

void run_fixture_end(struct run_fixture *fixture)
{
	write_file(fixture->directory, trial_schema.file, &fixture->trials);
	write_file(fixture->directory, request_schema.file, &fixture->requests);
}

int run_fixture_summary(struct summary **out, const char *directory,
	enum summary_clock clock, struct fr_error *err)
{
	const struct summary_terms terms = {.clock = clock};

	return summary_create(out, &directory, 1, &terms, err);
}
