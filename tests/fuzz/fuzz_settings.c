/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Fuzzes the settings of the server: latencies, faults, limits, capacities. The
 * first byte chooses the key, the rest is the value. A value that is accepted,
 * written as a form and read again, means the same.
 */
#include "mock_server/error.h"
#include "mock_server/settings.h"
#include "tests/fuzz/fuzz.h"

static const char *const keys[] = {"latency", "seed", "fault", "bandwidth",
	"capacity", "max-connections", "payload", "nonce", "limit"};

enum { KEYS = sizeof(keys) / sizeof(keys[0]), DRAWS = 8 };

static void require_same_draws(
	const struct settings *a, const struct settings *b)
{
	for (uint64_t item = 1; item <= DRAWS; item++) {
		require(latency_draw(&a->latency, a->seed, item, 1) ==
			latency_draw(&b->latency, b->seed, item, 1));
		require((faults_draw(&a->faults, a->seed, item, 1) != NULL) ==
			(faults_draw(&b->faults, b->seed, item, 1) != NULL));
	}
}

static void require_reads_again(const struct settings *settings)
{
	char form[SETTINGS_FORM_MAX], again[SETTINGS_FORM_MAX];
	struct mock_error err = {""};
	struct settings other;
	size_t length = settings_to_form(settings, form);

	require(length < sizeof(form));
	settings_init(&other);
	require(settings_apply_form(&other, form, length, NULL, &err) == 0);
	require(settings_to_form(&other, again) == length);
	require(memcmp(form, again, length) == 0);
	require_same_draws(settings, &other);
	settings_release(&other);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mock_error err = {""};
	struct settings settings;
	const char *key;
	char *value;

	if (size < 1)
		return 0;
	key = keys[data[0] % KEYS];
	value = fuzz_text(data + 1, size - 1);
	settings_init(&settings);
	/* The file that a trace names is another target's matter. */
	if (!latency_is_trace(value)) {
		if (settings_set(&settings, key, value, &err) < 0)
			require(err.text[0] != '\0');
		require_reads_again(&settings);
	}
	settings_release(&settings);
	free(value);
	return 0;
}
