/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mock_server/control_witness.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mock_server/connection_entry.h"
#include "mock_server/control.h"
#include "mock_server/item.h"
#include "mock_server/witness.h"

enum { FIELDS_MAX = 480, ROW_BYTES = 200 };

/* What is printed of one of the service's logs. */
struct listing {
	const struct row_log *log;
	void (*print_names)(FILE *out);
	/* Called with the lock before the rows are printed; may be NULL. */
	void (*complete)(void *rows, size_t count);
	void (*print_rows)(
		FILE *out, const void *rows, size_t count, const char *trial);
	const char *trial; /* for print_rows */
};

/*
 * Prints the rows that there are now, with the lock released meanwhile, because
 * a million of them take long and the other loops must go on. Returns 0;
 * -ENOMEM; or -EAGAIN: the epoch has ended.
 */
static int print(
	FILE *out, struct service *service, const struct listing *listing)
{
	void *rows = malloc(ROW_LOG_CHUNK * listing->log->row_size);
	const uint64_t epoch = service->epoch;
	const size_t count = listing->log->rows;
	size_t from = 0;
	int rc = 0;

	if (!rows)
		return -ENOMEM;
	while (!rc && from < count) {
		size_t n = row_log_copy(listing->log, from, rows, count - from);

		from += n;
		if (listing->complete)
			listing->complete(rows, n);
		(void)pthread_mutex_unlock(&service->lock);
		listing->print_rows(out, rows, n, listing->trial);
		(void)pthread_mutex_lock(&service->lock);
		rc = service->epoch == epoch ? 0 : -EAGAIN;
	}
	free(rows);
	return rc;
}

/* The sums are those of the rows: both are of the same instant. */
static void write_fields(char fields[FIELDS_MAX], const struct service *service,
	const struct row_log *log)
{
	const struct epoch_connections *accepted = &service->accepted;

	(void)snprintf(fields, FIELDS_MAX,
		CONTROL_EPOCH "X-Flagrace-Dropped: %" PRIu64
			      "\r\nX-Flagrace-Refused: %" PRIu64
			      "\r\nX-Flagrace-Tls-Full: %" PRIu64
			      "\r\nX-Flagrace-Tls-Resumed: %" PRIu64
			      "\r\nX-Flagrace-Alpn-H2: %" PRIu64
			      "\r\nX-Flagrace-Alpn-Http1: %" PRIu64
			      "\r\nX-Flagrace-Wire-In: %" PRIu64
			      "\r\nX-Flagrace-Wire-Out: %" PRIu64
			      "\r\nX-Flagrace-Wire-Uncounted: %" PRIu64 "\r\n",
		service->epoch, log->dropped, service->connections_refused,
		accepted->tls_full, accepted->tls_resumed, accepted->alpn_h2,
		accepted->alpn_http1, accepted->wire.in, accepted->wire.out,
		accepted->uncounted);
}

/*
 * Makes a response of the rows. What is reserved while the lock is released
 * keeps the sum of all answers bounded.
 */
static int make(struct control *control, const struct listing *listing,
	struct response *response)
{
	struct service *service = control->service;
	const uint64_t reserved = listing->log->rows * ROW_BYTES;
	char *csv = NULL, fields[FIELDS_MAX];
	size_t length;
	FILE *out = open_memstream(&csv, &length);
	int rc;

	if (!out)
		return -ENOMEM;
	control->bytes += reserved;
	write_fields(fields, service, listing->log);
	listing->print_names(out);
	rc = print(out, service, listing);
	(void)pthread_mutex_unlock(&service->lock);
	if (ferror(out))
		rc = -ENOMEM;
	if (fclose(out))
		rc = -ENOMEM;
	if (rc == -EAGAIN)
		rc = response_init_text(response, 409, "",
			"the epoch has ended: the settings were changed");
	else if (!rc)
		rc = response_init(response, 200,
			"text/csv; charset=utf-8; header=present", fields, csv,
			length);
	free(csv);
	(void)pthread_mutex_lock(&service->lock);
	control->bytes -= reserved;
	return rc;
}

static void print_requests(
	FILE *out, const void *rows, size_t count, const char *trial)
{
	witness_print_rows(out, rows, count, trial);
}

int control_get_witness(struct control *control,
	const struct http_request *request, struct response *response)
{
	const struct http_span query = request->query;
	const size_t key = strlen("trial=");
	const bool all = http_span_is(query, "all");
	char trial[ITEM_TRIAL_MAX + 1] = "";
	const struct listing listing = {
		.log = &control->service->witness,
		.print_names = witness_print_names,
		.print_rows = print_requests,
		.trial = all ? NULL : trial,
	};

	if (query.length && !all) {
		if (query.length < key || memcmp(query.at, "trial=", key) ||
			!item_trial_valid(query.at + key, query.length - key))
			return response_init_text(response, 400, "",
				"expected witness?all or witness?trial=T, T "
				"of 1 to 31 letters, digits, '.', '_' or '-'");
		memcpy(trial, query.at + key, query.length - key);
	}
	return make(control, &listing, response);
}

/* Sockets are closed only after service_disconnect has taken the lock. */
static void ask_kernel(void *data, size_t count)
{
	struct connection_entry *rows = data;

	for (size_t i = 0; i < count; i++)
		if (!rows[i].ended_ns)
			rows[i].wire_known =
				wire_bytes_read(&rows[i].wire, rows[i].fd) == 0;
}

static void print_connections(
	FILE *out, const void *rows, size_t count, const char *trial)
{
	(void)trial;
	connection_entry_print_rows(out, rows, count);
}

int control_get_connections(struct control *control,
	const struct http_request *request, struct response *response)
{
	const struct listing listing = {
		.log = &control->service->connections,
		.print_names = connection_entry_print_names,
		.complete = ask_kernel,
		.print_rows = print_connections,
	};

	(void)request;
	return make(control, &listing, response);
}
