/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/check/agent_order.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "harness/roster/needs.h"
#include "harness/roster/registry.h"

/* Far more than the self-test asks for, far less than a trial's deadline. */
enum { BURN_MOST_NS = 1000000000 };
/* More than any CPU can do. */
enum { ROUNDS_PER_MS_MOST = 100000000 };

/* Writes a count as a number, any other setting as on the command line. */
static json_t *write_setting(
	const struct setting *setting, const struct workload *workload)
{
	char text[SETTING_TEXT_MAX];
	uint64_t number;

	if (setting_is_count(setting)) {
		number = setting_number(setting, workload);
		return json_integer(
			number == FR_UNKNOWN ? 0 : (json_int_t)number);
	}
	setting_write(text, setting, workload);
	return json_string(text);
}

json_t *agent_order_write(const struct agent_order *order)
{
	const struct cell *cell = order->cell;
	char path[PATH_MAX];
	json_t *json = json_pack("{s:s, s:s, s:s, s:I, s:I, s:s, s:I}", "run",
		order->run ? order->run : "", "suite",
		order->suite ? order->suite : "", "trial", order->trial,
		"block", (json_int_t)order->block, "seed",
		(json_int_t)order->seed, "strategy",
		registry_word(cell->strategy, path), "concurrency",
		(json_int_t)cell->concurrency);
	int rc = json ? 0 : -1;

	for (const struct setting *s = workload_settings; s->name && !rc; s++)
		/* An older agent would refuse a member that it cannot know. */
		if (!s->added || !setting_is_usual(s, &cell->workload))
			rc = json_object_set_new(json, s->name,
				write_setting(s, &cell->workload));
	if (!rc && cell->burn_ns)
		rc = json_object_set_new(json, "burn_ns",
			json_integer((json_int_t)cell->burn_ns));
	if (!rc && cell->rounds_per_ms)
		rc = json_object_set_new(json, "work_rounds_per_ms",
			json_integer((json_int_t)cell->rounds_per_ms));
	if (!rc)
		return json;
	json_decref(json);
	return NULL;
}

/* Reads a setting, a text or a number, as on the command line. */
static int read_setting(struct cell *cell, const struct dimension *dimension,
	const json_t *value, struct fr_error *err)
{
	char copy[256], where[32];
	const struct text text = {.text = copy, .where = where};
	int length = -1;

	(void)snprintf(where, sizeof(where), "%s", dimension->name);
	if (json_is_integer(value))
		length = snprintf(copy, sizeof(copy), "%" JSON_INTEGER_FORMAT,
			json_integer_value(value));
	else if (json_is_string(value))
		length = snprintf(
			copy, sizeof(copy), "%s", json_string_value(value));
	if (length < 0 || (size_t)length >= sizeof(copy))
		return fr_error_set(err, EXIT_USAGE,
			"%s must be a whole number or a short text",
			dimension->name);
	return dimension_set(dimension, cell, &text, err);
}

/* Where the value of a member is stored: a text or a number. */
struct member {
	const char *name;
	const char **text;
	size_t max; /* bytes */
	json_int_t *number;
};

static int read_member(
	const struct member *member, const json_t *value, struct fr_error *err)
{
	if (member->text) {
		*member->text = json_string_value(value);
		if (*member->text && strlen(*member->text) <= member->max)
			return 0;
		return fr_error_set(err, EXIT_USAGE,
			"%s must be a text of at most %zu bytes", member->name,
			member->max);
	}
	*member->number = json_integer_value(value);
	if (json_is_integer(value))
		return 0;
	return fr_error_set(
		err, EXIT_USAGE, "%s must be a whole number", member->name);
}

/* Reads a member, which is one of `members` or a setting of the cell. */
static int take(const char *name, const json_t *value,
	const struct member *members, struct cell *cell, struct fr_error *err)
{
	for (; members->name; members++)
		if (strcmp(members->name, name) == 0)
			return read_member(members, value, err);
	for (const struct dimension *d = dimensions; d->name; d++)
		if (strcmp(d->name, name) == 0)
			return read_setting(cell, d, value, err);
	return fr_error_set(err, EXIT_USAGE, "unknown member '%.40s'", name);
}

/* Checks that required members are there, and that numbers are in range. */
static int complete(const struct agent_order *order, const char *strategy,
	const struct cell *cell, json_int_t seed, struct fr_error *err)
{
	const char *missing = NULL;

	if (!order->trial || !order->trial[0])
		missing = "trial";
	else if (!strategy)
		missing = "strategy";
	else if (!cell->concurrency)
		missing = "concurrency";
	for (const struct setting *s = workload_settings; s->name && !missing;
		s++)
		if (s->required && setting_is_usual(s, &cell->workload))
			missing = s->name;
	if (missing)
		return fr_error_set(err, EXIT_USAGE, "no %s", missing);
	if (seed < 0)
		return fr_error_set(
			err, EXIT_USAGE, "seed must not be negative");
	return 0;
}

static const struct fr_strategy *find_strategy(const char *word,
	const struct exec_list *programs, struct fr_error *err)
{
	for (size_t i = 0; i < programs->count; i++) {
		const struct fr_strategy *program =
			exec_strategy(programs->execs[i]);

		if (strcmp(program->name, word) == 0)
			return program;
	}
	return registry_find(word, err);
}

int agent_order_read(struct agent_order *order, struct cell *cell, json_t *json,
	const struct exec_list *programs, struct fr_error *err)
{
	json_int_t seed = 0, block = 0, burn_ns = 0, rounds_per_ms = 0;
	const char *strategy = NULL;
	const struct member members[] = {
		{"run", &order->run, 63, NULL},
		{"suite", &order->suite, 63, NULL},
		{"trial", &order->trial, 31, NULL},
		{"strategy", &strategy, PATH_MAX - 1, NULL},
		{"seed", NULL, 0, &seed},
		{"block", NULL, 0, &block},
		{"burn_ns", NULL, 0, &burn_ns},
		{"work_rounds_per_ms", NULL, 0, &rounds_per_ms},
		{0},
	};
	const char *name;
	json_t *value;

	memset(cell, 0, sizeof(*cell));
	workload_init(&cell->workload);
	*order = (struct agent_order){.cell = cell};
	if (!json_is_object(json))
		return fr_error_set(
			err, EXIT_USAGE, "an order must be an object");
	json_object_foreach(json, name,
		value) if (take(name, value, members, cell, err) < 0) return -1;
	if (complete(order, strategy, cell, seed, err) < 0)
		return -1;
	if (burn_ns < 0 || burn_ns > BURN_MOST_NS)
		return fr_error_set(err, EXIT_USAGE, "burn_ns must be 0 to %d",
			BURN_MOST_NS);
	if (rounds_per_ms < 0 || rounds_per_ms > ROUNDS_PER_MS_MOST)
		return fr_error_set(err, EXIT_USAGE,
			"work_rounds_per_ms must be 0 to %d",
			ROUNDS_PER_MS_MOST);
	cell->burn_ns = (uint64_t)burn_ns;
	cell->rounds_per_ms = (uint64_t)rounds_per_ms;
	order->seed = (uint64_t)seed;
	order->block = block;
	cell->strategy = find_strategy(strategy, programs, err);
	if (!cell->strategy || needs_check(cell->strategy, err) < 0)
		return -1;
	if (cell_check_tls(cell, err) < 0 ||
		(!workload_is_secure(&cell->workload) &&
			needs_check_plain(cell->strategy, err) < 0))
		return -1;
	cell_clamp(cell);
	return 0;
}
