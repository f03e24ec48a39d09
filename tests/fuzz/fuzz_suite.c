/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Fuzzes a suite: arbitrary bytes are read as its file, the settings are taken
 * from it, and cells are made of them. What is refused is refused with a reason.
 */
#include "harness/options/settings.h"
#include "harness/options/suite.h"
#include "tests/fuzz/fuzz.h"

/* Larger suites make so many cells that little else would be tried. */
enum { CELLS_MAX = 4096 };

static size_t product(const struct sweep *sweep)
{
	size_t cells = 1;

	for (const struct dimension *d = dimensions; d->name; d++) {
		size_t values = sweep_values(sweep, d)->count;

		if (values > CELLS_MAX || cells > CELLS_MAX)
			return CELLS_MAX + 1;
		cells *= values ? values : 1;
	}
	return cells * (sweep->strategy.count ? sweep->strategy.count : 1);
}

static void plan_it(const struct run_settings *settings, struct fr_error *err)
{
	struct exec_list programs = {0};
	struct plan plan = {0};

	if (settings->exec.count || settings->program.count ||
		settings->include.count ||
		product(&settings->sweep) > CELLS_MAX)
		return;
	if (run_settings_plan(settings, &plan, &programs, err) < 0)
		require(err->text[0] != '\0');
	else
		require(plan.count > 0);
	plan_release(&plan);
	exec_list_release(&programs);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);
	struct run_settings settings = {0};
	struct fr_error err = {0};

	if (suite_file_parse(&settings.file, text, size, "suite.yaml", &err) <
		0)
		require(err.text[0] != '\0' && !settings.file.keys);
	else if (suite_apply(&settings.file, run_options, &settings, &err) < 0)
		require(err.text[0] != '\0');
	else
		plan_it(&settings, &err);
	run_settings_release(&settings);
	free(text);
	return 0;
}
