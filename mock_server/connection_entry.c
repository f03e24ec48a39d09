/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mock_server/connection_entry.h"

#include "mock_server/csv_line.h"

void connection_entry_print_names(FILE *out)
{
	(void)fputs("connection,accepted_ns,ended_ns,protocol,tls,tls_version,"
		    "alpn,requests,wire_in_bytes,wire_out_bytes,"
		    "retransmits\r\n",
		out);
}

static void print_row(FILE *out, const struct connection_entry *row)
{
	struct csv_line line = {.length = 0};

	csv_line_field(&line, row->connection, true);
	csv_line_field(&line, row->accepted_ns, true);
	csv_line_field(&line, row->ended_ns, row->ended_ns != 0);
	csv_line_word(
		&line, row->requests ? http_protocol_name(row->protocol) : "");
	csv_line_word(&line, tls_handshake_name(row->tls.handshake));
	csv_line_word(&line, row->tls.version ? row->tls.version : "");
	csv_line_word(&line, tls_alpn_name(row->tls.alpn));
	csv_line_field(&line, row->requests, true);
	csv_line_field(&line, row->wire.in, row->wire_known);
	csv_line_field(&line, row->wire.out, row->wire_known);
	if (row->wire_known)
		csv_line_number(&line, row->wire.resent);
	csv_line_end(&line, out);
}

void connection_entry_print_rows(
	FILE *out, const struct connection_entry *rows, size_t count)
{
	for (size_t i = 0; i < count; i++)
		print_row(out, &rows[i]);
}
