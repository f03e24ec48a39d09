/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wrong on purpose: returns while its items are still in hand. */
#include <errno.h>
#include <pthread.h>

#include <flagrace/strategy.h>
#include <flagrace/transfer.h>

static void *finish(void *easy)
{
	struct fr_client *client = NULL;
	CURLcode code = curl_easy_perform(easy);

	curl_easy_getinfo(easy, CURLINFO_PRIVATE, &client);
	fr_transfer_end(client, code);
	return NULL;
}

static int download_many(struct fr_job *job)
{
	if (job->concurrency < job->n)
		return -EINVAL;
	for (size_t i = 0; i < job->n; i++) {
		CURL *easy = fr_transfer_begin(job->clients[i], i);
		pthread_t thread;

		if (pthread_create(&thread, NULL, finish, easy) ||
			pthread_detach(thread))
			return -EAGAIN;
	}
	return 0;
}

FR_STRATEGY(early) = {
	.abi = FR_STRATEGY_ABI,
	.name = "early",
	.summary = "returns before it is done",
	.default_concurrency = 20,
	.setup = fr_clients_open,
	.download_many = download_many,
};
