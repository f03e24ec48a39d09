/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Wrong on purpose: hangs up on an item that takes long, and asks for it again
 * as another attempt, which has another delay.
 */
#include "liar.h"

static CURLcode ask(struct fr_job *job, size_t i, int attempt, long limit_ms)
{
	CURL *easy = fr_transfer_begin(job->clients[0], i);
	struct curl_slist *headers;
	char line[80];
	CURLcode code;

	(void)snprintf(line, sizeof(line), "X-Flagrace-Item: %s/%zu/%d",
		job->trial, i, attempt);
	headers = curl_slist_append(NULL, line);
	curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, limit_ms);
	code = curl_easy_perform(easy);
	fr_transfer_end(job->clients[0], code);
	curl_slist_free_all(headers);
	return code;
}

static int download_many(struct fr_job *job)
{
	for (size_t i = 0; i < job->n; i++) {
		struct fr_sample *sample = &job->samples[i];
		uint64_t start_ns;

		if (ask(job, i, 1, 250) == CURLE_OK)
			continue;
		start_ns = sample->start_ns;
		ask(job, i, 2, 60000);
		sample->start_ns = start_ns;
		sample->attempts = 2;
	}
	return 0;
}

LIAR(hedges, "hedges", fr_clients_open, "draws delays until one is short", 0);
