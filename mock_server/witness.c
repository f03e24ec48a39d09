/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rows lie in chunks that are allocated when they are first needed, and then
 * kept. So a row never moves, and adding one copies no others.
 */
#include "mock_server/witness.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	CHUNK_ROWS = 4096,
	CHUNKS_MAX = WITNESS_ROWS_MAX / CHUNK_ROWS,
};

struct witness_log {
	struct witness_entry *chunks[CHUNKS_MAX];
	size_t rows;
	uint64_t dropped;
};

int witness_create(struct witness_log **out)
{
	*out = calloc(1, sizeof(**out));
	return *out ? 0 : -ENOMEM;
}

void witness_free(struct witness_log *witness)
{
	if (!witness)
		return;
	for (size_t i = 0; i < CHUNKS_MAX; i++)
		free(witness->chunks[i]);
	free(witness);
}

void witness_clear(struct witness_log *witness)
{
	witness->rows = 0;
	witness->dropped = 0;
}

struct witness_entry *witness_add(struct witness_log *witness)
{
	struct witness_entry **chunk, *row;

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

size_t witness_rows(const struct witness_log *witness)
{
	return witness->rows;
}

uint64_t witness_dropped(const struct witness_log *witness)
{
	return witness->dropped;
}

size_t witness_copy(const struct witness_log *witness, size_t from,
	struct witness_entry *rows, size_t max)
{
	const size_t at = from % CHUNK_ROWS;
	size_t n = witness->rows > from ? witness->rows - from : 0;

	if (n > max)
		n = max;
	if (n > CHUNK_ROWS - at)
		n = CHUNK_ROWS - at;
	if (n)
		memcpy(rows, &witness->chunks[from / CHUNK_ROWS][at],
			n * sizeof(*rows));
	return n;
}

/* A row that is being printed. */
struct csv_line {
	char text[512];
	size_t length;
};

static void put_text(struct csv_line *line, const char *text)
{
	size_t length = strlen(text);

	memcpy(line->text + line->length, text, length);
	line->length += length;
}

static void put_comma(struct csv_line *line)
{
	line->text[line->length++] = ',';
}

static void put_number(struct csv_line *line, uint64_t number)
{
	char digits[20];
	size_t n = 0;

	do
		digits[n++] = (char)('0' + number % 10);
	while (number /= 10);
	while (n)
		line->text[line->length++] = digits[--n];
}

/* A number, if it is known, and a comma. */
static void put_field(struct csv_line *line, uint64_t number, bool known)
{
	if (known)
		put_number(line, number);
	put_comma(line);
}

static void put_hash(struct csv_line *line, uint64_t hash, bool known)
{
	for (int shift = 60; known && shift >= 0; shift -= 4)
		line->text[line->length++] =
			"0123456789abcdef"[hash >> shift & 15];
	put_comma(line);
}

static void put_word(struct csv_line *line, const char *word)
{
	put_text(line, word);
	put_comma(line);
}

static const char *const handshakes[] = {
	[TLS_NONE] = "none", [TLS_FULL] = "full", [TLS_RESUMED] = "resumed"};

static void print_row(FILE *out, const struct witness_entry *row)
{
	struct csv_line line = {.length = 0};

	put_field(&line, row->item.item, true);
	put_field(&line, row->item.attempt, true);
	put_field(&line, row->arrival_ns, true);
	put_field(&line, row->delay_ns, true);
	put_field(&line, row->sent_ns, row->sent_ns != 0);
	put_field(&line, row->body_bytes, row->complete);
	put_hash(&line, row->body_hash, row->complete);
	put_field(&line, row->in_flight, true);
	put_field(&line, row->connection, true);
	put_field(&line, row->status, true);
	put_word(&line, fault_name(row->fault));
	put_field(&line, row->queue_ns, true);
	put_hash(&line, row->path_hash, true);
	put_field(&line, row->gone_ns, row->gone_ns != 0);
	put_word(&line, row->item.trial);
	put_word(&line, http_method_name(row->method));
	put_word(&line, http_protocol_name(row->protocol));
	put_field(&line, row->accepted_ns, true);
	put_field(&line, row->first_in_ns, true);
	put_field(&line, row->done_ns, row->complete);
	put_field(&line, row->retry_after_s, true);
	put_text(&line, handshakes[row->handshake]);
	put_text(&line, "\r\n");
	(void)fwrite(line.text, 1, line.length, out);
}

void witness_print_names(FILE *out)
{
	(void)fputs("item,attempt,arrival_ns,delay_ns,sent_ns,bytes,hash,"
		    "in_flight_at_arrival,connection,status,fault,queue_ns,"
		    "path_hash,gone_ns,trial,method,protocol,accepted_ns,"
		    "first_in_ns,done_ns,retry_after_s,tls\r\n",
		out);
}

void witness_print_rows(FILE *out, const struct witness_entry *rows,
	size_t count, const char *trial)
{
	for (size_t i = 0; i < count; i++)
		if (!trial || strcmp(rows[i].item.trial, trial) == 0)
			print_row(out, &rows[i]);
}
