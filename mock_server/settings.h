/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What can be changed while the server runs: a table of keys and texts. The
 * keys are options of `flagrace serve`. A form, which is the body of a PUT to
 * the control interface, is "latency=uniform:20ms,200ms&seed=7" with percent
 * encoding (form.h).
 *
 * latency          the delay of each answer (latency.h)
 * seed             of the draws of delays and faults
 * fault            what goes wrong (faults.h), or none
 * bandwidth        the highest speed of each body, as 64kB/s, or none
 * capacity         item requests served at once, while others wait; 0: all;
 *                  perhaps with steps (capacity_steps.h)
 * max-connections  a further connection is reset at once; 0: no limit
 * payload          the size of each GIF in bytes; 0: as drawn. The GIF of each
 *                  country that was asked for is held in memory
 * nonce            a text on which some bytes of each GIF depend, so that no
 *                  client knows them beforehand; "": none. Neither the size
 *                  nor the picture depends on it, nor do the files of a folder
 * limit            the rate of item requests and the burst (limit.h), or none
 */
#ifndef MOCK_SERVER_SETTINGS_H
#define MOCK_SERVER_SETTINGS_H

#include <stddef.h>
#include <stdint.h>

#include "mock_server/capacity_steps.h"
#include "mock_server/faults.h"
#include "mock_server/latency.h"
#include "mock_server/limit.h"

enum { SETTINGS_NONCE_MAX = 64 }; /* with its '\0' */
enum { SETTINGS_PAYLOAD_MIN = 100, SETTINGS_PAYLOAD_MAX = 10000000 };

struct settings {
	struct latency latency;
	uint64_t seed;
	struct faults faults;
	uint64_t bandwidth; /* bytes per second; 0: no limit */
	uint64_t capacity, max_connections;
	struct capacity_steps steps; /* of the capacity */
	uint64_t payload;            /* 0, or SETTINGS_PAYLOAD_MIN.._MAX */
	char nonce[SETTINGS_NONCE_MAX];
	struct limit limit;
};

/* Room for any settings as a form, with its '\0'. */
#define SETTINGS_FORM_MAX 3072

/* No delay, no fault, no limit; seed 1. */
void settings_init(struct settings *settings);

/*
 * As settings_init, and then sets each of the list in its order. Returns 0; or
 * -EINVAL or -ENOMEM, and *settings holds nothing.
 */
int settings_read(struct settings *settings, const struct mock_setting *list,
	size_t count, struct mock_error *err);

/* A copy, which is to be released, too. */
struct settings settings_copy(const struct settings *settings);

void settings_release(struct settings *settings);

/* Sets one key. Returns 0; or -EINVAL, and *settings is unchanged. */
int settings_set(struct settings *settings, const char *key, const char *value,
	struct mock_error *err);

/*
 * Sets the keys that the form names. `trace` is the only latency that may be a
 * trace, whose file is not read again; NULL: any may. Returns 0; or -EINVAL,
 * and *settings is unchanged.
 */
int settings_apply_form(struct settings *settings, const char *form,
	size_t length, const struct latency *trace, struct mock_error *err);

/* Writes the settings as a form and returns its length. */
size_t settings_to_form(
	const struct settings *settings, char form[SETTINGS_FORM_MAX]);

#endif
