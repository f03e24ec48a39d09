/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A link of the kernel's own packets: what becomes of them, and what is left of
 * a link. Skipped where a link is refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "link/draw.h"
#include "link/link.h"

enum { SKIPPED = 77, HEADERS = 28, PORT_DISCARDED = 9 };

/* A link, and a process in its near namespace that does as it is told. */
struct fixture {
	struct link *link;
	uint16_t port;
	int listener;
	pid_t near;
	int order, answer; /* pipes to and from it */
};

/* An order: so many datagrams of so many bytes, or else a connection. */
struct order {
	int datagrams, bytes;
};

static struct sockaddr_in server_at(uint16_t port)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET, .sin_port = htons(port)};

	(void)inet_pton(AF_INET, LINK_SERVER_ADDRESS, &address.sin_addr);
	return address;
}

static uint64_t clock_now_ns(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* To a port at which nobody listens. Returns how many could be sent. */
static uint64_t send_datagrams(const struct order *order)
{
	const struct sockaddr_in to = server_at(PORT_DISCARDED);
	static const char bytes[LINK_MTU];
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	uint64_t sent = 0;

	for (int i = 0; i < order->datagrams; i++)
		sent += sendto(fd, bytes, (size_t)order->bytes, 0,
				(const struct sockaddr *)&to,
				sizeof(to)) == order->bytes;
	close(fd);
	return sent;
}

/* Returns how long connect(2) took, or 0. */
static uint64_t connect_once(uint16_t port)
{
	const struct sockaddr_in to = server_at(port);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	uint64_t start_ns = clock_now_ns();
	int rc = connect(fd, (const struct sockaddr *)&to, sizeof(to));
	uint64_t took_ns = clock_now_ns() - start_ns;

	close(fd);
	return rc ? 0 : took_ns;
}

static _Noreturn void live_near(
	const struct fixture *fixture, int order_fd, int answer_fd)
{
	struct order order;
	uint64_t answer = (uint64_t)-link_enter(fixture->link);

	(void)!write(answer_fd, &answer, sizeof(answer));
	while (read(order_fd, &order, sizeof(order)) == sizeof(order)) {
		answer = order.datagrams ? send_datagrams(&order)
					 : connect_once(fixture->port);
		(void)!write(answer_fd, &answer, sizeof(answer));
	}
	_exit(0);
}

static uint64_t read_answer(const struct fixture *fixture)
{
	uint64_t answer = 0;

	assert_int_equal(
		read(fixture->answer, &answer, sizeof(answer)), sizeof(answer));
	return answer;
}

static uint64_t order(const struct fixture *fixture, int datagrams, int bytes)
{
	struct order order = {datagrams, bytes};

	assert_int_equal(
		write(fixture->order, &order, sizeof(order)), sizeof(order));
	return read_answer(fixture);
}

static int set_up(void **state)
{
	static struct fixture fixture;
	struct link_error err = {""};
	int orders[2], answers[2];

	*state = &fixture;
	assert_int_equal(link_open(&fixture.link, &err), 0);
	fixture.port = 0;
	fixture.listener = link_listen(fixture.link, &fixture.port, 16);
	assert_true(fixture.listener >= 0);
	assert_int_equal(pipe(orders), 0);
	assert_int_equal(pipe(answers), 0);
	fixture.near = fork();
	if (fixture.near == 0) {
		close(orders[1]);
		live_near(&fixture, orders[0], answers[1]);
	}
	close(orders[0]);
	close(answers[1]);
	fixture.order = orders[1];
	fixture.answer = answers[0];
	assert_int_equal(read_answer(&fixture), 0);
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	close(fixture->order);
	close(fixture->answer);
	close(fixture->listener);
	assert_int_equal(waitpid(fixture->near, NULL, 0), fixture->near);
	link_close(fixture->link);
	return 0;
}

static void reset(
	const struct fixture *fixture, const char *text, uint64_t seed)
{
	struct link_spec spec;
	struct link_error err = {""};

	assert_int_equal(link_spec_parse(&spec, text, &err), 0);
	assert_int_equal(link_reset(fixture->link, &spec, seed), 0);
}

/* Waits until the link has dealt with so many packets of the way up. */
static struct link_counts await_up(const struct fixture *fixture, uint64_t all)
{
	struct link_account account;
	const struct link_counts *up = &account.way[LINK_UP];

	do
		assert_int_equal(link_read(fixture->link, &account), 0);
	while (up->packets + up->lost + up->dropped + up->overrun < all);
	assert_int_equal(
		up->packets + up->lost + up->dropped + up->overrun, all);
	return *up;
}

static void packets_and_bytes_are_counted(void **state)
{
	const struct fixture *fixture = *state;
	struct link_counts up;

	reset(fixture, "rtt=1ms", 1);
	assert_int_equal(order(fixture, 100, 50), 100);
	up = await_up(fixture, 100);
	assert_int_equal(up.packets, 100);
	assert_int_equal(up.bytes, 100 * (50 + HEADERS));
	assert_true(up.late <= 100);
	assert_true(up.late_p99_ns <= up.late_max_ns);
	reset(fixture, "rtt=1ms", 1);
	assert_int_equal(await_up(fixture, 0).bytes, 0);
}

static void a_connection_takes_a_round_trip(void **state)
{
	const struct fixture *fixture = *state;
	struct link_account account;
	struct pollfd waiting = {.fd = fixture->listener, .events = POLLIN};
	int fd;

	reset(fixture, "rtt=40ms", 1);
	assert_true(order(fixture, 0, 0) >= 40000000);
	assert_int_equal(poll(&waiting, 1, -1), 1);
	fd = accept(fixture->listener, NULL, NULL);
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(link_read(fixture->link, &account), 0);
	assert_true(account.way[LINK_DOWN].packets >= 1);
	assert_true(account.cpu_ns > 0);
}

/* 10^5 packets: exactly those are lost that the draws name. */
static void loss_is_what_was_drawn(void **state)
{
	enum { ROUNDS = 50, EACH = 2000, PPM = 1000000 };
	const struct fixture *fixture = *state;
	uint64_t lost = 0;
	struct link_counts up = {0};

	for (uint64_t k = 0; k < ROUNDS * EACH; k++)
		lost += link_draw(LINK_LOSS, 5, LINK_UP, k, PPM) < 10000;
	reset(fixture, "loss=1%", 5);
	for (uint64_t i = 1; i <= ROUNDS; i++) {
		assert_int_equal(order(fixture, EACH, 10), EACH);
		up = await_up(fixture, i * EACH);
	}
	assert_int_equal(up.lost, lost);
	assert_int_equal(up.overrun, 0);
}

/* A packet takes 11 s: until then one is being sent and 10 wait. */
static void a_full_queue_drops(void **state)
{
	const struct fixture *fixture = *state;
	struct link_account account;
	const struct link_counts *up = &account.way[LINK_UP];

	reset(fixture, "rate=1kbit/s,queue=10", 1);
	assert_int_equal(order(fixture, 100, 1400), 100);
	do
		assert_int_equal(link_read(fixture->link, &account), 0);
	while (up->dropped < 89);
	assert_int_equal(up->dropped, 89);
	assert_int_equal(up->packets, 0);
}

static void a_reset_drops_what_is_under_way(void **state)
{
	const struct fixture *fixture = *state;

	reset(fixture, "rtt=60s", 1);
	assert_int_equal(order(fixture, 20, 10), 20);
	reset(fixture, "rtt=1ms", 1);
	assert_int_equal(order(fixture, 3, 10), 3);
	assert_int_equal(await_up(fixture, 3).packets, 3);
}

/* The largest packet fits, and a datagram that is cut into two. */
static void packets_of_all_sizes_pass(void **state)
{
	const struct fixture *fixture = *state;

	reset(fixture, "rtt=1ms", 1);
	assert_int_equal(order(fixture, 1, LINK_MTU - HEADERS), 1);
	assert_int_equal(await_up(fixture, 1).bytes, LINK_MTU);
	assert_int_equal(order(fixture, 1, LINK_MTU), 1);
	assert_int_equal(await_up(fixture, 3).overrun, 0);
}

/* Uses the link as another process does that has joined it. */
static int use_joined(const struct fixture *fixture, int channel)
{
	struct link_spec spec = {0};
	struct link_account account;
	struct link_error err;
	struct link *joined;
	uint16_t port = 0;
	int rc = link_join(&joined, &port, channel, &err);

	if (rc || port != fixture->port)
		return 1;
	rc = link_reset(joined, &spec, 1);
	if (!rc)
		rc = link_read(joined, &account);
	if (!rc)
		rc = link_enter(joined);
	return rc ? 2 : 0;
}

/* ... and the link goes on when that process has ended. */
static void another_process_may_join(void **state)
{
	const struct fixture *fixture = *state;
	struct link_error err;
	struct link *joined;
	uint16_t port;

	for (int i = 0; i < 2; i++) {
		int channel = link_share(fixture->link), status = -1;
		pid_t pid;

		assert_true(channel >= 0);
		pid = fork();
		if (pid == 0)
			_exit(use_joined(fixture, channel));
		close(channel);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_int_equal(status, 0);
	}
	reset(fixture, "rtt=1ms", 1);
	assert_int_equal(order(fixture, 3, 10), 3);
	assert_int_equal(await_up(fixture, 3).packets, 3);
	assert_int_equal(link_join(&joined, &port, 1000, &err), -EBADF);
	assert_null(joined);
	assert_string_equal(
		err.text, "no link: descriptor 1000: Bad file descriptor");
}

/* The only child that this process has not made itself. */
static pid_t find_relay(const struct fixture *fixture)
{
	char path[64];
	int pid = 0, found = 0;
	FILE *children;

	(void)snprintf(path, sizeof(path), "/proc/self/task/%d/children",
		(int)getpid());
	children = fopen(path, "re");
	assert_non_null(children);
	while (fscanf(children, "%d", &pid) == 1)
		if (pid != fixture->near)
			found = pid;
	(void)fclose(children);
	assert_true(found > 0);
	return found;
}

/* The kernel keeps 20000 packets for a relay that does not read. */
static void what_the_device_drops_is_counted(void **state)
{
	enum { COUNT = 30000, KEPT = 20000 };
	const struct fixture *fixture = *state;
	pid_t relay = find_relay(fixture);

	reset(fixture, "rtt=0s", 1);
	kill(relay, SIGSTOP);
	(void)waitpid(relay, NULL, WUNTRACED);
	assert_int_equal(order(fixture, COUNT, 10), COUNT);
	kill(relay, SIGCONT);
	assert_in_range(await_up(fixture, COUNT).overrun, COUNT - KEPT - 99,
		COUNT - KEPT + 99);
}

static void the_end_of_the_relay_is_told(void **state)
{
	const struct fixture *fixture = *state;
	struct pollfd end = {
		.fd = link_end_fd(fixture->link), .events = POLLIN};
	struct link_spec spec = {0};
	struct link_account account;
	uint16_t port = 0;

	assert_int_equal(poll(&end, 1, 0), 0);
	kill(find_relay(fixture), SIGKILL);
	assert_int_equal(poll(&end, 1, -1), 1);
	assert_int_equal(link_reset(fixture->link, &spec, 1), -EPIPE);
	assert_int_equal(link_read(fixture->link, &account), -EPIPE);
	assert_int_equal(link_listen(fixture->link, &port, 1), -EPIPE);
}

static int check_link(void)
{
	struct link *link;
	struct link_error err = {""};

	if (link_open(&link, &err)) {
		(void)fprintf(stderr, "skipped: %s\n", err.text);
		return SKIPPED;
	}
	link_close(link);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(packets_and_bytes_are_counted),
		cmocka_unit_test(loss_is_what_was_drawn),
		cmocka_unit_test(a_full_queue_drops),
		cmocka_unit_test(a_reset_drops_what_is_under_way),
		cmocka_unit_test(packets_of_all_sizes_pass),
		cmocka_unit_test(another_process_may_join),
		cmocka_unit_test(what_the_device_drops_is_counted),
		/* These two come last: they leave something behind. */
		cmocka_unit_test(a_connection_takes_a_round_trip),
		cmocka_unit_test(the_end_of_the_relay_is_told),
	};
	int status = check_link();

	return status ? status
		      : cmocka_run_group_tests(tests, set_up, tear_down);
}
