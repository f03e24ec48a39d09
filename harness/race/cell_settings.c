/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/race/cell_settings.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

enum { NONCE_BYTES = 16 };

void cell_settings_init(
	struct cell_settings *settings, const struct cell *cell, uint64_t seed)
{
	size_t n = 0;

	*settings = (struct cell_settings){.count = 0};
	(void)snprintf(
		settings->seed, sizeof(settings->seed), "%" PRIu64, seed);
	for (const struct setting *s = workload_settings; s->name; s++) {
		if (!s->server)
			continue;
		setting_write(settings->texts[n], s, &cell->workload);
		settings->list[n] =
			(struct mock_setting){s->name, settings->texts[n]};
		n++;
	}
	settings->list[n++] = (struct mock_setting){"seed", settings->seed};
	settings->list[n++] = (struct mock_setting){"max-connections", "0"};
	settings->count = n;
}

/* The nonce makes bodies and their hashes impossible to know beforehand. */
static int draw_nonce(char nonce[NONCE_BYTES * 2 + 1])
{
	unsigned char bytes[NONCE_BYTES];

	if (getrandom(bytes, sizeof(bytes), 0) != sizeof(bytes))
		return -1;
	for (size_t i = 0; i < sizeof(bytes); i++)
		(void)snprintf(nonce + 2 * i, 3, "%02x", bytes[i]);
	return 0;
}

int cell_settings_apply(struct server *server, const struct cell *cell,
	uint64_t seed, struct fr_error *err)
{
	char form[1024] = "", nonce[NONCE_BYTES * 2 + 1];
	struct cell_settings settings;
	int rc = 0;

	if (draw_nonce(nonce) < 0)
		return fr_error_set(err, EXIT_INVALID, "no random bytes: %s",
			strerror(errno));
	cell_settings_init(&settings, cell, seed);
	for (size_t i = 0; i < settings.count && !rc; i++)
		rc = http_form_add(form, sizeof(form), settings.list[i].key,
			settings.list[i].value);
	if (!rc)
		rc = http_form_add(form, sizeof(form), "nonce", nonce);
	if (rc)
		return fr_error_set(err, EXIT_USAGE,
			"the settings of %s are too long for the "
			"server",
			cell->strategy->name);
	return server_configure(server, form, err);
}

struct mock_schedule *cell_settings_foresee(
	const struct server *server, const struct cell *cell, uint64_t seed)
{
	struct mock_schedule *schedule = NULL;
	struct cell_settings settings;
	struct mock_error why = {""};

	cell_settings_init(&settings, cell, seed);
	if (server->witness)
		(void)mock_schedule_open(
			&schedule, settings.list, settings.count, &why);
	return schedule;
}
