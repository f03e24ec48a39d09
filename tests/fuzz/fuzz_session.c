/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Fuzzes a session of HTTP/2: the server's bytes are arbitrary, each time in a
 * block of exactly their size. The first byte says into pieces of which size
 * they are cut. However they are cut, the same items must have the same
 * answers. (Of an answer that turns out to be wrong, nghttp2 may have handed on
 * more or less.)
 */
#include <stdlib.h>
#include <string.h>

#include "harness/client/session.h"
#include "tests/fuzz/fuzz.h"

enum { ITEMS = 4 };

static int has_answer(const struct fr_sample *sample)
{
	return sample->status == FR_OK || sample->status == FR_HTTP_ERROR;
}

/* Passes a copy, so that a read beyond its end is noticed. */
static int receive(struct fr_session *session, const uint8_t *data, size_t size)
{
	char *bytes = malloc(size ? size : 1);
	int rc;

	require(bytes != NULL);
	memcpy(bytes, data, size);
	rc = frames_read(session, bytes, size, 1);
	free(bytes);
	return rc;
}

/* One connection, with a stream for each item, answered in pieces. */
static void answer(struct fr_sample samples[ITEMS], const uint8_t *data,
	size_t size, size_t piece)
{
	static const char *const urls[ITEMS] = {"http://127.0.0.1:1/a",
		"http://127.0.0.1:1/b", "http://127.0.0.1:1/c",
		"http://127.0.0.1:1/d"};
	struct fr_http http = {.timeout_ms = 60000};
	struct fr_job job = {
		.n = ITEMS,
		.concurrency = ITEMS,
		.urls = urls,
		.trial = "fuzz",
		.http = &http,
		.samples = samples,
	};
	struct fr_session *session;
	struct fr_session_items items = {0};
	int rc = 0;

	require(fr_session_open(&session, &job, &items, 0, ITEMS) == 0);
	require(frames_begin(session) == 0);
	session_take(session);
	frames_request(session);
	require(frames_compose(session) == 0);
	session->sent = session->length;
	for (size_t at = 0; !rc && at < size; at += piece)
		rc = receive(session, data + at,
			size - at < piece ? size - at : piece);
	/* What a server can make it send is bounded, too. */
	(void)frames_compose(session);
	session_lose(session, CURLE_GOT_NOTHING);
	require(session->in_hand <= ITEMS);
	fr_session_close(session);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fr_sample whole[ITEMS] = {0}, cut[ITEMS] = {0};

	if (size < 1)
		return 0;
	answer(whole, data + 1, size - 1, size);
	answer(cut, data + 1, size - 1, (size_t)data[0] + 1);
	for (int i = 0; i < ITEMS; i++) {
		require(whole[i].body_bytes <= size &&
			cut[i].body_bytes <= size);
		require(has_answer(&whole[i]) == has_answer(&cut[i]));
		if (!has_answer(&whole[i]))
			continue;
		require(whole[i].status == cut[i].status);
		require(whole[i].http_status == cut[i].http_status);
		require(whole[i].body_bytes == cut[i].body_bytes);
		require(whole[i].body_hash == cut[i].body_hash);
	}
	return 0;
}
