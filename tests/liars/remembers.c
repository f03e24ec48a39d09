/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wrong on purpose: reads an answer's first byte, and knows the rest of old. */
#include "liar.h"

/* What an earlier trial has noted of the items' bodies. */
static const char *const notes = "notes";

static size_t refuse(char *data, size_t size, size_t count, void *ctx)
{
	(void)data, (void)size, (void)count, (void)ctx;
	return 0;
}

static int learn(struct fr_job *job)
{
	FILE *file = fopen(notes, "we");

	liar_download_all(job);
	if (!file)
		return -1;
	for (size_t i = 0; i < job->n; i++)
		fwrite(&job->samples[i], sizeof(job->samples[i]), 1, file);
	return fclose(file) ? -1 : 0;
}

static int recall(struct fr_job *job, FILE *file)
{
	for (size_t i = 0; i < job->n; i++) {
		CURL *easy = fr_transfer_begin(job->clients[0], i);
		struct fr_sample *sample = &job->samples[i], known;

		curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, refuse);
		fr_transfer_end(job->clients[0], curl_easy_perform(easy));
		if (fread(&known, sizeof(known), 1, file) != 1)
			return -1;
		sample->status = known.status;
		sample->error = known.error;
		sample->http_status = known.http_status;
		sample->body_bytes = known.body_bytes;
		sample->body_hash = known.body_hash;
	}
	return 0;
}

static int download_many(struct fr_job *job)
{
	FILE *file = fopen(notes, "re");
	int rc = file ? recall(job, file) : learn(job);

	if (file)
		(void)fclose(file);
	return rc;
}

LIAR(remembers, "remembers", fr_clients_open, "knows the bodies beforehand", 0);
