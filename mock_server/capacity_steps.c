/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mock_server/capacity_steps.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "mock_server/spec.h"

static int take_step(struct spec *spec, struct capacity_steps *steps)
{
	size_t start = spec->at, i = steps->count;
	double places;

	if (spec_take_number(spec, &places))
		return -EINVAL;
	if (places < 1 || places != floor(places))
		return spec_fail(spec, start,
			"a step is to a whole number from 1 to 1000000");
	if (!spec_take(spec, "@"))
		return spec_fail(spec, spec->at, "'@' and a time must follow");
	start = spec->at;
	if (spec_take_duration(spec, &steps->steps[i].after_ns))
		return -EINVAL;
	if (i && steps->steps[i].after_ns <= steps->steps[i - 1].after_ns)
		return spec_fail(
			spec, start, "a step must be later than the last one");
	steps->steps[i].places = (uint64_t)places;
	steps->count++;
	return 0;
}

int capacity_steps_parse(struct capacity_steps *steps, const char *text,
	size_t at, struct mock_error *err)
{
	struct capacity_steps parsed = {.count = 0};
	struct spec spec;
	int rc = 0;

	spec_init(&spec, "capacity", text, "10 or 10,40@2s,10@4s", err);
	spec.at = at;
	if (strlen(text + at) >= sizeof(parsed.text))
		return spec_fail(&spec, at, "the text is too long");
	while (!rc && spec_take(&spec, ",")) {
		if (parsed.count == CAPACITY_STEPS_MAX)
			return spec_fail(&spec, spec.at, "at most %d steps",
				CAPACITY_STEPS_MAX);
		rc = take_step(&spec, &parsed);
	}
	if (!rc)
		rc = spec_end(&spec);
	if (rc)
		return rc;
	memcpy(parsed.text, text + at, strlen(text + at) + 1);
	*steps = parsed;
	return 0;
}
