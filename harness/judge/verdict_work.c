/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checks of the work that is done on each item after its answer. */
#include "harness/judge/verdict.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/base/clock.h"
#include "harness/base/work.h"
#include "harness/base/xxh3.h"

/*
 * A CPU may be faster than it was when the run was calibrated, for example
 * because another program has left it, but not three times as fast.
 */
enum { FASTER_MAX = 3 };
/* A program measures the CPU time that it uses, so only rounding is allowed. */
static const double PROGRAM_SHARE = 0.9;
/* How much of each trial is checked again. */
enum { REPEATED_MS = 50, READ_BYTES = 16 << 20 };

/* The work, if the samples tell of it. NULL: there is none, or they do not. */
static const struct fr_work *work_of(const struct account *account)
{
	return account_is_of_program(account) ? NULL : account->spec->work;
}

static bool is_ok(const struct account *account, size_t i)
{
	return account_sample(account, i)->status == FR_OK;
}

bool verdict_work_late(const struct account *account,
	const struct trial_row *row, char *reason, size_t size)
{
	uint64_t t1_ns = account->result->t1_ns;

	(void)row;
	for (size_t i = 0; work_of(account) && i < account->spec->n; i++) {
		uint64_t end_ns = account_sample(account, i)->work_end_ns;

		if (end_ns > t1_ns)
			return verdict_fault(reason, size,
				"the work on item %zu ended %.3f ms after the "
				"clock had stopped",
				i, MS(end_ns - t1_ns));
	}
	return false;
}

bool verdict_work_missing(const struct account *account,
	const struct trial_row *row, char *reason, size_t size)
{
	(void)row;
	for (size_t i = 0; work_of(account) && i < account->spec->n; i++) {
		bool done = account_sample(account, i)->work_end_ns > 0;

		if (done != is_ok(account, i))
			return verdict_fault(reason, size,
				done ? "item %zu was not downloaded, but there "
				       "was work on it"
				     : "item %zu was downloaded, but the work "
				       "on it was not done",
				i);
	}
	return false;
}

bool verdict_work_repeated(const struct account *account,
	const struct trial_row *row, char *reason, size_t size)
{
	(void)row;
	for (size_t i = 0; work_of(account) && i < account->spec->n; i++)
		if (account_sample(account, i)->work_error == -EALREADY)
			return verdict_fault(reason, size,
				"fr_work was called again for item %zu", i);
	return false;
}

/* The order of an item's stamps. NULL: it is as it has to be. */
static const char *disorder(const struct fr_sample *sample)
{
	if (sample->answered_ns < sample->start_ns)
		return "has no stamp of its answer";
	if (sample->work_start_ns < sample->answered_ns)
		return "was worked on before its answer had come";
	if (sample->work_end_ns < sample->work_start_ns)
		return "was worked on, but the end is before the start";
	if (sample->end_ns < sample->work_end_ns)
		return "was done before its work was";
	return NULL;
}

bool verdict_work_disorderly(const struct account *account,
	const struct trial_row *row, char *reason, size_t size)
{
	(void)row;
	for (size_t i = 0; work_of(account) && i < account->spec->n; i++) {
		const char *why = is_ok(account, i)
			? disorder(account_sample(account, i))
			: NULL;

		if (why)
			return verdict_fault(
				reason, size, "item %zu %s", i, why);
	}
	return false;
}

bool verdict_work_hurried(const struct account *account,
	const struct trial_row *row, char *reason, size_t size)
{
	const struct fr_work *work = work_of(account);

	(void)row;
	if (!work || !work->cpu_ns)
		return false;
	for (size_t i = 0; i < account->spec->n; i++) {
		const struct fr_sample *sample = account_sample(account, i);
		uint64_t took_ns = sample->work_end_ns - sample->work_start_ns;

		if (is_ok(account, i) && took_ns < work->cpu_ns[i] / FASTER_MAX)
			return verdict_fault(reason, size,
				"the work on item %zu took %.3f ms, which is "
				"too short for %.3f ms of CPU work",
				i, MS(took_ns), MS(work->cpu_ns[i]));
	}
	return false;
}

/*
 * The step from one item that is checked again to the next: a number without a
 * common divisor with n, so that n steps meet all items, and near the golden
 * section of n, so that a few of them already lie far apart.
 */
static size_t step_of(size_t n)
{
	size_t step = (size_t)((double)n * 0.618), a, b;

	for (;; step++) {
		for (a = n, b = step; b;) {
			size_t rest = a % b;

			a = b;
			b = rest;
		}
		if (a == 1)
			return step;
	}
}

/*
 * The k-th item that is checked again. The first one depends on a stamp that
 * was taken after the trial had ended, so the strategy could not know it.
 */
static size_t nth_checked(const struct account *account, size_t step, size_t k)
{
	return (account->result->exit_ns + k * step) % account->spec->n;
}

/*
 * Does the CPU work of some items again, as many as fit into REPEATED_MS and at
 * least one.
 */
bool verdict_work_wrong(const struct account *account,
	const struct trial_row *row, char *reason, size_t size)
{
	const struct fr_work *work = work_of(account);
	size_t n = account->spec->n, step = step_of(n);
	uint64_t left;

	(void)row;
	if (!work || !work->rounds)
		return false;
	left = REPEATED_MS * work->rounds_per_ms;
	for (size_t k = 0; k < n; k++) {
		size_t i = nth_checked(account, step, k);
		const struct fr_sample *sample = account_sample(account, i);

		if (!is_ok(account, i))
			continue;
		if (work_rounds(work_start(i, sample->body_hash),
			    work->rounds[i]) != sample->work_result)
			return verdict_fault(reason, size,
				"the work on item %zu has a wrong result", i);
		if (work->rounds[i] >= left)
			break;
		left -= work->rounds[i];
	}
	return false;
}

/* The CPU time that the work takes on the items that were downloaded. */
static double asked_ns(const struct account *account)
{
	const struct fr_work *work = account->spec->work;
	double sum = 0;

	for (size_t i = 0; i < account->spec->n; i++)
		if (is_ok(account, i))
			sum += (double)work->cpu_ns[i];
	return sum;
}

/* Work that other processes than the trial's do costs the trial nothing. */
bool verdict_work_elsewhere(const struct account *account,
	const struct trial_row *row, char *reason, size_t size)
{
	const struct fr_work *work = account->spec->work;
	double share = account_is_of_program(account)
		? PROGRAM_SHARE
		: 1.0 / (double)FASTER_MAX;
	double asked;

	if (!work || !work->cpu_ns || row->cpu_ns == FR_UNKNOWN)
		return false;
	asked = asked_ns(account);
	return (double)row->cpu_ns < share * asked &&
		verdict_fault(reason, size,
			"the work on the items takes %.3f ms of CPU time, but "
			"all processes of the trial used %.3f ms",
			MS(asked), MS(row->cpu_ns));
}

bool verdict_unsaved(const struct account *account, const struct trial_row *row,
	char *reason, size_t size)
{
	(void)row;
	for (size_t i = 0; work_of(account) && i < account->spec->n; i++) {
		int error = account_sample(account, i)->work_error;

		if (error)
			return verdict_fault(reason, size,
				"item %zu could not be saved: %s", i,
				strerror(-error));
	}
	return false;
}

/* Hashes a file of the folder. Returns 0 or -errno. */
static int hash_file(uint64_t *hash, int folder, const char *name)
{
	int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	XXH3_state_t *state = fd < 0 ? NULL : XXH3_createState();
	char bytes[1 << 16];
	ssize_t n = 1;
	int rc = fd < 0 ? -errno : 0;

	if (!rc && !state)
		rc = -ENOMEM;
	if (!rc)
		XXH3_64bits_reset(state);
	while (!rc && n > 0) {
		n = read(fd, bytes, sizeof(bytes));
		if (n > 0)
			XXH3_64bits_update(state, bytes, (size_t)n);
		else if (n < 0)
			rc = -errno;
	}
	if (!rc)
		*hash = XXH3_64bits_digest(state);
	XXH3_freeState(state);
	if (fd >= 0)
		close(fd);
	return rc;
}

/* Checks an item's file; `read`: its bytes, too. False: it is right. */
static bool is_misfiled(const struct account *account, size_t i, bool read,
	char *reason, size_t size)
{
	const struct fr_sample *sample = account_sample(account, i);
	int folder = account->spec->work->folder, rc = 0;
	char name[WORK_FILE_MAX];
	struct stat file;
	uint64_t hash;

	work_file_name(name, i);
	if (fstatat(folder, name, &file, AT_SYMLINK_NOFOLLOW) < 0)
		return verdict_fault(reason, size,
			"the saved file of item %zu is missing: %s", i,
			strerror(errno));
	if ((uint64_t)file.st_size != sample->body_bytes)
		return verdict_fault(reason, size,
			"the saved file of item %zu has %lld bytes; its body "
			"has %llu",
			i, (long long)file.st_size,
			(unsigned long long)sample->body_bytes);
	if (read)
		rc = hash_file(&hash, folder, name);
	if (rc)
		return verdict_fault(reason, size,
			"the saved file of item %zu cannot be read: %s", i,
			strerror(-rc));
	return read && hash != sample->body_hash &&
		verdict_fault(reason, size,
			"the saved file of item %zu is not its body", i);
}

/* Every file must have its size; READ_BYTES of them are read, too. */
bool verdict_misfiled(const struct account *account,
	const struct trial_row *row, char *reason, size_t size)
{
	const struct fr_work *work = work_of(account);
	size_t n = account->spec->n, step = step_of(n);
	uint64_t left = READ_BYTES;
	bool read = true;

	(void)row;
	if (!work || !work->save)
		return false;
	for (size_t k = 0; k < n; k++) {
		size_t i = nth_checked(account, step, k);
		uint64_t bytes = account_sample(account, i)->body_bytes;

		if (!is_ok(account, i))
			continue;
		if (is_misfiled(account, i, read, reason, size))
			return true;
		read = bytes < left;
		left -= read ? bytes : 0;
	}
	return false;
}
