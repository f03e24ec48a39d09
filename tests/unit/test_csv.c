/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CSV out and in: what is written is read, and bad files get clean errors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/record/csv.h"

static const char file_name[] = "test.csv";

#define KEYS   "schema_version,run,block,trial,strategy,concurrency,requests,"
#define HEADER KEYS "verdict,elapsed_ns,efficiency,reason\n"
#define LINE   "1,r,1,t1,null,1,20,valid,50,0.5,\n"

static void write_file(const void *bytes, size_t length)
{
	FILE *file = fopen(file_name, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, length, file), length);
	assert_int_equal(fclose(file), 0);
}

/* The rows that were read: the last one, and how many. */
struct seen {
	struct trial_row last;
	size_t count;
	int stop_at; /* not 0: the callback's answer to the first row */
};

static int see(void *ctx, const void *row, struct fr_error *err)
{
	struct seen *seen = ctx;

	memcpy(&seen->last, row, sizeof(seen->last));
	seen->count++;
	if (seen->stop_at)
		(void)fr_error_set(err, EXIT_INVALID, "stopped");
	return seen->stop_at;
}

static int read_text(
	const char *text, struct seen *seen, bool *torn, struct fr_error *err)
{
	*seen = (struct seen){.count = 0};
	*err = (struct fr_error){.text = ""};
	write_file(text, strlen(text));
	return csv_read(file_name, &trial_schema, see, seen, torn, err);
}

static void what_is_written_is_read(void **state)
{
	struct csv_text text = {0};
	struct trial_row row;
	struct seen seen = {.count = 0};
	struct fr_error err;
	bool torn = true;
	int fd;

	(void)state;
	trial_row_init(&row);
	(void)snprintf(row.run, sizeof(row.run), "2026-suite");
	(void)snprintf(row.strategy, sizeof(row.strategy), "pthread-map");
	(void)snprintf(row.trial, sizeof(row.trial), "7");
	(void)snprintf(
		row.workload.latency, sizeof(row.workload.latency), " before");
	(void)snprintf(row.suite, sizeof(row.suite), "after ");
	(void)snprintf(row.reason, sizeof(row.reason), " say \"no\", twice ");
	row.block = -3;
	row.concurrency = 20;
	row.workload.requests = UINT64_MAX - 1;
	row.verdict = VERDICT_INVALID;
	row.elapsed_ns = 0;
	row.efficiency = 0.943218765;

	assert_int_equal(csv_text_add_header(&text, &trial_schema), 0);
	assert_int_equal(csv_text_add_row(&text, &trial_schema, &row), 0);
	fd = open(file_name, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	assert_true(fd >= 0);
	assert_int_equal(csv_text_write(&text, fd), 0);
	assert_int_equal(text.length, 0);
	assert_int_equal(close(fd), 0);
	csv_text_release(&text);

	assert_int_equal(
		csv_read(file_name, &trial_schema, see, &seen, &torn, &err), 0);
	assert_false(torn);
	assert_int_equal(seen.count, 1);
	/* Member by member: padding is nobody's. NaN is not equal to itself. */
	assert_string_equal(seen.last.workload.latency, row.workload.latency);
	assert_string_equal(seen.last.suite, row.suite);
	assert_string_equal(seen.last.reason, row.reason);
	assert_int_equal(seen.last.block, -3);
	assert_true(seen.last.workload.requests == row.workload.requests);
	assert_true(seen.last.elapsed_ns == 0);
	assert_true(seen.last.setup_ns == FR_UNKNOWN);
	assert_int_equal(seen.last.verdict, VERDICT_INVALID);
	assert_true(fabs(seen.last.efficiency - row.efficiency) < 1e-9);
	assert_true(isnan(seen.last.mean_in_flight));
}

static void assert_text(const struct csv_text *text, const char *expected)
{
	assert_int_equal(text->length, strlen(expected));
	assert_memory_equal(text->bytes, expected, text->length);
}

static void a_request_row_looks_like_this(void **state)
{
	struct csv_text text = {0};
	struct request_row row;

	(void)state;
	request_row_init(&row);
	(void)snprintf(row.run, sizeof(row.run), "a,b");
	(void)snprintf(row.trial, sizeof(row.trial), "1\n2");
	row.item = 3;
	(void)snprintf(row.path, sizeof(row.path), "/flags/cn/cn.gif");
	row.start_ns = 17;
	row.status = FR_NET_ERROR;
	row.body_hash = 0xBEEF;
	assert_int_equal(csv_text_add_row(&text, &request_schema, &row), 0);
	assert_text(&text,
		"\"a,b\",1?2,3,/flags/cn/cn.gif,,17,,,,net_error,,,"
		"000000000000beef,,,,,,,,,,,,,,,\n");
	csv_text_release(&text);
}

static void the_header_is_the_table(void **state)
{
	struct csv_text text = {0};

	(void)state;
	assert_int_equal(csv_text_add_header(&text, &request_schema), 0);
	assert_text(&text,
		"run,trial,item,path,worker,start_ns,connect_ns,first_byte_ns,"
		"end_ns,status,http_status,body_bytes,body_hash,attempts,"
		"witness_arrival_ns,witness_delay_ns,witness_sent_ns,"
		"witness_in_flight,witness_connection,intended_ns,cause,"
		"answered_ns,work_start_ns,work_end_ns,retries,"
		"retry_wait_ns,tls_ns,host\n");
	csv_text_release(&text);
}

static void a_row_without_an_end_is_no_text_overrun(void **state)
{
	struct csv_text text = {0};
	struct request_row row;

	(void)state;
	request_row_init(&row);
	memset(row.run, '"', sizeof(row.run));
	memset(row.path, '"', sizeof(row.path));
	row.status = (enum fr_status)77;
	for (int i = 0; i < 100; i++)
		assert_int_equal(
			csv_text_add_row(&text, &request_schema, &row), 0);
	assert_int_equal(text.bytes[text.length - 1], '\n');
	csv_text_release(&text);
}

static void writing_to_a_full_disk_is_an_error(void **state)
{
	struct csv_text text = {0};
	int fd = open("/dev/full", O_WRONLY);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(csv_text_add_header(&text, &trial_schema), 0);
	assert_int_equal(csv_text_write(&text, fd), -ENOSPC);
	csv_text_release(&text);
	(void)close(fd);
}

static void columns_are_found_by_name_in_any_order(void **state)
{
	struct seen seen;
	struct fr_error err;
	bool torn;

	(void)state;
	assert_int_equal(
		read_text("colour,verdict,elapsed_ns,requests,concurrency,"
			  "strategy,trial,block,run,schema_version\r\n"
			  "red,failed,12,20,3,\"open,mp\",t,4,r,1\r\n",
			&seen, &torn, &err),
		0);
	assert_int_equal(seen.count, 1);
	assert_string_equal(seen.last.strategy, "open,mp");
	assert_true(seen.last.elapsed_ns == 12);
	assert_true(seen.last.setup_ns == FR_UNKNOWN);
	assert_int_equal(seen.last.verdict, VERDICT_FAILED);
	assert_false(torn);
}

static void a_value_never_leaks_into_the_next_row(void **state)
{
	struct seen seen;
	struct fr_error err;
	bool torn;

	(void)state;
	assert_int_equal(read_text(HEADER LINE "1,r,2,t,null,1,20,failed,,,\n",
				 &seen, &torn, &err),
		0);
	assert_int_equal(seen.count, 2);
	assert_true(seen.last.elapsed_ns == FR_UNKNOWN);
	assert_true(isnan(seen.last.efficiency));
}

static void a_torn_last_line_is_reported_and_is_no_row(void **state)
{
	static const char *const tails[] = {
		"1",
		"1,r,2,t2,null,1,20,valid,50,0.5,",
		"1,r,2,t2,null,1,20,valid,50,0.5,\"cut",
		"1,r,2,t2,null,1,20,valid,50,0.5,\"cut\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(tails) / sizeof(tails[0]); i++) {
		char text[512];
		struct seen seen;
		struct fr_error err;
		bool torn = false;

		(void)snprintf(
			text, sizeof(text), "%s%s%s", HEADER, LINE, tails[i]);
		assert_int_equal(read_text(text, &seen, &torn, &err), 0);
		assert_true(torn);
		assert_int_equal(seen.count, 1);
	}
}

/* A file and the error that reading it gives. */
struct faulty {
	const char *text, *error;
};

static void assert_faulty(const struct faulty *files, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct seen seen;
		struct fr_error err;
		bool torn;

		assert_int_equal(
			read_text(files[i].text, &seen, &torn, &err), -1);
		assert_string_equal(err.text, files[i].error);
		assert_int_equal(err.status, EXIT_USAGE);
	}
}

static void a_line_that_is_no_row_is_named(void **state)
{
	static const struct faulty files[] = {
		{"", "test.csv:1: expected a header line: schema_version,..."},
		{"schema_version,run\n", "test.csv:1: expected a column block"},
		{KEYS "verdict,run\n", "test.csv:1: column run appears twice"},
		{HEADER "1,r,1,t,s,1,20,valid,1\n",
			"test.csv:2: expected 11 fields, found 9"},
		{HEADER "1,r,1,t,s,1,20,valid,1,1,a,b\n",
			"test.csv:2: expected 11 fields, found 12"},
		{HEADER LINE "1,q,1,t1,s,1,20,valid,1,1,\n" LINE,
			"test.csv:4: trial t1 of run r appears twice"},
		{HEADER "1,r,1,t,s\"x\",1,20,valid,1,1,\n",
			"test.csv:2: expected a quote to end its field"},
	};

	(void)state;
	assert_faulty(files, sizeof(files) / sizeof(files[0]));
}

static void a_value_that_does_not_fit_its_column_is_shown(void **state)
{
	static const struct faulty files[] = {
		{HEADER "1,r,1,t,s,1,20,valid,x,,\n",
			"test.csv:2: column elapsed_ns: expected a whole "
			"number, found \"x\""},
		{HEADER LINE "1,r,1,t,s,1,20,valid,-5,,\n",
			"test.csv:3: column elapsed_ns: expected a whole "
			"number, found \"-5\""},
		{HEADER "1,r,1,t,s,1,20,valid,18446744073709551615,,\n",
			"test.csv:2: column elapsed_ns: expected a whole "
			"number, found \"18446744073709551615\""},
		{HEADER "1,r,1.5,t,s,1,20,valid,1,,\n",
			"test.csv:2: column block: expected a whole number, "
			"found \"1.5\""},
		{HEADER "1,r,--5,t,s,1,20,valid,1,,\n",
			"test.csv:2: column block: expected a whole number, "
			"found \"--5\""},
		{HEADER "1,r,1,t,s,1,20,valid,1,inf,\n",
			"test.csv:2: column efficiency: expected a number, "
			"found \"inf\""},
		{HEADER "1,r,1,t,s,1,20,valid,1,1e999,\n",
			"test.csv:2: column efficiency: expected a number, "
			"found \"1e999\""},
		{HEADER "1,r,1,t,s,1,20,\x1b[2J,1,1,\n",
			"test.csv:2: column verdict: expected one of its "
			"words, found \"?[2J\""},
		{HEADER "1,r,1,t,s,1,20,,1,1,\n",
			"test.csv:2: column verdict: expected a value, found "
			"\"\""},
		{HEADER "1,r,1,t,,1,20,valid,1,1,\n",
			"test.csv:2: column strategy: expected a value, found "
			"\"\""},
		{HEADER "1,r,1,t,0123456789abcdef0123456789abcdef,1,20,valid,"
			"1,1,\n",
			"test.csv:2: column strategy: expected at most 31 "
			"bytes"},
	};

	(void)state;
	assert_faulty(files, sizeof(files) / sizeof(files[0]));
}

static void values_that_make_no_sense_are_named(void **state)
{
	static const struct faulty files[] = {
		{HEADER LINE "1,r,1,t,s,0,20,valid,1,1,\n",
			"test.csv:3: column concurrency: expected 1 or more, "
			"found \"0\""},
		{HEADER "1,r,1,t,s,1,0,failed,1,1,\n",
			"test.csv:2: column requests: expected 1 or more, "
			"found \"0\""},
		{HEADER "1,r,1,t,s,1,20,unwitnessed,,,\n",
			"test.csv:2: column elapsed_ns: expected a value in a "
			"trial with this verdict"},
	};

	(void)state;
	assert_faulty(files, sizeof(files) / sizeof(files[0]));
}

static void a_file_that_is_not_there_is_named(void **state)
{
	struct seen seen = {.count = 0};
	struct fr_error err;

	(void)state;
	assert_int_equal(
		csv_read("no/such.csv", &trial_schema, see, &seen, NULL, &err),
		-1);
	assert_string_equal(err.text, "no/such.csv: No such file or directory");
	assert_int_equal(
		csv_read(".", &trial_schema, see, &seen, NULL, &err), -1);
	assert_string_equal(err.text, ".: Is a directory");
}

static void the_callback_can_stop_the_reading(void **state)
{
	struct seen seen = {.stop_at = 42};
	struct fr_error err;

	(void)state;
	write_file(HEADER LINE LINE, strlen(HEADER LINE LINE));
	assert_int_equal(
		csv_read(file_name, &trial_schema, see, &seen, NULL, &err), 42);
	assert_int_equal(seen.count, 1);
	assert_string_equal(err.text, "stopped");
}

/* A field, a line and a header beyond any limit. */
static void oversized_input_is_refused(void **state)
{
	const size_t size = 4 * 1024 * 1024;
	const char fillings[] = {'x', '"', ','};
	char *bytes = malloc(size);

	(void)state;
	assert_non_null(bytes);
	for (size_t i = 0; i < sizeof(fillings); i++) {
		struct seen seen = {.count = 0};
		struct fr_error err;

		memset(bytes, fillings[i], size);
		write_file(bytes, size);
		assert_int_equal(csv_read(file_name, &trial_schema, see, &seen,
					 NULL, &err),
			-1);
		memcpy(bytes, HEADER, strlen(HEADER));
		write_file(bytes, size);
		/* Commas are fields of one endless line: a torn row. */
		(void)csv_read(
			file_name, &trial_schema, see, &seen, NULL, &err);
		assert_int_equal(seen.count, 0);
	}
	free(bytes);
}

static void a_quote_never_closed_does_not_eat_the_file(void **state)
{
	const size_t size = 4 * 1024 * 1024;
	char *bytes = malloc(size);
	struct seen seen = {.count = 0};
	struct fr_error err = {.text = ""};

	(void)state;
	assert_non_null(bytes);
	memset(bytes, 'x', size);
	memcpy(bytes, HEADER "\"", strlen(HEADER "\""));
	write_file(bytes, size);
	free(bytes);
	assert_int_equal(
		csv_read(file_name, &trial_schema, see, &seen, NULL, &err), -1);
	assert_string_equal(err.text, "test.csv:2: expected a shorter field");
}

/* Reproducible noise: what it does not crash on, it either reads or names. */
static void mangled_files_never_harm(void **state)
{
	uint64_t x = 88172645463325252u;
	char text[sizeof(HEADER LINE LINE)];

	(void)state;
	for (int round = 0; round < 2000; round++) {
		struct seen seen = {.count = 0};
		struct fr_error err = {.text = ""};
		int rc;

		memcpy(text, HEADER LINE LINE, sizeof(text));
		for (int i = 0; i < 1 + round % 7; i++) {
			x ^= x << 13;
			x ^= x >> 7;
			x ^= x << 17;
			text[x % (sizeof(text) - 1)] = (char)(x >> 32);
		}
		write_file(text, sizeof(text) - 1);
		rc = csv_read(file_name, &trial_schema, see, &seen, NULL, &err);
		assert_true(rc == 0 || (rc == -1 && err.text[0]));
		assert_true(seen.count <= 10);
	}
}

/* Before a name in quotes, too; and rows end where they end. */
static void a_byte_order_mark_is_skipped(void **state)
{
	static const char *const files[] = {
		"\xef\xbb\xbf" HEADER LINE,
		"\xef\xbb\xbf\"schema_version\",run,block,trial,strategy,"
		"concurrency,requests,verdict,elapsed_ns,efficiency,reason\n" LINE,
	};
	struct seen seen;
	struct fr_error err;
	bool torn;

	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		off_t end;

		assert_int_equal(read_text(files[i], &seen, &torn, &err), 0);
		assert_int_equal(seen.count, 1);
		assert_int_equal(csv_rows_end(file_name, 0, &end), 0);
		assert_int_equal(end, strlen(files[i]) - strlen(LINE));
		assert_int_equal(csv_rows_end(file_name, 1, &end), 0);
		assert_int_equal(end, strlen(files[i]));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read),
		cmocka_unit_test(a_byte_order_mark_is_skipped),
		cmocka_unit_test(a_request_row_looks_like_this),
		cmocka_unit_test(the_header_is_the_table),
		cmocka_unit_test(a_row_without_an_end_is_no_text_overrun),
		cmocka_unit_test(writing_to_a_full_disk_is_an_error),
		cmocka_unit_test(columns_are_found_by_name_in_any_order),
		cmocka_unit_test(a_value_never_leaks_into_the_next_row),
		cmocka_unit_test(a_torn_last_line_is_reported_and_is_no_row),
		cmocka_unit_test(a_line_that_is_no_row_is_named),
		cmocka_unit_test(a_value_that_does_not_fit_its_column_is_shown),
		cmocka_unit_test(values_that_make_no_sense_are_named),
		cmocka_unit_test(a_file_that_is_not_there_is_named),
		cmocka_unit_test(the_callback_can_stop_the_reading),
		cmocka_unit_test(oversized_input_is_refused),
		cmocka_unit_test(a_quote_never_closed_does_not_eat_the_file),
		cmocka_unit_test(mangled_files_never_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
