/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of columns, the page that lists them, and cleaned text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/check/check_run.h"
#include "harness/gate/check.h"
#include "harness/record/rows.h"
#include "harness/runs/summary.h"

/* Each byte of a row but padding belongs to one column. */
static void assert_columns_cover(const struct row_schema *schema)
{
	unsigned char *owned = calloc(schema->row_size, 1);
	size_t padding = 0;

	assert_non_null(owned);
	for (size_t i = 0; i < schema->count; i++) {
		const struct column *column = &schema->columns[i];

		assert_true(column->meaning[0] != '\0');
		assert_true(column->offset + column->size <= schema->row_size);
		for (size_t k = 0; k < column->size; k++)
			assert_int_equal(owned[column->offset + k]++, 0);
	}
	/* Less than the alignment: padding, not a missing column. */
	for (size_t k = 0; k < schema->row_size; k++) {
		padding = owned[k] ? 0 : padding + 1;
		assert_true(padding < sizeof(uint64_t));
	}
	free(owned);
}

static void every_member_of_a_row_has_its_column(void **state)
{
	(void)state;
	assert_columns_cover(&trial_schema);
	assert_columns_cover(&request_schema);
	assert_columns_cover(&connection_schema);
	assert_columns_cover(&trial_host_schema);
}

static void texts_and_words_fit_the_room_a_writer_gives_them(void **state)
{
	const struct row_schema *schemas[] = {&trial_schema, &request_schema,
		&check_trial_schema, &check_schema};

	(void)state;
	for (size_t s = 0; s < 4; s++) {
		for (size_t i = 0; i < schemas[s]->count; i++) {
			const struct column *column = &schemas[s]->columns[i];

			if (column->type == COLUMN_TEXT)
				assert_true(column->size <= ROWS_TEXT_MAX);
			for (size_t w = 0; w < column->word_count; w++)
				assert_true(strlen(column->words[w]) < 40);
		}
	}
}

static void a_new_row_knows_nothing(void **state)
{
	struct trial_row trial;
	struct request_row request;

	(void)state;
	memset(&trial, 7, sizeof(trial));
	trial_row_init(&trial);
	assert_int_equal(trial.schema_version, ROWS_SCHEMA_VERSION);
	assert_string_equal(trial.strategy, "");
	assert_int_equal(trial.verdict, VERDICT_UNKNOWN);
	assert_true(trial.elapsed_ns == FR_UNKNOWN);
	assert_true(isnan(trial.efficiency));
	assert_int_equal(trial.block, 0);

	memset(&request, 7, sizeof(request));
	request_row_init(&request);
	assert_true(request.body_hash == FR_UNKNOWN);
	assert_int_equal(request.status, FR_NOT_RUN);
	assert_string_equal(request.path, "");
}

static void every_verdict_has_a_name(void **state)
{
	(void)state;
	assert_string_equal(trial_verdict_name(VERDICT_UNKNOWN), "");
	assert_string_equal(trial_verdict_name(VERDICT_VALID), "valid");
	assert_string_equal(trial_verdict_name(VERDICT_CRASHED), "crashed");
	assert_string_equal(
		trial_verdict_name((enum trial_verdict)VERDICT_COUNT), "");
}

static void text_cannot_steer_a_terminal(void **state)
{
	static const struct {
		const char *in, *out;
	} cases[] = {
		{"plain", "plain"},
		{"\x1b[31mred\x07", "?[31mred?"},
		{"two\nlines\r\n", "two?lines??"},
		{"caf\xc3\xa9 \xe2\x86\x92 \xf0\x9f\x9a\xa9",
			"caf\xc3\xa9 \xe2\x86\x92 \xf0\x9f\x9a\xa9"},
		{"\xc2\x9b"
		 "31m",
			"?31m"},              /* C1, the one-byte CSI */
		{"\xff\xfe", "??"},           /* never in UTF-8 */
		{"\xc0\xaf", "??"},           /* overlong slash */
		{"\xed\xa0\x80", "???"},      /* a surrogate */
		{"\xf4\x90\x80\x80", "????"}, /* above U+10FFFF */
		{"cut \xe2\x86", "cut ??"},
		{"", ""},
	};
	char out[64];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_true(row_text(
			out, sizeof(out), cases[i].in, strlen(cases[i].in)));
		assert_string_equal(out, cases[i].out);
	}
	assert_true(row_text(out, sizeof(out), "a\0b", 3));
	assert_string_equal(out, "a?b");
}

static void long_text_is_cut_between_characters(void **state)
{
	char out[6];

	(void)state;
	assert_true(row_text(out, sizeof(out), "12345", 5));
	assert_string_equal(out, "12345");
	assert_false(row_text(out, sizeof(out), "123456", 6));
	assert_string_equal(out, "12345");
	assert_false(row_text(out, sizeof(out), "1234\xc3\xa9", 6));
	assert_string_equal(out, "1234");
	assert_false(row_text(out, 1, "x", 1));
	assert_string_equal(out, "");
}

/* The next "| `name` | unit | meaning |" of the page, or false at its end. */
static bool next_listed(
	FILE *page, char name[64], char unit[64], char text[512])
{
	char line[1024];

	while (fgets(line, sizeof(line), page)) {
		if (sscanf(line, "| `%63[a-z0-9_]` | %63[^|] | %511[^|] |",
			    name, unit, text) == 3)
			return true;
	}
	return false;
}

static void trim(char *text)
{
	size_t length = strlen(text);

	while (length && text[length - 1] == ' ')
		text[--length] = '\0';
}

/* Moves past the tables before the first section, which list no columns. */
static void skip_introduction(FILE *page)
{
	char line[1024];

	while (fgets(line, sizeof(line), page))
		if (strncmp(line, "## ", 3) == 0)
			break;
}

static void results_page_lists_exactly_the_columns_in_order(void **state)
{
	const struct row_schema *schemas[] = {&trial_schema, &request_schema,
		&connection_schema, &trial_host_schema, &summary_schema};
	char name[64], unit[64], text[512];
	FILE *page = fopen(FLAGRACE_SOURCE_DIR "/results/README.md", "r");

	(void)state;
	assert_non_null(page);
	skip_introduction(page);
	for (size_t s = 0; s < 5; s++) {
		for (size_t i = 0; i < schemas[s]->count; i++) {
			const struct column *column = &schemas[s]->columns[i];

			assert_true(next_listed(page, name, unit, text));
			trim(unit);
			trim(text);
			assert_string_equal(name, column->name);
			assert_string_equal(
				unit, column->unit[0] ? column->unit : "-");
			assert_string_equal(text, column->meaning);
		}
	}
	assert_false(next_listed(page, name, unit, text));
	(void)fclose(page);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_member_of_a_row_has_its_column),
		cmocka_unit_test(
			texts_and_words_fit_the_room_a_writer_gives_them),
		cmocka_unit_test(a_new_row_knows_nothing),
		cmocka_unit_test(every_verdict_has_a_name),
		cmocka_unit_test(text_cannot_steer_a_terminal),
		cmocka_unit_test(long_text_is_cut_between_characters),
		cmocka_unit_test(
			results_page_lists_exactly_the_columns_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
