/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/plan/retry_spec.h"

#include <stdio.h>
#include <string.h>

#include "harness/base/values.h"

#define USUAL_BACKOFF  "100ms..10s"
#define USUAL_FAILURES "429+5xx+reset+timeout"
#define EXAMPLE        "3,backoff=" USUAL_BACKOFF ",on=" USUAL_FAILURES

static const uint64_t WAIT_MAX_NS = 3600000000000; /* an hour */

enum { PART_MAX = 64 };

/*
 * Copies the text up to `separator`, and moves *text behind that; without a
 * separator copies all of it, and *text becomes NULL. Returns false if it is
 * too long.
 */
static bool take_part(
	char part[PART_MAX], const char **text, const char *separator)
{
	const char *end = strstr(*text, separator);
	size_t length = end ? (size_t)(end - *text) : strlen(*text);

	if (length >= PART_MAX)
		return false;
	memcpy(part, *text, length);
	part[length] = '\0';
	*text = end ? end + strlen(separator) : NULL;
	return true;
}

/* Removes the prefix; false: the text does not begin with it. */
static bool skip_prefix(const char **text, const char *prefix)
{
	size_t length = strlen(prefix);

	if (strncmp(*text, prefix, length) != 0)
		return false;
	*text += length;
	return true;
}

static int read_wait(uint64_t *ns, const char *text, const char *where,
	const char *part, struct fr_error *err)
{
	char what[2 * PART_MAX];

	(void)snprintf(what, sizeof(what), "%.60s: %s", where, part);
	return parse_duration(text, what, 0, WAIT_MAX_NS, ns, err);
}

static int read_backoff(struct retry_spec *spec, const char *text,
	const char *where, struct fr_error *err)
{
	char from[PART_MAX];

	if (!strstr(text, "..") || !take_part(from, &text, ".."))
		return fr_error_set(err, EXIT_USAGE,
			"%s: backoff '%.60s' must have two bounds, as in "
			"backoff=" USUAL_BACKOFF,
			where, text);
	if (read_wait(&spec->from_ns, from, where, "backoff", err) ||
		read_wait(&spec->to_ns, text, where, "backoff", err))
		return -1;
	if (spec->from_ns > spec->to_ns)
		return fr_error_set(err, EXIT_USAGE,
			"%s: backoff: the first bound must not be above the "
			"second, as in backoff=" USUAL_BACKOFF,
			where);
	return 0;
}

static void add_statuses(struct retry_spec *spec, unsigned first, unsigned last)
{
	for (unsigned status = first; status <= last; status++)
		spec->statuses[status - RETRY_STATUS_MIN] = true;
}

static bool read_status(struct retry_spec *spec, const char *word)
{
	uint64_t status;

	if (parse_number(word, "", RETRY_STATUS_MIN, RETRY_STATUS_MAX, &status,
		    NULL))
		return false;
	add_statuses(spec, (unsigned)status, (unsigned)status);
	return true;
}

static int read_failures(struct retry_spec *spec, const char *text,
	const char *where, struct fr_error *err)
{
	do {
		char word[PART_MAX] = "";
		bool known = take_part(word, &text, "+");

		if (strcmp(word, "reset") == 0)
			spec->reset = true;
		else if (strcmp(word, "timeout") == 0)
			spec->timeout = true;
		else if (strcmp(word, "5xx") == 0)
			add_statuses(spec, 500, 599);
		else
			known = known && read_status(spec, word);
		if (!known)
			return fr_error_set(err, EXIT_USAGE,
				"%s: on: '%.40s' is neither a status from %d "
				"to %d, such as 429, nor 5xx, reset or "
				"timeout; join several by +, as in "
				"on=" USUAL_FAILURES,
				where, word, RETRY_STATUS_MIN,
				RETRY_STATUS_MAX);
	} while (text);
	return 0;
}

enum key { BACKOFF, ON, AFTER, KEYS };

/* Reads KEY=VALUE. `said` has the keys that were read before. */
static int read_part(struct retry_spec *spec, bool said[KEYS], const char *part,
	const char *where, struct fr_error *err)
{
	static const char *const keys[KEYS] = {"backoff=", "on=", "after="};
	const char *value = part;
	enum key key = BACKOFF;

	while (key < KEYS && !skip_prefix(&value, keys[key]))
		key++;
	if (key < KEYS && said[key])
		return fr_error_set(err, EXIT_USAGE,
			"%s: '%.40s': %s is there already", where, part,
			keys[key]);
	if (key < KEYS)
		said[key] = true;
	switch (key) {
	case BACKOFF:
		return read_backoff(spec, value, where, err);
	case ON:
		return read_failures(spec, value, where, err);
	case AFTER:
		return read_wait(&spec->after_ns, value, where, "after", err);
	case KEYS:
		break;
	}
	return fr_error_set(err, EXIT_USAGE,
		"%s: '%.40s' is none of backoff=, on= and after=, as in " EXAMPLE,
		where, part);
}

int retry_parse(struct retry_spec *spec, const char *text, const char *where,
	struct fr_error *err)
{
	struct retry_spec parsed = {.after_ns = UINT64_MAX};
	bool said[KEYS] = {false};
	char part[PART_MAX] = "";
	uint64_t most;
	int rc;

	*spec = (struct retry_spec){0};
	if (!text[0])
		return 0;
	rc = read_backoff(&parsed, USUAL_BACKOFF, where, err);
	if (!take_part(part, &text, ",") ||
		parse_number(part, where, 1, RETRIES_MAX, &most, NULL))
		return fr_error_set(err, EXIT_USAGE,
			"%s '%.40s': must be none, or begin with the number of "
			"tries after the first, from 1 to %d, as in " EXAMPLE,
			where, part, RETRIES_MAX);
	parsed.most = (unsigned)most;
	while (!rc && text)
		rc = take_part(part, &text, ",")
			? read_part(&parsed, said, part, where, err)
			: fr_error_set(err, EXIT_USAGE,
				  "%s: '%.40s...' is too long", where, text);
	if (!rc && !said[ON])
		rc = read_failures(&parsed, USUAL_FAILURES, where, err);
	if (rc)
		return rc;
	if (parsed.after_ns == UINT64_MAX)
		parsed.after_ns = parsed.to_ns;
	*spec = parsed;
	return 0;
}

uint64_t retry_longest_ns(const struct retry_spec *spec, unsigned k)
{
	uint64_t ns = spec->from_ns;

	for (; k > 1 && ns < spec->to_ns; k--)
		ns *= 2;
	return ns < spec->to_ns ? ns : spec->to_ns;
}

bool retry_has_status(const struct retry_spec *spec, unsigned status)
{
	return status >= RETRY_STATUS_MIN && status <= RETRY_STATUS_MAX &&
		spec->statuses[status - RETRY_STATUS_MIN];
}
