/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/plan/work_spec.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "mock_server/mock_server.h"

#define GOOD "for example cpu:2ms, save or cpu:2ms+save:fsync"

/* The distribution of the CPU time, for the mock server, which draws it. */
static struct mock_times cpu_times(const struct work_spec *spec)
{
	return (struct mock_times){
		.spec = spec->cpu,
		.what = "CPU time",
		.good = "cpu:2ms, cpu:uniform:1ms,5ms or "
			"cpu:lognormal:p50=1ms,p99=10ms",
	};
}

/* What is being read. */
struct reader {
	const char *text, *where;
	struct fr_error *err;
};

/* The length of a part. The + of a number, as in 1e+2, is none that joins. */
static size_t part_length(const char *part)
{
	size_t length = strcspn(part, "+");

	while (part[length] && !isalpha((unsigned char)part[length + 1]) &&
		part[length + 1])
		length += 1 + strcspn(part + length + 1, "+");
	return length;
}

static int refuse(
	const struct reader *reader, const char *part, const char *why)
{
	return fr_error_set(reader->err, EXIT_USAGE,
		"%s '%.60s', column %zu: %s; " GOOD, reader->where,
		reader->text, (size_t)(part - reader->text) + 1, why);
}

/* Reads the distribution behind "cpu:". */
static int take_cpu(struct work_spec *spec, const struct reader *reader,
	const char *part, size_t length)
{
	struct mock_error why = {""};
	struct mock_times times;

	if (spec->cpu[0])
		return refuse(reader, part, "there is a cpu part already");
	if (length == 0)
		return refuse(reader, part, "a time must follow cpu:");
	if (length >= sizeof(spec->cpu))
		return refuse(reader, part, "the text is too long");
	memcpy(spec->cpu, part, length);
	spec->cpu[length] = '\0';
	times = cpu_times(spec);
	if (mock_server_draw_times(NULL, 0, &times, 0, &why) == 0)
		return 0;
	return fr_error_set(reader->err, EXIT_USAGE, "%s '%.60s': %s",
		reader->where, reader->text, why.text);
}

static bool is_part(const char *part, size_t length, const char *word)
{
	return strlen(word) == length && strncmp(part, word, length) == 0;
}

static int take_part(struct work_spec *spec, const struct reader *reader,
	const char *part, size_t length)
{
	static const char cpu[] = "cpu:";
	bool sync = is_part(part, length, "save:fsync");

	if (strncmp(part, cpu, strlen(cpu)) == 0)
		return take_cpu(
			spec, reader, part + strlen(cpu), length - strlen(cpu));
	if (!sync && !is_part(part, length, "save"))
		return refuse(reader, part,
			is_part(part, length, "none")
				? "none cannot be joined with other work"
				: "each part must be cpu:TIME, save or "
				  "save:fsync");
	if (spec->save)
		return refuse(reader, part, "there is a save part already");
	spec->save = true;
	spec->sync = sync;
	return 0;
}

int work_spec_parse(struct work_spec *spec, const char *text, const char *where,
	struct fr_error *err)
{
	const struct reader reader = {text, where, err};
	const char *part = text;
	int rc = 0;

	*spec = (struct work_spec){.save = false};
	if (!text[0])
		return 0;
	for (;;) {
		size_t length = part_length(part);

		rc = take_part(spec, &reader, part, length);
		if (rc || !part[length])
			return rc;
		part += length + 1;
	}
}

int work_spec_draw(uint64_t **ns, const struct work_spec *spec, size_t n,
	uint64_t seed, struct fr_error *err)
{
	const struct mock_times times = cpu_times(spec);
	struct mock_error why = {""};
	int rc;

	*ns = NULL;
	if (!spec->cpu[0])
		return 0;
	*ns = calloc(n, sizeof(**ns));
	if (!*ns)
		return fr_error_memory(err);
	rc = mock_server_draw_times(*ns, n, &times, seed, &why);
	if (!rc)
		return 0;
	free(*ns);
	*ns = NULL;
	/* The text was valid before, so a trace has changed since. */
	return rc == -ENOMEM
		? fr_error_memory(err)
		: fr_error_set(err, EXIT_USAGE, "work: %s", why.text);
}

const char *work_spec_untold(const struct work_spec *spec)
{
	static const char constant[] = "constant:";

	if (spec->save)
		return "a program drops the bodies";
	if (strchr(spec->cpu, ':') &&
		strncmp(spec->cpu, constant, strlen(constant)) != 0)
		return "a program is told one CPU time for all items, so that "
		       "time must be constant";
	return NULL;
}
