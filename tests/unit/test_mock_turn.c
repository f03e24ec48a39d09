/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which source of a loop has its turn, and which one waits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "mock_server/service.h"
#include "mock_server/turn.h"

/* A source that always has more to do, and one that an event wakes. */
struct pair {
	struct loop loop;
	struct loop_source greedy, modest;
	int wake_fd;
	unsigned turns; /* of the greedy one */
};

static void take_all(struct loop_source *source, uint32_t events)
{
	struct pair *pair = container_of(source, struct pair, greedy);
	const uint64_t one = 1;

	(void)events;
	if (++pair->turns == 3)
		assert_int_equal(
			write(pair->wake_fd, &one, sizeof(one)), sizeof(one));
	loop_put_off(&pair->loop, source);
}

static void take_one(struct loop_source *source, uint32_t events)
{
	struct pair *pair = container_of(source, struct pair, modest);

	assert_int_equal(events, EPOLLIN);
	pair->loop.done = true;
}

static void a_source_without_end_leaves_the_others_their_turns(void **state)
{
	struct pair pair = {.greedy.ready = take_all, .modest.ready = take_one};
	struct service service = {.epoch = 0};

	(void)state;
	assert_int_equal(loop_open(&pair.loop, &service, NULL), 0);
	pair.wake_fd = eventfd(0, EFD_NONBLOCK);
	assert_int_equal(
		loop_watch(&pair.loop, pair.wake_fd, EPOLLIN, &pair.modest), 0);
	loop_put_off(&pair.loop, &pair.greedy);
	assert_true(loop_is_put_off(&pair.greedy));
	assert_int_equal(loop_run(&pair.loop), 0);
	/* One turn more, in the round that served the other. */
	assert_int_equal(pair.turns, 4);
	loop_forget(&pair.greedy);
	assert_false(loop_is_put_off(&pair.greedy));
	(void)close(pair.wake_fd);
	loop_close(&pair.loop);
}

static void take(struct turn *turn, struct loop *loop, uint64_t ns)
{
	turn->begun_ns = loop->now_ns;
	loop->now_ns += ns;
	turn_end(turn, loop);
}

static void who_takes_its_share_is_not_heavy(void **state)
{
	struct loop loop = {.now_ns = 1000000000};
	struct turn turn = {0};

	(void)state;
	for (int i = 0; i < 1000; i++) {
		take(&turn, &loop, 10000);
		assert_false(turn_is_heavy(&turn, &loop));
		loop.now_ns += (uint64_t)10000 * TURN_SHARE;
	}
}

static void who_takes_more_is_heavy_for_a_time(void **state)
{
	struct loop loop = {.now_ns = 1000000000};
	struct turn turn = {0};

	(void)state;
	take(&turn, &loop, LOOP_TURN_NS);
	assert_false(turn_is_heavy(&turn, &loop));
	for (int i = 0; i < 1000; i++)
		take(&turn, &loop, LOOP_TURN_NS);
	assert_true(turn_is_heavy(&turn, &loop));
	loop.now_ns += TURN_DEBT_MAX_NS;
	assert_false(turn_is_heavy(&turn, &loop));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_source_without_end_leaves_the_others_their_turns),
		cmocka_unit_test(who_takes_its_share_is_not_heavy),
		cmocka_unit_test(who_takes_more_is_heavy_for_a_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
