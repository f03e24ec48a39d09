/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Fuzzes the messages between the harness and the hosts of an MPI job. With an
 * even first byte the rest is an order, as a host reads it. With an odd one it
 * is a report and its samples, as the harness reads them.
 */
#include "harness/hosts/order.h"
#include "harness/hosts/report.h"
#include "tests/fuzz/fuzz.h"

enum { ITEMS = 4, PLACES = 2 };

static void read_order(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);
	json_t *json = json_loads(text, 0, NULL);
	struct host_order order;
	struct fr_error err = {0};

	if (host_order_read(&order, json, &err) < 0) {
		require(err.text[0] != '\0' && !order.urls);
	} else {
		require(order.hosts >= 1);
		for (size_t i = 0; i < order.cell.workload.requests; i++)
			require(order.urls[i] != NULL);
		free(order.urls);
	}
	json_decref(json);
	free(text);
}

static void require_ends(const char *text, size_t size)
{
	require(memchr(text, '\0', size) != NULL);
}

static void add_report(const uint8_t *data, size_t size)
{
	const struct share share = {ITEMS, PLACES, 1};
	struct fr_sample theirs[ITEMS] = {0}, ours[ITEMS] = {0};
	struct trial_host host = {0};
	struct trial_result result = {.end = TRIAL_COMPLETED,
		.phase = TRIAL_DONE,
		.cpu_by = "",
		.hosts = &host,
		.host_count = 1,
		.samples = ours};
	struct host_report report;
	size_t first = size < sizeof(report) ? size : sizeof(report);
	size_t rest = size - first;

	memset(&report, 0, sizeof(report));
	memcpy(&report, data, first);
	memcpy(theirs, data + first,
		rest < sizeof(theirs) ? rest : sizeof(theirs));
	if (!host_report_is_sound(&report, theirs, ITEMS))
		return;
	require_ends(report.name, sizeof(report.name));
	require_ends(report.refused, sizeof(report.refused));
	host_report_add(&result, &share, 0, &report, theirs);
	require_ends(host.name, sizeof(host.name));
	require(host.performed <= ITEMS);
	require(result.end <= TRIAL_LOST && result.phase <= TRIAL_DONE);
	for (int i = 0; i < ITEMS; i++)
		require(ours[i].status <= FR_CANCELLED);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 1)
		return 0;
	if (data[0] % 2)
		add_report(data + 1, size - 1);
	else
		read_order(data + 1, size - 1);
	return 0;
}
