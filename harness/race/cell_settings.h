/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The settings of the server that a cell asks for. */
#ifndef HARNESS_RACE_CELL_SETTINGS_H
#define HARNESS_RACE_CELL_SETTINGS_H

#include <stddef.h>
#include <stdint.h>

#include "harness/plan/sweep.h"
#include "harness/server/server.h"
#include "mock_server/mock_server.h"

/*
 * The settings that a cell gives to the server: all settings of the server
 * except the nonce, because a setting that is not sent keeps its value from an
 * earlier trial or client. The texts belong to the cell or to this struct.
 */
struct cell_settings {
	struct mock_setting list[SETTINGS_MAX + 2];
	size_t count;
	char texts[SETTINGS_MAX][SETTING_TEXT_MAX], seed[24];
};

/* The cell must outlive the settings, which may not be moved. */
void cell_settings_init(
	struct cell_settings *settings, const struct cell *cell, uint64_t seed);

/*
 * Gives the cell's settings, and a nonce, to the server. Returns 0, or -1 with
 * *err, which for a setting is the server's message.
 */
int cell_settings_apply(struct server *server, const struct cell *cell,
	uint64_t seed, struct fr_error *err);

/*
 * The draws of the server, computed here; the caller calls mock_schedule_close.
 * NULL if they are unknown, for example because the server is not ours or reads
 * a trace that this process cannot read.
 */
struct mock_schedule *cell_settings_foresee(
	const struct server *server, const struct cell *cell, uint64_t seed);

#endif
