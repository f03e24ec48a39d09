/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The server's account as CSV: what is taken, and what is refused. */
#include "test_harness.h"

#include <stdio.h>
#include <stdlib.h>

#include "harness/server/witness.h"

#define HEADER                                                                 \
	"item,attempt,arrival_ns,delay_ns,sent_ns,bytes,hash,"                 \
	"in_flight_at_arrival,connection,status,queue_ns,path_hash,"           \
	"gone_ns,trial,method,protocol,accepted_ns,first_in_ns,done_ns,fault," \
	"retry_after_s,tls\n"
#define REST ",ours,GET,http/1.1,900,990,1055,,4,resumed\n"
#define ROW \
	"3,1,1000,50,1051,2048,00ff00ff00ff00ff,2,7,200,12,0badcafe,1060" REST

/* Reads it in pieces of so many bytes. */
static int read_in(struct witness *witness, const char *csv, size_t piece,
	struct fr_error *err)
{
	struct witness_reader reader = {.witness = witness, .trial = "ours"};
	size_t length = strlen(csv);

	*witness = (struct witness){0};
	for (size_t at = 0; at < length && !reader.garbled; at += piece)
		(void)witness_read(&reader, csv + at,
			piece < length - at ? piece : length - at);
	return witness_read_end(&reader, err);
}

static void good(struct witness *witness, const char *csv, size_t rows)
{
	struct fr_error err;

	if (read_in(witness, csv, strlen(csv), &err) < 0)
		fail_msg("refused: %s", err.text);
	assert_int_equal(witness->count, rows);
}

static void refused(const char *csv)
{
	struct witness witness;
	struct fr_error err;

	for (size_t piece = 1; piece <= strlen(csv) + 1; piece = 7 * piece) {
		if (read_in(&witness, csv, piece, &err) == 0)
			fail_msg("taken: %.200s", csv);
		assert_error(
			&err, EXIT_INVALID, "witness cannot be read at row");
		assert_null(witness.rows);
		assert_int_equal(witness.count, 0);
	}
}

static void assert_is_row(const struct witness_row *row)
{
	assert_int_equal(row->item, 3);
	assert_int_equal(row->attempt, 1);
	assert_int_equal(row->arrival_ns, 1000);
	assert_int_equal(row->delay_ns, 50);
	assert_int_equal(row->sent_ns, 1051);
	assert_int_equal(row->bytes, 2048);
	assert_true(row->hash == UINT64_C(0x00ff00ff00ff00ff));
	assert_int_equal(row->in_flight, 2);
	assert_int_equal(row->connection, 7);
	assert_int_equal(row->status, 200);
	assert_int_equal(row->queue_ns, 12);
	assert_int_equal(row->path_hash, 0x0badcafe);
	assert_int_equal(row->gone_ns, 1060);
	assert_int_equal(row->accepted_ns, 900);
	assert_int_equal(row->first_in_ns, 990);
	assert_int_equal(row->done_ns, 1055);
	assert_int_equal(row->retry_after_s, 4);
	assert_int_equal(row->tls, WITNESS_RESUMED);
	assert_int_equal(row->trial, WITNESS_OURS);
	assert_int_equal(row->method, WITNESS_GET);
	assert_int_equal(row->protocol, WITNESS_HTTP_1_1);
	assert_int_equal(row->fault, WITNESS_NO_FAULT);
}

static void a_row_is_taken_field_by_field(void **state)
{
	struct witness witness;

	(void)state;
	good(&witness,
		HEADER ROW
		"4,1,2000,50,2051,1,0,1,8,404,0,1,,,HEAD,h2,901,991,,reset,0,full\n",
		2);
	assert_is_row(&witness.rows[0]);
	assert_int_equal(witness.rows[1].item, 4);
	assert_int_equal(witness.rows[1].connection, 8);
	assert_int_equal(witness.rows[1].trial, WITNESS_UNNAMED);
	assert_int_equal(witness.rows[1].method, WITNESS_HEAD);
	assert_int_equal(witness.rows[1].protocol, WITNESS_HTTP_2);
	assert_int_equal(witness.rows[1].fault, WITNESS_RESET);
	assert_int_equal(witness.rows[1].tls, WITNESS_FULL);
	witness_release(&witness);
}

static void it_may_come_in_pieces_of_any_length(void **state)
{
	static const char csv[] = HEADER ROW ROW ROW;
	struct witness witness;
	struct fr_error err;

	(void)state;
	for (size_t piece = 1; piece < sizeof(csv); piece++) {
		assert_int_equal(read_in(&witness, csv, piece, &err), 0);
		assert_int_equal(witness.count, 3);
		for (size_t i = 0; i < 3; i++)
			assert_is_row(&witness.rows[i]);
		witness_release(&witness);
	}
}

static void many_rows_stay_in_order(void **state)
{
	enum { ROWS = 5000 };
	struct witness witness = {0};
	struct witness_reader reader = {.witness = &witness, .trial = "ours"};
	struct fr_error err;
	char row[128];

	(void)state;
	assert_int_equal(witness_read(&reader, HEADER, strlen(HEADER)), 0);
	for (unsigned i = 0; i < ROWS; i++) {
		int n = snprintf(row, sizeof(row),
			"%u,1,1000,50,1051,2048,ff,2,7,200,0,0," REST, i);

		assert_int_equal(witness_read(&reader, row, (size_t)n), 0);
	}
	assert_int_equal(witness_read_end(&reader, &err), 0);
	assert_int_equal(witness.count, ROWS);
	for (unsigned i = 0; i < ROWS; i++)
		assert_int_equal(witness.rows[i].item, i);
	witness_release(&witness);
}

static void counts_too_large_for_their_place_are_refused(void **state)
{
	static const char fits[] =
		HEADER "4294967295,65535,1,5,1,2,ff,2,4294967295,200,0,0," REST;
	struct witness witness;

	(void)state;
	good(&witness, fits, 1);
	witness_release(&witness);
	refused(HEADER "4294967296,1,1,5,1,2,ff,2,7,200,0,0," REST);
	refused(HEADER "3,65536,1,5,1,2,ff,2,7,200,0,0," REST);
	refused(HEADER "3,1,1,5,1,2,ff,2,4294967296,200,0,0," REST);
	refused(HEADER "3,1,1,5,1,2,ff,2,7,65736,0,0," REST);
}

static void lines_may_end_as_in_rfc_4180(void **state)
{
	struct witness witness;

	(void)state;
	good(&witness,
		"item,attempt,arrival_ns,delay_ns,sent_ns,bytes,hash,"
		"in_flight_at_arrival,connection,status,queue_ns,path_hash,"
		"gone_ns,trial,method,protocol,accepted_ns,first_in_ns,"
		"done_ns,fault,retry_after_s,tls\r\n"
		"3,1,1000,50,1051,2048,00ff00ff00ff00ff,2,7,200,12,0badcafe,1060,"
		"ours,GET,http/1.1,900,990,1055,,4,resumed\r\n",
		1);
	assert_is_row(&witness.rows[0]);
	witness_release(&witness);
}

static void no_rows_is_an_account_too(void **state)
{
	struct witness witness;

	(void)state;
	good(&witness, HEADER, 0);
	witness_release(&witness);
}

static void columns_are_found_by_name(void **state)
{
	struct witness witness;

	(void)state;
	good(&witness,
		"gone_ns,connection,colour,hash,bytes,sent_ns,delay_ns,arrival_ns,"
		"in_flight_at_arrival,,path_hash,queue_ns,status,attempt,item,"
		"done_ns,protocol,trial,method,fault,first_in_ns,accepted_ns,"
		"tls,retry_after_s\n"
		"1060,7,deep red,00ff00ff00ff00ff,2048,1051,50,1000,2,,badcafe,12,"
		"200,1,3,1055,http/1.1,ours,GET,,990,900,resumed,4\n",
		1);
	assert_is_row(&witness.rows[0]);
	witness_release(&witness);
}

static void what_was_not_sent_is_unknown(void **state)
{
	struct witness witness;

	(void)state;
	good(&witness,
		HEADER "3,1,1000,50,,,,2,7,200,12,0badcafe,"
		       ",ours,GET,http/1.1,900,990,,,0,none\n",
		1);
	assert_true(witness.rows[0].sent_ns == UINT64_MAX);
	assert_true(witness.rows[0].bytes == UINT64_MAX);
	assert_true(witness.rows[0].hash == UINT64_MAX);
	assert_true(witness.rows[0].gone_ns == UINT64_MAX);
	assert_true(witness.rows[0].done_ns == UINT64_MAX);
	assert_int_equal(witness.rows[0].connection, 7);
	witness_release(&witness);
}

static void a_torn_account_is_refused_wherever_it_is_torn(void **state)
{
	static const char whole[] = HEADER ROW ROW;
	char torn[sizeof(whole)];

	(void)state;
	for (size_t length = 0; length < sizeof(whole) - 1; length++) {
		/* between two lines nothing shows that more was to come */
		if (length && whole[length - 1] == '\n')
			continue;
		memcpy(torn, whole, length);
		torn[length] = '\0';
		refused(torn);
	}
}

static void a_missing_or_doubled_column_is_refused(void **state)
{
	static const char *const names[] = {"item", "attempt", "arrival_ns",
		"delay_ns", "sent_ns", "bytes", "hash", "in_flight_at_arrival",
		"connection", "status", "queue_ns", "path_hash", "gone_ns",
		"trial", "method", "protocol", "accepted_ns", "first_in_ns",
		"done_ns", "fault", "retry_after_s", "tls"};
	const size_t count = sizeof(names) / sizeof(*names);

	(void)state;
	for (size_t missing = 0; missing < count; missing++) {
		char header[512] = "", doubled[512];

		for (size_t i = 0; i < count; i++) {
			if (i == missing)
				continue;
			if (header[0])
				strcat(header, ",");
			strcat(header, names[i]);
		}
		(void)snprintf(doubled, sizeof(doubled), "%s,%s\n", header,
			names[missing ? 0 : 1]);
		strcat(header, "\n");
		refused(header);
		refused(doubled);
	}
}

static void values_that_are_no_counts_are_refused(void **state)
{
	static const char *const values[] = {"-1", "+1", " 1", "1 ", "", "x",
		"1.5", "0x1", "18446744073709551616", "\"1\"", "\t1"};

	(void)state;
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		char csv[512];

		(void)snprintf(csv, sizeof(csv),
			HEADER
			"3,1,%s,50,1051,2048,ff,2,7,200,12,0badcafe," REST,
			values[i]);
		refused(csv);
	}
	refused(HEADER "3,1,1000,50,1051,2048,-ff,2,7,200,12,0badcafe," REST);
	refused(HEADER "3,1,1000,50,1051,2048,0xff,2,7,200,12,0badcafe," REST);
	refused(HEADER "3,1,1000,50,1051,2048,fg,2,7,200,12,0badcafe," REST);
	refused(HEADER
		"3,1,1000,50,1051,2048,fffffffffffffffff,2,7,200,12,0badcafe," REST);
}

/* Whose request it was, how it was asked for, and over what. */
static void words_are_told_apart(void **state)
{
	static const char row[] =
		"3,1,1,5,1,2,ff,2,7,200,0,0,,%s,1,2,3,,0,none\n";
	static const struct {
		const char *words;
		unsigned trial, method, protocol;
	} table[] = {
		{"ours,GET,http/1.1", WITNESS_OURS, WITNESS_GET,
			WITNESS_HTTP_1_1},
		{"our,HEAD,http/1.0", WITNESS_OTHERS, WITNESS_HEAD,
			WITNESS_HTTP_1_0},
		{"ours2,other,h2", WITNESS_OTHERS, WITNESS_OTHER_METHOD,
			WITNESS_HTTP_2},
		{",unknown,h2", WITNESS_UNNAMED, WITNESS_OTHER_METHOD,
			WITNESS_HTTP_2},
	};
	struct witness witness;
	char csv[512];

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		int n = snprintf(csv, sizeof(csv), HEADER);

		(void)snprintf(
			csv + n, sizeof(csv) - (size_t)n, row, table[i].words);
		good(&witness, csv, 1);
		assert_int_equal(witness.rows[0].trial, table[i].trial);
		assert_int_equal(witness.rows[0].method, table[i].method);
		assert_int_equal(witness.rows[0].protocol, table[i].protocol);
		witness_release(&witness);
	}
	refused(HEADER
		"3,1,1,5,1,2,ff,2,7,200,0,0,,ours,GET,http/3,1,2,3,,0,none\n");
	refused(HEADER
		"3,1,1,5,1,2,ff,2,7,200,0,0,,ours,GET,h2,1,2,3,,0,half\n");
	refused(HEADER "3,1,1,5,1,2,ff,2,7,200,0,0,,ours,GET,,1,2,3,,0,none\n");
}

/* The kernel may hand them over several trials later. */
static void the_trials_before_are_known_by_name(void **state)
{
	static const char row[] =
		HEADER "3,1,1,5,1,2,ff,2,7,200,0,0,,%s,GET,h2,1,2,3,,0,none\n";
	static const struct {
		const char *name;
		unsigned trial;
	} table[] = {
		{"t0", WITNESS_OTHERS}, /* it has made room for the last */
		{"t1", WITNESS_EARLIER},
		{"t64", WITNESS_EARLIER},
		{"t65", WITNESS_OTHERS},
		{"ours", WITNESS_OURS},
		{"", WITNESS_UNNAMED},
	};
	struct witness_earlier earlier = {.count = 0};
	struct witness witness = {0};
	struct fr_error err;
	char text[512];

	(void)state;
	for (int i = 0; i <= WITNESS_EARLIER_MAX; i++) {
		(void)snprintf(text, sizeof(text), "t%d", i);
		witness_remember(&earlier, text);
	}
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		struct witness_reader reader = {.witness = &witness,
			.trial = "ours",
			.earlier = &earlier};

		(void)snprintf(text, sizeof(text), row, table[i].name);
		assert_int_equal(witness_read(&reader, text, strlen(text)), 0);
		assert_int_equal(witness_read_end(&reader, &err), 0);
		assert_int_equal(witness.rows[0].trial, table[i].trial);
		witness_release(&witness);
	}
}

static void rows_of_another_width_are_refused(void **state)
{
	(void)state;
	refused(HEADER "3,1,1000,50,1051,2048,ff,2,7,200,0,8\n");
	refused(HEADER
		"3,1,1000,50,1051,2048,ff,2,7,200,0,8,,a,GET,h2,1,2,3,,4\n");
	refused(HEADER
		"3,1,1000,50,1051,2048,ff,2,7,200,0,8,,a,GET,h2,1,2,3,,5,none,6\n");
	refused(HEADER "\n");
	refused(HEADER ROW "\n" ROW);
}

static void hostile_text_is_refused(void **state)
{
	char *commas = malloc(100001);

	(void)state;
	refused("");
	refused("\n\n\n");
	refused("<html>404</html>\n");
	refused("\xff\xfe item\n");
	assert_non_null(commas);
	memset(commas, ',', 100000);
	commas[100000] = '\0';
	refused(commas);
	memset(commas, '\n', 100000);
	refused(commas);
	memset(commas, '9', 100000);
	refused(commas);
	free(commas);
}

#define CONNECTIONS                                                 \
	"connection,accepted_ns,ended_ns,protocol,tls,tls_version," \
	"alpn,requests,wire_in_bytes,wire_out_bytes,retransmits\n"

/* Reads a list of connections. Returns as witness_read_end. */
static int read_connections(struct witness *witness, const char *csv)
{
	struct witness_reader reader = {
		.witness = witness, .of_connections = true};
	struct fr_error err;

	*witness = (struct witness){0};
	(void)witness_read(&reader, csv, strlen(csv));
	return witness_read_end(&reader, &err);
}

static void connections_are_taken_field_by_field(void **state)
{
	const struct witness_connection *row;
	struct witness witness;

	(void)state;
	assert_int_equal(read_connections(&witness,
				 CONNECTIONS
				 "7,100,900,h2,resumed,TLSv1.3,h2,3,40,50,6\n"
				 "8,200,,,none,,,0,,,\n"),
		0);
	assert_int_equal(witness.accepted_count, 2);
	assert_int_equal(witness.count, 0);
	row = &witness.accepted[0];
	assert_int_equal(row->number, 7);
	assert_int_equal(row->accepted_ns, 100);
	assert_int_equal(row->ended_ns, 900);
	assert_int_equal(row->protocol, WITNESS_HTTP_2);
	assert_int_equal(row->tls, WITNESS_RESUMED);
	assert_int_equal(row->tls_version, WITNESS_TLS_1_3);
	assert_int_equal(row->alpn, WITNESS_ALPN_H2);
	assert_int_equal(row->requests, 3);
	assert_int_equal(row->wire_in, 40);
	assert_int_equal(row->wire_out, 50);
	assert_int_equal(row->retransmits, 6);
	row++;
	assert_true(row->ended_ns == UINT64_MAX);
	assert_true(row->wire_in == UINT64_MAX);
	assert_int_equal(row->protocol, WITNESS_SILENT);
	assert_int_equal(row->tls_version, WITNESS_NO_TLS);
	witness_release(&witness);
}

static void a_list_of_connections_is_read_as_strictly(void **state)
{
	static const char *const bad[] = {
		"",
		HEADER,
		CONNECTIONS "7,100,900,h3,full,TLSv1.3,h2,3,40,50,6\n",
		CONNECTIONS "7,100,900,h2,some,TLSv1.3,h2,3,40,50,6\n",
		CONNECTIONS "7,100,900,h2,full,TLSv1.3,h9,3,40,50,6\n",
		CONNECTIONS "7,,900,h2,full,TLSv1.3,h2,3,40,50,6\n",
		CONNECTIONS "7,100,900,h2,full,TLSv1.3,h2,3,40,50\n",
		CONNECTIONS "7,100,900,h2,full,TLSv1.3,h2,3,40,50,6",
	};
	struct witness witness;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		assert_int_equal(read_connections(&witness, bad[i]), -1);
		assert_null(witness.accepted);
		assert_int_equal(witness.accepted_count, 0);
	}
	/* Versions of TLS may be added. */
	assert_int_equal(
		read_connections(&witness,
			CONNECTIONS "7,100,900,h2,full,TLSv1.4,h2,3,40,50,6\n"),
		0);
	assert_int_equal(witness.accepted[0].tls_version, WITNESS_OTHER_TLS);
	witness_release(&witness);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_row_is_taken_field_by_field),
		cmocka_unit_test(it_may_come_in_pieces_of_any_length),
		cmocka_unit_test(many_rows_stay_in_order),
		cmocka_unit_test(counts_too_large_for_their_place_are_refused),
		cmocka_unit_test(lines_may_end_as_in_rfc_4180),
		cmocka_unit_test(no_rows_is_an_account_too),
		cmocka_unit_test(columns_are_found_by_name),
		cmocka_unit_test(what_was_not_sent_is_unknown),
		cmocka_unit_test(a_torn_account_is_refused_wherever_it_is_torn),
		cmocka_unit_test(a_missing_or_doubled_column_is_refused),
		cmocka_unit_test(values_that_are_no_counts_are_refused),
		cmocka_unit_test(words_are_told_apart),
		cmocka_unit_test(the_trials_before_are_known_by_name),
		cmocka_unit_test(rows_of_another_width_are_refused),
		cmocka_unit_test(hostile_text_is_refused),
		cmocka_unit_test(connections_are_taken_field_by_field),
		cmocka_unit_test(a_list_of_connections_is_read_as_strictly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
