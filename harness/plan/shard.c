/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/plan/shard.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "harness/base/values.h"

int shard_parse(struct shard *shard, const char *text, const char *where,
	struct fr_error *err)
{
	size_t length = text ? strcspn(text, "/") : 0;
	struct fr_error why;
	char number[24];

	*shard = (struct shard){0};
	if (!text)
		return 0;
	(void)snprintf(number, sizeof(number), "%.*s", (int)length, text);
	if (length < sizeof(number) && text[length] &&
		!parse_number(text + length + 1, where, 1, SHARDS_MAX,
			&shard->count, &why) &&
		!parse_number(
			number, where, 1, shard->count, &shard->number, &why))
		return 0;
	return fr_error_set(err, EXIT_USAGE,
		"%s '%.60s': must be K/N, shard K of N, as in 2/4, with K from "
		"1 to N and N up to %d",
		where, text, SHARDS_MAX);
}

bool shard_has(const struct shard *shard, int64_t block)
{
	return !shard->count || block <= 0 ||
		((uint64_t)block - 1) % shard->count == shard->number - 1;
}

uint64_t shard_blocks(const struct shard *shard, uint64_t blocks)
{
	if (!shard->count)
		return blocks;
	return blocks < shard->number
		? 0
		: (blocks - shard->number) / shard->count + 1;
}

int64_t shard_block_at(const struct shard *shard, size_t position, size_t cells,
	uint64_t warmup)
{
	int64_t block = (int64_t)((position - 1) / cells) + 1 - (int64_t)warmup;

	if (!shard->count || block <= 0)
		return block;
	return (block - 1) * (int64_t)shard->count + (int64_t)shard->number;
}

size_t shard_trial_at(const struct shard *shard, size_t position, size_t cells,
	uint64_t warmup)
{
	int64_t block = shard_block_at(shard, position, cells, warmup);

	return (size_t)(block - 1 + (int64_t)warmup) * cells +
		(position - 1) % cells + 1;
}
