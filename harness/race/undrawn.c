/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/race/undrawn.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/race/cell_settings.h"
#include "mock_server/mock_server.h"

/* Cells with more items are not checked; they meet almost any fault. */
enum { ITEMS_MAX = 1 << 20 };

/* A bit for each fault of a setting, the first fault in the lowest bit. */
static uint64_t all_of(const char *setting)
{
	uint64_t all = 1;

	for (const char *c = setting; (c = strchr(c, ',')); c++)
		all = all << 1 | 1;
	return all;
}

/* The bits of the faults that one block meets; all bits if unknown. */
static uint64_t met_in_block(
	struct mock_answer *answers, const struct cell *cell, uint64_t seed)
{
	static const char *const path = "/";
	struct cell plain = *cell;
	struct cell_settings settings;
	struct mock_error why;
	struct mock_requests requests = {
		.paths = &path,
		.path_count = 1,
		.settings = settings.list,
	};
	uint64_t met = 0;

	/* The draw of a fault depends on neither latency nor payload. */
	(void)snprintf(
		plain.workload.latency, sizeof(plain.workload.latency), "0ms");
	plain.workload.payload_bytes = 1000;
	cell_settings_init(&settings, &plain, seed);
	requests.settings_count = settings.count;
	if (mock_server_preview(
		    answers, cell->workload.requests, &requests, &why))
		return all_of(cell->workload.fault);
	for (size_t i = 0; i < cell->workload.requests; i++)
		if (answers[i].fault)
			met |= (uint64_t)1 << (answers[i].fault - 1);
	return met;
}

static uint64_t met_in_run(
	const struct cell *cell, uint64_t seed, uint64_t blocks)
{
	struct mock_answer *answers = cell->workload.requests > ITEMS_MAX
		? NULL
		: calloc(cell->workload.requests, sizeof(*answers));
	uint64_t all = all_of(cell->workload.fault), met = 0;

	if (!answers)
		return all;
	for (uint64_t block = 1; block <= blocks && met != all; block++)
		met |= met_in_block(
			answers, cell, plan_seed(seed, (int64_t)block));
	free(answers);
	return met;
}

/* "503:1%" and "503:0.01" are 0.01. */
static double share_of(const char *fault, int length)
{
	const char *colon = fault;
	double share;
	char *end;

	for (int i = 0; i < length; i++)
		if (fault[i] == ':')
			colon = fault + i;
	share = strtod(colon + 1, &end);
	return *end == '%' ? share / 100 : share;
}

static void tell(FILE *out, const struct cell *cell, uint64_t blocks,
	const char *fault, int length)
{
	double share = share_of(fault, length);
	/* So many requests all miss the fault with a probability below 5 %. */
	double wanted = share < 1 ? ceil(log(0.05) / log1p(-share)) : 1;

	/* A share of 0 asks for a fault that never occurs. */
	if (!(share > 0))
		return;
	fprintf(out,
		"warning: fault %.*s: no request met it in %" PRIu64
		" blocks of %" PRIu64 " requests; it is likely to occur "
		"among %.0f (--requests %.0f, or --blocks %.0f)\n",
		length, fault, blocks, cell->workload.requests, wanted,
		ceil(wanted / (double)blocks),
		ceil(wanted / (double)cell->workload.requests));
}

/* Whether an earlier cell has the same requests and faults. */
static bool is_told(const struct plan *plan, size_t i)
{
	for (size_t j = 0; j < i; j++)
		if (plan->cells[j].workload.requests ==
				plan->cells[i].workload.requests &&
			strcmp(plan->cells[j].workload.fault,
				plan->cells[i].workload.fault) == 0)
			return true;
	return false;
}

void undrawn_tell(
	FILE *out, const struct plan *plan, uint64_t seed, uint64_t blocks)
{
	for (size_t i = 0; i < plan->count; i++) {
		const struct cell *cell = &plan->cells[i];
		const char *fault = cell->workload.fault;
		uint64_t met;

		if (!fault[0] || is_told(plan, i))
			continue;
		met = met_in_run(cell, seed, blocks);
		for (; *fault; met >>= 1) {
			int length = (int)strcspn(fault, ",");

			if (!(met & 1))
				tell(out, cell, blocks, fault, length);
			fault += length + (fault[length] == ',');
		}
	}
}
