/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Stands for http2.c and stream.c where the build found no nghttp2: a client that
 * begins with HTTP/2 is disconnected.
 */
#include "mock_server/http2.h"

#include <errno.h>

const char http2_preface[] = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

int http2_create(struct http2 **out, struct loop *loop,
	const struct origin *origin, void (*due)(void *who), void *who)
{
	(void)loop, (void)origin, (void)due, (void)who;
	*out = NULL;
	return -EPROTONOSUPPORT;
}

void http2_free(struct http2 *http2)
{
	(void)http2;
}

int http2_receive(struct http2 *http2, const char *bytes, size_t length,
	uint64_t arrival_ns)
{
	(void)http2, (void)bytes, (void)length, (void)arrival_ns;
	return -EPROTONOSUPPORT;
}

int http2_write(struct http2 *http2, struct channel *channel)
{
	(void)http2, (void)channel;
	return -EPROTONOSUPPORT;
}

void http2_drain(struct http2 *http2)
{
	(void)http2;
}

bool http2_is_over(const struct http2 *http2)
{
	(void)http2;
	return true;
}
