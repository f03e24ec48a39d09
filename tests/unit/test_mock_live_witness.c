/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the witness of a live server tells of requests and settings. */
#include "tests/unit/live_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void the_witness_tells_what_was_asked_and_sent(void **state)
{
	struct answer cn, none;
	struct row rows[3];
	int fd = live_connect_to(*state);

	live_configure(*state, "latency=uniform:1ms,3ms", 200);
	live_send_text(fd, GET_CN ITEM("t/5/2") END);
	live_read_answer(fd, &cn, 0);
	live_send_text(fd,
		"GET /flags/xx/xx.gif HTTP/1.1\r\nHost: a\r\n" ITEM("t/6/1")
			END);
	live_read_answer(fd, &none, 0);
	live_ask(*state, GET_CN ITEM("other/5/2") END, &cn);
	assert_int_equal(live_witness(*state, "?trial=t", rows, 3), 2);
	assert_int_equal(rows[0].item, 5);
	assert_int_equal(rows[0].attempt, 2);
	assert_int_equal(rows[0].bytes, cn.body_length);
	assert_int_equal(rows[0].status, 200);
	assert_int_equal(rows[0].in_flight, 1);
	assert_in_range(rows[0].delay_ns, 1000000, 3000000);
	assert_true(rows[0].sent_ns >= rows[0].arrival_ns + rows[0].delay_ns);
	assert_int_equal(rows[1].item, 6);
	assert_int_equal(rows[1].status, 404);
	assert_int_equal(rows[1].connection, rows[0].connection);
	assert_true(rows[1].arrival_ns > rows[0].sent_ns);
	assert_int_equal(live_witness(*state, "?trial=other", rows + 2, 1), 1);
	assert_string_equal(rows[2].hash, rows[0].hash);
	assert_int_equal(rows[2].delay_ns, rows[0].delay_ns);
	assert_true(rows[2].connection != rows[0].connection);
	(void)close(fd);
}

static void metrics_count_the_bodies_of_items_alone(void **state)
{
	struct answer flag, answer;
	char line[64];

	live_ask(*state, GET_CN END, &flag);
	live_ask(*state, GET_CN ITEM("t/1") END, &answer);
	assert_int_equal(answer.status, 400);
	live_configure(*state, "speed=9", 400);
	(void)live_stat_of(*state, "requests");
	live_ask(*state, "GET /_flagrace/metrics HTTP/1.0\r\n\r\n", &answer);
	(void)snprintf(line, sizeof(line), "\nflagrace_body_bytes_total %zu\n",
		flag.body_length);
	assert_non_null(strstr(answer.body, line));
}

static void an_item_may_be_named_in_the_query(void **state)
{
	struct answer answer;
	struct row rows[3];

	live_ask(*state, "GET /flags/cn/cn.gif?flagrace=t/3/2 HTTP/1.0\r\n\r\n",
		&answer);
	live_ask(*state,
		"GET /flags/fr/fr.gif?flagrace=t/9/1 HTTP/1.0\r\n" ITEM("t/4/1")
			END,
		&answer);
	live_ask(*state, "GET /flags/cn/cn.gif?flagrace=t/3 HTTP/1.0\r\n\r\n",
		&answer);
	assert_int_equal(answer.status, 400);
	assert_int_equal(live_witness(*state, "?trial=t", rows, 3), 2);
	assert_int_equal(rows[0].item, 3);
	assert_int_equal(rows[0].attempt, 2);
	assert_int_equal(rows[1].item, 4); /* the header comes first */
	/* the path is recorded without its query */
	live_ask(*state, GET_CN ITEM("u/0/1") END, &answer);
	assert_int_equal(live_witness(*state, "?trial=u", rows + 2, 1), 1);
	assert_string_equal(rows[2].path_hash, rows[0].path_hash);
	assert_string_not_equal(rows[1].path_hash, rows[0].path_hash);
}

static void a_client_that_names_no_item_is_counted_by_path(void **state)
{
	struct answer answer;
	struct row rows[4];

	live_configure(*state, "latency=uniform:1us,1ms", 200);
	live_ask(*state, GET_CN END, &answer);
	live_ask(*state, "GET /flags/CN/cn.gif?x HTTP/1.0\r\n\r\n", &answer);
	live_ask(*state, "GET /flags/fr/fr.gif HTTP/1.0\r\n\r\n", &answer);
	assert_int_equal(live_witness(*state, "", rows, 4), 3);
	assert_int_equal(rows[0].attempt, 1);
	assert_int_equal(rows[1].attempt, 2);
	assert_int_equal(rows[1].item, rows[0].item);
	assert_int_equal(rows[2].attempt, 1);
	assert_true(rows[2].item != rows[0].item);
	live_configure(*state, "", 200); /* resets the counts */
	live_ask(*state, GET_CN END, &answer);
	assert_int_equal(live_witness(*state, "", rows + 3, 1), 1);
	assert_int_equal(rows[3].attempt, 1);
	assert_int_equal(rows[3].item, rows[0].item);
	assert_int_equal(rows[3].delay_ns, rows[0].delay_ns);
}

/* The first request is served until it is reset; the others wait. */
static void in_flight_counts_those_that_wait(void **state)
{
	struct answer answer;
	struct row rows[3];
	int fds[3];

	for (unsigned i = 0; i < 3; i++) {
		char request[160];

		fds[i] = live_connect_to(*state);
		(void)snprintf(request, sizeof(request),
			GET_CN "X-Flagrace-Item: t/%u/1\r\n\r\n", (i + 2) % 3);
		live_send_text(fds[i], request);
		while (live_stat_of(*state, "in_flight") <= i)
			;
	}
	live_reset(fds[0]);
	for (int i = 1; i < 3; i++) {
		live_read_answer(fds[i], &answer, 0);
		(void)close(fds[i]);
	}
	assert_int_equal(live_stat_of(*state, "peak_in_flight"), 3);
	assert_int_equal(live_stat_of(*state, "in_flight"), 0);
	assert_int_equal(live_witness(*state, "?trial=t", rows, 3), 3);
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(rows[i].in_flight, i + 1);
}

static void a_new_epoch_forgets_what_was_in_flight(void **state)
{
	struct answer answer;
	struct row rows[1];
	int fd = live_connect_to(*state);

	live_send_text(fd, GET_CN ITEM("t/0/1") END);
	/* Until it has arrived, by the server's own account. */
	while (!live_stat_of(*state, "requests"))
		;
	live_configure(*state, "latency=0s&seed=9", 200);
	assert_int_equal(live_stat_of(*state, "epoch"), 2);
	assert_int_equal(live_stat_of(*state, "in_flight"), 0);
	live_ask(*state, GET_CN ITEM("t/1/1") END, &answer);
	live_read_answer(fd, &answer, 0);
	assert_int_equal(answer.status, 200);
	(void)close(fd);
	assert_int_equal(live_witness(*state, "?trial=t", rows, 1), 1);
	assert_int_equal(rows[0].item, 1);
	assert_int_equal(rows[0].delay_ns, 0);
	assert_int_equal(live_stat_of(*state, "in_flight"), 0);
}

static void a_bad_setting_changes_nothing(void **state)
{
	struct answer answer;

	live_configure(*state, "seed=9&latency=5%20parsecs", 400);
	live_configure(*state, "speed=9", 400);
	assert_int_equal(live_stat_of(*state, "epoch"), 1);
	live_ask(*state, "GET /_flagrace/config HTTP/1.0\r\n\r\n", &answer);
	assert_string_equal(answer.body, "latency=0s&seed=7" REST);
}

static void the_witness_wants_a_trial_name(void **state)
{
	struct answer answer;

	live_ask(*state, "GET /_flagrace/witness?trial= HTTP/1.0\r\n\r\n",
		&answer);
	assert_int_equal(answer.status, 400);
	live_ask(*state, "GET /_flagrace/witness?trial=a%2fb HTTP/1.0\r\n\r\n",
		&answer);
	assert_int_equal(answer.status, 400);
	live_ask(
		*state, "GET /_flagrace/witness?x=y HTTP/1.0\r\n\r\n", &answer);
	assert_int_equal(answer.status, 400);
}

/* A number of the head of the witness, asked for on that connection. */
static unsigned long long field_of(int fd, const char *name)
{
	struct answer answer;
	const char *found;

	live_send_text(fd,
		"GET /_flagrace/witness HTTP/1.1\r\nHost: localhost\r\n\r\n");
	live_read_answer(fd, &answer, 0);
	found = strstr(answer.text, name);
	assert_non_null(found);
	return strtoull(found + strlen(name), NULL, 10);
}

/* Of the connections of an epoch, once they have ended. */
static void the_bytes_on_the_wire_are_counted(void **state)
{
	static const char request[] = GET_CN END;
	struct answer answer;
	int control = live_connect_to(*state), fd;

	(void)field_of(control, "Flagrace-Epoch: ");
	live_configure(*state, "latency=0ms", 200);
	fd = live_connect_to(*state);
	live_send_text(fd, request);
	live_read_answer(fd, &answer, 0);
	assert_int_equal(field_of(control, "-Wire-Uncounted: "), 1);
	assert_int_equal(field_of(control, "-Wire-In: "), 0);
	(void)close(fd);
	while (field_of(control, "-Wire-Uncounted: "))
		;
	assert_int_equal(field_of(control, "-Wire-In: "), sizeof(request) - 1);
	assert_int_equal(field_of(control, "-Wire-Out: "), answer.length);
	live_configure(*state, "latency=0ms", 200);
	assert_int_equal(field_of(control, "-Wire-Out: "), 0);
	(void)close(control);
}

/* The list of connections, less its first line. */
static const char *list_connections(int control, struct answer *answer)
{
	const char *rows;

	live_send_text(control,
		"GET /_flagrace/connections HTTP/1.1\r\n"
		"Host: 127.0.0.1\r\n\r\n");
	live_read_answer(control, answer, 0);
	assert_int_equal(answer->status, 200);
	rows = strstr(answer->body, "\r\n");
	assert_non_null(rows);
	return rows + strlen("\r\n");
}

static void each_connection_has_its_row(void **state)
{
	static const char request[] = GET_CN END;
	struct answer answer, list;
	int control = live_connect_to(*state), silent, fd;
	unsigned long long accepted_ns, ended_ns, first, second;
	char rest[128];
	const char *rows;

	(void)list_connections(control, &list);
	live_configure(*state, "latency=0ms", 200);
	assert_string_equal(list_connections(control, &list), "");
	fd = live_connect_to(*state);
	for (int i = 0; i < 2; i++) {
		live_send_text(fd, request);
		live_read_answer(fd, &answer, 0);
	}
	/* It is open, and has carried this so far. */
	rows = list_connections(control, &list);
	assert_int_equal(sscanf(rows, "%llu,%llu,,%127[^\r]\r\n", &first,
				 &accepted_ns, rest),
		3);
	(void)snprintf(list.text, sizeof(list.text),
		"http/1.1,none,,,2,%zu,%zu,0", 2 * (sizeof(request) - 1),
		2 * answer.length);
	assert_string_equal(rest, list.text);
	silent = live_connect_to(*state);
	(void)close(silent);
	(void)close(fd);
	do
		rows = list_connections(control, &list);
	while (strstr(rows, ",,http/1.1") ||
		!strstr(rows, ",,none,,,0,0,0,0") || strstr(rows, ",,,none"));
	assert_int_equal(sscanf(rows, "%*u,%*u,%llu,http/1.1,%*[^\r]\r\n%llu,",
				 &ended_ns, &second),
		2);
	assert_true(ended_ns > accepted_ns);
	assert_true(second > first);
	live_configure(*state, "latency=0ms", 200);
	assert_string_equal(list_connections(control, &list), "");
	(void)close(control);
}

#define WITH_HELD(test) \
	cmocka_unit_test_setup_teardown(test, live_start_held, live_stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		LIVE(the_witness_tells_what_was_asked_and_sent),
		LIVE(metrics_count_the_bodies_of_items_alone),
		LIVE(an_item_may_be_named_in_the_query),
		LIVE(a_client_that_names_no_item_is_counted_by_path),
		LIVE(a_bad_setting_changes_nothing),
		LIVE(the_witness_wants_a_trial_name),
		LIVE(the_bytes_on_the_wire_are_counted),
		LIVE(each_connection_has_its_row),
		WITH_HELD(in_flight_counts_those_that_wait),
		SLOW(a_new_epoch_forgets_what_was_in_flight),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
