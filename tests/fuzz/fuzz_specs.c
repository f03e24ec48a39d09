/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Fuzzes the settings of a run, as options and suites write them: work, retries,
 * arrivals, sizes, durations. The first byte chooses the setting, the rest is
 * its value. A value that is accepted, written and read again, is the same.
 */
#include "harness/plan/arrival.h"
#include "harness/plan/workload.h"
#include "tests/fuzz/fuzz.h"

enum { ITEMS = 16 };

static size_t count_settings(void)
{
	size_t count = 0;

	while (workload_settings[count].name)
		count++;
	return count;
}

static void read_setting(const struct setting *setting, char *value)
{
	char where[] = "--fuzz", written[SETTING_TEXT_MAX];
	char label[SETTING_TEXT_MAX];
	struct text text = {value, where}, again = {written, where};
	struct workload workload, other;
	struct fr_error err = {0};

	workload_init(&workload);
	other = workload;
	if (setting_read(setting, &workload, &text, &err) < 0) {
		require(err.text[0] != '\0');
		return;
	}
	setting_write(written, setting, &workload);
	require(setting_read(setting, &other, &again, &err) == 0);
	require(setting_compare(setting, &workload, &other) == 0);
	setting_label(label, setting, &workload);
}

/* The times of an open loop ascend. */
static void draw_arrivals(const char *value)
{
	struct fr_error err = {0};
	uint64_t *due_ns = NULL;

	if (arrival_draw(&due_ns, value, ITEMS, 7, &err) < 0) {
		require(err.text[0] != '\0');
		return;
	}
	for (size_t i = 1; due_ns && i < ITEMS; i++)
		require(due_ns[i - 1] <= due_ns[i]);
	free(due_ns);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t count = count_settings(), at;
	char *value;

	if (size < 1)
		return 0;
	at = data[0] % (count + 1);
	value = fuzz_text(data + 1, size - 1);
	if (at < count)
		read_setting(&workload_settings[at], value);
	else
		draw_arrivals(value);
	free(value);
	return 0;
}
