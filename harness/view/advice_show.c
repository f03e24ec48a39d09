/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An advice in each format. */
#include "harness/view/advice_show.h"

#include "harness/roster/traits.h"

static json_t *change_json(
	const struct advice *advice, const struct advice_change *change)
{
	static const char *const kinds[ADVICE_CHANGE_KINDS] = {
		[ADVICE_IF_SLACK] = "more_time",
		[ADVICE_IF_LONGER] = "longer_delays",
		[ADVICE_IF_SHORTER] = "shorter_delays",
		[ADVICE_IF_CPU] = "less_cpu_ns",
		[ADVICE_IF_CONNECTIONS] = "fewer_connections",
	};
	char label[SUMMARY_LABEL_MAX];

	advice_label(label, &advice->rows[change->row]);
	return json_pack("{s:s, s:s, s:f}", "if", kinds[change->kind], "use",
		label, "value", change->value);
}

static json_t *label_json(const struct advice *advice, size_t row)
{
	char label[SUMMARY_LABEL_MAX];

	if (row == advice->count)
		return json_null();
	advice_label(label, &advice->rows[row]);
	return json_string(label);
}

/* The page of code to start from; null: it is not one of ours. */
static json_t *page_json(const struct advice *advice)
{
	const char *strategy = advice->chosen < advice->count
		? advice->rows[advice->chosen].strategy
		: "";

	return traits_find(strategy) ? json_sprintf("strategies/%s.c", strategy)
				     : json_null();
}

static json_t *document(const struct advice *advice, const struct sheet *sheet)
{
	bool known = advice->chosen < advice->count;
	json_t *changes = json_array();

	for (size_t i = 0; i < advice->change_count; i++)
		if (json_array_append_new(changes,
			    change_json(advice, &advice->changes[i]))) {
			json_decref(changes);
			return NULL;
		}
	return json_pack(
		"{s:i, s:s, s:o, s:o, s:o, s:s?, s:b, s:I, s:I, s:o, s:o}",
		"schema_version", ROWS_SCHEMA_VERSION, "constraints",
		advice->constraints, "recommended",
		label_json(advice, advice->chosen), "fastest",
		label_json(advice, known ? 0 : advice->count), "page",
		page_json(advice), "bound_by",
		known ? advice->rows[advice->chosen].bound_by : NULL, "decided",
		known && advice->decided, "blocks", (json_int_t)advice->blocks,
		"trials", (json_int_t)advice->trials, "changes", changes,
		"rows", sheet_json(sheet));
}

int advice_write(
	FILE *out, const struct advice *advice, enum table_format format)
{
	const struct sheet sheet = {.schema = &advice_schema,
		.rows = advice->rows,
		.count = advice->count};

	if (format == TABLE_TEXT || format == TABLE_MARKDOWN)
		advice_write_text(out, advice, format == TABLE_MARKDOWN);
	return sheet_write(out, format, &sheet,
		format == TABLE_JSON ? document(advice, &sheet) : NULL);
}
