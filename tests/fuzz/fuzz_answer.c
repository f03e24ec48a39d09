/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Fuzzes the parser of answers, by which all clients read. The first byte says
 * into pieces of which size the bytes are cut: however they are cut, the status,
 * the body and what is left must be the same.
 */
#include "harness/base/answer.h"
#include "tests/fuzz/fuzz.h"

/* What was read. */
struct reading {
	struct answer answer;
	uint64_t fields, hash; /* of the fields, and of the body's bytes */
	size_t body, taken;
	ssize_t error; /* 0, or what answer_read returned */
};

static void add(struct reading *reading, const char *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++)
		reading->hash = (reading->hash ^ (uint8_t)bytes[i]) *
			UINT64_C(0x100000001b3);
}

static int note_field(
	void *ctx, struct answer_span name, struct answer_span value)
{
	struct reading *reading = ctx;

	require(name.length + value.length <= ANSWER_LINE_MAX);
	add(reading, name.at, name.length);
	add(reading, value.at, value.length);
	(void)answer_retry_after(value);
	reading->fields++;
	return 0;
}

/* Reads a piece from a block of its own. Returns false when it is over. */
static bool take(struct reading *reading, const uint8_t *data, size_t size)
{
	char *bytes = fuzz_text(data, size);
	size_t at = 0;

	while (at < size && reading->answer.state != ANSWER_END) {
		struct answer_piece piece = {0};
		ssize_t n = answer_read(
			&reading->answer, bytes + at, size - at, &piece);

		if (n <= 0) {
			require(n < 0);
			reading->error = n;
			break;
		}
		require((size_t)n <= size - at);
		require(!piece.length ||
			(piece.at >= bytes &&
				piece.at + piece.length <= bytes + size));
		add(reading, piece.at, piece.length);
		reading->body += piece.length;
		at += (size_t)n;
	}
	reading->taken += at;
	free(bytes);
	return !reading->error && reading->answer.state != ANSWER_END;
}

static void read_cut(
	struct reading *reading, const uint8_t *data, size_t size, size_t piece)
{
	*reading = (struct reading){0};
	answer_init(&reading->answer);
	reading->answer.on_field = note_field;
	reading->answer.ctx = reading;
	for (size_t at = 0; at < size; at += piece)
		if (!take(reading, data + at,
			    size - at < piece ? size - at : piece))
			break;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct reading whole, cut;

	if (size < 2)
		return 0;
	read_cut(&whole, data + 1, size - 1, size);
	read_cut(&cut, data + 1, size - 1, data[0] % 64 + 1u);
	require(whole.error == cut.error);
	if (whole.error)
		return 0;
	require(whole.taken == cut.taken && whole.body == cut.body);
	require(whole.fields == cut.fields && whole.hash == cut.hash);
	require(whole.answer.state == cut.answer.state);
	require(whole.answer.status == cut.answer.status);
	require(answer_is_whole(&whole.answer) == answer_is_whole(&cut.answer));
	return 0;
}
