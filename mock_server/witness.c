/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rows lie in chunks that are made when first needed and then kept: a row
 * never moves, and adding one never copies what is there.
 */
#include "mock_server/witness.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	CHUNK_ROWS = 4096,
	CHUNKS_MAX = WITNESS_ROWS_MAX / CHUNK_ROWS,
};

struct witness {
	struct witness_row *chunks[CHUNKS_MAX];
	size_t rows;
	uint64_t dropped;
};

int witness_create(struct witness **out)
{
	*out = calloc(1, sizeof(**out));
	return *out ? 0 : -ENOMEM;
}

void witness_free(struct witness *witness)
{
	if (!witness)
		return;
	for (size_t i = 0; i < CHUNKS_MAX; i++)
		free(witness->chunks[i]);
	free(witness);
}

void witness_clear(struct witness *witness)
{
	witness->rows = 0;
	witness->dropped = 0;
}

struct witness_row *witness_add(struct witness *witness)
{
	struct witness_row **chunk, *row;

	if (witness->rows == WITNESS_ROWS_MAX)
		goto drop;
	chunk = &witness->chunks[witness->rows / CHUNK_ROWS];
	if (!*chunk)
		*chunk = malloc(CHUNK_ROWS * sizeof(**chunk));
	if (!*chunk)
		goto drop;
	row = &(*chunk)[witness->rows++ % CHUNK_ROWS];
	memset(row, 0, sizeof(*row));
	return row;
drop:
	witness->dropped++;
	return NULL;
}

size_t witness_rows(const struct witness *witness)
{
	return witness->rows;
}

uint64_t witness_dropped(const struct witness *witness)
{
	return witness->dropped;
}

static void print_row(FILE *out, const struct witness_row *row)
{
	(void)fprintf(out, "%" PRIu32 ",%" PRIu32 ",%" PRIu64 ",%" PRIu64 ",",
		row->item.item, row->item.attempt, row->arrival_ns,
		row->delay_ns);
	if (row->sent_ns)
		(void)fprintf(out, "%" PRIu64, row->sent_ns);
	if (row->complete)
		(void)fprintf(out, ",%" PRIu64 ",%016" PRIx64, row->body_bytes,
			row->body_hash);
	else
		(void)fputs(",,", out);
	(void)fprintf(out,
		",%" PRIu32 ",%" PRIu64 ",%u,%s,%" PRIu64 ",%016" PRIx64 ",",
		row->in_flight, row->connection, row->status,
		fault_name(row->fault), row->queue_ns, row->path_hash);
	if (row->gone_ns)
		(void)fprintf(out, "%" PRIu64, row->gone_ns);
	(void)fprintf(out, ",%s,%s,%s,%" PRIu64 ",%" PRIu64 ",",
		row->item.trial, http_method_name(row->method),
		http_protocol_name(row->protocol), row->accepted_ns,
		row->first_in_ns);
	if (row->complete)
		(void)fprintf(out, "%" PRIu64, row->done_ns);
	(void)fputs("\r\n", out);
}

int witness_to_csv(const struct witness *witness, const char *trial,
	char **text, size_t *length)
{
	FILE *out = open_memstream(text, length);
	bool failed;

	if (!out)
		return -ENOMEM;
	(void)fputs("item,attempt,arrival_ns,delay_ns,sent_ns,bytes,hash,"
		    "in_flight_at_arrival,connection,status,fault,queue_ns,"
		    "path_hash,gone_ns,trial,method,protocol,accepted_ns,"
		    "first_in_ns,done_ns\r\n",
		out);
	for (size_t i = 0; i < witness->rows; i++) {
		const struct witness_row *row =
			&witness->chunks[i / CHUNK_ROWS][i % CHUNK_ROWS];

		if (!trial || strcmp(row->item.trial, trial) == 0)
			print_row(out, row);
	}
	failed = ferror(out);
	if (fclose(out) || failed) {
		free(*text);
		*text = NULL;
		return -ENOMEM;
	}
	return 0;
}
