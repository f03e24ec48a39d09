/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the rows of a group may differ in. */
#include "harness/runs/summary.h"

#include <string.h>

const char *summary_way(const struct summary_row *row, enum summary_way way)
{
	switch (way) {
	case WAY_PROTOCOL:
		return row->protocol;
	case WAY_CONNECTIONS:
		return row->workload.connections;
	case WAY_SAMPLES:
		return row->samples;
	}
	return "";
}

uint64_t summary_connections(const struct summary_row *row)
{
	bool fresh = !strcmp(row->workload.connections, "fresh");

	return fresh || row->concurrency > row->workload.requests
		? row->workload.requests
		: row->concurrency;
}

const char *summary_usual(
	const struct summary_row *rows, size_t count, enum summary_way way)
{
	const char *usual = "";
	size_t most = 0;

	for (size_t i = 0; i < count; i++) {
		const char *text = summary_way(&rows[i], way);
		size_t alike = 0;

		for (size_t j = 0; j < count; j++)
			alike += !strcmp(summary_way(&rows[j], way), text);
		if (alike > most) {
			most = alike;
			usual = text;
		}
	}
	return usual;
}
