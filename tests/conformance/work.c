/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Work on each item that is answered: done once, in full, and before the trial
 * ends, in line or apart.
 */
#include "tests/conformance/bench.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/base/xxh3.h"
#include "harness/client/work.h"

enum { N = 60, CONCURRENCY = 7, BODY_MAX = 1 << 14 };

/* A missing flag has an answer, but not one to work on. */
static bool is_missing(size_t i)
{
	return i % 10 == 3;
}

static void assert_worked_on(
	const struct run *run, const struct fr_work *work, size_t i)
{
	const struct fr_sample *sample = &run->result.samples[i];

	if (is_missing(i)) {
		assert_int_equal(sample->status, FR_HTTP_ERROR);
		assert_int_equal(sample->answered_ns, 0);
		assert_int_equal(sample->work_start_ns, 0);
		assert_int_equal(sample->work_end_ns, 0);
		return;
	}
	assert_int_equal(sample->status, FR_OK);
	assert_true(sample->answered_ns >= sample->first_byte_ns);
	assert_true(sample->work_start_ns >= sample->answered_ns);
	assert_true(sample->work_end_ns >= sample->work_start_ns);
	assert_true(sample->end_ns == sample->work_end_ns);
	assert_true(sample->end_ns <= run->result.t1_ns);
	assert_int_equal(sample->work_error, 0);
	if (work->rounds)
		assert_true(sample->work_result ==
			work_rounds(work_start(i, sample->body_hash),
				work->rounds[i]));
}

/* Runs a trial with that work, which is done on each item that has a flag. */
static void run_with_work(
	struct bench *bench, struct run *run, const struct fr_work *work)
{
	const char **urls = flag_urls(bench->origin, N);
	char missing[FLAG_URL_MAX];

	assert_non_null(urls);
	flag_url(missing, bench->origin, "ZZ");
	for (size_t i = 0; i < N; i++)
		if (is_missing(i))
			urls[i] = missing;
	bench->work = work;
	run_trial(bench, run, "latency=uniform%3A0ms%2C4ms&seed=7&fault=none",
		N, CONCURRENCY, 30000, urls);
	bench->work = NULL;
	assert_valid(run);
	for (size_t i = 0; i < N; i++)
		assert_worked_on(run, work, i);
	free(urls);
}

void each_answer_is_worked_on_once_and_in_full(void **state)
{
	struct bench *bench = *state;
	uint64_t rounds[N];
	const struct fr_work work = {.rounds = rounds, .folder = -1};
	struct run run;

	if (is_offline(bench))
		skip();
	for (size_t i = 0; i < N; i++)
		rounds[i] = i % 4 * 50000 + 1;
	run_with_work(bench, &run, &work);
	run_release(&run);
}

static void assert_saved(int folder, const struct fr_sample *sample, size_t i)
{
	char name[WORK_FILE_MAX], body[BODY_MAX];
	ssize_t length;
	int fd;

	work_file_name(name, i);
	fd = openat(folder, name, O_RDONLY | O_CLOEXEC);
	if (is_missing(i)) {
		assert_int_equal(fd, -1);
		return;
	}
	assert_true(fd >= 0);
	length = read(fd, body, sizeof(body));
	close(fd);
	assert_int_equal(length, sample->body_bytes);
	assert_true(XXH3_64bits(body, (size_t)length) == sample->body_hash);
	assert_int_equal(unlinkat(folder, name, 0), 0);
}

void each_body_is_saved_in_its_file(void **state)
{
	struct bench *bench = *state;
	bool apart = bench->strategy->flags & FR_WORK_APART;
	struct fr_work work = {.save = true, .body_max = BODY_MAX};
	char path[] = "/tmp/conformance.XXXXXX";
	size_t size = (size_t)N * BODY_MAX;
	struct run run;

	if (is_offline(bench))
		skip();
	assert_non_null(mkdtemp(path));
	work.folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(work.folder >= 0);
	if (apart)
		work.bodies = mmap(NULL, size, PROT_READ | PROT_WRITE,
			MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_true(work.bodies != MAP_FAILED);
	run_with_work(bench, &run, &work);
	for (size_t i = 0; i < N; i++)
		assert_saved(work.folder, &run.result.samples[i], i);
	run_release(&run);
	if (apart)
		munmap(work.bodies, size);
	close(work.folder);
	assert_int_equal(rmdir(path), 0);
}
