/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/client/sampler.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <flagrace/strategy.h>

#include "harness/base/clock.h"
#include "harness/client/item_name.h"
#include "harness/client/retry.h"
#include "harness/client/work.h"

/* The largest body that is kept for an observer. */
#define KEPT_BODY_MAX ((size_t)64 << 20)

int sampler_init(struct sampler *sampler, const struct fr_job *job)
{
	*sampler = (struct sampler){.job = job, .hash = XXH3_createState()};
	return sampler->hash ? 0 : -ENOMEM;
}

void sampler_release(struct sampler *sampler)
{
	XXH3_freeState(sampler->hash);
	free(sampler->body);
}

void sampler_reopen(
	struct fr_sample *sample, unsigned worker, uint64_t start_ns)
{
	sample->worker = worker;
	sample->attempts++;
	sample->retries++;
	sample->tried_ns = start_ns;
	sample->retry_wait_ns += start_ns - sample->end_ns;
	sample->end_ns = 0;
}

void sampler_take(struct sampler *sampler, size_t i)
{
	sampler->item = i;
	sampler->sample = sampler->job->samples[i];
	sampler->in_pieces = false;
}

static bool is_apart(const struct fr_job *job)
{
	return job->strategy->flags & FR_WORK_APART;
}

static int keep(struct sampler *sampler, const char *data, size_t length)
{
	size_t have = sampler->sample.body_bytes;

	if (length > KEPT_BODY_MAX - have)
		return -EFBIG;
	if (have + length > sampler->body_size) {
		size_t size = 2 * (have + length);
		char *body = realloc(sampler->body, size);

		if (!body)
			return -ENOMEM;
		sampler->body = body;
		sampler->body_size = size;
	}
	memcpy(sampler->body + have, data, length);
	return 0;
}

/* Keeps the piece for fr_work, which another process may call. */
static int keep_apart(struct sampler *sampler, const char *data, size_t length)
{
	const struct fr_work *work = sampler->job->work;
	size_t have = sampler->sample.body_bytes;

	if (length > work->body_max - have)
		return -EFBIG;
	memcpy(work->bodies + sampler->item * work->body_max + have, data,
		length);
	return 0;
}

static bool is_watched(const struct sampler *sampler)
{
	const struct fr_observer *observer = sampler->job->observer;

	return observer && observer->arrived;
}

/* Whether the client itself saves the body. */
static bool is_saved(const struct sampler *sampler)
{
	const struct fr_job *job = sampler->job;

	return job->work && job->work->save && !is_apart(job);
}

int sampler_body(
	struct sampler *sampler, const char *data, size_t length, bool whole)
{
	struct fr_sample *sample = &sampler->sample;
	const struct fr_work *work = sampler->job->work;
	int rc = 0;

	if (is_watched(sampler) || is_saved(sampler))
		rc = keep(sampler, data, length);
	if (!rc && work && work->bodies)
		rc = keep_apart(sampler, data, length);
	if (rc)
		return rc;
	if (whole) {
		sample->body_hash = XXH3_64bits(data, length);
	} else {
		if (!sampler->in_pieces)
			XXH3_64bits_reset(sampler->hash);
		sampler->in_pieces = true;
		XXH3_64bits_update(sampler->hash, data, length);
	}
	sample->body_bytes += length;
	return 0;
}

int sampler_code(int error)
{
	switch (error) {
	case -EBADMSG:
		return CURLE_WEIRD_SERVER_REPLY;
	case -EMSGSIZE:
	case -EFBIG:
		return CURLE_FILESIZE_EXCEEDED;
	default:
		return CURLE_OUT_OF_MEMORY;
	}
}

static enum fr_status classify(int error, unsigned http_status)
{
	switch (error) {
	case CURLE_OK:
		return http_status / 100 == 2 ? FR_OK : FR_HTTP_ERROR;
	case CURLE_OPERATION_TIMEDOUT:
		return FR_TIMEOUT;
	default:
		return FR_NET_ERROR;
	}
}

/*
 * Writes the slot of an item that waits for its next try: when it failed, when
 * it is due, and what is counted over all tries.
 */
static void wait_for_retry(struct sampler *sampler, uint32_t retry_after_s)
{
	const struct fr_job *job = sampler->job;
	const struct fr_sample *failed = &sampler->sample;
	uint64_t now_ns = clock_ns();

	job->samples[sampler->item] = (struct fr_sample){
		.start_ns = failed->start_ns,
		.end_ns = now_ns,
		.worker = failed->worker,
		.attempts = failed->attempts,
		.retries = failed->retries,
		.tried_ns = failed->tried_ns,
		.due_ns = now_ns +
			retry_wait_ns(job->retry,
				item_number(job, sampler->item),
				failed->retries + 1u, retry_after_s),
		.retry_wait_ns = failed->retry_wait_ns,
	};
}

enum fr_status sampler_end(struct sampler *sampler, int error,
	unsigned http_status, uint32_t retry_after_s)
{
	const struct fr_job *job = sampler->job;
	const struct fr_observer *observer = job->observer;
	struct fr_sample *sample = &sampler->sample;

	sample->http_status = (uint16_t)http_status;
	sample->status = (uint8_t)classify(error, http_status);
	sample->error = error;
	if (job->retry && sample->retries < job->retry->spec.most &&
		retry_applies(&job->retry->spec, sample)) {
		wait_for_retry(sampler,
			sample->status == FR_HTTP_ERROR ? retry_after_s : 0);
		return FR_AGAIN;
	}
	if (sampler->in_pieces)
		sample->body_hash = XXH3_64bits_digest(sampler->hash);
	else if (sample->body_bytes == 0)
		sample->body_hash = XXH3_64bits(NULL, 0);
	if (is_watched(sampler))
		observer->arrived(observer->ctx, sampler->item, sample,
			sampler->body, sample->body_bytes);
	sample->end_ns = clock_ns();
	if (job->work && sample->status == FR_OK) {
		sample->answered_ns = sample->end_ns;
		if (!is_apart(job))
			work_do(job, sampler->item, sample, sampler->body);
	}
	job->samples[sampler->item] = *sample;
	return (enum fr_status)sample->status;
}
