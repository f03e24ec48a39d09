/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wrong on purpose: sends half of its first request before the clock. */
#include "liar.h"

static int early = -1;

/* How much of the request is said then. */
static size_t half(const struct fr_job *job)
{
	char text[512];

	return liar_request(job, text, sizeof(text)) / 2;
}

static int setup(struct fr_job *job)
{
	char text[512];

	(void)liar_request(job, text, sizeof(text));
	early = liar_connect(job);
	return liar_write(early, text, half(job)) < 0 ? -1
						      : fr_clients_open(job);
}

static int download_many(struct fr_job *job)
{
	liar_finish(job, early, half(job));
	for (size_t i = 1; i < job->n; i++)
		fr_download_one(job->clients[0], i);
	return 0;
}

LIAR(whispers, "whispers", setup, "sends half of a request in set-up", 0);
