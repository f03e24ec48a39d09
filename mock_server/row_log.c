/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mock_server/row_log.h"

#include <stdlib.h>
#include <string.h>

enum { CHUNKS_MAX = ROW_LOG_MAX / ROW_LOG_CHUNK };

void row_log_init(struct row_log *log, size_t row_size)
{
	*log = (struct row_log){.row_size = row_size};
}

void row_log_release(struct row_log *log)
{
	for (size_t i = 0; i < CHUNKS_MAX; i++)
		free(log->chunks[i]);
	row_log_init(log, 0);
}

void row_log_clear(struct row_log *log)
{
	log->rows = 0;
	log->dropped = 0;
}

static unsigned char *row_at(const struct row_log *log, size_t number)
{
	return log->chunks[number / ROW_LOG_CHUNK] +
		number % ROW_LOG_CHUNK * log->row_size;
}

void *row_log_add(struct row_log *log)
{
	unsigned char **chunk;

	if (log->rows == ROW_LOG_MAX)
		goto drop;
	chunk = &log->chunks[log->rows / ROW_LOG_CHUNK];
	if (!*chunk)
		*chunk = malloc(ROW_LOG_CHUNK * log->row_size);
	if (!*chunk)
		goto drop;
	return memset(row_at(log, log->rows++), 0, log->row_size);
drop:
	log->dropped++;
	return NULL;
}

size_t row_log_copy(
	const struct row_log *log, size_t from, void *rows, size_t max)
{
	size_t n = log->rows > from ? log->rows - from : 0;

	if (n > max)
		n = max;
	if (n > ROW_LOG_CHUNK - from % ROW_LOG_CHUNK)
		n = ROW_LOG_CHUNK - from % ROW_LOG_CHUNK;
	if (n)
		memcpy(rows, row_at(log, from), n * log->row_size);
	return n;
}
