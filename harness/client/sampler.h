/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Records the sample of an item: its stamps, its body and its outcome. All
 * clients use it, so that their samples mean the same.
 *
 * sampler_open writes the start of an item into its slot. sampler_take then
 * makes it the current item of the sampler that will see its answer, and
 * sampler_end writes the slot. One thread uses a sampler.
 */
#ifndef HARNESS_CLIENT_SAMPLER_H
#define HARNESS_CLIENT_SAMPLER_H

#include <curl/curl.h>

#include <flagrace/job.h>

#include "harness/base/xxh3.h"

struct sampler {
	const struct fr_job *job;
	size_t item;             /* the current item */
	struct fr_sample sample; /* of that item, until sampler_end */
	XXH3_state_t *hash;      /* of a body that comes in pieces */
	bool in_pieces;          /* the current body does */
	char *body;              /* for the observer; NULL: none */
	size_t body_size;
};

/*
 * The job must outlive the sampler. Returns 0 or -ENOMEM. sampler_release is
 * allowed in both cases, and required after 0.
 */
int sampler_init(struct sampler *sampler, const struct fr_job *job);
void sampler_release(struct sampler *sampler);

/* Notes the start of another try. */
void sampler_reopen(
	struct fr_sample *sample, unsigned worker, uint64_t start_ns);

/*
 * Writes the start of item i, or of another try, into its slot. A slot with a
 * start and without a status belongs to an unfinished item.
 */
static inline void sampler_open(
	const struct fr_job *job, size_t i, unsigned worker, uint64_t start_ns)
{
	struct fr_sample *sample = &job->samples[i];

	if (job->retry && sample->due_ns) {
		sampler_reopen(sample, worker, start_ns);
		return;
	}
	*sample = (struct fr_sample){
		.start_ns = start_ns, .worker = worker, .attempts = 1};
}

/* The start of the current try, from which its timeout counts. */
static inline uint64_t sampler_tried_ns(const struct fr_sample *sample)
{
	return sample->tried_ns ? sample->tried_ns : sample->start_ns;
}

/*
 * How often a try is sent at most because a stream of HTTP/2 was refused or its
 * connection lost, so that a server that refuses each stream ends it.
 */
enum { SAMPLER_SENDS_MAX = 128 };

static inline bool sampler_is_sent_out(const struct fr_sample *sample)
{
	return sample->attempts >= sample->retries + SAMPLER_SENDS_MAX;
}

/* Makes an opened item the current one. */
void sampler_take(struct sampler *sampler, size_t i);

/*
 * Counts and hashes a piece of the body, and keeps it if there is an observer.
 * whole: the piece is the whole body, which is hashed faster. Returns 0, or
 * -EFBIG or -ENOMEM if it could not be kept.
 */
int sampler_body(
	struct sampler *sampler, const char *data, size_t length, bool whole);

/*
 * Converts an error of answer_read or sampler_body (-EBADMSG, -EMSGSIZE,
 * -EFBIG, -ENOMEM) to a code of libcurl. In a sample, an errno would mean that
 * a system call failed.
 */
int sampler_code(int error);

/*
 * Stamps the end, classifies the outcome and writes the slot. error is as in
 * struct fr_sample; http_status is 0 if there was no status line;
 * retry_after_s is as in struct answer. Returns the status of the sample, or
 * FR_AGAIN: the slot then says when the item is to be opened again.
 */
enum fr_status sampler_end(struct sampler *sampler, int error,
	unsigned http_status, uint32_t retry_after_s);

#endif
