/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A libcurl without multiplexing is told by its version. */
#include "test_harness.h"

#include <curl/curl.h>

#include "harness/roster/needs.h"

static curl_version_info_data theirs;

/* In place of libcurl's. */
curl_version_info_data *curl_version_info(CURLversion age)
{
	(void)age;
	return &theirs;
}

static const struct fr_strategy plain = {.name = "plain"};
static const struct fr_strategy streams = {
	.name = "streams", .flags = FR_HTTP2 | FR_MULTIPLEX};

static void a_libcurl_without_http2_is_refused(void **state)
{
	struct fr_error err;

	(void)state;
	theirs = (curl_version_info_data){
		.version = "1.2.3", .version_num = 0x080e01};
	assert_int_equal(needs_check(&plain, &err), 0);
	assert_int_equal(needs_check(&streams, &err), -1);
	assert_error(&err, EXIT_INVALID,
		"streams cannot run here: libcurl 1.2.3 was built without "
		"HTTP/2");
}

static void an_old_libcurl_needs_tls(void **state)
{
	struct fr_error err;

	(void)state;
	theirs = (curl_version_info_data){
		.version = "7.88.1",
		.version_num = 0x075801,
		.features = CURL_VERSION_HTTP2,
	};
	assert_int_equal(needs_check(&streams, &err), 0);
	assert_int_equal(needs_check_plain(&plain, &err), 0);
	assert_int_equal(needs_check_plain(&streams, &err), -1);
	assert_error(&err, EXIT_INVALID,
		"streams cannot run here over plain HTTP: libcurl 7.88.1 "
		"cannot use a connection twice that began with HTTP/2");
	assert_int_equal(needs_check_resuming(&plain, &err), 0);
	assert_int_equal(needs_check_resuming(&streams, &err), -1);
	assert_error(&err, EXIT_INVALID, "does not resume those of HTTP/2");
}

static void a_libcurl_that_can_is_accepted(void **state)
{
	struct fr_error err;

	(void)state;
	theirs = (curl_version_info_data){
		.version_num = 0x080000, .features = CURL_VERSION_HTTP2};
	assert_int_equal(needs_check(&streams, &err), 0);
	assert_int_equal(needs_check_plain(&streams, &err), 0);
	assert_int_equal(needs_check_resuming(&streams, &err), 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_libcurl_without_http2_is_refused),
		cmocka_unit_test(an_old_libcurl_needs_tls),
		cmocka_unit_test(a_libcurl_that_can_is_accepted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
