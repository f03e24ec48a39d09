/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mock_server/settings.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "mock_server/error.h"
#include "mock_server/form.h"
#include "mock_server/span.h"
#include "mock_server/spec.h"

#define NONE "none"
_Static_assert(SETTINGS_FORM_MAX > 9 * 30 +
			3 *
				(LATENCY_TEXT_MAX + FAULTS_TEXT_MAX +
					LIMIT_TEXT_MAX + CAPACITY_TEXT_MAX +
					5 * 24 + SETTINGS_NONCE_MAX),
	"every setting fits, all encoded");

struct settings_entry {
	const char *key;
	int (*set)(struct settings *settings,
		const struct settings_entry *setting, const char *value,
		struct mock_error *err);
	/* Writes the value in the form that `set` reads. */
	void (*get)(const struct settings *settings,
		const struct settings_entry *setting,
		char value[FORM_WORD_MAX]);
	size_t offset;     /* of the number or the text that is read */
	uint64_t min, max; /* of a number other than 0 */
};

static int set_latency(struct settings *settings,
	const struct settings_entry *setting, const char *value,
	struct mock_error *err)
{
	struct latency latency;
	int rc = latency_parse(&latency, value, err);

	(void)setting;
	if (rc)
		return rc;
	latency_release(&settings->latency);
	settings->latency = latency;
	return 0;
}

static int set_fault(struct settings *settings,
	const struct settings_entry *setting, const char *value,
	struct mock_error *err)
{
	(void)setting;
	return faults_parse(&settings->faults, value, err);
}

static int set_limit(struct settings *settings,
	const struct settings_entry *setting, const char *value,
	struct mock_error *err)
{
	(void)setting;
	return limit_parse(&settings->limit, value, err);
}

static int set_bandwidth(struct settings *settings,
	const struct settings_entry *setting, const char *value,
	struct mock_error *err)
{
	uint64_t bytes_per_s = 0;
	struct spec spec;
	int rc = 0;

	spec_init(&spec, setting->key, value, "64kB/s or none", err);
	if (!spec_take(&spec, NONE))
		rc = spec_take_bytes_per_s(&spec, &bytes_per_s);
	if (!rc)
		rc = spec_end(&spec);
	if (!rc)
		settings->bandwidth = bytes_per_s;
	return rc;
}

static void get_bandwidth(const struct settings *settings,
	const struct settings_entry *setting, char value[FORM_WORD_MAX])
{
	(void)setting;
	if (settings->bandwidth)
		(void)snprintf(value, FORM_WORD_MAX, "%" PRIu64 "B/s",
			settings->bandwidth);
	else
		(void)snprintf(value, FORM_WORD_MAX, NONE);
}

static int set_number(struct settings *settings,
	const struct settings_entry *setting, const char *value,
	struct mock_error *err)
{
	const struct http_span digits = {value, strlen(value)};
	uint64_t number;

	if (!http_span_number(digits, setting->max, &number) ||
		(number && number < setting->min))
		return mock_error_set(err, -EINVAL,
			"%s: '%.60s' is not a whole number from %" PRIu64
			" to %" PRIu64 "%s; for example %s=%" PRIu64,
			setting->key, value, setting->min, setting->max,
			setting->min ? ", nor 0" : "", setting->key,
			setting->min > 7 ? setting->min : 7);
	memcpy((char *)settings + setting->offset, &number, sizeof(number));
	return 0;
}

/* A number, and the steps behind it. */
static int set_capacity(struct settings *settings,
	const struct settings_entry *setting, const char *value,
	struct mock_error *err)
{
	struct capacity_steps steps;
	size_t length = strcspn(value, ",");
	char first[24];
	int rc = capacity_steps_parse(&steps, value, length, err);

	if (rc)
		return rc;
	(void)snprintf(first, sizeof(first), "%.*s", (int)length, value);
	rc = set_number(settings, setting, first, err);
	if (!rc)
		settings->steps = steps;
	return rc;
}

/* A size with a unit, or a number of bytes. */
static int set_size(struct settings *settings,
	const struct settings_entry *setting, const char *value,
	struct mock_error *err)
{
	char number[24];
	uint64_t bytes;
	struct spec spec;
	int rc;

	if (!strchr(value, 'B'))
		return set_number(settings, setting, value, err);
	spec_init(&spec, setting->key, value, "30kB", err);
	rc = spec_take_bytes(&spec, &bytes);
	if (!rc)
		rc = spec_end(&spec);
	if (rc)
		return rc;
	(void)snprintf(number, sizeof(number), "%" PRIu64, bytes);
	return set_number(settings, setting, number, err);
}

static void get_number(const struct settings *settings,
	const struct settings_entry *setting, char value[FORM_WORD_MAX])
{
	uint64_t number;

	memcpy(&number, (const char *)settings + setting->offset,
		sizeof(number));
	(void)snprintf(value, FORM_WORD_MAX, "%" PRIu64, number);
}

static void get_capacity(const struct settings *settings,
	const struct settings_entry *setting, char value[FORM_WORD_MAX])
{
	(void)setting;
	(void)snprintf(value, FORM_WORD_MAX, "%" PRIu64 "%s",
		settings->capacity, settings->steps.text);
}

static int set_nonce(struct settings *settings,
	const struct settings_entry *setting, const char *value,
	struct mock_error *err)
{
	bool good = strlen(value) < SETTINGS_NONCE_MAX;

	for (const char *c = value; good && *c; c++)
		good = *c > ' ' && *c <= '~';
	if (!good)
		return mock_error_set(err, -EINVAL,
			"%s: expected at most %d printable characters",
			setting->key, SETTINGS_NONCE_MAX - 1);
	(void)snprintf(settings->nonce, sizeof(settings->nonce), "%s", value);
	return 0;
}

static void get_text(const struct settings *settings,
	const struct settings_entry *setting, char value[FORM_WORD_MAX])
{
	(void)snprintf(value, FORM_WORD_MAX, "%s",
		(const char *)settings + setting->offset);
}

#define TEXT(key, set, text)                                              \
	{                                                                 \
		key, set, get_text, offsetof(struct settings, text), 0, 0 \
	}
#define NUMBER(key, member, min, max)                               \
	{                                                           \
		key, set_number, get_number,                        \
			offsetof(struct settings, member), min, max \
	}

static const struct settings_entry table[] = {
	TEXT("latency", set_latency, latency.text),
	NUMBER("seed", seed, 0, UINT64_MAX),
	TEXT("fault", set_fault, faults.text),
	{"bandwidth", set_bandwidth, get_bandwidth, 0, 0, 0},
	{"capacity", set_capacity, get_capacity,
		offsetof(struct settings, capacity), 0, UINT32_MAX},
	NUMBER("max-connections", max_connections, 0, UINT32_MAX),
	{"payload", set_size, get_number, offsetof(struct settings, payload),
		SETTINGS_PAYLOAD_MIN, SETTINGS_PAYLOAD_MAX},
	TEXT("nonce", set_nonce, nonce),
	TEXT("limit", set_limit, limit.text),
};
enum { SETTINGS = sizeof(table) / sizeof(*table) };

void settings_init(struct settings *settings)
{
	*settings = (struct settings){.latency.text = "0s",
		.seed = 1,
		.faults.text = NONE,
		.limit.text = NONE};
}

struct settings settings_copy(const struct settings *settings)
{
	struct settings copy = *settings;

	copy.latency = latency_copy(&settings->latency);
	return copy;
}

void settings_release(struct settings *settings)
{
	latency_release(&settings->latency);
}

int settings_set(struct settings *settings, const char *key, const char *value,
	struct mock_error *err)
{
	char known[FORM_WORD_MAX] = "";

	for (size_t i = 0; i < SETTINGS; i++) {
		size_t used = strlen(known);

		if (strcmp(key, table[i].key) == 0)
			return table[i].set(settings, &table[i], value, err);
		(void)snprintf(known + used, sizeof(known) - used, " %s",
			table[i].key);
	}
	return mock_error_set(
		err, -EINVAL, "unknown key '%.60s'; known are:%s", key, known);
}

int settings_read(struct settings *settings, const struct mock_setting *list,
	size_t count, struct mock_error *err)
{
	int rc = 0;

	settings_init(settings);
	for (size_t i = 0; i < count && !rc; i++)
		rc = settings_set(settings, list[i].key, list[i].value, err);
	if (rc)
		settings_release(settings);
	return rc;
}

/* Sets the latency to the known trace if the spec is its, else refuses. */
static int take_known_trace(struct settings *settings,
	const struct latency *trace, const char *spec, struct mock_error *err)
{
	if (strcmp(spec, trace->text) != 0)
		return mock_error_set(err, -EINVAL,
			"latency: a trace can be named on the command line of "
			"'flagrace serve' only, unless it was started with "
			"--allow-traces");
	latency_release(&settings->latency);
	settings->latency = latency_copy(trace);
	return 0;
}

int settings_apply_form(struct settings *settings, const char *form,
	size_t length, const struct latency *trace, struct mock_error *err)
{
	struct settings changed = settings_copy(settings);
	char key[FORM_WORD_MAX], value[FORM_WORD_MAX];
	int rc = 0;

	while (length && !rc) {
		rc = form_take(&form, &length, key, value);
		if (rc == -E2BIG)
			rc = mock_error_set(err, -EINVAL,
				"a key or a value has more than %d bytes",
				FORM_WORD_MAX - 1);
		else if (rc)
			(void)mock_error_set(err, rc,
				"expected a form of printable text, for "
				"example latency=uniform:20ms,200ms&seed=7");
		else if (trace && strcmp(key, "latency") == 0 &&
			latency_is_trace(value))
			rc = take_known_trace(&changed, trace, value, err);
		else
			rc = settings_set(&changed, key, value, err);
	}
	settings_release(rc ? &changed : settings);
	if (!rc)
		*settings = changed;
	return rc;
}

size_t settings_to_form(
	const struct settings *settings, char form[SETTINGS_FORM_MAX])
{
	char value[FORM_WORD_MAX];
	size_t n = 0;

	for (size_t i = 0; i < SETTINGS; i++) {
		n += (size_t)snprintf(form + n, SETTINGS_FORM_MAX - n,
			"%s%s=", i ? "&" : "", table[i].key);
		table[i].get(settings, &table[i], value);
		n = form_put(form, SETTINGS_FORM_MAX, n, value);
	}
	return n;
}
