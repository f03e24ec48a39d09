/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of facts, those of the build, and all of them as JSON. */
#include "harness/record/host.h"

#include <curl/curlver.h>
#include <fcntl.h>
#include <gnu/libc-version.h>
#include <inttypes.h>
#include <link.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "harness/base/xxh3.h"
#include "harness/record/columns.h"
#include "harness/record/host_files.h"

#ifdef __clang__
#define COMPILER __VERSION__
#else
#define COMPILER "GCC " __VERSION__
#endif

#define ROW struct host
static const struct column columns[] = {
	COLUMN(cpu_model, "", "Its name, as the kernel has it."),
	COLUMN(cpus, "CPUs", "Those this process may run on."),
	COLUMN(smt, "", "1: two threads of the CPU share a core."),
	COLUMN(cpu_governor, "", "Who chooses the first CPU's frequency."),
	COLUMN(virtual_machine, "",
		"The hypervisor's name, `unnamed`, or `none`."),
	COLUMN(container, "", "Whose container it runs in."),
	COLUMN(memory_bytes, "bytes", "All there is."),
	COLUMN(memory_available_bytes, "bytes", "What could be had."),
	COLUMN(swap_bytes, "bytes", "All there is."),
	COLUMN(swap_used_bytes, "bytes", "What is in use."),
	COLUMN(load_1m, "tasks", "Load average of a minute."),
	COLUMN(load_5m, "tasks", "Load average of 5 minutes."),
	COLUMN(load_15m, "tasks", "Load average of 15 minutes."),
	COLUMN(steal_share, "ratio",
		"CPU time since boot that the hypervisor gave to others."),
	COLUMN(cpu_pressure, "percent",
		"Time of the last 10 s in which a task waited for a CPU."),
	COLUMN(memory_pressure, "percent", "The same for memory."),
	COLUMN(io_pressure, "percent", "The same for disks."),
	COLUMN(timer_slack_ns, "ns", "How late a timer may wake a thread."),
	COLUMN(descriptors, "descriptors", "Most a process may have open."),
	COLUMN(descriptors_max, "descriptors", "To which it may raise that."),
	COLUMN(port_first, "", "First port for outgoing connections."),
	COLUMN(port_last, "", "Last port for outgoing connections."),
	COLUMN(ports_in_time_wait, "connections",
		"Closed, but holding their port for a minute."),
	COLUMN(somaxconn, "connections",
		"Most that may wait for a server to accept them."),
	COLUMN(kernel_threads, "threads", "Most that the kernel makes."),
	COLUMN(user_processes, "threads",
		"Most that this user may have; root may have more."),
	COLUMN(cgroup_pids, "threads",
		"Most that its cgroup, or one above that, may have."),
	COLUMN(openmp_threads, "threads", "OMP_THREAD_LIMIT, if that is set."),
	COLUMN(kernel, "", "Its release."),
	COLUMN(architecture, "", "As uname -m has it."),
	COLUMN(libc, "", "Version of the GNU C library in use."),
	COLUMN(libcurl, "", "Version built with, like the next two."),
	COLUMN(nghttp2, "", "HTTP/2 of the mock server."),
	COLUMN(liburing, "", "Of the strategy io-uring."),
	COLUMN(openmp, "", "The OpenMP runtime in use."),
	COLUMN(flagrace, "", "Version of this program."),
	COLUMN_AS(COLUMN_HASH, "binary_xxh3", binary_xxh3, "hex",
		.meaning = "XXH3-64 of this program's file."),
	COLUMN(compiler, "", "What it was built by."),
	COLUMN(compiler_flags, "", "And how."),
	COLUMN(sanitizers, "", "Built into it, or `none`."),
};
#undef ROW

const struct row_schema host_schema = {
	.file = "run.json",
	.row_size = sizeof(struct host),
	.columns = columns,
	.count = COLUMN_COUNT_OF(columns),
};

static void take_text(char *target, size_t size, const char *text)
{
	(void)row_text(target, size, text, strlen(text));
}

/* XXH3-64 of the program that runs. */
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

/* One library of this process; an OpenMP runtime tells its version by name. */
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
		FACT(nghttp2, BUILD_NGHTTP2),
		FACT(liburing, BUILD_LIBURING),
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

/* Of this process, whatever the root. */
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

static json_t *member_to_json(
	const struct column *column, const struct host *host)
{
	const char *member = (const char *)host + column->offset;
	char hex[20];
	uint64_t count;
	double real;

	memcpy(&count, member, sizeof(count));
	memcpy(&real, member, sizeof(real));
	switch (column->type) {
	case COLUMN_TEXT:
		return member[0] ? json_string(member) : json_null();
	case COLUMN_REAL:
		return isfinite(real) ? json_real(real) : json_null();
	case COLUMN_COUNT:
		return count == FR_UNKNOWN ? json_null()
					   : json_integer((json_int_t)count);
	case COLUMN_HASH:
		(void)snprintf(hex, sizeof(hex), "%016" PRIx64, count);
		return count == FR_UNKNOWN ? json_null() : json_string(hex);
	case COLUMN_INTEGER:
	case COLUMN_WORD:
		break;
	}
	return json_null();
}

json_t *host_to_json(const struct host *host)
{
	json_t *json = json_object();

	for (size_t i = 0; json && i < host_schema.count; i++)
		if (json_object_set_new(json, columns[i].name,
			    member_to_json(&columns[i], host))) {
			json_decref(json);
			return NULL;
		}
	return json;
}
