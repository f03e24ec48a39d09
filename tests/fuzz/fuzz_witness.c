/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Fuzzes the harness's reader of the witness: a server may send anything. The
 * first byte says into pieces of which size the bytes are cut, which must make
 * no difference. Its top bit asks for the list of connections.
 */
#include "harness/server/witness.h"
#include "tests/fuzz/fuzz.h"

static int read_cut(struct witness *witness, bool of_connections,
	const uint8_t *data, size_t size, size_t piece)
{
	static const struct witness_earlier earlier = {
		.names = {"before"}, .count = 1};
	struct witness_reader reader = {.witness = witness,
		.of_connections = of_connections,
		.trial = "t",
		.earlier = &earlier};
	struct fr_error err = {0};

	for (size_t at = 0; at < size; at += piece) {
		size_t length = size - at < piece ? size - at : piece;
		char *bytes = fuzz_text(data + at, length);
		int rc = witness_read(&reader, bytes, length);

		free(bytes);
		if (rc < 0)
			break;
	}
	if (witness_read_end(&reader, &err) == 0)
		return 0;
	require(err.text[0] != '\0' && !witness->count && !witness->rows);
	require(!witness->accepted_count && !witness->accepted);
	return -1;
}

static void compare_requests(
	const struct witness *whole, const struct witness *cut)
{
	require(whole->count == cut->count);
	for (size_t i = 0; i < whole->count; i++) {
		const struct witness_row *row = &whole->rows[i];

		require(memcmp(row, &cut->rows[i], sizeof(*row)) == 0);
		require(row->trial <= WITNESS_UNNAMED);
		require(row->protocol <= WITNESS_HTTP_2);
	}
}

static void compare_connections(
	const struct witness *whole, const struct witness *cut)
{
	require(whole->accepted_count == cut->accepted_count);
	for (size_t i = 0; i < whole->accepted_count; i++) {
		const struct witness_connection *row = &whole->accepted[i];

		require(memcmp(row, &cut->accepted[i], sizeof(*row)) == 0);
		require(row->alpn <= WITNESS_ALPN_H2);
		require(row->tls_version <= WITNESS_OTHER_TLS);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct witness whole = {0}, cut = {0};
	bool list;
	int rc;

	if (size < 2)
		return 0;
	list = data[0] & 0x80;
	rc = read_cut(&whole, list, data + 1, size - 1, size);
	require(read_cut(&cut, list, data + 1, size - 1, data[0] % 64 + 1u) ==
		rc);
	compare_requests(&whole, &cut);
	compare_connections(&whole, &cut);
	witness_release(&whole);
	witness_release(&cut);
	return 0;
}
