/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What can be changed while the server runs, as a table of keys and texts.
 * The keys are options of `flagrace serve`. A form (the body of a PUT of the
 * control interface) is "latency=uniform:20ms,200ms&seed=7" with percent
 * encoding (form.h).
 *
 * latency          how late an answer is (latency.h)
 * seed             of the schedule of delays and faults
 * fault            what goes wrong (faults.h), or none
 * bandwidth        each body's speed at most, as 64kB/s, or none
 * capacity         item requests served at once; the rest queue. 0: all
 * max-connections  one more is reset at once. 0: as many as there can be
 * payload          each GIF's size in bytes; 0: as drawn. The GIF of each
 *                  country asked for is held in memory
 * nonce            a text on which some bytes of each GIF depend, so that
 *                  nobody knows them beforehand: neither its size nor its
 *                  picture, nor a folder's files. Empty: none
 */
#ifndef MOCK_SERVER_SETTINGS_H
#define MOCK_SERVER_SETTINGS_H

#include <stddef.h>
#include <stdint.h>

#include "mock_server/faults.h"
#include "mock_server/latency.h"

enum { SETTINGS_NONCE_MAX = 64 }; /* with its '\0' */
enum { SETTINGS_PAYLOAD_MIN = 100, SETTINGS_PAYLOAD_MAX = 10000000 };

struct settings {
	struct latency latency;
	uint64_t seed;
	struct faults faults;
	uint64_t bandwidth; /* bytes per second; 0: no limit */
	uint64_t capacity, max_connections;
	uint64_t payload; /* 0, or SETTINGS_PAYLOAD_MIN.._MAX */
	char nonce[SETTINGS_NONCE_MAX];
};

/* Room for any settings as a form, with its '\0'. */
#define SETTINGS_FORM_MAX 2048

/* No delay, no fault, no limit; seed 1. */
void settings_init(struct settings *settings);

/* A copy that is to be released too. */
struct settings settings_copy(const struct settings *settings);

void settings_release(struct settings *settings);

/* Sets one key. Returns 0; or -EINVAL, *settings unchanged. */
int settings_set(struct settings *settings, const char *key, const char *value,
	struct mock_error *err);

/*
 * Sets every key of the form; keys it does not name stay as they are. `trace`:
 * the one latency that may be a trace, which is not read again; NULL: any. All
 * or nothing: returns 0; or -EINVAL, *settings unchanged.
 */
int settings_apply_form(struct settings *settings, const char *form,
	size_t length, const struct latency *trace, struct mock_error *err);

/* Writes the settings as a form and returns its length. */
size_t settings_to_form(
	const struct settings *settings, char form[SETTINGS_FORM_MAX]);

#endif
