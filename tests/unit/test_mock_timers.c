/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The heap of deadlines, on a clock of the test's own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "mock_server/list.h"
#include "mock_server/timers.h"

enum { TIMERS = 1000 };

/* What the timers of a test have done so far. */
struct log {
	uint64_t last_ns;
	unsigned fired;
};

struct entry {
	struct timer timer;
	uint64_t deadline_ns;
	struct log *log;
};

static void note(struct timer *timer)
{
	struct entry *entry = container_of(timer, struct entry, timer);
	struct log *log = entry->log;

	assert_true(entry->deadline_ns >= log->last_ns);
	assert_int_equal(timer->place, 0);
	log->last_ns = entry->deadline_ns;
	log->fired++;
}

/* Sets all timers to scattered deadlines in 0..TIMERS-1, each once. */
static void set_all(
	struct timers *timers, struct entry entries[TIMERS], struct log *log)
{
	timers_init(timers);
	for (unsigned i = 0; i < TIMERS; i++) {
		entries[i] = (struct entry){
			.deadline_ns = i * 387u % TIMERS, .log = log};
		assert_int_equal(timers_set(timers, &entries[i].timer,
					 entries[i].deadline_ns, note),
			0);
	}
}

static void due_timers_fire_in_order_and_no_others(void **state)
{
	struct entry entries[TIMERS];
	struct log log = {0};
	struct timers timers;

	(void)state;
	set_all(&timers, entries, &log);
	assert_int_equal(timers_next(&timers), 0);
	timers_expire(&timers, 499);
	assert_int_equal(log.fired, 500);
	assert_int_equal(timers_next(&timers), 500);
	timers_expire(&timers, TIMERS);
	assert_int_equal(log.fired, TIMERS);
	assert_true(timers_next(&timers) == UINT64_MAX);
	timers_release(&timers);
}

static void a_cleared_timer_does_not_fire(void **state)
{
	struct entry entries[TIMERS];
	struct log log = {0};
	struct timers timers;

	(void)state;
	set_all(&timers, entries, &log);
	for (unsigned i = 0; i < TIMERS; i += 3) {
		timers_clear(&timers, &entries[i].timer);
		timers_clear(&timers, &entries[i].timer);
	}
	timers_expire(&timers, TIMERS);
	assert_int_equal(log.fired, TIMERS - (TIMERS + 2) / 3);
	timers_release(&timers);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(due_timers_fire_in_order_and_no_others),
		cmocka_unit_test(a_cleared_timer_does_not_fire),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
