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

static void is_refused(unsigned version, int features, const char *words)
{
	struct fr_error err;

	theirs = (curl_version_info_data){
		.version = "1.2.3",
		.version_num = version,
		.features = features,
	};
	assert_int_equal(needs_check(&plain, &err), 0);
	assert_int_equal(needs_check(&streams, &err), -1);
	assert_error(&err, EXIT_INVALID, words);
}

static void a_libcurl_that_cannot_multiplex_is_refused(void **state)
{
	(void)state;
	is_refused(0x075801, CURL_VERSION_HTTP2,
		"streams cannot run here: libcurl 1.2.3 cannot use a "
		"connection of HTTP/2 twice");
	is_refused(0x080e01, 0,
		"streams cannot run here: libcurl 1.2.3 was built without "
		"HTTP/2");
}

static void a_libcurl_that_can_is_accepted(void **state)
{
	struct fr_error err;

	(void)state;
	theirs = (curl_version_info_data){
		.version_num = 0x080000, .features = CURL_VERSION_HTTP2};
	assert_int_equal(needs_check(&streams, &err), 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_libcurl_that_cannot_multiplex_is_refused),
		cmocka_unit_test(a_libcurl_that_can_is_accepted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
