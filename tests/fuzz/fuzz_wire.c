/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Fuzzes a wire: the server's bytes are arbitrary, each time in a block of
 * exactly their size. The first byte says into pieces of which size they are
 * cut; its top bit asks for connections that serve one item. However the bytes
 * are cut, the samples must be the same.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <flagrace/wire.h>

#include "tests/fuzz/fuzz.h"

enum { ITEMS = 4 };

/* Passes a copy, so that a read beyond its end is noticed. */
static bool receive(struct fr_wire *wire, const uint8_t *data, size_t size)
{
	char *bytes = malloc(size ? size : 1);
	bool open;

	require(bytes != NULL);
	memcpy(bytes, data, size);
	open = fr_wire_received(wire, bytes, size);
	free(bytes);
	return open;
}

/* One connection with all items in flight, answered in pieces. */
static void answer(struct fr_sample samples[ITEMS], bool fresh,
	const uint8_t *data, size_t size, size_t piece)
{
	static const char *const urls[ITEMS] = {"http://127.0.0.1:1/a",
		"http://127.0.0.1:1/b", "http://127.0.0.1:1/c",
		"http://127.0.0.1:1/d"};
	struct fr_http http = {.timeout_ms = 60000, .fresh_connections = fresh};
	struct fr_job job = {
		.n = ITEMS,
		.concurrency = ITEMS,
		.urls = urls,
		.trial = "fuzz",
		.http = &http,
		.samples = samples,
	};
	struct fr_wires *wires;
	struct fr_wire *wire;
	size_t length;
	bool open = true;

	require(fr_wires_open(&wires, &job, 1) == 0);
	wire = fr_wires_at(wires, 0);
	require(fr_wire_fill(wire));
	fr_wire_connected(wire);
	fr_wire_request(wire, &length);
	fr_wire_sent(wire, length);
	for (size_t at = 0; open && at < size; at += piece)
		open = receive(
			wire, data + at, size - at < piece ? size - at : piece);
	fr_wire_lost(wire, 0);
	fr_wires_close(wires);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fr_sample whole[ITEMS] = {0}, cut[ITEMS] = {0};
	bool fresh;

	if (size < 1)
		return 0;
	fresh = data[0] & 0x80;
	answer(whole, fresh, data + 1, size - 1, size);
	answer(cut, fresh, data + 1, size - 1, (data[0] & 0x7f) + 1);
	for (int i = 0; i < ITEMS; i++) {
		require(whole[i].status == cut[i].status);
		require(whole[i].error == cut[i].error);
		require(whole[i].http_status == cut[i].http_status);
		require(whole[i].attempts == cut[i].attempts);
		require(whole[i].body_bytes == cut[i].body_bytes);
		require(whole[i].body_hash == cut[i].body_hash);
		require(whole[i].body_bytes <= size);
	}
	return 0;
}
