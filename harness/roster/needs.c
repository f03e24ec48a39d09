/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each is tried without any effect that remains. */
#include "harness/roster/needs.h"

#include <curl/curl.h>
#include <errno.h>
#include <linux/io_uring.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "harness/base/kernel.h"
#include "harness/roster/traits.h"

static int try_io_uring(void)
{
	struct io_uring_params params = {.flags = IORING_SETUP_SINGLE_ISSUER |
			IORING_SETUP_DEFER_TASKRUN};
	int ring = (int)syscall(SYS_io_uring_setup, 1, &params);

	if (ring < 0)
		return -errno;
	close(ring);
	return 0;
}

static int try_epoll_pwait2(void)
{
	return kernel_try(SYS_epoll_pwait2);
}

static const struct need {
	unsigned flag;
	struct kernel_call call;
	int (*attempt)(void);
} needs[] = {
	{FR_NEEDS_IO_URING,
		{"io_uring_setup(2)", "6.1",
			"set sysctl kernel.io_uring_disabled=0, and "},
		try_io_uring},
	{FR_NEEDS_EPOLL_PWAIT2, {"epoll_pwait2(2)", KERNEL_SINCE, ""},
		try_epoll_pwait2},
};

/*
 * Where clone3 is unknown, the C library makes threads by clone(2). A profile that
 * refuses clone3 with EPERM leaves no way to make a thread.
 */
static int check_threads(
	const struct fr_strategy *strategy, struct fr_error *err)
{
	static const struct kernel_call call = {"clone3(2)", "5.3",
		"use Docker 20.10.10 or later, whose profile suits the C "
		"library, or "};
	const struct traits *traits = traits_find(strategy->name);

	if (!traits || !(traits->needs & 1u << TRAIT_THREADS) ||
		kernel_try(SYS_clone3) != -EPERM)
		return 0;
	return kernel_refusal(err, strategy->name, &call, EPERM);
}

/* Asks the parts of libcurl for their names, and starts nothing. */
static const curl_version_info_data *ask_curl(void)
{
	return curl_version_info(CURLVERSION_NOW);
}

static int check_multiplexing(
	const struct fr_strategy *strategy, struct fr_error *err)
{
	if (!(strategy->flags & FR_MULTIPLEX) ||
		ask_curl()->features & CURL_VERSION_HTTP2)
		return 0;
	return fr_error_set(err, EXIT_INVALID,
		"%s cannot run here: libcurl %s was built without HTTP/2",
		strategy->name, ask_curl()->version);
}

/* Whether libcurl is as old as 7.88, if the strategy has it multiplex. */
static bool has_old_curl(const struct fr_strategy *strategy)
{
	enum { SINCE = 0x080000 };

	return strategy->flags & FR_MULTIPLEX &&
		ask_curl()->version_num < SINCE;
}

/* Curl pull request 10643. */
int needs_check_plain(const struct fr_strategy *strategy, struct fr_error *err)
{
	if (!has_old_curl(strategy))
		return 0;
	return fr_error_set(err, EXIT_INVALID,
		"%s cannot run here over plain HTTP: libcurl %s cannot use a "
		"connection twice that began with HTTP/2; libcurl 8.0 and "
		"later can, and any with --tls",
		strategy->name, ask_curl()->version);
}

int needs_check_resuming(
	const struct fr_strategy *strategy, struct fr_error *err)
{
	if (!has_old_curl(strategy))
		return 0;
	return fr_error_set(err, EXIT_INVALID,
		"%s cannot resume TLS sessions here: libcurl %s does not "
		"resume those of HTTP/2 on fresh connections; libcurl 8.0 and "
		"later do, and any does --tls full",
		strategy->name, ask_curl()->version);
}

int needs_check(const struct fr_strategy *strategy, struct fr_error *err)
{
	for (size_t i = 0; i < sizeof(needs) / sizeof(needs[0]); i++) {
		const struct need *need = &needs[i];
		int rc = strategy->flags & need->flag ? need->attempt() : 0;

		/* Without descriptors or memory, the call may still exist. */
		if (!rc || rc == -EMFILE || rc == -ENFILE || rc == -ENOMEM)
			continue;
		return kernel_refusal(err, strategy->name, &need->call, -rc);
	}
	if (check_threads(strategy, err) < 0)
		return -1;
	return check_multiplexing(strategy, err);
}
