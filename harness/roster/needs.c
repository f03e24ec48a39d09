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

/*
 * Before 8.0, libcurl fails the second request of a connection that began with
 * HTTP/2 (curl pull request 10643).
 */
static int check_multiplexing(
	const struct fr_strategy *strategy, struct fr_error *err)
{
	enum { SINCE = 0x080000 };
	const curl_version_info_data *curl;

	if (!(strategy->flags & FR_MULTIPLEX))
		return 0;
	/* Asks the parts of libcurl for their names, and starts nothing. */
	curl = curl_version_info(CURLVERSION_NOW);
	if (curl->features & CURL_VERSION_HTTP2 && curl->version_num >= SINCE)
		return 0;
	return fr_error_set(err, EXIT_INVALID,
		"%s cannot run here: libcurl %s %s; libcurl 8.0 and later, "
		"built with nghttp2, can",
		strategy->name, curl->version,
		curl->features & CURL_VERSION_HTTP2
			? "cannot use a connection of HTTP/2 twice"
			: "was built without HTTP/2");
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
