/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rows of one size in the order in which they were added. Bounded: rows for
 * which there is no room are counted as dropped. Rows lie in chunks that are
 * allocated when they are first needed, and then kept. So a row never moves,
 * and adding one copies no others. The caller locks.
 */
#ifndef MOCK_SERVER_ROW_LOG_H
#define MOCK_SERVER_ROW_LOG_H

#include <stddef.h>
#include <stdint.h>

#include "mock_server/mock_server.h"

enum {
	ROW_LOG_MAX = MOCK_WITNESS_ROWS_MAX,
	ROW_LOG_CHUNK = 4096, /* rows */
};

struct row_log {
	size_t row_size;
	unsigned char *chunks[ROW_LOG_MAX / ROW_LOG_CHUNK];
	size_t rows;
	uint64_t dropped;
};

/* Release it with row_log_release, which accepts a zeroed one. */
void row_log_init(struct row_log *log, size_t row_size);
void row_log_release(struct row_log *log);

/* Forgets all rows and drops; keeps the memory for the next ones. */
void row_log_clear(struct row_log *log);

/*
 * Adds a row, all zero, which may be filled in until the next row_log_clear.
 * Returns NULL if there is no room, which is counted.
 */
void *row_log_add(struct row_log *log);

/*
 * Copies up to `max` rows, from number `from` (counted from 0) on. Returns how
 * many: 0 at the end.
 */
size_t row_log_copy(
	const struct row_log *log, size_t from, void *rows, size_t max);

#endif
