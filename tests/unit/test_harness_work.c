/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Work on the items: the rounds, and the verdict on each thing that can be
 * wrong with it. The trial is the one of test_harness_account.h, with work.
 */
#include "test_harness_account.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "harness/base/work.h"
#include "harness/base/xxh3.h"

enum { ROUNDS = 1000 };

/* harness/judge/verdict.h has another MS. */
bool verdict_work_wrong(const struct account *account,
	const struct trial_row *row, char *reason, size_t size);

struct worked {
	struct made_up m;
	struct fr_work work;
	uint64_t rounds[N], cpu_ns[N];
	char folder[32];
};

/* Of each 52 ms, the last millisecond is work, of some 3 ms per 1000 rounds. */
static void make_worked(struct worked *w)
{
	make_up(&w->m);
	w->work = (struct fr_work){.rounds = w->rounds,
		.cpu_ns = w->cpu_ns,
		.rounds_per_ms = ROUNDS,
		.folder = -1};
	for (size_t i = 0; i < N; i++) {
		struct fr_sample *sample = &w->m.samples[i];

		w->rounds[i] = ROUNDS + i;
		w->cpu_ns[i] = MS;
		sample->answered_ns = sample->end_ns - MS;
		sample->work_start_ns = sample->answered_ns;
		sample->work_end_ns = sample->end_ns;
		sample->work_result = work_rounds(
			work_start(i, sample->body_hash), w->rounds[i]);
	}
	w->m.spec.work = &w->work;
}

/* A change of the rounds would make runs of two builds incomparable. */
static void the_rounds_are_what_they_have_always_been(void **state)
{
	(void)state;
	assert_int_equal(work_rounds(7, 0), 7);
	assert_true(work_rounds(0, 1) == UINT64_C(0xe220a8397b1dcdaf));
	assert_true(work_rounds(work_rounds(5, 40), 2) == work_rounds(5, 42));
	assert_true(work_start(0, 1) != work_start(1, 1));
	assert_true(work_start(0, 1) != work_start(0, 2));
}

/* Between a CPU of 10 MHz and one of 10 GHz. */
static void the_machine_is_calibrated(void **state)
{
	(void)state;
	assert_in_range(work_measure_rounds_per_ms(), 100, 10000000);
}

static void work_that_was_done_is_valid(void **state)
{
	struct worked w;

	(void)state;
	make_worked(&w);
	assert_valid(&w.m);
	assert_int_equal(w.m.row.work_ns, 4 * MS);
	/* In flight until answered: 51 of 52 ms. */
	assert_true(w.m.row.mean_in_flight > 2 * 51 / 52.0 - 1e-6);
	assert_true(w.m.row.mean_in_flight < 2 * 51 / 52.0 + 1e-6);
	assert_int_equal(w.m.row.latency_max_ns, 52 * MS);
}

static void a_failed_item_needs_no_work(void **state)
{
	struct worked w;
	struct fr_sample *sample;

	(void)state;
	make_worked(&w);
	sample = &w.m.samples[2];
	sample->status = FR_HTTP_ERROR;
	sample->http_status = w.m.rows[2].status = 404;
	assert_invalid(
		&w.m, "item 2 was not downloaded, but there was work on it");
	sample->answered_ns = sample->work_start_ns = sample->work_end_ns = 0;
	sample->work_result = 0;
	assert_valid(&w.m);
}

static void an_item_without_its_work_is_invalid(void **state)
{
	struct worked w;

	(void)state;
	make_worked(&w);
	w.m.samples[1].work_start_ns = w.m.samples[1].work_end_ns = 0;
	w.m.samples[1].end_ns = w.m.samples[1].answered_ns;
	assert_invalid(
		&w.m, "item 1 was downloaded, but the work on it was not done");
}

static void work_after_the_clock_is_invalid(void **state)
{
	struct worked w;

	(void)state;
	make_worked(&w);
	w.m.samples[3].work_end_ns = w.m.samples[3].end_ns = END + 2 * MS;
	assert_invalid(&w.m,
		"the work on item 3 ended 2.000 ms after the clock had "
		"stopped");
}

static void stamps_of_work_must_be_in_order(void **state)
{
	struct worked w;
	struct fr_sample *sample;

	(void)state;
	make_worked(&w);
	sample = &w.m.samples[0];
	sample->work_start_ns = sample->answered_ns - 1;
	assert_invalid(&w.m, "item 0 was worked on before its answer had come");
	make_worked(&w);
	sample->work_start_ns = sample->work_end_ns + 1;
	assert_invalid(
		&w.m, "item 0 was worked on, but the end is before the start");
	make_worked(&w);
	sample->end_ns = sample->work_end_ns - 1;
	assert_invalid(&w.m, "item 0 was done before its work was");
	make_worked(&w);
	sample->answered_ns = 0;
	assert_invalid(&w.m, "item 0 has no stamp of its answer");
}

static void an_answer_is_judged_by_its_own_stamp(void **state)
{
	struct worked w;

	(void)state;
	make_worked(&w);
	w.m.samples[0].answered_ns = w.m.rows[0].sent_ns - 1;
	assert_invalid(&w.m, "item 0 was done before the server answered");
}

/* A place whose answer is there is free, if others do the work. */
static void work_apart_leaves_the_place(void **state)
{
	struct worked w;

	(void)state;
	make_worked(&w);
	w.m.samples[2].start_ns -= MS;
	assert_invalid(
		&w.m, "worker 0 performed items 0 and 2 at the same time");
	w.m.strategy.flags |= FR_WORK_APART;
	assert_valid(&w.m);
}

static void work_that_is_too_short_is_invalid(void **state)
{
	struct worked w;

	(void)state;
	make_worked(&w);
	w.cpu_ns[2] = 4 * MS;
	assert_invalid(&w.m,
		"the work on item 2 took 1.000 ms, which is too short for "
		"4.000 ms of CPU work");
	w.cpu_ns[2] = 3 * MS;
	assert_valid(&w.m);
}

static void a_wrong_result_is_invalid(void **state)
{
	struct worked w;

	(void)state;
	for (size_t i = 0; i < N; i++) {
		char reason[64];

		make_worked(&w);
		w.m.samples[i].work_result ^= 1;
		(void)snprintf(reason, sizeof(reason),
			"the work on item %zu has a wrong result", i);
		assert_invalid(&w.m, reason);
	}
	/* Another item's result, as if it were done once for all. */
	make_worked(&w);
	w.m.samples[3].work_result = w.m.samples[0].work_result;
	assert_invalid(&w.m, "the work on item 3 has a wrong result");
}

/* One item is done again at least, however much work that is. */
static void at_least_one_result_is_checked(void **state)
{
	struct worked w;

	(void)state;
	make_worked(&w);
	w.work.rounds_per_ms = 1;
	w.m.result.exit_ns = END + 3 * MS;
	w.m.samples[w.m.result.exit_ns % N].work_result ^= 1;
	assert_int_equal(judge(&w.m), VERDICT_INVALID);
	make_worked(&w);
	w.work.rounds_per_ms = 1;
	w.m.samples[(w.m.result.exit_ns + 1) % N].work_result ^= 1;
	assert_valid(&w.m);
}

/* A third of the items, in a row, without work: five checks find one. */
static void the_items_that_are_checked_lie_far_apart(void **state)
{
	enum { MANY = 100 };
	static struct fr_sample samples[MANY];
	static uint64_t rounds[MANY];
	const struct fr_work work = {.rounds = rounds, .rounds_per_ms = 1};
	struct fr_strategy strategy = {.flags = FR_WORK_APART};
	struct trial_spec spec = {
		.n = MANY, .work = &work, .strategy = &strategy};
	struct trial_result result = {.samples = samples};
	const struct account account = {.spec = &spec, .result = &result};
	const struct trial_row row = {0};
	char reason[128];

	(void)state;
	for (size_t i = 0; i < MANY; i++) {
		rounds[i] = 12; /* five times in 50 ms */
		samples[i].status = FR_OK;
		samples[i].work_result = i / 33 == 1
			? 0
			: work_rounds(work_start(i, 0), rounds[i]);
	}
	for (; result.exit_ns < MANY; result.exit_ns++)
		assert_true(verdict_work_wrong(
			&account, &row, reason, sizeof(reason)));
}

static void work_that_cost_the_trial_nothing_is_invalid(void **state)
{
	struct worked w;

	(void)state;
	make_worked(&w);
	w.m.result.cpu_ns = MS;
	assert_invalid(&w.m,
		"the work on the items takes 4.000 ms of CPU time, but all "
		"processes of the trial used 1.000 ms");
	w.m.result.cpu_ns = UINT64_MAX;
	assert_valid(&w.m);
	/* What a program is asked for, it measures itself. */
	w.m.strategy.flags = FR_WITNESS_SAMPLES;
	w.m.result.cpu_ns = 7 * MS / 2;
	assert_invalid(&w.m,
		"the work on the items takes 4.000 ms of CPU time, but all "
		"processes of the trial used 3.500 ms");
	w.m.result.cpu_ns = 37 * MS / 10;
	assert_valid(&w.m);
	assert_int_equal(w.m.row.work_ns, FR_UNKNOWN);
}

static void write_file(const struct worked *w, size_t i, const char *text)
{
	char name[WORK_FILE_MAX];
	int fd;

	work_file_name(name, i);
	fd = openat(w->work.folder, name, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

/* Every body is "abc", and saved. */
static void make_saved(struct worked *w)
{
	make_worked(w);
	(void)snprintf(w->folder, sizeof(w->folder), "test-work-XXXXXX");
	assert_non_null(mkdtemp(w->folder));
	w->work = (struct fr_work){.save = true,
		.folder = open(w->folder, O_RDONLY | O_DIRECTORY)};
	assert_true(w->work.folder >= 0);
	for (size_t i = 0; i < N; i++) {
		write_file(w, i, "abc");
		w->m.samples[i].body_bytes = w->m.rows[i].bytes = 3;
		w->m.samples[i].body_hash = w->m.rows[i].hash =
			XXH3_64bits("abc", 3);
	}
}

static void remove_saved(struct worked *w)
{
	char name[WORK_FILE_MAX];

	for (size_t i = 0; i < N; i++) {
		work_file_name(name, i);
		(void)unlinkat(w->work.folder, name, 0);
	}
	close(w->work.folder);
	assert_int_equal(rmdir(w->folder), 0);
}

static void a_body_that_is_not_saved_is_invalid(void **state)
{
	char name[WORK_FILE_MAX];
	struct worked w;

	(void)state;
	make_saved(&w);
	assert_valid(&w.m);
	work_file_name(name, 2);
	assert_int_equal(unlinkat(w.work.folder, name, 0), 0);
	assert_invalid(&w.m,
		"the saved file of item 2 is missing: No such file or "
		"directory");
	write_file(&w, 2, "ab");
	assert_invalid(
		&w.m, "the saved file of item 2 has 2 bytes; its body has 3");
	write_file(&w, 2, "abd");
	assert_invalid(&w.m, "the saved file of item 2 is not its body");
	write_file(&w, 2, "abc");
	w.m.samples[1].work_error = -ENOSPC;
	assert_invalid(
		&w.m, "item 1 could not be saved: No space left on device");
	remove_saved(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_rounds_are_what_they_have_always_been),
		cmocka_unit_test(the_machine_is_calibrated),
		cmocka_unit_test(work_that_was_done_is_valid),
		cmocka_unit_test(a_failed_item_needs_no_work),
		cmocka_unit_test(an_item_without_its_work_is_invalid),
		cmocka_unit_test(work_after_the_clock_is_invalid),
		cmocka_unit_test(stamps_of_work_must_be_in_order),
		cmocka_unit_test(an_answer_is_judged_by_its_own_stamp),
		cmocka_unit_test(work_apart_leaves_the_place),
		cmocka_unit_test(work_that_is_too_short_is_invalid),
		cmocka_unit_test(a_wrong_result_is_invalid),
		cmocka_unit_test(at_least_one_result_is_checked),
		cmocka_unit_test(the_items_that_are_checked_lie_far_apart),
		cmocka_unit_test(work_that_cost_the_trial_nothing_is_invalid),
		cmocka_unit_test(a_body_that_is_not_saved_is_invalid),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
