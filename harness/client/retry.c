/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/client/retry.h"

#include <curl/curl.h>
#include <errno.h>

#include "harness/base/clock.h"
#include "mock_server/mock_server.h"

/* Whether the network or the server ended the connection, or refused it. */
static bool is_of_connection(int error)
{
	switch (error) {
	case -ECONNREFUSED:
	case -ECONNRESET:
	case -ECONNABORTED:
	case -EPIPE:
	case CURLE_COULDNT_CONNECT:
	case CURLE_SEND_ERROR:
	case CURLE_RECV_ERROR:
	case CURLE_GOT_NOTHING:
	case CURLE_PARTIAL_FILE:
	case CURLE_HTTP2_STREAM:
		return true;
	default:
		return false;
	}
}

bool retry_applies(const struct retry_spec *spec, const struct fr_sample *end)
{
	switch ((enum fr_status)end->status) {
	case FR_HTTP_ERROR:
		return retry_has_status(spec, end->http_status);
	case FR_NET_ERROR:
		return end->error == -ETIMEDOUT
			? spec->timeout
			: spec->reset && is_of_connection(end->error);
	case FR_TIMEOUT:
		return spec->timeout;
	case FR_NOT_RUN:
	case FR_OK:
	case FR_CANCELLED:
	case FR_AGAIN:
		break;
	}
	return false;
}

uint64_t retry_backoff_ns(const struct fr_retry *retry, size_t i, unsigned k)
{
	/* The k-th try after the first is attempt k + 1. */
	return (uint64_t)((double)retry_longest_ns(&retry->spec, k) *
		mock_draw_wait(retry->seed, i, k + 1));
}

uint64_t retry_wait_ns(const struct fr_retry *retry, size_t i, unsigned k,
	uint32_t retry_after_s)
{
	uint64_t wait_ns = retry_backoff_ns(retry, i, k);
	uint64_t after_ns = retry_after_s * NS_PER_S;

	if (after_ns > retry->spec.after_ns)
		after_ns = retry->spec.after_ns;
	return wait_ns > after_ns ? wait_ns : after_ns;
}
