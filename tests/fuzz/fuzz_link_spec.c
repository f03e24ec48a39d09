/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Fuzzes the text of a link. A link that is accepted is within its limits; one
 * that is refused says why.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "link/link.h"
#include "tests/fuzz/fuzz.h"

#define MOST_NS UINT64_C(60000000000)

static void check_way(const struct link_direction *way)
{
	require(way->delay_ns <= MOST_NS / 2);
	require(way->jitter_ns <= MOST_NS);
	require(way->loss_ppm <= 1000000);
	require(!way->rate_bits || way->rate_bits >= 1000);
	require(way->rate_bits <= UINT64_C(10000000000));
	require(!way->queue_ns || !way->queue_packets);
	/* A rate has a queue, and nothing else has one. */
	require(!way->rate_bits == !(way->queue_ns || way->queue_packets));
	require(!way->reorder || way->jitter_ns);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* A block of exactly its size, so that a read beyond its end shows. */
	char *text = malloc(size + 1);
	struct link_error err = {""};
	struct link_spec spec;

	require(text != NULL);
	memcpy(text, data, size);
	text[size] = '\0';
	if (link_spec_parse(&spec, text, &err) == 0)
		for (int i = 0; i < LINK_WAYS; i++)
			check_way(&spec.way[i]);
	else
		require(err.text[0] != '\0');
	free(text);
	return 0;
}
