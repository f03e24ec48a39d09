/* SPDX-License-Identifier: GPL-3.0-or-later */
/* URLs as people write them, and as they are asked for. */
#include "test_harness.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <stdio.h>

#include "harness/server/target.h"

static void a_legal_url_is_asked_for_in_one_form(void **state)
{
	static const struct {
		const char *url, *want;
	} cases[] = {
		{"http://127.0.0.1:8001/a.gif", "http://127.0.0.1:8001/a.gif"},
		{"HTTP://127.0.0.1:8001/A.gif", "http://127.0.0.1:8001/A.gif"},
		{"HttpS://Host/x", "https://Host/x"},
		{"http://127.0.0.1", "http://127.0.0.1/"},
		{"http://127.0.0.1:/x", "http://127.0.0.1/x"},
		{"http://127.0.0.1:08001", "http://127.0.0.1:8001/"},
		{"http://127.0.0.1?q=1", "http://127.0.0.1/?q=1"},
		{"http://127.0.0.1#top", "http://127.0.0.1/"},
		{"http://127.0.0.1/a?b#c?d", "http://127.0.0.1/a?b"},
		{"http://127.0.0.1/@me/a:b", "http://127.0.0.1/@me/a:b"},
		{"http://127.0.0.1/?mail=a@b", "http://127.0.0.1/?mail=a@b"},
		{"http://127.0.0.1/%41%zz%", "http://127.0.0.1/%41%zz%"},
		{"http://127.0.0.1/a/../b//c", "http://127.0.0.1/a/../b//c"},
		{"http://127.0.0.1/\xc3\xa9", "http://127.0.0.1/%C3%A9"},
		{"http://127.0.0.1/{}|^`[]", "http://127.0.0.1/{}|^`[]"},
		{"http://[::1]:8001/x", "http://[::1]:8001/x"},
		{"http://[::1]", "http://[::1]/"},
		{"http://127.0.0.1:65535/", "http://127.0.0.1:65535/"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char url[TARGET_URL_MAX + 1];
		struct fr_error err;

		if (target_normalize(url, cases[i].url, &err) < 0)
			fail_msg("%s", err.text);
		assert_string_equal(url, cases[i].want);
	}
}

static void what_is_no_url_is_told_why(void **state)
{
	static const struct {
		const char *url, *why;
	} cases[] = {
		{"", "must start with http:// or https://"},
		{"127.0.0.1:8001", "must start with http:// or https://"},
		{"ftp://127.0.0.1/", "must start with http:// or https://"},
		{"http:/127.0.0.1/", "must start with http:// or https://"},
		{"http:///x", "no host"},
		{"http://", "no host"},
		{"http://:8001/", "no host"},
		{"http://me@127.0.0.1/", "names a user"},
		{"http://m\303\274nchen.example/", "its host is not ASCII"},
		{"http://127.0.\260.1:8001/", "its host is not ASCII"},
		{"http://me:secret@127.0.0.1/@", "names a user"},
		{"http://127.0.0.1:0/", "port"},
		{"http://127.0.0.1:65536/", "port"},
		{"http://127.0.0.1:4294967376/", "port"},
		{"http://127.0.0.1:8x/", "port"},
		{"http://127.0.0.1:-1/", "port"},
		{"http://[::1/", "the ] is missing"},
		{"http://[::1]8001/", "port"},
		{"http://127.0.0.1/a b", "encode them"},
		{"http://127.0.0.1/a\tb", "encode them"},
		{"http://127.0.0.1/\x01", "encode them"},
		{"http://127.0.0.1/\x7f", "encode them"},
		{"http://127.0.0.1/\"", "encode them"},
		{"http://127.0.0.1/\\", "encode them"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char url[TARGET_URL_MAX + 1];
		struct fr_error err;

		assert_int_equal(target_normalize(url, cases[i].url, &err), -1);
		assert_int_equal(err.status, EXIT_USAGE);
		if (!strstr(err.text, cases[i].why))
			fail_msg("%s", err.text);
	}
}

static void a_url_may_be_so_long_and_no_longer(void **state)
{
	static const char start[] = "http://127.0.0.1/";
	char url[TARGET_URL_MAX + 2], out[TARGET_URL_MAX + 1];

	(void)state;
	memset(url, 'x', sizeof(url));
	memcpy(url, start, strlen(start));
	url[TARGET_URL_MAX] = '\0';
	assert_int_equal(target_normalize(out, url, NULL), 0);
	assert_string_equal(out, url);
	/* Each of these bytes becomes three. */
	url[TARGET_URL_MAX - 1] = '\xff';
	assert_int_equal(target_normalize(out, url, NULL), -1);
	url[TARGET_URL_MAX - 1] = 'x';
	url[TARGET_URL_MAX] = 'x';
	url[TARGET_URL_MAX + 1] = '\0';
	assert_int_equal(target_normalize(out, url, NULL), -1);
}

static void this_machine_is_known_by_any_name(void **state)
{
	struct fr_error err;

	(void)state;
	assert_int_equal(target_is_here("http://127.0.0.1:1", &err), 1);
	assert_int_equal(target_is_here("HTTP://127.1.2.3/@x", &err), 1);
	assert_int_equal(target_is_here("http://[::1]:1/x", &err), 1);
	/* So serve calls itself when it listens everywhere. */
	assert_int_equal(target_is_here("http://0.0.0.0:1", &err), 1);
	assert_int_equal(target_is_here("http://[::]:1", &err), 1);
	assert_int_equal(target_is_here("http://[::ffff:127.0.0.1]/", &err), 1);
	assert_int_equal(target_is_here("http://[::ffff:192.0.2.1]/", &err), 0);
	assert_int_equal(target_is_here("http://192.0.2.1/", &err), 0);
	assert_int_equal(target_is_here("http://[2001:db8::1]/", &err), 0);
	/* What stands behind a user's name is where it leads. */
	assert_int_equal(
		target_is_here("http://127.0.0.1@192.0.2.1/", &err), -1);
}

/* Each address that an interface here has. */
static void an_interfaces_address_is_this_machines(void **state)
{
	struct ifaddrs *list;
	struct fr_error err;

	(void)state;
	assert_return_code(getifaddrs(&list), 0);
	for (const struct ifaddrs *i = list; i; i = i->ifa_next) {
		const struct sockaddr_in *v4 = (const void *)i->ifa_addr;
		char ip[INET_ADDRSTRLEN], url[64];

		if (!v4 || v4->sin_family != AF_INET)
			continue;
		assert_non_null(
			inet_ntop(AF_INET, &v4->sin_addr, ip, sizeof(ip)));
		(void)snprintf(url, sizeof(url), "http://%s:1", ip);
		assert_int_equal(target_is_here(url, &err), 1);
	}
	freeifaddrs(list);
}

static void raw_clients_want_an_address_in_numbers(void **state)
{
	(void)state;
	assert_true(target_is_numeric("http://127.0.0.1/x", false));
	assert_true(target_is_numeric("http://127.0.0.1:8001", true));
	assert_true(target_is_numeric("http://[::1]:8001/x", false));
	assert_false(target_is_numeric("https://127.0.0.1/x", false));
	assert_true(target_is_numeric("https://127.0.0.1/x", true));
	assert_false(target_is_numeric("http://localhost/x", true));
	assert_false(target_is_numeric("http://1.2.3/x", true));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_legal_url_is_asked_for_in_one_form),
		cmocka_unit_test(what_is_no_url_is_told_why),
		cmocka_unit_test(a_url_may_be_so_long_and_no_longer),
		cmocka_unit_test(this_machine_is_known_by_any_name),
		cmocka_unit_test(an_interfaces_address_is_this_machines),
		cmocka_unit_test(raw_clients_want_an_address_in_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
