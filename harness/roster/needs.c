/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each is tried without any effect that remains. */
#include "harness/roster/needs.h"

#include <curl/curl.h>
#include <errno.h>
#include <linux/io_uring.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <unistd.h>

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
	static const struct timespec at_once = {0};
	struct epoll_event event;
	int set = epoll_create1(EPOLL_CLOEXEC);
	int rc = set < 0 ? -errno : 0;

	if (!rc && epoll_pwait2(set, &event, 1, &at_once, NULL) < 0)
		rc = -errno;
	if (set >= 0)
		close(set);
	return rc;
}

static const struct need {
	unsigned flag;
	const char *call, *since;
	int (*attempt)(void);
	const char *remedy; /* if the call is denied */
} needs[] = {
	{FR_NEEDS_IO_URING, "io_uring_setup(2)", "6.1", try_io_uring,
		"sysctl kernel.io_uring_disabled=0, and " NEEDS_SECCOMP_REMEDY},
	{FR_NEEDS_EPOLL_PWAIT2, "epoll_pwait2(2)", "5.11", try_epoll_pwait2,
		NEEDS_SECCOMP_REMEDY},
};

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
		return fr_error_set(err, EXIT_INVALID,
			"%s cannot run here: %s: %s; Linux %s and later have "
			"it; %s",
			strategy->name, need->call, strerror(-rc), need->since,
			need->remedy);
	}
	return check_multiplexing(strategy, err);
}
