/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What can be changed while the server runs, as a table of keys and texts.
 * The keys are the options of `flagrace serve`. A form (the body of a PUT of
 * the control interface) is "latency=uniform:20ms,200ms&seed=7" with percent
 * encoding.
 */
#ifndef MOCK_SERVER_SETTINGS_H
#define MOCK_SERVER_SETTINGS_H

#include <stddef.h>
#include <stdint.h>

#include "mock_server/latency.h"

struct settings {
	struct latency latency;
	uint64_t seed;
};

/* Room for any settings as a form, with its '\0'. */
#define SETTINGS_FORM_MAX 512

/* A copy that is to be released too. */
struct settings settings_copy(const struct settings *settings);

/* All zero is released already. */
void settings_release(struct settings *settings);

/* Sets one key. Returns 0; or -EINVAL, *settings unchanged. */
int settings_set(struct settings *settings, const char *key, const char *value,
	struct mock_error *err);

/*
 * Sets every key of the form; keys it does not name stay as they are. All or
 * nothing: returns 0; or -EINVAL, *settings unchanged.
 */
int settings_apply_form(struct settings *settings, const char *form,
	size_t length, struct mock_error *err);

/* Writes the settings as a form and returns its length. */
size_t settings_to_form(
	const struct settings *settings, char form[SETTINGS_FORM_MAX]);

#endif
