/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/analysis/host_difference.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "harness/record/rows.h"
#include "harness/record/run_folder.h"

enum { FACT_MAX = 96 };

void difference_add(char *text, size_t size, const char *name, const char *base,
	const char *new)
{
	size_t used = strlen(text);
	int length = snprintf(text + used, size - used, "%s%s (%s, %s)",
		used ? ", " : "", name, base[0] ? base : "none",
		new[0] ? new : "none");

	if (length < 0 || (size_t)length >= size - used)
		text[used] = '\0';
}

/*
 * Reads the host object of a run.json, which the caller releases; NULL:
 * unknown. Returns 0 or -ENOMEM.
 */
static int read_host(json_t **host, const char *run_dir)
{
	json_error_t error;
	char path[4096];
	json_t *run;
	int fd;

	(void)snprintf(path, sizeof(path), "%s/run.json", run_dir);
	errno = 0;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	run = fd < 0 ? NULL : run_facts_read(fd, 0, &error);
	if (fd >= 0)
		close(fd);
	*host = json_incref(json_object_get(run, "host"));
	json_decref(run);
	/* Jansson may report a failed allocation as another error. */
	return !run && errno == ENOMEM ? -ENOMEM : 0;
}

/* Writes a fact as a text; "": the host object does not have it. */
static void tell(char fact[FACT_MAX], const json_t *host, const char *name)
{
	const json_t *value = json_object_get(host, name);
	const char *text = json_string_value(value);

	fact[0] = '\0';
	if (text)
		(void)row_text(fact, FACT_MAX, text, strlen(text));
	else if (json_is_integer(value))
		(void)snprintf(fact, FACT_MAX, "%" JSON_INTEGER_FORMAT,
			json_integer_value(value));
	else if (json_is_real(value))
		(void)snprintf(fact, FACT_MAX, "%g", json_real_value(value));
}

int host_difference(const char *const *run_dirs, char *text, size_t size)
{
	static const char *const names[] = {"cpu_model", "cpus", "cpu_quota",
		"memory_bytes", "cpu_governor", "kernel", "architecture",
		"libc", "libcurl", "compiler", "flagrace"};
	json_t *base = NULL, *new = NULL;
	int rc = read_host(&base, run_dirs[0]);
	char a[FACT_MAX], b[FACT_MAX];

	text[0] = '\0';
	if (!rc)
		rc = read_host(&new, run_dirs[1]);
	if (!rc && !base != !new)
		difference_add(text, size, "run.json", base ? "there" : "none",
			new ? "there" : "none");
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) && base && new;
		i++) {
		tell(a, base, names[i]);
		tell(b, new, names[i]);
		if (strcmp(a, b) != 0)
			difference_add(text, size, names[i], a, b);
	}
	json_decref(base);
	json_decref(new);
	return rc;
}
