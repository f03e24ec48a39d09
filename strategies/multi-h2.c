/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The loop of multi-poll, whose requests libcurl puts as streams of HTTP/2 on
 * one connection. It opens another one if the server allows no more streams.
 * Until the first connection is made all requests wait for that
 * (CURLOPT_PIPEWAIT(3)), because a connection of each would be the alternative.
 */
#include <flagrace/strategy.h>

#include "strategies/poll-loop.h"

FR_STRATEGY(multi_h2) = {
	.abi = FR_STRATEGY_ABI,
	.name = "multi-h2",
	.summary = "one thread, libcurl's multi handle, streams of HTTP/2",
	.default_concurrency = 20,
	.flags = FR_HTTP2 | FR_MULTIPLEX,
	.setup = poll_loop_setup,
	.download_many = poll_loop_download_many,
	.teardown = poll_loop_teardown,
};
