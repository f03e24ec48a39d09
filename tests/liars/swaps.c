/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wrong on purpose: asks for another item's flag. */
#include <stdio.h>
#include <string.h>

#include <flagrace/transfer.h>

#include <flagrace/client.h>
#include <flagrace/strategy.h>

static int download_many(struct fr_job *job)
{
	for (size_t i = 0; i < job->n; i++) {
		CURL *easy = fr_transfer_begin(job->clients[0], i);
		char target[200];

		(void)snprintf(target, sizeof(target), "%s?flagrace=%s/8/1",
			strstr(job->urls[9], "/flags/"), job->trial);
		if (i == 8)
			curl_easy_setopt(easy, CURLOPT_REQUEST_TARGET, target);
		fr_transfer_end(job->clients[0], curl_easy_perform(easy));
	}
	return 0;
}

FR_STRATEGY(swaps) = {
	.abi = FR_STRATEGY_ABI,
	.name = "swaps",
	.summary = "fetches item 9's flag as item 8",
	.default_concurrency = 1,
	.max_concurrency = 1,
	.setup = fr_clients_open,
	.download_many = download_many,
	.teardown = fr_clients_close,
};
