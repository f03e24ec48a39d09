/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/client/work.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "harness/base/clock.h"
#include "harness/base/files.h"
#include "harness/client/item_name.h"

/* Returns 0 or -errno. */
static int save(
	const struct fr_work *work, size_t i, const char *body, size_t length)
{
	char name[WORK_FILE_MAX];
	int fd, rc;

	work_file_name(name, i);
	fd = openat(work->folder, name,
		O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	rc = write_all(fd, body, length);
	if (!rc && work->sync && fsync(fd))
		rc = -errno;
	if (close(fd) && !rc)
		rc = -errno;
	return rc;
}

void work_do(const struct fr_job *job, size_t i, struct fr_sample *sample,
	const char *body)
{
	const struct fr_work *work = job->work;

	sample->work_start_ns = clock_ns();
	if (work->rounds)
		sample->work_result = work_rounds(
			work_start(item_number(job, i), sample->body_hash),
			work->rounds[i]);
	if (work->save)
		sample->work_error = save(work, i, body, sample->body_bytes);
	sample->work_end_ns = sample->end_ns = clock_ns();
}

void fr_work(const struct fr_job *job, size_t i)
{
	const struct fr_work *work = job->work;
	char *body = work->bodies ? work->bodies + i * work->body_max : NULL;

	if (job->samples[i].work_end_ns) {
		job->samples[i].work_error = -EALREADY;
		return;
	}
	work_do(job, i, &job->samples[i], body);
	/* Gives the memory back; if that fails, it only stays in use. */
	if (body)
		(void)madvise(body, work->body_max, MADV_REMOVE);
}
