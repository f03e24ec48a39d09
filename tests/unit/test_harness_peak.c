/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The most requests in flight at once, by their arrivals and ends. */
#include "test_harness_account.h"

static void assert_peak(struct made_up *m, uint64_t peak)
{
	judge(m);
	assert_int_equal(m->row.peak_in_flight, peak);
}

/* A server that reads late counts too few requests. */
static void what_the_server_counted_does_not_matter(void **state)
{
	struct made_up m;

	(void)state;
	make_up(&m);
	for (size_t i = 0; i < N; i++)
		m.rows[i].in_flight = 1;
	assert_valid(&m);
	assert_int_equal(m.row.peak_in_flight, 2);
	/* Loops that record an end late count too many. */
	for (size_t i = 0; i < N; i++)
		m.rows[i].in_flight = 4;
	assert_valid(&m);
	assert_int_equal(m.row.peak_in_flight, 2);
}

static void the_order_of_the_rows_does_not_matter(void **state)
{
	struct made_up m;

	(void)state;
	make_up(&m);
	for (size_t r = 0; r < N / 2; r++) {
		struct witness_row held = m.rows[r];

		m.rows[r] = m.rows[N - 1 - r];
		m.rows[N - 1 - r] = held;
	}
	assert_valid(&m);
	assert_int_equal(m.row.peak_in_flight, 2);
}

static void an_end_makes_room_for_who_comes_with_it(void **state)
{
	struct made_up m;

	(void)state;
	make_up(&m);
	m.rows[2].arrival_ns = m.rows[3].arrival_ns = m.rows[0].sent_ns;
	assert_peak(&m, 2);
	m.rows[2].arrival_ns--;
	assert_peak(&m, 3);
	m.rows[3].arrival_ns--;
	assert_peak(&m, 4);
}

static void an_answer_at_once_was_in_flight(void **state)
{
	struct made_up m;

	(void)state;
	make_up(&m);
	for (size_t i = 0; i < N; i++) {
		m.rows[i].delay_ns = 0;
		m.rows[i].sent_ns = m.rows[i].arrival_ns += i * 100;
	}
	assert_peak(&m, 1);
}

/* Item 0 is given up at its end; the server never answers it. */
static void give_up_item_0(struct made_up *m, uint64_t end_ns)
{
	make_up(m);
	m->samples[0].status = FR_TIMEOUT;
	m->samples[0].end_ns = end_ns;
	m->rows[0].sent_ns = m->rows[0].bytes = UINT64_MAX;
}

static void a_request_given_up_is_in_flight_no_longer(void **state)
{
	struct made_up m;

	(void)state;
	give_up_item_0(&m, T0 + 52 * MS);
	assert_peak(&m, 2);
	/* The server learns of it long after, or never. */
	m.rows[0].gone_ns = END;
	assert_peak(&m, 2);
	/* But the item is in flight while its client waits, */
	give_up_item_0(&m, m.rows[2].arrival_ns + 1);
	assert_peak(&m, 3);
	/* or until the server breaks the answer off. */
	m.rows[0].gone_ns = m.rows[2].arrival_ns;
	assert_peak(&m, 2);
	/* A request that arrives after its client left was never in flight. */
	give_up_item_0(&m, T0 + 52 * MS);
	m.rows[0].arrival_ns = T0 + 60 * MS;
	assert_peak(&m, 2);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_the_server_counted_does_not_matter),
		cmocka_unit_test(the_order_of_the_rows_does_not_matter),
		cmocka_unit_test(an_end_makes_room_for_who_comes_with_it),
		cmocka_unit_test(an_answer_at_once_was_in_flight),
		cmocka_unit_test(a_request_given_up_is_in_flight_no_longer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
