/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which columns of a table are shown on a screen of which width, and how. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/view/text_table.h"

enum { ROWS = 2 };

/* 11 characters each, but for the name, which may be any text. */
static void write_cell(
	char text[TEXT_CELL_MAX], const void *ctx, size_t row, size_t column)
{
	const char *const *names = ctx;

	if (column == 0)
		(void)snprintf(text, TEXT_CELL_MAX, "%s", names[row]);
	else
		(void)snprintf(
			text, TEXT_CELL_MAX, "%zu%zu.00000000", row, column);
}

static struct text_table table_of(const char *const *names)
{
	return (struct text_table){
		.count = 6,
		.rows = ROWS,
		.cell = write_cell,
		.ctx = names,
		.columns = {{.head = {"name"}, .is_left = true},
			{.head = {"a"}, .gap = 2, .leaves = 3},
			{.head = {"b"}, .gap = 2, .leaves = 1},
			{.head = {"low"}, .gap = 2, .leaves = 2},
			{.head = {"high"}, .gap = 2, .leaves = 2},
			{.head = {"f"}, .gap = 2}},
	};
}

static const char *const plain[ROWS] = {"plain", "more of it"};

/* The heads of the columns that are shown. */
static void heads(char text[64], const struct text_table *table)
{
	text[0] = '\0';
	for (size_t c = 0; c < table->count; c++)
		if (!table->columns[c].is_out) {
			strcat(text, text[0] ? " " : "");
			strcat(text, table->columns[c].head[0]);
		}
}

/* Whole, the table has 10 + 5 x 13 = 75 columns. */
static void columns_leave_in_the_stated_order(void **state)
{
	static const struct {
		size_t width;
		const char *shown;
	} cases[] = {
		{0, "name a b low high f"},
		{140, "name a b low high f"},
		{75, "name a b low high f"},
		{74, "name a low high f"},
		{62, "name a low high f"},
		{61, "name a f"},
		{60, "name a f"},
		/* Tables are not made for less. */
		{20, "name a f"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct text_table table = table_of(plain);
		char shown[64];

		assert_true(text_table_fit(&table, cases[i].width));
		heads(shown, &table);
		assert_string_equal(shown, cases[i].shown);
	}
}

static void what_must_stay_may_be_too_wide(void **state)
{
	const char *const names[ROWS] = {"short",
		"a name that is as long as all that is shown at this width"};
	struct text_table table = table_of(names);
	char shown[64];

	(void)state;
	assert_false(text_table_fit(&table, 60));
	heads(shown, &table);
	assert_string_equal(shown, "name f");
}

/* What is written to a file, which has no colour. */
static char *written(const struct text_table *table)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	text_table_write_head(table, out);
	for (size_t row = 0; row < table->rows; row++)
		text_table_write_row(table, out, row);
	text_table_write_rest(table, out, "CSV has all");
	assert_int_equal(fclose(out), 0);
	return text;
}

static void a_note_names_what_is_not_shown(void **state)
{
	struct text_table table = table_of(plain);
	char *text;

	(void)state;
	assert_true(text_table_fit(&table, 60));
	text = written(&table);
	assert_string_equal(text,
		"name                  a            f\n"
		"plain       01.00000000  05.00000000\n"
		"more of it  11.00000000  15.00000000\n"
		"Not shown, for want of room: b, low, high. A wider terminal "
		"shows them, and CSV has all.\n");
	free(text);
}

/* A character is as wide as a terminal shows it, whatever its bytes. */
static void names_are_measured_as_they_are_shown(void **state)
{
	const char *const names[ROWS] = {
		"\346\274\242\345\255\227", "na\303\257ve"};
	struct text_table table = table_of(names);
	char *text;

	(void)state;
	table.count = 2;
	assert_true(text_table_fit(&table, 0));
	assert_int_equal(table.columns[0].width, 5);
	text = written(&table);
	assert_string_equal(text,
		"name             a\n"
		"\346\274\242\345\255\227   01.00000000\n"
		"na\303\257ve  11.00000000\n");
	free(text);
}

static void a_long_text_takes_several_lines(void **state)
{
	const char *const names[ROWS] = {
		"one two three four five six seven eight nine ten eleven "
		"twelve",
		"short"};
	struct text_table table = {
		.count = 1,
		.rows = ROWS,
		.cell = write_cell,
		.ctx = names,
		.columns = {{.head = {"text"},
			.gap = 4,
			.is_left = true,
			.wraps = true}},
	};
	char *text;

	(void)state;
	assert_true(text_table_fit(&table, 60));
	text = written(&table);
	assert_string_equal(text,
		"    text\n"
		"    one two three four five six seven eight nine ten eleven\n"
		"    twelve\n"
		"    short\n");
	free(text);
}

static void a_text_is_cut_between_characters(void **state)
{
	(void)state;
	assert_int_equal(screen_columns(""), 0);
	assert_int_equal(screen_columns("abc"), 3);
	assert_int_equal(screen_columns("\346\274\242\345\255\227"), 4);
	assert_int_equal(screen_columns("\033[1;32mok\033[0m"), 2);
	/* A combining accent takes no column; a byte that is no text, one. */
	assert_int_equal(screen_columns("e\314\201"), 1);
	assert_int_equal(screen_columns("\377\377"), 2);
	assert_int_equal(screen_cut("abc", 2), 2);
	assert_int_equal(screen_cut("\346\274\242\345\255\227", 3), 3);
	assert_int_equal(screen_cut("abc", 9), 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(columns_leave_in_the_stated_order),
		cmocka_unit_test(what_must_stay_may_be_too_wide),
		cmocka_unit_test(a_note_names_what_is_not_shown),
		cmocka_unit_test(names_are_measured_as_they_are_shown),
		cmocka_unit_test(a_long_text_takes_several_lines),
		cmocka_unit_test(a_text_is_cut_between_characters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
