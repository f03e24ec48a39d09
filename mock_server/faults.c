/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mock_server/faults.h"

#include <stdbool.h>
#include <string.h>

#include "mock_server/schedule.h"
#include "mock_server/spec.h"

/* What each kind means. */
static const struct meaning {
	const char *name;
	bool halves; /* half of the body is sent */
	enum fault_end end;
} meanings[FAULT_KINDS] = {
	[FAULT_NONE] = {.name = ""},
	[FAULT_STATUS] = {.name = "status"},
	[FAULT_LIMIT] = {.name = "limit"},
	[FAULT_RESET] = {"reset", false, FAULT_RESETS},
	[FAULT_RESET_BODY] = {"reset-body", true, FAULT_RESETS},
	[FAULT_TRUNCATE] = {"truncate", true, FAULT_CLOSES},
	[FAULT_STALL] = {.name = "stall"},
	[FAULT_SLOW_BODY] = {.name = "slow-body"},
	[FAULT_CLOSE] = {"close", false, FAULT_CLOSES},
	[FAULT_GOAWAY] = {.name = "goaway"},
	[FAULT_REFUSED] = {.name = "refused"},
};

const char *fault_name(enum fault_kind kind)
{
	return meanings[kind].name;
}

enum fault_end fault_end(enum fault_kind kind)
{
	return meanings[kind].end;
}

/* Takes `word` if that is all that stands before the next ':'. */
static bool take_word(struct spec *spec, const char *word)
{
	size_t length = strcspn(spec->text + spec->at, ":");

	return length == strlen(word) && spec_take(spec, word);
}

static int take_status(struct spec *spec, struct fault *fault)
{
	const char *text = spec->text + spec->at;

	if (strspn(text, "0123456789") != 3 || *text < '2' || *text > '5')
		return spec_fail(spec, spec->at,
			"'%.*s' is neither a status from 200 to 599 nor "
			"reset, reset-body, truncate, stall, close, goaway, "
			"refused or slow-body:SPEED",
			(int)strcspn(text, ":,"), text);
	fault->kind = FAULT_STATUS;
	for (int i = 0; i < 3; i++)
		fault->status = fault->status * 10 + (unsigned)(text[i] - '0');
	spec->at += 3;
	return 0;
}

static int take_kind(struct spec *spec, struct fault *fault)
{
	for (unsigned kind = FAULT_RESET; kind < FAULT_KINDS; kind++) {
		if (!take_word(spec, meanings[kind].name))
			continue;
		fault->kind = (enum fault_kind)kind;
		if (kind != FAULT_SLOW_BODY)
			return 0;
		(void)spec_take(spec, ":");
		return spec_take_bytes_per_s(spec, &fault->bytes_per_s);
	}
	return take_status(spec, fault);
}

static int take_fault(struct spec *spec, struct fault *fault)
{
	int rc = take_kind(spec, fault);

	if (!rc && !spec_take(spec, ":"))
		rc = spec_fail(spec, spec->at, "':' and a rate must follow");
	return rc ? rc : spec_take_share(spec, &fault->share);
}

int faults_parse(
	struct faults *faults, const char *text, struct mock_error *err)
{
	struct faults parsed = {0};
	struct spec spec;
	double sum = 0;
	int rc = 0;

	spec_init(&spec, "fault", text,
		"503:5%,reset:0.01,slow-body:1kB/s:10% or none", err);
	if (strlen(text) >= sizeof(parsed.text))
		return spec_fail(
			&spec, sizeof(parsed.text) - 1, "the text is too long");
	if (!spec_take(&spec, "none"))
		do {
			struct fault *fault = &parsed.faults[parsed.count++];
			size_t start = spec.at;

			rc = take_fault(&spec, fault);
			sum += fault->share;
			/* In binary, 33.3% + 66.7% is not exactly 1. */
			if (!rc && sum > 1 + 1e-9)
				rc = spec_fail(&spec, start,
					"the rates add up to more than 100%%");
			if (!rc && parsed.count == FAULTS_MAX &&
				spec.text[spec.at])
				rc = spec_fail(&spec, spec.at,
					"at most %d faults", FAULTS_MAX);
		} while (!rc && spec_take(&spec, ","));
	if (!rc)
		rc = spec_end(&spec);
	if (rc)
		return rc;
	memcpy(parsed.text, text, strlen(text) + 1);
	*faults = parsed;
	return 0;
}

const struct fault *faults_draw(const struct faults *faults, uint64_t seed,
	uint64_t item, uint64_t attempt)
{
	double u, below = 0;

	if (!faults->count)
		return NULL;
	u = schedule_draw(SCHEDULE_FAULT, seed, item, attempt);
	for (size_t i = 0; i < faults->count; i++) {
		below += faults->faults[i].share;
		if (u < below)
			return &faults->faults[i];
	}
	return NULL;
}

void fault_shape(
	const struct fault *fault, size_t *body_length, uint64_t *bytes_per_s)
{
	if (meanings[fault->kind].halves)
		*body_length /= 2;
	if (fault->kind == FAULT_SLOW_BODY &&
		(!*bytes_per_s || *bytes_per_s > fault->bytes_per_s))
		*bytes_per_s = fault->bytes_per_s;
}
