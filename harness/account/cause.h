/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Why a request failed, in one word, and how often each cause occurred.
 *
 *   refused        nobody listens at the port
 *   unreachable    the network has no route to the host, or forbids it
 *   reset          the server reset the connection or the stream
 *   closed         the server ended the connection before it answered
 *   cut-short      the connection ended in the middle of the answer
 *   timeout        no complete answer within the time limit
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
 * Pure functions; any thread.
 */
#ifndef HARNESS_ACCOUNT_CAUSE_H
#define HARNESS_ACCOUNT_CAUSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <flagrace/job.h>

#define CAUSE_MAX 16

/*
 * Writes the cause of a failed sample. Writes "" for a sample that is ok, was
 * cancelled or never ended: its status already says why.
 */
void cause_of(char cause[CAUSE_MAX], const struct fr_sample *sample);

/*
 * Whether the sample failed because no connection could be made, so that the
 * server cannot have seen its request.
 */
bool cause_is_no_connection(const struct fr_sample *sample);

/* What a sample's `error` means, in one line. Constant text. */
const char *cause_error_text(int32_t error);

/* What the user can do about a cause, as a clause. NULL: no advice. */
const char *cause_remedy(const char *cause);

/* The words of tables for a cause, such as "no local port". */
const char *cause_words(const char *cause);

enum { CAUSES_MAX = 24 };

struct cause_count {
	char cause[CAUSE_MAX];
	uint64_t times;
};

/* How often each cause occurred. A zeroed struct is empty. */
struct causes {
	size_t count;
	struct cause_count
		list[CAUSES_MAX]; /* in the order of their first use */
};

/* Counts a cause. When the list is full, a new cause counts as "other". */
void causes_add(struct causes *causes, const char *cause, uint64_t times);

/* Sorts the list by falling count, equal counts by name. */
void causes_sort(struct causes *causes);

/*
 * Writes a sorted list as "12 reset; 3 no-port". Causes that do not fit into
 * size bytes are added up as "other".
 */
void causes_write(char *text, size_t size, const struct causes *causes);

/* Counts the causes in such a text, up to the first part it cannot parse. */
void causes_read(struct causes *causes, const char *text);

#endif
