/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The client on libcurl, against sockets that the test itself serves. */
#include "test_harness.h"

#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include <flagrace/strategy.h>
#include <flagrace/transfer.h>

#include "harness/base/clock.h"

enum { TRIES = 3, TIMEOUT_MS = 40 };

static CURLoption refused; /* by libcurl; 0: none */

#undef curl_easy_setopt
/* In libcurl's stead: what it is told goes on to it. */
CURLcode curl_easy_setopt(CURL *easy, CURLoption option, ...)
{
	CURLcode (*real)(CURL *, CURLoption, ...);
	va_list args;
	void *value;

	va_start(args, option);
	value = va_arg(args, void *);
	va_end(args);
	if (option == refused)
		return CURLE_UNKNOWN_OPTION;
	*(void **)&real = dlsym(RTLD_NEXT, "curl_easy_setopt");
	return real(easy, option, value);
}

struct bench {
	struct fr_sample samples[TRIES];
	struct fr_http http;
	const char *urls[TRIES];
	char url[64];
	struct fr_job job;
	struct fr_client *client;
	int listener;
};

/* A port that takes connections; nothing is ever said on them. */
static int listen_somewhere(char url[64])
{
	struct sockaddr_in address = {.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_return_code(
		bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_return_code(listen(fd, TRIES), 0);
	assert_return_code(
		getsockname(fd, (struct sockaddr *)&address, &length), 0);
	(void)snprintf(
		url, 64, "http://127.0.0.1:%u/x", ntohs(address.sin_port));
	return fd;
}

static void bench_init(struct bench *bench)
{
	static const struct fr_strategy strategy = {.name = "test"};

	*bench = (struct bench){.http.timeout_ms = TIMEOUT_MS};
	bench->listener = listen_somewhere(bench->url);
	for (size_t i = 0; i < TRIES; i++)
		bench->urls[i] = bench->url;
	bench->job = (struct fr_job){.n = TRIES,
		.concurrency = 1,
		.urls = bench->urls,
		.trial = "t1",
		.http = &bench->http,
		.samples = bench->samples,
		.strategy = &strategy};
}

static void bench_open(struct bench *bench)
{
	bench_init(bench);
	assert_int_equal(fr_client_open(&bench->client, &bench->job, 0), 0);
}

static void bench_close(struct bench *bench)
{
	fr_client_close(bench->client);
	close(bench->listener);
}

/* Without a pause, so that it ends as soon as libcurl finds that it must. */
static void perform(struct bench *bench, size_t i)
{
	CURLM *multi = curl_multi_init();
	CURL *easy = fr_transfer_begin(bench->client, i);
	int running = 1, left;
	CURLcode result;

	assert_non_null(multi);
	curl_multi_add_handle(multi, easy);
	while (running)
		curl_multi_perform(multi, &running);
	result = curl_multi_info_read(multi, &left)->data.result;
	fr_transfer_end(bench->client, result);
	curl_multi_remove_handle(multi, easy);
	curl_multi_cleanup(multi);
}

/*
 * A time that has a full second in it is where libcurl cuts off most: of the
 * difference of the fractions, which is negative, it cuts upwards.
 */
static void await_end_of_second(void)
{
	uint64_t now_ns = clock_ns();
	struct timespec then = {.tv_sec = (time_t)(now_ns / NS_PER_S),
		.tv_nsec = NS_PER_S - TIMEOUT_MS / 2 * NS_PER_MS};

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &then, NULL) ==
		EINTR)
		;
}

static void no_time_out_is_early(void **state)
{
	struct bench bench;

	(void)state;
	bench_open(&bench);
	for (size_t i = 0; i < TRIES; i++) {
		const struct fr_sample *sample = &bench.samples[i];

		await_end_of_second();
		perform(&bench, i);
		assert_int_equal(sample->status, FR_TIMEOUT);
		assert_true(sample->end_ns - sample->start_ns >=
			TIMEOUT_MS * NS_PER_MS);
	}
	bench_close(&bench);
}

/* The system gives up to connect after two minutes, whatever the limit is. */
static void what_ends_before_its_time_is_no_time_out(void **state)
{
	struct bench bench;

	(void)state;
	bench_open(&bench);
	bench.http.timeout_ms = 3600000;
	fr_transfer_begin(bench.client, 0);
	assert_int_equal(
		fr_transfer_end(bench.client, CURLE_OPERATION_TIMEDOUT),
		FR_NET_ERROR);
	assert_int_equal(bench.samples[0].error, CURLE_COULDNT_CONNECT);
	bench_close(&bench);
}

static void an_option_refused_leaves_no_client(void **state)
{
	static const CURLoption options[] = {
		CURLOPT_TIMEOUT_MS, CURLOPT_SHARE, CURLOPT_FORBID_REUSE};
	struct bench bench;

	(void)state;
	bench_init(&bench);
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		bench.client = (struct fr_client *)&bench;
		refused = options[i];
		assert_int_equal(
			fr_client_open(&bench.client, &bench.job, 0), -EIO);
		assert_null(bench.client);
		assert_int_equal(fr_clients_open(&bench.job), -EIO);
		assert_null(bench.job.clients);
	}
	refused = 0;
	bench_close(&bench);
}

static void a_name_that_is_too_long_is_refused(void **state)
{
	char name[101];
	struct bench bench;

	(void)state;
	bench_init(&bench);
	memset(name, 'a', sizeof(name));
	name[100] = '\0';
	bench.job.trial = name;
	assert_int_equal(fr_client_open(&bench.client, &bench.job, 0), 0);
	fr_client_close(bench.client);
	bench.job.trial = "too long by more than is worth counting, "
			  "since a name of a trial is a few characters, and "
			  "no more than sixteen digits, or a word, by habit, "
			  "but this one goes on and on";
	assert_int_equal(fr_client_open(&bench.client, &bench.job, 0), -EINVAL);
	assert_null(bench.client);
	bench_close(&bench);
}

/* libcurl has a limit of its own for a connection, of five minutes. */
static void the_longest_time_is_a_connections_too(void **state)
{
	struct bench bench;

	(void)state;
	bench_init(&bench);
	refused = CURLOPT_CONNECTTIMEOUT_MS;
	bench.http.timeout_ms = 299999;
	assert_int_equal(fr_client_open(&bench.client, &bench.job, 0), 0);
	fr_client_close(bench.client);
	bench.http.timeout_ms = 300000;
	assert_int_equal(fr_client_open(&bench.client, &bench.job, 0), -EIO);
	refused = 0;
	bench_close(&bench);
}

/* Beside those of the server, which the same thread is. */
static void stamps_are_read_when_it_happens(void **state)
{
	static const char answer[] =
		"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nBODY";
	struct bench bench;
	const struct fr_sample *sample = &bench.samples[0];
	CURLM *multi = curl_multi_init();
	uint64_t sent_ns = 0;
	int running = 1, server = -1;
	char request[512];

	(void)state;
	assert_non_null(multi);
	bench_open(&bench);
	bench.http.timeout_ms = 600000;
	fr_client_close(bench.client);
	assert_int_equal(fr_client_open(&bench.client, &bench.job, 0), 0);
	curl_multi_add_handle(multi, fr_transfer_begin(bench.client, 0));
	/* A worker that the machine does not let run, before libcurl does. */
	while (clock_ns() < bench.samples[0].start_ns + 2 * NS_PER_MS)
		;
	while (running) {
		struct pollfd wait = {
			.fd = server < 0 ? bench.listener : server,
			.events = POLLIN};

		curl_multi_perform(multi, &running);
		if (sent_ns || poll(&wait, 1, 0) != 1)
			continue;
		if (server < 0) {
			server = accept(bench.listener, NULL, NULL);
			continue;
		}
		assert_true(recv(server, request, sizeof(request), 0) > 0);
		sent_ns = clock_ns();
		assert_int_equal(send(server, answer, sizeof(answer) - 1, 0),
			sizeof(answer) - 1);
	}
	assert_int_equal(fr_transfer_end(bench.client, CURLE_OK), FR_OK);
	assert_true(sample->connect_ns >= sample->start_ns);
	assert_true(sample->connect_ns <= sent_ns);
	assert_true(sample->first_byte_ns >= sent_ns);
	assert_true(sample->first_byte_ns <= sample->end_ns);
	curl_multi_cleanup(multi);
	close(server);
	bench_close(&bench);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_time_out_is_early),
		cmocka_unit_test(what_ends_before_its_time_is_no_time_out),
		cmocka_unit_test(an_option_refused_leaves_no_client),
		cmocka_unit_test(a_name_that_is_too_long_is_refused),
		cmocka_unit_test(the_longest_time_is_a_connections_too),
		cmocka_unit_test(stamps_are_read_when_it_happens),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
