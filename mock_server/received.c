/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mock_server/received.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>

/*
 * The kernel's stamps are of CLOCK_REALTIME, which may be set at any time. A
 * larger age than this is taken for a change of the clock.
 */
#define AGE_MAX_NS 100000000

void received_stamps(int listen_fd)
{
	const int on = 1;

	(void)setsockopt(
		listen_fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on));
}

/* How long ago the stamp was taken. */
static uint64_t age_of(const struct timespec *stamp)
{
	struct timespec now;
	int64_t age;

	(void)clock_gettime(CLOCK_REALTIME, &now);
	age = (int64_t)(now.tv_sec - stamp->tv_sec) * 1000000000 +
		(now.tv_nsec - stamp->tv_nsec);
	return age < 0 || age > AGE_MAX_NS ? 0 : (uint64_t)age;
}

ssize_t received_read(int fd, void *bytes, size_t room, uint64_t *age_ns)
{
	union {
		struct cmsghdr header; /* for its alignment: cmsg(3) */
		char bytes[CMSG_SPACE(sizeof(struct timespec))];
	} control;
	struct iovec piece = {bytes, room};
	struct msghdr message = {.msg_iov = &piece,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control)};
	ssize_t n = recvmsg(fd, &message, 0);
	struct cmsghdr *header;
	struct timespec stamp;

	*age_ns = 0;
	if (n < 0)
		return -errno;
	header = CMSG_FIRSTHDR(&message);
	if (header && header->cmsg_level == SOL_SOCKET &&
		header->cmsg_type == SCM_TIMESTAMPNS) {
		memcpy(&stamp, CMSG_DATA(header), sizeof(stamp));
		*age_ns = age_of(&stamp);
	}
	return n;
}
