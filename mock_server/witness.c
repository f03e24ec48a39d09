/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mock_server/witness.h"

#include <string.h>

#include "mock_server/csv_line.h"

static void print_row(FILE *out, const struct witness_entry *row)
{
	struct csv_line line = {.length = 0};

	csv_line_field(&line, row->item.item, true);
	csv_line_field(&line, row->item.attempt, true);
	csv_line_field(&line, row->arrival_ns, true);
	csv_line_field(&line, row->delay_ns, true);
	csv_line_field(&line, row->sent_ns, row->sent_ns != 0);
	csv_line_field(&line, row->body_bytes, row->complete);
	csv_line_hash(&line, row->body_hash, row->complete);
	csv_line_field(&line, row->in_flight, true);
	csv_line_field(&line, row->connection, true);
	csv_line_field(&line, row->status, true);
	csv_line_word(&line, fault_name(row->fault));
	csv_line_field(&line, row->queue_ns, true);
	csv_line_hash(&line, row->path_hash, true);
	csv_line_field(&line, row->gone_ns, row->gone_ns != 0);
	csv_line_word(&line, row->item.trial);
	csv_line_word(&line, http_method_name(row->method));
	csv_line_word(&line, http_protocol_name(row->protocol));
	csv_line_field(&line, row->accepted_ns, true);
	csv_line_field(&line, row->first_in_ns, true);
	csv_line_field(&line, row->done_ns, row->complete);
	csv_line_field(&line, row->retry_after_s, true);
	csv_line_text(&line, tls_handshake_name(row->handshake));
	csv_line_end(&line, out);
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
