/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A URL that is kept, against what libcurl does with CURLOPT_URL. */
#include "test_harness.h"

#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "harness/client/kept_url.h"

/* Each follows another in both orders: see `urls_are_sent_as_ever`. */
static const char *const urls[] = {
	"http://a.test/flags/cn/cn.gif",
	"http://a.test/flags/us/us.gif",
	"http://a.test/",
	"http://a.test//two/../.././x",
	"http://a.test/a%2fb%C3%a9/%zz",
	"http://a.test/a?b=c&d=e?f",
	"http://a.test/a?",
	"http://a.test/?a",
	"http://a.test/a b?c d",
	"http://a.test/\xc3\xa9?\xc3\xa9",
	"http://a.test/a#b",
	"http://a.test/a?b#c",
	"http://a.test/a\tb",
	"http://a.test/a\"<>[\\]^`{|}~'()*+,;:@!$",
	"http://a.test",
	"http://a.test?a",
	"http://a.test#a",
	"http://a.test:81/a",
	"http://a.test:/a",
	"http://a.testa/a",
	"HTTP://A.test/a",
	"http:///a.test/a",
	"http:/a.test/a",
	"http:a.test/a",
	"a.test/a",
	"a.test/a?b=http://c.test/d",
	"//a.test/a",
	"http://user:word@a.test/a",
	"http://user@a.test/a",
	"http://[::1]/a",
	"http://1/a",
	"http://a b.test/a",
	"http://a.test:x/a",
	"http:///",
	"ftp://a.test/a",
	"file:///a",
	"nothing://a.test/a",
	"://a.test/a",
	"",
};

enum { URLS = sizeof(urls) / sizeof(urls[0]), REQUEST_MAX = 1024 };

struct result {
	CURLcode code;
	char request[REQUEST_MAX];
};

struct bench {
	int listener;
	struct curl_slist *there; /* every host is the listener */
};

static void bench_open(struct bench *bench)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof(address);
	char to[64];

	bench->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_return_code(bind(bench->listener, (struct sockaddr *)&address,
				   sizeof(address)),
		0);
	assert_return_code(listen(bench->listener, 1), 0);
	assert_return_code(getsockname(bench->listener,
				   (struct sockaddr *)&address, &length),
		0);
	(void)snprintf(
		to, sizeof(to), "::127.0.0.1:%u", ntohs(address.sin_port));
	bench->there = curl_slist_append(NULL, to);
	assert_non_null(bench->there);
}

static void bench_close(struct bench *bench)
{
	curl_slist_free_all(bench->there);
	close(bench->listener);
}

static CURL *open_handle(const struct bench *bench)
{
	CURL *easy = curl_easy_init();

	assert_non_null(easy);
	curl_easy_setopt(easy, CURLOPT_PROXY, "");
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
	curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
	curl_easy_setopt(easy, CURLOPT_CONNECT_TO, bench->there);
	return easy;
}

/* Takes the connection, or the request, which it answers; none may be there. */
static void serve(const struct bench *bench, int *connection, char *request)
{
	static const char answer[] = "HTTP/1.1 204 No\r\n\r\n";
	struct pollfd wait = {
		.fd = *connection < 0 ? bench->listener : *connection,
		.events = POLLIN};
	size_t have = strlen(request);

	if (strstr(request, "\r\n\r\n") || poll(&wait, 1, 1) != 1)
		return;
	if (*connection < 0) {
		*connection = accept(bench->listener, NULL, NULL);
		return;
	}
	assert_true(recv(*connection, request + have, REQUEST_MAX - 1 - have,
			    0) > 0);
	if (strstr(request, "\r\n\r\n"))
		assert_int_equal(
			send(*connection, answer, sizeof(answer) - 1, 0),
			sizeof(answer) - 1);
}

static void perform(
	const struct bench *bench, CURL *easy, struct result *result)
{
	CURLM *multi = curl_multi_init();
	int connection = -1, running = 1, left;

	assert_non_null(multi);
	*result = (struct result){0};
	assert_int_equal(curl_multi_add_handle(multi, easy), CURLM_OK);
	while (running) {
		curl_multi_perform(multi, &running);
		if (running)
			serve(bench, &connection, result->request);
	}
	result->code = curl_multi_info_read(multi, &left)->data.result;
	curl_multi_remove_handle(multi, easy);
	curl_multi_cleanup(multi);
	if (connection >= 0)
		close(connection);
}

static void expect_same(const struct result *kept, const struct result *plain,
	const char *url, const char *before)
{
	if (kept->code != plain->code ||
		strcmp(kept->request, plain->request) != 0)
		fail_msg("'%s' after '%s': %d, '%s', not %d, '%s'", url, before,
			kept->code, kept->request, plain->code, plain->request);
}

/* Each after the first one, and after each that stands before it. */
static void urls_are_sent_as_ever(void **state)
{
	static struct result plain[URLS];
	struct kept_url kept = {0};
	struct result result;
	struct bench bench;
	CURL *easy;

	(void)state;
	bench_open(&bench);
	for (size_t i = 0; i < URLS; i++) {
		easy = open_handle(&bench);
		curl_easy_setopt(easy, CURLOPT_URL, urls[i]);
		perform(&bench, easy, &plain[i]);
		curl_easy_cleanup(easy);
	}
	assert_int_equal(plain[0].code, CURLE_OK);
	easy = open_handle(&bench);
	for (size_t i = 0; i < URLS; i++)
		for (size_t k = 0; k < 2 * URLS; k++) {
			size_t now = k % 2 ? k / 2 : i;

			assert_int_equal(
				kept_url_set(&kept, easy, urls[now], ""),
				CURLE_OK);
			perform(&bench, easy, &result);
			expect_same(&result, &plain[now], urls[now],
				urls[k % 2 ? i : (k ? k / 2 - 1 : 0)]);
		}
	curl_easy_cleanup(easy);
	kept_url_release(&kept);
	bench_close(&bench);
}

/* The target that libcurl sends, and the URL where it parses that itself. */
static void a_query_is_put_behind_the_url(void **state)
{
	struct kept_url kept = {0};
	char long_query[KEPT_URL_MAX + 1];
	CURL *easy = curl_easy_init();

	(void)state;
	assert_non_null(easy);
	assert_int_equal(
		kept_url_set(&kept, easy, "http://a.test/b", "?c=d/1/1"),
		CURLE_OK);
	assert_string_equal(kept.composed, "/b?c=d/1/1");
	assert_int_equal(
		kept_url_set(&kept, easy, "http://a.test/b c", "?c=d/2/1"),
		CURLE_OK);
	assert_string_equal(kept.composed, "http://a.test/b c?c=d/2/1");
	memset(long_query, 'x', KEPT_URL_MAX);
	long_query[KEPT_URL_MAX] = '\0';
	assert_int_equal(
		kept_url_set(&kept, easy, "http://a.test/b", long_query),
		CURLE_URL_MALFORMAT);
	curl_easy_cleanup(easy);
	kept_url_release(&kept);
}

/* Its text is another, so that it was not parsed for the request. */
static void one_origin_is_parsed_once(void **state)
{
	struct kept_url kept = {0};
	CURL *easy = curl_easy_init();

	(void)state;
	assert_non_null(easy);
	assert_int_equal(kept_url_set(&kept, easy, urls[0], ""), CURLE_OK);
	assert_ptr_equal(kept.text, urls[0]);
	assert_int_equal(kept_url_set(&kept, easy, urls[1], ""), CURLE_OK);
	assert_ptr_equal(kept.text, urls[0]);
	curl_easy_cleanup(easy);
	kept_url_release(&kept);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(urls_are_sent_as_ever),
		cmocka_unit_test(a_query_is_put_behind_the_url),
		cmocka_unit_test(one_origin_is_parsed_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
