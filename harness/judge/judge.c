/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/judge/judge.h"

#include <stdio.h>
#include <string.h>

#include "harness/account/cause.h"
#include "harness/account/figures.h"
#include "harness/judge/verdict.h"

int judge_trial(const struct account *account, struct trial_row *row)
{
	int rc = figures_fill(account, row);

	if (!rc)
		row->verdict = verdict_of(
			account, row, row->reason, sizeof(row->reason));
	return rc;
}

/* A stamp, counted from the trial's start; unknown before it or if unset. */
static uint64_t since(const struct account *account, uint64_t stamp_ns)
{
	uint64_t t0 = account->result->t0_ns;

	if (!t0 || stamp_ns < t0 || stamp_ns == UINT64_MAX)
		return FR_UNKNOWN;
	return stamp_ns - t0;
}

/* The URL without its scheme and host. */
static const char *path_of(const char *url)
{
	const char *host = strstr(url, "://");
	const char *path = host ? strchr(host + 3, '/') : NULL;

	return path ? path : url;
}

static void fill_witness(const struct account *account,
	const struct witness_row *served, struct request_row *row)
{
	row->witness_arrival_ns = since(account, served->arrival_ns);
	row->witness_delay_ns = served->delay_ns;
	row->witness_sent_ns = since(account, served->sent_ns);
	row->witness_in_flight = served->in_flight;
	row->witness_connection = served->connection;
}

static const char *const protocols[] = {
	[WITNESS_HTTP_1_1] = "http/1.1",
	[WITNESS_HTTP_1_0] = "http/1.0",
	[WITNESS_HTTP_2] = "h2",
	[WITNESS_SILENT] = "",
};
static const char *const handshakes[] = {[WITNESS_PLAIN] = "none",
	[WITNESS_FULL] = "full",
	[WITNESS_RESUMED] = "resumed"};
static const char *const versions[] = {[WITNESS_NO_TLS] = "",
	[WITNESS_TLS_1_2] = "TLSv1.2",
	[WITNESS_TLS_1_3] = "TLSv1.3",
	[WITNESS_OTHER_TLS] = "other"};
static const char *const alpns[] = {[WITNESS_ALPN_NONE] = "",
	[WITNESS_ALPN_HTTP1] = "http/1.1",
	[WITNESS_ALPN_H2] = "h2"};

void judge_connection(
	const struct account *account, size_t i, struct connection_row *row)
{
	const struct witness_connection *seen = &account->witness->accepted[i];

	row->connection = seen->number;
	row->accepted_ns = since(account, seen->accepted_ns);
	row->ended_ns = since(account, seen->ended_ns);
	(void)snprintf(row->protocol, sizeof(row->protocol), "%s",
		protocols[seen->protocol]);
	(void)snprintf(row->tls, sizeof(row->tls), "%s", handshakes[seen->tls]);
	(void)snprintf(row->tls_version, sizeof(row->tls_version), "%s",
		versions[seen->tls_version]);
	(void)snprintf(row->alpn, sizeof(row->alpn), "%s", alpns[seen->alpn]);
	row->requests = seen->requests;
	row->wire_in_bytes = seen->wire_in;
	row->wire_out_bytes = seen->wire_out;
	row->retransmits = seen->retransmits;
}

void judge_host(
	const struct account *account, unsigned h, struct trial_host_row *row)
{
	const struct trial_result *result = account->result;
	const struct trial_host *host = &result->hosts[h];

	row->host = h + 1;
	(void)row_text(
		row->name, sizeof(row->name), host->name, strlen(host->name));
	row->requests = host->items;
	row->concurrency = host->places;
	row->offset_ns = host->offset_ns;
	row->bound_ns = host->bound_ns;
	row->cpu_ns = host->cpu_ns;
	if (!host->t1_ns)
		return;
	row->start_ns = since(account, host->t0_ns);
	row->elapsed_ns = host->t1_ns - host->t0_ns;
	row->efficiency = (double)row->elapsed_ns /
		(double)(result->t1_ns - result->t0_ns);
}

void judge_request(
	const struct account *account, size_t i, struct request_row *row)
{
	const struct fr_sample *sample = &account->result->samples[i];

	row->item = i;
	(void)snprintf(row->path, sizeof(row->path), "%s",
		path_of(account->spec->urls[i]));
	row->status = sample->status < FR_STATUS_COUNT
		? (enum fr_status)sample->status
		: FR_NOT_RUN;
	if (account->spec->due_ns)
		row->intended_ns = account->spec->due_ns[i];
	if (sample->start_ns) {
		row->worker = sample->worker;
		row->start_ns = since(account, sample->start_ns);
	}
	if (sample->status != FR_NOT_RUN) {
		row->connect_ns = since(account, sample->connect_ns);
		if (sample->tls_us && sample->connect_ns)
			row->tls_ns = row->connect_ns +
				sample->tls_us * UINT64_C(1000);
		row->first_byte_ns = since(account, sample->first_byte_ns);
		row->end_ns = since(account, sample->end_ns);
		row->attempts = sample->attempts;
		row->body_bytes = sample->body_bytes;
		row->body_hash = sample->body_hash;
	}
	if (sample->work_end_ns) {
		row->answered_ns = since(account, sample->answered_ns);
		row->work_start_ns = since(account, sample->work_start_ns);
		row->work_end_ns = since(account, sample->work_end_ns);
	}
	if (account->spec->retry && sample->status != FR_NOT_RUN) {
		row->retries = sample->retries;
		row->retry_wait_ns = sample->retry_wait_ns;
	}
	if (account->result->host_count) {
		const struct share share = account_share(account);

		row->host = share_host(&share, i) + 1;
	}
	cause_of(row->cause, sample);
	if (sample->http_status)
		row->http_status = sample->http_status;
	if (account_served(account, i))
		fill_witness(account, account_served(account, i), row);
}
