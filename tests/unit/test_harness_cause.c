/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The cause of each kind of failure, and the counts of the causes. */
#include "test_harness.h"

#include <curl/curl.h>
#include <errno.h>
#include <string.h>

#include "harness/account/cause.h"

static void each_failure_has_its_word(void **state)
{
	static const struct {
		enum fr_status status;
		int error;
		unsigned http_status;
		const char *cause;
	} cases[] = {
		{FR_OK, 0, 200, ""},
		{FR_NOT_RUN, 0, 0, ""},
		{FR_CANCELLED, 0, 0, ""},
		{FR_HTTP_ERROR, 0, 404, "status-404"},
		{FR_HTTP_ERROR, 0, 503, "status-503"},
		{FR_TIMEOUT, CURLE_OPERATION_TIMEDOUT, 0, "timeout"},
		{FR_TIMEOUT, 0, 0, "timeout"}, /* of a program */
		{FR_NET_ERROR, -ECONNREFUSED, 0, "refused"},
		{FR_NET_ERROR, CURLE_COULDNT_CONNECT, 0, "refused"},
		{FR_NET_ERROR, -EADDRNOTAVAIL, 0, "no-port"},
		{FR_NET_ERROR, -EMFILE, 0, "no-descriptor"},
		{FR_NET_ERROR, -ENFILE, 0, "no-descriptor"},
		{FR_NET_ERROR, -ENETUNREACH, 0, "unreachable"},
		{FR_NET_ERROR, -EHOSTUNREACH, 0, "unreachable"},
		{FR_NET_ERROR, -ECONNRESET, 0, "reset"},
		{FR_NET_ERROR, CURLE_RECV_ERROR, 0, "reset"},
		{FR_NET_ERROR, CURLE_SEND_ERROR, 0, "reset"},
		{FR_NET_ERROR, CURLE_HTTP2_STREAM, 200, "reset"},
		{FR_NET_ERROR, -EPIPE, 0, "closed"},
		{FR_NET_ERROR, CURLE_GOT_NOTHING, 0, "closed"},
		{FR_NET_ERROR, CURLE_PARTIAL_FILE, 200, "cut-short"},
		{FR_NET_ERROR, -ETIMEDOUT, 0, "timeout"},
		{FR_NET_ERROR, CURLE_COULDNT_RESOLVE_HOST, 0, "dns"},
		{FR_NET_ERROR, CURLE_PEER_FAILED_VERIFICATION, 0,
			"certificate"},
		{FR_NET_ERROR, CURLE_SSL_CONNECT_ERROR, 0, "tls"},
		{FR_NET_ERROR, CURLE_WEIRD_SERVER_REPLY, 0, "protocol"},
		{FR_NET_ERROR, CURLE_HTTP2, 0, "protocol"},
		{FR_NET_ERROR, CURLE_WRITE_ERROR, 200, "too-large"},
		{FR_NET_ERROR, CURLE_OUT_OF_MEMORY, 0, "other"},
		{FR_NET_ERROR, -ENOMEM, 0, "other"},
		{FR_NET_ERROR, 0, 0, "other"},
	};
	char cause[CAUSE_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct fr_sample sample = {
			.status = (uint8_t)cases[i].status,
			.error = cases[i].error,
			.http_status = (uint16_t)cases[i].http_status,
		};

		cause_of(cause, &sample);
		assert_string_equal(cause, cases[i].cause);
	}
}

static void without_a_connection_no_server_has_seen_it(void **state)
{
	struct fr_sample sample = {
		.status = FR_NET_ERROR, .error = -EADDRNOTAVAIL};

	(void)state;
	assert_true(cause_is_no_connection(&sample));
	sample.first_byte_ns = 1;
	assert_false(cause_is_no_connection(&sample));
	sample = (struct fr_sample){
		.status = FR_NET_ERROR, .error = -ECONNRESET};
	assert_false(cause_is_no_connection(&sample));
	sample = (struct fr_sample){.status = FR_OK, .error = -EMFILE};
	assert_false(cause_is_no_connection(&sample));
}

static void causes_are_told_most_frequent_first(void **state)
{
	struct causes causes = {.count = 0};
	char text[128];

	(void)state;
	causes_write(text, sizeof(text), &causes);
	assert_string_equal(text, "");
	causes_add(&causes, "no-port", 3);
	causes_add(&causes, "timeout", 0);
	causes_add(&causes, "reset", 5);
	causes_add(&causes, "closed", 3);
	causes_add(&causes, "reset", 7);
	causes_sort(&causes);
	causes_write(text, sizeof(text), &causes);
	assert_string_equal(text, "12 reset; 3 closed; 3 no-port");
}

static void a_tally_is_read_back_and_added_up(void **state)
{
	struct causes causes = {.count = 0};
	char text[128];

	(void)state;
	causes_read(&causes, "12 reset; 3 no-port");
	causes_read(&causes, "");
	causes_read(&causes, "2 status-404; 13 no-port");
	causes_read(&causes, "no tally at all");
	causes_read(&causes, "1 reset, 5 no-port");
	causes_sort(&causes);
	causes_write(text, sizeof(text), &causes);
	assert_string_equal(text, "16 no-port; 13 reset; 2 status-404");
}

/* Every failure is counted, however short the list or the text. */
static void what_finds_no_room_is_other(void **state)
{
	struct causes causes = {.count = 0}, back = {.count = 0};
	char text[128], cause[CAUSE_MAX];
	uint64_t sum = 0;

	(void)state;
	for (unsigned i = 0; i < 100; i++) {
		(void)snprintf(cause, sizeof(cause), "status-%u", 400 + i);
		causes_add(&causes, cause, i + 1);
	}
	assert_int_equal(causes.count, CAUSES_MAX);
	causes_sort(&causes);
	causes_write(text, sizeof(text), &causes);
	assert_true(strlen(text) < sizeof(text));
	causes_read(&back, text);
	for (size_t i = 0; i < back.count; i++)
		sum += back.list[i].times;
	assert_int_equal(sum, 5050);
}

static void what_can_be_mended_has_a_remedy(void **state)
{
	(void)state;
	assert_non_null(strstr(
		cause_remedy("no-port"), "net.ipv4.ip_local_port_range"));
	assert_non_null(strstr(cause_remedy("no-descriptor"), "ulimit -n"));
	assert_non_null(strstr(cause_remedy("refused"), "--max-connections"));
	assert_non_null(strstr(cause_remedy("status-308"), "request the"));
	assert_null(cause_remedy("status-304"));
	assert_null(cause_remedy("status-404"));
	assert_null(cause_remedy("reset"));
	assert_string_equal(cause_words("no-port"), "no local port");
	assert_string_equal(cause_words("status-301"), "301, not followed");
	assert_string_equal(cause_words("status-304"), "304");
	assert_string_equal(cause_words("reset"), "reset");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_failure_has_its_word),
		cmocka_unit_test(without_a_connection_no_server_has_seen_it),
		cmocka_unit_test(causes_are_told_most_frequent_first),
		cmocka_unit_test(a_tally_is_read_back_and_added_up),
		cmocka_unit_test(what_finds_no_room_is_other),
		cmocka_unit_test(what_can_be_mended_has_a_remedy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
