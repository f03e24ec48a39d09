/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/plan/workload.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/plan/arrival.h"
#include "harness/plan/retry_spec.h"
#include "harness/plan/work_spec.h"
#include "link/link.h"

enum { DURATION_BITS = 62 }; /* of the longest: 146 years */

static const uint64_t NS_PER_MS = 1000000;

static const char *const workload_connections[] = {"reuse", "fresh", NULL};
static const char *const workload_tls[] = {"full", "resume", NULL};

static int arrival_check(
	const char *text, const char *where, struct fr_error *err)
{
	struct arrival_process arrival;

	return arrival_parse(&arrival, text, where, err);
}

static int retry_check(
	const char *text, const char *where, struct fr_error *err)
{
	struct retry_spec spec;

	return retry_parse(&spec, text, where, err);
}

static int range_check(
	const char *text, const char *where, struct fr_error *err)
{
	uint64_t first, last;

	return parse_range(text, where, &first, &last, err);
}

static int cpus_check(const char *text, const char *where, struct fr_error *err)
{
	double cpus;

	return parse_cpus(text, where, &cpus, err);
}

static int work_check(const char *text, const char *where, struct fr_error *err)
{
	struct work_spec spec;

	return work_spec_parse(&spec, text, where, err);
}

static int link_check(const char *text, const char *where, struct fr_error *err)
{
	struct link_spec spec;
	struct link_error why = {""};
	const char *column;

	if (link_spec_parse(&spec, text, &why) == 0)
		return 0;
	/* It begins with the whole text, as ours does. */
	column = strstr(why.text, "column");
	return fr_error_set(err, EXIT_USAGE, "%s '%.60s': %s", where, text,
		column ? column : why.text);
}

#define SETTING(                                                             \
	member, option, letter, argument, list, help, unit, meaning, ...)    \
	{.name = #option,                                                    \
		.column = #member,                                           \
		.offset = offsetof(struct workload, member),                 \
		.size = sizeof(((struct workload *)0)->member),              \
		.text = _Generic(((struct workload *)0)->member, char * : 1, \
			uint64_t : 0),                                       \
		__VA_ARGS__},

/* An agent of an earlier build may not know it. */
#define ADDED_SETTING(                                                       \
	member, option, letter, argument, list, help, unit, meaning, ...)    \
	SETTING(member, option, letter, argument, list, help, unit, meaning, \
		.added = true, __VA_ARGS__)

/* clang-format off */
const struct setting workload_settings[] = {
	WORKLOAD_A(SETTING)
	WORKLOAD_B(SETTING)
	WORKLOAD_C(SETTING)
	WORKLOAD_D(SETTING)
	WORKLOAD_E(ADDED_SETTING)
	{0},
};
/* clang-format on */

static void *member_of(const struct setting *setting, struct workload *workload)
{
	return (char *)workload + setting->offset;
}

static const char *text_of(
	const struct setting *setting, const struct workload *workload)
{
	return (const char *)workload + setting->offset;
}

uint64_t setting_number(
	const struct setting *setting, const struct workload *workload)
{
	uint64_t number;

	memcpy(&number, text_of(setting, workload), sizeof(number));
	return number;
}

/* The part of a text that may be a number: 2ms of cpu:2ms or rtt=2ms. */
static const char *number_in(const char *text)
{
	static const char *const leads[] = {"cpu:", "constant:", "rtt="};

	for (size_t i = 0; i < sizeof(leads) / sizeof(leads[0]); i++)
		if (strncmp(text, leads[i], strlen(leads[i])) == 0)
			text += strlen(leads[i]);
	return text;
}

const char *setting_level(const struct setting *setting,
	const struct workload *workload, double *level)
{
	const uint64_t most = UINT64_C(1) << DURATION_BITS;
	const char *text = text_of(setting, workload);
	uint64_t ns;
	char *end;

	*level = 0;
	if (!setting->text) {
		ns = setting_number(setting, workload);
		*level = (double)ns;
		if (ns == FR_UNKNOWN)
			return NULL;
		if (setting->form == FORM_MILLISECONDS)
			*level /= (double)NS_PER_MS;
		return setting->form == FORM_MILLISECONDS ? "ms" : "";
	}
	if (!text[0])
		return setting->none_is_zero ? "ms" : NULL;
	text = number_in(text);
	*level = strtod(text, &end);
	if (end > text && !*end)
		return "";
	if (parse_duration(text, "", 0, most, &ns, NULL) < 0)
		return NULL;
	*level = (double)ns / (double)NS_PER_MS;
	return "ms";
}

bool setting_is_count(const struct setting *setting)
{
	return setting->form == FORM_NUMBER || setting->form == FORM_BYTES;
}

void workload_init(struct workload *workload)
{
	const uint64_t unknown = FR_UNKNOWN;

	memset(workload, 0, sizeof(*workload));
	for (const struct setting *s = workload_settings; s->name; s++) {
		if (!s->text)
			memcpy(member_of(s, workload), &unknown,
				sizeof(unknown));
		else if (s->usual)
			memcpy(member_of(s, workload), s->usual,
				strlen(s->usual));
	}
}

double workload_cpus(const struct workload *workload)
{
	double cpus;

	return parse_cpus(workload->cpus, "", &cpus, NULL) < 0 ? 0 : cpus;
}

bool workload_is_fresh(const struct workload *workload)
{
	return strcmp(workload->connections, "fresh") == 0;
}

bool workload_is_secure(const struct workload *workload)
{
	return workload->tls[0];
}

bool workload_shakes_fully(const struct workload *workload)
{
	return strcmp(workload->tls, "full") == 0;
}

static int read_text(const struct setting *setting, struct workload *workload,
	const struct text *value, struct fr_error *err)
{
	size_t length = strlen(value->text);

	if (setting->check &&
		setting->check(value->text, value->where, err) < 0)
		return -1;
	if (length >= setting->size)
		return fr_error_set(err, EXIT_USAGE,
			"%s '%.40s...' is too long", value->where, value->text);
	memcpy(member_of(setting, workload), value->text, length);
	return 0;
}

static int read_word(const struct setting *setting, struct workload *workload,
	const struct text *value, struct fr_error *err)
{
	char list[80] = "";

	if (setting->none)
		(void)snprintf(list, sizeof(list), "%s", setting->none);
	for (const char *const *word = setting->words; *word; word++) {
		size_t used = strlen(list);

		if (strcmp(*word, value->text) == 0)
			return read_text(setting, workload, value, err);
		(void)snprintf(list + used, sizeof(list) - used, "%s%s",
			used ? ", " : "", *word);
	}
	return fr_error_set(err, EXIT_USAGE, "%s '%.60s': must be one of %s",
		value->where, value->text, list);
}

static int read_milliseconds(const struct setting *setting, uint64_t *ns,
	const struct text *value, struct fr_error *err)
{
	int rc = parse_duration(
		value->text, value->where, setting->min, setting->max, ns, err);

	/* Clients take milliseconds: a fraction would be cut off. */
	if (!rc && *ns % NS_PER_MS)
		return fr_error_set(err, EXIT_USAGE,
			"%s '%.60s': must be whole milliseconds", value->where,
			value->text);
	return rc;
}

static int read_number(const struct setting *setting, struct workload *workload,
	const struct text *value, struct fr_error *err)
{
	uint64_t number = 0;
	int rc;

	if (setting->form == FORM_MILLISECONDS)
		rc = read_milliseconds(setting, &number, value, err);
	else
		rc = (setting->form == FORM_BYTES ? parse_bytes : parse_number)(
			value->text, value->where, setting->min, setting->max,
			&number, err);
	/* In any spelling: "0", "0kB". */
	if (!rc && number == 0)
		number = FR_UNKNOWN;
	if (!rc)
		memcpy(member_of(setting, workload), &number, sizeof(number));
	return rc;
}

int setting_read(const struct setting *setting, struct workload *workload,
	const struct text *value, struct fr_error *err)
{
	if (!setting->text)
		return read_number(setting, workload, value, err);
	if (!value->text[0])
		return fr_error_set(err, EXIT_USAGE,
			"%s '': a value is missing%s%s", value->where,
			setting->none ? ", such as " : "",
			setting->none ? setting->none : "");
	memset(member_of(setting, workload), 0, setting->size);
	if (setting->none && strcmp(value->text, setting->none) == 0)
		return 0;
	return setting->form == FORM_WORD
		? read_word(setting, workload, value, err)
		: read_text(setting, workload, value, err);
}

static bool is_none(
	const struct setting *setting, const struct workload *workload)
{
	return setting->text ? !text_of(setting, workload)[0]
			     : setting_number(setting, workload) == FR_UNKNOWN;
}

void setting_write(char text[SETTING_TEXT_MAX], const struct setting *setting,
	const struct workload *workload)
{
	if (is_none(setting, workload))
		(void)snprintf(text, SETTING_TEXT_MAX, "%s",
			setting->none ? setting->none : "");
	else if (setting->text)
		(void)snprintf(text, SETTING_TEXT_MAX, "%s",
			text_of(setting, workload));
	else
		(void)snprintf(text, SETTING_TEXT_MAX, "%" PRIu64 "%s",
			setting_number(setting, workload),
			setting_is_count(setting) ? "" : "ns");
}

bool setting_is_usual(
	const struct setting *setting, const struct workload *workload)
{
	return is_none(setting, workload) ||
		(setting->usual &&
			strcmp(text_of(setting, workload), setting->usual) ==
				0);
}

/* Turns " requests" into " request". */
static void make_singular(char *unit)
{
	char *s = strchr(unit, 's');

	while (s && s[1] && s[1] != ' ')
		s = strchr(s + 1, 's');
	if (s)
		memmove(s, s + 1, strlen(s));
}

void setting_label(char text[SETTING_TEXT_MAX], const struct setting *setting,
	const struct workload *workload)
{
	char value[SETTING_TEXT_MAX];

	text[0] = '\0';
	if (setting_is_usual(setting, workload))
		return;
	setting_write(value, setting, workload);
	if (setting->form == FORM_MILLISECONDS)
		(void)snprintf(value, sizeof(value), "%g s",
			(double)setting_number(setting, workload) / 1e9);
	(void)snprintf(text, SETTING_TEXT_MAX, "%s%s%s",
		setting->before ? setting->before : "", value,
		setting->behind ? setting->behind : "");
	if (setting->behind && strcmp(value, "1") == 0)
		make_singular(text + strlen(text) - strlen(setting->behind));
}

static int compare_numbers(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

/*
 * Compares durations by length, whatever the unit, and plain numbers by size;
 * none comes first, and other texts come last.
 */
static int compare_texts(const char *a, const char *b)
{
	const uint64_t most = UINT64_C(1) << DURATION_BITS;
	uint64_t x = FR_UNKNOWN, y = FR_UNKNOWN;
	double p, q;
	int order;

	/* Most texts are equal, and parsing is slow. */
	if (strcmp(a, b) == 0)
		return 0;
	if (!a[0] || !b[0])
		return b[0] ? -1 : 1;
	if (!parse_cpus(a, "", &p, NULL) && !parse_cpus(b, "", &q, NULL))
		return (p > q) - (p < q);
	(void)parse_duration(number_in(a), "", 0, most, &x, NULL);
	(void)parse_duration(number_in(b), "", 0, most, &y, NULL);
	order = compare_numbers(x, y);
	return order ? order : strverscmp(a, b);
}

int setting_compare(const struct setting *setting, const struct workload *a,
	const struct workload *b)
{
	return setting->text
		? compare_texts(text_of(setting, a), text_of(setting, b))
		: compare_numbers(setting_number(setting, a),
			  setting_number(setting, b));
}

int workload_compare_work(const struct workload *a, const struct workload *b)
{
	int order = 0;

	for (const struct setting *s = workload_settings; s->name && !order;
		s++)
		if (s->same_work)
			order = setting_compare(s, a, b);
	return order;
}

bool workload_same_but(const struct workload *a, const struct workload *b,
	const struct setting *setting)
{
	for (const struct setting *s = workload_settings; s->name; s++)
		if (s != setting && setting_compare(s, a, b))
			return false;
	return true;
}
