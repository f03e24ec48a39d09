/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/record/host.h"

#include <curl/curlver.h>
#include <gnu/libc-version.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#ifdef __clang__
#define COMPILER __VERSION__
#else
#define COMPILER "GCC " __VERSION__
#endif

/* The first line of a file that begins with key, from behind `after` on. */
static json_t *line_of(const char *path, const char *key, const char *after)
{
	FILE *file = fopen(path, "re");
	json_t *value = NULL;
	char line[512];

	while (file && !value && fgets(line, sizeof(line), file)) {
		const char *text = line;

		line[strcspn(line, "\n")] = '\0';
		if (strncmp(line, key, strlen(key)) != 0)
			continue;
		if (after && (text = strstr(line, after)))
			text += strlen(after);
		value = text ? json_string(text) : NULL;
	}
	if (file)
		(void)fclose(file);
	return value ? value : json_null();
}

static json_t *load_average(void)
{
	double load[3];

	if (getloadavg(load, 3) != 3)
		return json_null();
	return json_pack("[f, f, f]", load[0], load[1], load[2]);
}

json_t *host_facts(void)
{
	long page = sysconf(_SC_PAGESIZE), pages = sysconf(_SC_PHYS_PAGES);
	struct utsname name = {0};

	uname(&name);
	return json_pack(
		"{s:o, s:i, s:I, s:o, s:o, s:s, s:s, s:s, s:s, s:s, s:s}",
		"cpu_model", line_of("/proc/cpuinfo", "model name", ": "),
		"cpus", (int)sysconf(_SC_NPROCESSORS_ONLN), "memory_bytes",
		(json_int_t)page * pages, "cpu_governor",
		line_of("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor",
			"", NULL),
		"load_average", load_average(), "kernel", name.release,
		"architecture", name.machine, "libc", gnu_get_libc_version(),
		"libcurl", LIBCURL_VERSION, "compiler", COMPILER, "flagrace",
		FLAGRACE_VERSION);
}
