/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Capacity: which requests are served, which wait, and when a delay starts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "mock_server/clock.h"
#include "mock_server/content.h"
#include "mock_server/service.h"
#include "mock_server/witness.h"

#define DELAY_NS 50000000u

struct bench {
	struct service service;
	struct mailbox mailbox;
};

static int open_bench(void **state)
{
	static struct bench bench;
	struct settings settings;
	struct content *content;
	struct mock_error err = {""};

	memset(&bench, 0, sizeof(bench));
	bench.mailbox.wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	assert_true(bench.mailbox.wake_fd >= 0);
	settings_init(&settings);
	assert_int_equal(settings_set(&settings, "latency", "50ms", &err), 0);
	assert_int_equal(settings_set(&settings, "capacity", "1", &err), 0);
	assert_int_equal(content_create(&content, -1, 0), 0);
	assert_int_equal(
		service_init(&bench.service, &settings, content, NULL), 0);
	content_drop(content);
	*state = &bench;
	return 0;
}

static int close_bench(void **state)
{
	struct bench *bench = *state;

	service_release(&bench->service);
	return close(bench->mailbox.wake_fd);
}

static void admitted(struct exchange *exchange)
{
	assert_true(exchange->due_ns != EXCHANGE_NOT_DUE);
}

static void arrive(
	struct bench *bench, struct exchange *exchange, uint64_t arrival_ns)
{
	static const char path[] = "/flags/cn/cn.gif";
	const struct http_request request = {.method = HTTP_GET,
		.path = {path, sizeof(path) - 1},
		.arrival = {arrival_ns, arrival_ns}};
	const struct origin origin = {
		.connection = 1, .fd = -1, .mailbox = &bench->mailbox};

	exchange->admitted = admitted;
	assert_int_equal(
		service_arrive(&bench->service, exchange, &request, &origin),
		0);
}

static void a_delay_runs_from_the_arrival(void **state)
{
	struct bench *bench = *state;
	struct exchange exchange;

	arrive(bench, &exchange, 1000);
	assert_int_equal(exchange.due_ns, 1000 + DELAY_NS);
	service_finish(&bench->service, &exchange, true);
}

static void one_that_came_before_there_was_room_is_served_from_then(
	void **state)
{
	struct bench *bench = *state;
	struct exchange first, second;
	uint64_t arrival_ns = clock_now_ns(), before_ns;

	arrive(bench, &first, arrival_ns);
	before_ns = clock_now_ns();
	service_finish(&bench->service, &first, true);
	arrive(bench, &second, arrival_ns);
	assert_true(second.due_ns >= before_ns + DELAY_NS);
	assert_true(second.due_ns <= clock_now_ns() + DELAY_NS);
	service_finish(&bench->service, &second, true);
}

static void a_place_that_was_free_counts_from_the_arrival(void **state)
{
	struct bench *bench = *state;
	struct exchange first, second;
	uint64_t arrival_ns = clock_now_ns();

	bench->service.capacity.places = 2;
	arrive(bench, &first, arrival_ns);
	service_finish(&bench->service, &first, true);
	arrive(bench, &second, arrival_ns);
	assert_int_equal(second.due_ns, arrival_ns + DELAY_NS);
	service_finish(&bench->service, &second, true);
}

/* All four have arrived before two of them are read. */
static void each_waits_for_the_place_it_takes(void **state)
{
	struct bench *bench = *state;
	struct exchange served[2], late[2];
	uint64_t arrival_ns = clock_now_ns(), before_ns[2];

	bench->service.capacity.places = 2;
	for (int i = 0; i < 2; i++)
		arrive(bench, &served[i], arrival_ns);
	for (int i = 0; i < 2; i++) {
		before_ns[i] = clock_now_ns();
		service_finish(&bench->service, &served[i], true);
	}
	for (int i = 0; i < 2; i++) {
		arrive(bench, &late[i], arrival_ns);
		assert_true(late[i].due_ns >= before_ns[i] + DELAY_NS);
		assert_int_equal(late[i].row->queue_ns,
			late[i].due_ns - DELAY_NS - arrival_ns);
	}
	assert_true(late[0].due_ns <= before_ns[1] + DELAY_NS);
	for (int i = 0; i < 2; i++)
		service_finish(&bench->service, &late[i], true);
}

static void one_too_many_waits_for_room(void **state)
{
	struct bench *bench = *state;
	struct exchange first, second;
	uint64_t before_ns = clock_now_ns();

	arrive(bench, &first, before_ns);
	arrive(bench, &second, before_ns);
	assert_true(second.due_ns == EXCHANGE_NOT_DUE);
	service_deliver(&bench->service, &bench->mailbox);
	assert_true(second.due_ns == EXCHANGE_NOT_DUE);
	service_finish(&bench->service, &first, true);
	service_deliver(&bench->service, &bench->mailbox);
	assert_true(second.due_ns >= before_ns + DELAY_NS);
	assert_true(second.due_ns <= clock_now_ns() + DELAY_NS);
	service_finish(&bench->service, &second, true);
}

/* Begins anew with `first` places and steps behind them. */
static void step(struct bench *bench, uint64_t first, const char *text)
{
	struct mock_error err = {""};
	struct service *service = &bench->service;

	assert_int_equal(
		capacity_steps_parse(&service->settings.steps, text, 0, &err),
		0);
	capacity_reset(&service->capacity, first, &service->settings.steps);
}

static bool waits(const struct exchange *exchange)
{
	return exchange->due_ns == EXCHANGE_NOT_DUE;
}

/* The step is seen at the next arrival. */
static void a_step_up_lets_in_those_that_wait(void **state)
{
	struct bench *bench = *state;
	struct exchange exchanges[5];
	uint64_t first_ns = clock_now_ns() - 1000 * (uint64_t)DELAY_NS;

	for (int round = 0; round < 2; round++) {
		step(bench, 1, ",3@500ms,4@3600s");
		for (int i = 0; i < 4; i++) {
			arrive(bench, &exchanges[i], first_ns + 499999999);
			assert_int_equal(waits(&exchanges[i]), i > 0);
		}
		arrive(bench, &exchanges[4], first_ns + 999999999);
		service_deliver(&bench->service, &bench->mailbox);
		for (int i = 0; i < 5; i++)
			assert_int_equal(waits(&exchanges[i]), i > 2);
		for (int i = 0; i < 5; i++) {
			service_finish(&bench->service, &exchanges[i], true);
			service_deliver(&bench->service, &bench->mailbox);
		}
	}
}

/* Nobody loses a place, and nobody is let in before one is free. */
static void a_step_down_waits_for_those_that_are_served(void **state)
{
	struct bench *bench = *state;
	struct exchange exchanges[5];
	uint64_t first_ns = clock_now_ns() - 1000 * (uint64_t)DELAY_NS;

	/* 50 s are over when the first exchange ends. */
	step(bench, 3, ",1@40s");
	for (int i = 0; i < 5; i++)
		arrive(bench, &exchanges[i], first_ns);
	for (int i = 0; i < 4; i++) {
		assert_int_equal(waits(&exchanges[3]), i < 3);
		assert_true(waits(&exchanges[4]));
		service_finish(&bench->service, &exchanges[i], true);
		service_deliver(&bench->service, &bench->mailbox);
	}
	assert_false(waits(&exchanges[4]));
	service_finish(&bench->service, &exchanges[4], true);
	assert_int_equal(bench->service.capacity.served, 0);
}

static void steps_that_are_none_are_told(void **state)
{
	static const struct {
		const char *text, *says;
	} cases[] = {
		{"10,", "column 4: '' is not a number"},
		{"10,40", "column 6: '@' and a time must follow"},
		{"10,40@2", "column 8: a unit is missing"},
		{"10,0@2s", "column 4: a step is to a whole number from 1"},
		{"10,1.5@2s", "column 4: a step is to a whole number from 1"},
		{"10,9@2s,8@2s", "column 11: a step must be later"},
		{"10,9@2s 8", "column 9: '8' is unexpected"},
	};
	struct settings settings;
	struct mock_error err = {""};
	char many[CAPACITY_TEXT_MAX] = "1";

	(void)state;
	settings_init(&settings);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		assert_int_equal(settings_set(&settings, "capacity",
					 cases[i].text, &err),
			-EINVAL);
		assert_non_null(strstr(err.text, cases[i].says));
	}
	for (char i = 0; i <= CAPACITY_STEPS_MAX; i++)
		(void)snprintf(many + strlen(many), sizeof(many) - strlen(many),
			",1@%ds", i);
	assert_int_equal(
		settings_set(&settings, "capacity", many, &err), -EINVAL);
	assert_non_null(strstr(err.text, "at most 16 steps"));
	assert_int_equal(settings.capacity, 0);
	assert_int_equal(settings.steps.count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			a_delay_runs_from_the_arrival, open_bench, close_bench),
		cmocka_unit_test_setup_teardown(
			one_that_came_before_there_was_room_is_served_from_then,
			open_bench, close_bench),
		cmocka_unit_test_setup_teardown(
			a_place_that_was_free_counts_from_the_arrival,
			open_bench, close_bench),
		cmocka_unit_test_setup_teardown(
			each_waits_for_the_place_it_takes, open_bench,
			close_bench),
		cmocka_unit_test_setup_teardown(
			one_too_many_waits_for_room, open_bench, close_bench),
		cmocka_unit_test_setup_teardown(
			a_step_up_lets_in_those_that_wait, open_bench,
			close_bench),
		cmocka_unit_test_setup_teardown(
			a_step_down_waits_for_those_that_are_served, open_bench,
			close_bench),
		cmocka_unit_test(steps_that_are_none_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
