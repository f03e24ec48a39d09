/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One thread and a multi handle, which waits with curl_multi_poll. */
#include <flagrace/strategy.h>

#include "strategies/poll-loop.h"

FR_STRATEGY(multi_poll) = {
	.abi = FR_STRATEGY_ABI,
	.name = "multi-poll",
	.summary = "one thread, libcurl's multi handle, curl_multi_poll",
	.default_concurrency = 20,
	.setup = poll_loop_setup,
	.download_many = poll_loop_download_many,
	.teardown = poll_loop_teardown,
};
