/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shards: which blocks and trials of a run each has. */
#include "test_harness.h"

#include "harness/plan/shard.h"

enum { CELLS = 3, WARMUP = 2 };

static struct shard parse(const char *text)
{
	struct shard shard;
	struct fr_error err;

	assert_int_equal(shard_parse(&shard, text, "--shard", &err), 0);
	return shard;
}

static void a_text_names_a_shard(void **state)
{
	static const char *const wrong[] = {"", "2", "/", "2/", "/4", "0/4",
		"5/4", "1/0", "-1/4", "1/1001", "1/4/4", "1 /4", "a/b",
		"111111111111111111111111/4"};
	struct shard shard = parse("2/4");
	struct fr_error err;

	(void)state;
	assert_int_equal(shard.number, 2);
	assert_int_equal(shard.count, 4);
	assert_int_equal(parse(NULL).count, 0);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		assert_int_equal(
			shard_parse(&shard, wrong[i], "--shard", &err), -1);
		assert_int_equal(err.status, EXIT_USAGE);
	}
	assert_string_equal(err.text,
		"--shard '111111111111111111111111/4': must be K/N, shard K of "
		"N, as in 2/4, with K from 1 to N and N up to 1000");
}

static void every_block_belongs_to_one_shard(void **state)
{
	(void)state;
	for (uint64_t count = 1; count <= 5; count++)
		for (uint64_t blocks = 1; blocks <= 12; blocks++) {
			uint64_t sum = 0;

			for (uint64_t k = 1; k <= count; k++) {
				struct shard shard = {k, count};
				uint64_t has = 0;

				for (int64_t b = 1; b <= (int64_t)blocks; b++)
					has += shard_has(&shard, b);
				assert_int_equal(
					has, shard_blocks(&shard, blocks));
				assert_true(shard_has(&shard, 0));
				sum += has;
			}
			assert_int_equal(sum, blocks);
		}
}

static void trials_have_the_numbers_of_the_whole_run(void **state)
{
	const struct shard whole = {0}, shard = {2, 3};
	/* Two blocks of warm-up, then blocks 2 and 5. */
	static const struct {
		size_t position, trial;
		int64_t block;
	} expected[] = {{1, 1, -1}, {6, 6, 0}, {7, 10, 2}, {9, 12, 2},
		{10, 19, 5}, {12, 21, 5}, {13, 28, 8}};

	(void)state;
	for (size_t i = 0; i < sizeof(expected) / sizeof(*expected); i++) {
		size_t position = expected[i].position;

		assert_int_equal(
			shard_block_at(&shard, position, CELLS, WARMUP),
			expected[i].block);
		assert_int_equal(
			shard_trial_at(&shard, position, CELLS, WARMUP),
			expected[i].trial);
		assert_int_equal(
			shard_trial_at(&whole, position, CELLS, WARMUP),
			position);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_text_names_a_shard),
		cmocka_unit_test(every_block_belongs_to_one_shard),
		cmocka_unit_test(trials_have_the_numbers_of_the_whole_run),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
