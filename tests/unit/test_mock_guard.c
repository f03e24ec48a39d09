/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which requests under /_flagrace/ are answered. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>
#include <unistd.h>

#include "mock_server/guard.h"

static struct http_span span(const char *text)
{
	return (struct http_span){text, text ? strlen(text) : 0};
}

static const char *ask(const struct guard *guard, const char *host,
	const char *origin, const char *token)
{
	const struct http_request request = {.host = span(host),
		.origin = span(origin),
		.token = span(token)};

	return guard_refuses(guard, &request);
}

static void hosts_that_lead_here_by_themselves_are_known(void **state)
{
	static const char *const good[] = {"127.0.0.1", "127.0.0.1:8001",
		"192.168.1.7:80", "[::1]", "[::1]:8001", "[fe80::1]:8001",
		"localhost", "LOCALHOST:8001", "localhost.", "a.localhost:1",
		"flags.test:8001"};
	static const char *const bad[] = {"", ":8001", "a", "a:8001",
		"localhost.evil.example", "evil.example:8001", "notlocalhost",
		"127.0.0.1.evil.example", "[127.0.0.1", "[evil.example]:8001",
		"flags.test.example", "1.2.3", "2130706433"};
	const struct guard guard = {.host = "flags.test"};
	char name[256] = "";

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++)
		if (ask(&guard, good[i], NULL, NULL))
			fail_msg("refused: %s", good[i]);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		if (!ask(&guard, bad[i], NULL, NULL))
			fail_msg("taken: %s", bad[i]);
	assert_int_equal(gethostname(name, sizeof(name) - 1), 0);
	assert_null(ask(&guard, name, NULL, NULL));
	/* HTTP/1.0 needs no Host, and no browser uses it. */
	assert_null(ask(&guard, NULL, NULL, NULL));
}

static void a_long_host_is_refused(void **state)
{
	const struct guard guard = {.host = ""};
	char host[4096];

	(void)state;
	memset(host, 'a', sizeof(host) - 1);
	host[sizeof(host) - 1] = '\0';
	assert_non_null(ask(&guard, host, NULL, NULL));
}

static void pages_are_refused_wherever_they_are_from(void **state)
{
	const struct guard guard = {.host = ""}, closed = {.token = "abc"};

	(void)state;
	assert_non_null(ask(&guard, "localhost", "http://evil.example", NULL));
	assert_non_null(ask(&guard, "localhost", "http://localhost", NULL));
	assert_non_null(ask(&guard, "localhost", "null", NULL));
	assert_non_null(ask(&guard, NULL, "", NULL));
	assert_non_null(ask(&closed, "localhost", "http://localhost", "abc"));
	assert_non_null(ask(&closed, "evil.example", NULL, "abc"));
}

static void a_token_is_all_of_it_and_nothing_else(void **state)
{
	static const char *const wrong[] = {
		"", "a", "ab", "abd", "abcabc", "abca", "Abc", " abc", "abc "};
	const struct guard guard = {.token = "abc"};

	(void)state;
	assert_null(ask(&guard, "localhost", NULL, "abc"));
	assert_null(ask(&guard, NULL, NULL, "abc"));
	assert_non_null(ask(&guard, NULL, NULL, NULL));
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		if (!ask(&guard, NULL, NULL, wrong[i]))
			fail_msg("taken: '%s'", wrong[i]);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(hosts_that_lead_here_by_themselves_are_known),
		cmocka_unit_test(a_long_host_is_refused),
		cmocka_unit_test(pages_are_refused_wherever_they_are_from),
		cmocka_unit_test(a_token_is_all_of_it_and_nothing_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
