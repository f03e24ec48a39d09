/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Random draws that are a function of (seed, item, attempt) alone. They do not
 * depend on when or in which order requests arrive, so every client meets the
 * same. Pure.
 */
#ifndef MOCK_SERVER_SCHEDULE_H
#define MOCK_SERVER_SCHEDULE_H

#include <stdint.h>

/* What is drawn: independent streams. */
enum schedule_stream {
	SCHEDULE_DELAY,
	SCHEDULE_FAULT,
	SCHEDULE_WORK, /* the client's own work on an answer */
	SCHEDULE_WAIT, /* of a client before an attempt: mock_draw_wait */
};

/* Returns a number uniform in [0, 1), of 53 bits. */
double schedule_draw(enum schedule_stream stream, uint64_t seed, uint64_t item,
	uint64_t attempt);

#endif
