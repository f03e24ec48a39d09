/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Why a request failed, in one word, and how often each word was the cause.
 *
 *   refused        nobody listens at the port
 *   unreachable    there is no way to the host
 *   reset          the server reset the connection or the stream
 *   closed         the server ended the connection before it answered
 *   cut-short      the connection ended within the answer
 *   timeout        no whole answer within the time limit
 *   no-port        this host has no free local port
 *   no-descriptor  the process may open no more file descriptors
 *   dns            the host's name was not found
 *   certificate    the server's certificate is not accepted
 *   tls            TLS failed for another reason
 *   protocol       the answer is not HTTP
 *   too-large      the answer is larger than the client keeps
 *   status-NNN     an answer with a status other than 2xx
 *   other          any other failure
 *
 * Everything here is pure; any thread.
 */
#ifndef HARNESS_JUDGE_CAUSE_H
#define HARNESS_JUDGE_CAUSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <flagrace/job.h>

#define CAUSE_MAX 16

/*
 * Writes the cause of a sample that failed; "" for one that is ok, was
 * cancelled, or was never ended: the status says it all.
 */
void cause_of(char cause[CAUSE_MAX], const struct fr_sample *sample);

/*
 * Whether the sample failed because no connection could be made, so that the
 * server cannot have seen its request.
 */
bool cause_is_no_connection(const struct fr_sample *sample);

/* What a sample's `error` means, in one line. Constant text. */
const char *cause_error_text(int32_t error);

/* What the user can do about a cause, as a clause; NULL: nothing is known. */
const char *cause_remedy(const char *cause);

/* The cause as a table calls it: "no local port". */
const char *cause_words(const char *cause);

enum { CAUSES_MAX = 24 };

struct cause_count {
	char cause[CAUSE_MAX];
	uint64_t times;
};

/* How often each cause occurred. All zeros: none has yet. */
struct causes {
	size_t count;
	struct cause_count list[CAUSES_MAX]; /* in the order they were met */
};

/* Counts a cause. One that finds no room in the list is counted as "other". */
void causes_add(struct causes *causes, const char *cause, uint64_t times);

/* Sorts the list: the most frequent first, equal ones by name. */
void causes_sort(struct causes *causes);

/*
 * Writes a sorted list as "12 reset; 3 no-port". What does not fit into size
 * bytes is summed up as "other".
 */
void causes_write(char *text, size_t size, const struct causes *causes);

/* Counts what such a text lists; parts that are no number and word, not. */
void causes_read(struct causes *causes, const char *text);

#endif
