/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of facts, the facts about the build, and JSON. */
#include "harness/record/host.h"

#include <curl/curlver.h>
#include <fcntl.h>
#include <gnu/libc-version.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "harness/base/parts.h"
#include "harness/base/xxh3.h"
#include "harness/record/columns.h"
#include "harness/record/row_json.h"

#ifdef __clang__
#define COMPILER __VERSION__
#else
#define COMPILER "GCC " __VERSION__
#endif

#define ROW struct host
static const struct column columns[] = {
	COLUMN(cpu_model, "", "Name of the CPU, as the kernel shows it."),
	COLUMN(cpus, "CPUs", "CPUs that this process may run on."),
	COLUMN(cpu_quota, "CPUs",
		"CPU time a second that the cgroup, or one above it, allows."),
	COLUMN(smt, "", "1: a core runs two hardware threads; 0: one."),
	COLUMN(cpu_governor, "", "Frequency governor of the first CPU."),
	COLUMN(virtual_machine, "",
		"Name of the hypervisor, `unnamed`, or `none`."),
	COLUMN(container, "", "Name of the container manager."),
	COLUMN(memory_bytes, "bytes", "Size of the memory."),
	COLUMN(memory_available_bytes, "bytes",
		"Memory that can be allocated without swapping."),
	COLUMN(swap_bytes, "bytes", "Size of the swap space."),
	COLUMN(swap_used_bytes, "bytes", "Swap space in use."),
	COLUMN(load_1m, "tasks", "Load average of a minute."),
	COLUMN(load_5m, "tasks", "Load average of 5 minutes."),
	COLUMN(load_15m, "tasks", "Load average of 15 minutes."),
	COLUMN(steal_share, "ratio",
		"Share of CPU time that the hypervisor withheld since boot."),
	COLUMN(cpu_pressure, "percent",
		"Part of the last 10 s in which a task waited for a CPU."),
	COLUMN(memory_pressure, "percent", "The same for memory."),
	COLUMN(io_pressure, "percent", "The same for disks."),
	COLUMN(timer_slack_ns, "ns", "How late a timer may wake a thread up."),
	COLUMN(descriptors, "descriptors",
		"Soft limit of open descriptors of a process."),
	COLUMN(descriptors_max, "descriptors", "Hard limit of the same."),
	COLUMN(port_first, "", "First port for outgoing connections."),
	COLUMN(port_last, "", "Last port for outgoing connections."),
	COLUMN(ports_in_time_wait, "connections",
		"Closed connections that keep their ports for a minute."),
	COLUMN(somaxconn, "connections",
		"Most connections that may wait to be accepted."),
	COLUMN(kernel_threads, "threads", "Most threads on this host."),
	COLUMN(user_processes, "threads",
		"Most threads of this user; root may have more."),
	COLUMN(cgroup_pids, "threads",
		"Most threads of the cgroup or of one above it."),
	COLUMN(cgroup_memory_bytes, "bytes",
		"Most memory of the cgroup or of one above it."),
	COLUMN(address_space_bytes, "bytes",
		"Most virtual memory of a process (RLIMIT_AS)."),
	COLUMN(openmp_threads, "threads", "OMP_THREAD_LIMIT, if it is set."),
	COLUMN(kernel, "", "Release of the kernel."),
	COLUMN(architecture, "", "Machine as uname -m shows it."),
	COLUMN(libc, "", "Version of the GNU C library that is loaded."),
	COLUMN(libcurl, "", "Version of libcurl that it was built with."),
	COLUMN(nghttp2, "", "Version of libnghttp2 that it was built with."),
	COLUMN(liburing, "", "Version of liburing that it was built with."),
	COLUMN(openmp, "", "File name of the OpenMP runtime that is loaded."),
	COLUMN(flagrace, "", "Version of flagrace."),
	COLUMN_AS(COLUMN_HASH, "binary_xxh3", binary_xxh3, "hex",
		.meaning = "XXH3-64 of the executable file."),
	COLUMN(compiler, "", "Compiler of this program."),
	COLUMN(compiler_flags, "", "Options of the compiler."),
	COLUMN(sanitizers, "", "Sanitizers of this build, or `none`."),
};
const struct row_schema host_schema = SCHEMA_OF(columns, "run.json");
#undef ROW

static void take_text(char *target, size_t size, const char *text)
{
	(void)row_text(target, size, text, strlen(text));
}

/* Hashes the executable file of this process. */
static void read_binary(struct host *host)
{
	char bytes[65536];
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	XXH3_state_t *state = XXH3_createState();
	ssize_t n = -1;

	if (fd >= 0 && state && XXH3_64bits_reset(state) == XXH_OK)
		while ((n = read(fd, bytes, sizeof(bytes))) > 0)
			(void)XXH3_64bits_update(state, bytes, (size_t)n);
	if (n == 0)
		host->binary_xxh3 = XXH3_64bits_digest(state);
	if (fd >= 0)
		close(fd);
	(void)XXH3_freeState(state);
}

/*
 * Called for each loaded library. The file name of an OpenMP runtime tells its
 * version.
 */
static int look_for_openmp(struct dl_phdr_info *library, size_t size, void *ctx)
{
	struct host *host = ctx;
	const char *name = strrchr(library->dlpi_name, '/');
	char *real;

	(void)size;
	if (!name ||
		(strncmp(name, "/libgomp", 8) != 0 &&
			strncmp(name, "/libomp", 7) != 0))
		return 0;
	real = realpath(library->dlpi_name, NULL);
	if (real)
		take_text(host->openmp, sizeof(host->openmp),
			strrchr(real, '/') + 1);
	free(real);
	return 1;
}

static const char *version_of(enum part_name part)
{
	return parts[part].version ? parts[part].version : "";
}

static void read_build(struct host *host)
{
	const struct {
		char *target;
		size_t size;
		const char *text;
	} facts[] = {
#define FACT(member, text) {host->member, sizeof(host->member), text}
		FACT(libc, gnu_get_libc_version()),
		FACT(libcurl, LIBCURL_VERSION),
		FACT(nghttp2, version_of(PART_NGHTTP2)),
		FACT(liburing, version_of(PART_LIBURING)),
		FACT(flagrace, FLAGRACE_VERSION),
		FACT(compiler, COMPILER),
		FACT(compiler_flags, BUILD_FLAGS),
		FACT(sanitizers, BUILD_SANITIZERS),
#undef FACT
	};

	for (size_t i = 0; i < COLUMN_COUNT_OF(facts); i++)
		take_text(facts[i].target, facts[i].size, facts[i].text);
	(void)dl_iterate_phdr(look_for_openmp, host);
}

static void read_openmp_limit(struct host *host)
{
	const char *text = getenv("OMP_THREAD_LIMIT");
	char *end = NULL;
	unsigned long long most;

	if (!text || !*text)
		return;
	most = strtoull(text, &end, 10);
	if (most && !*end)
		host->openmp_threads = most;
}

void host_name(char *name, size_t size)
{
	struct utsname machine = {.nodename = ""};

	(void)uname(&machine);
	(void)row_text(name, size, machine.nodename, strlen(machine.nodename));
}

void host_read(struct host *host, const char *root)
{
	struct utsname name;

	row_init(&host_schema, host);
	if (uname(&name) == 0)
		take_text(host->architecture, sizeof(host->architecture),
			name.machine);
	read_build(host);
	read_binary(host);
	read_openmp_limit(host);
	host_read_files(host, root);
}

json_t *host_to_json(const struct host *host)
{
	json_t *json = row_json(&host_schema, host), *value;
	const char *name;

	json_object_foreach(json, name, value) if (json_is_string(value) &&
		!json_string_length(value))(void)
		json_object_set_new(json, name, json_null());
	return json;
}
