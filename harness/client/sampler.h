/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An item's sample in the making: its stamps, its body, how it ended. Curl
 * clients and wires record by this alone, so that their samples mean the same.
 *
 * An item is first opened, which puts its start into its slot; then taken by
 * the sampler that will see its answer, one item at a time; then ended, which
 * writes the slot. A sampler is its owner's, used by one thread.
 */
#ifndef HARNESS_CLIENT_SAMPLER_H
#define HARNESS_CLIENT_SAMPLER_H

#include <curl/curl.h>

#include <flagrace/job.h>

#include "harness/base/xxh3.h"

struct sampler {
	const struct fr_job *job;
	size_t item;             /* in hand, from take to end */
	struct fr_sample sample; /* of that item, copied to its slot at end */
	XXH3_state_t *hash;      /* of a body that comes in pieces */
	bool in_pieces;          /* the one in hand does */
	char *body;              /* kept for the observer; else NULL */
	size_t body_size;
};

/*
 * job must outlive it. Returns 0 or -ENOMEM; either way the holder may, and
 * after 0 must, release it.
 */
int sampler_init(struct sampler *sampler, const struct fr_job *job);
void sampler_release(struct sampler *sampler);

/*
 * Notes in item i's slot that it was started at start_ns by worker. A start
 * without a status tells of an item started and not finished.
 */
static inline void sampler_open(
	const struct fr_job *job, size_t i, unsigned worker, uint64_t start_ns)
{
	job->samples[i] = (struct fr_sample){
		.start_ns = start_ns, .worker = worker, .attempts = 1};
}

/* Takes an opened item in hand, with what its slot says so far. */
void sampler_take(struct sampler *sampler, size_t i);

/*
 * Counts and hashes a piece of the body; keeps it when somebody watches.
 * whole: it is all of the body, which is hashed faster in one go.
 * Returns 0, -EFBIG or -ENOMEM when it could not be kept.
 */
int sampler_body(
	struct sampler *sampler, const char *data, size_t length, bool whole);

/*
 * What an answer came to that could not be read or kept, in libcurl's words:
 * -EBADMSG, -EMSGSIZE, -EFBIG, -ENOMEM. No system call failed by that.
 */
int sampler_code(int error);

/*
 * Stamps the end, classifies the outcome and writes the slot. error is as in
 * struct fr_sample; http_status is 0 when no status line came. Returns the
 * sample's status.
 */
enum fr_status sampler_end(
	struct sampler *sampler, int error, unsigned http_status);

#endif
