/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Fuzzes the harness's reader of the witness: a server may send anything. The
 * first byte says into pieces of which size the bytes are cut, which must make
 * no difference.
 */
#include "harness/server/witness.h"
#include "tests/fuzz/fuzz.h"

static int read_cut(
	struct witness *witness, const uint8_t *data, size_t size, size_t piece)
{
	static const struct witness_earlier earlier = {
		.names = {"before"}, .count = 1};
	struct witness_reader reader = {
		.witness = witness, .trial = "t", .earlier = &earlier};
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
	return -1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct witness whole = {0}, cut = {0};
	int rc;

	if (size < 2)
		return 0;
	rc = read_cut(&whole, data + 1, size - 1, size);
	require(read_cut(&cut, data + 1, size - 1, data[0] % 64 + 1u) == rc);
	require(whole.count == cut.count);
	for (size_t i = 0; i < whole.count; i++) {
		const struct witness_row *row = &whole.rows[i];

		require(memcmp(row, &cut.rows[i], sizeof(*row)) == 0);
		require(row->trial <= WITNESS_UNNAMED);
		require(row->protocol <= WITNESS_HTTP_2);
	}
	witness_release(&whole);
	witness_release(&cut);
	return 0;
}
