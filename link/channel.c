/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "link/channel.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

/* Aligned as the control message that it holds. */
union control {
	char bytes[CMSG_SPACE(CHANNEL_FDS_MAX * sizeof(int))];
	struct cmsghdr align;
};

int link_channel_send(int channel, const void *message, size_t size,
	const int *fds, size_t fd_count)
{
	union control control;
	struct iovec part = {(void *)message, size};
	struct msghdr header = {.msg_iov = &part, .msg_iovlen = 1};
	struct cmsghdr *rights = &control.align;
	ssize_t sent;

	if (fd_count) {
		memset(&control, 0, sizeof(control));
		header.msg_control = &control;
		header.msg_controllen = CMSG_SPACE(fd_count * sizeof(int));
		rights->cmsg_level = SOL_SOCKET;
		rights->cmsg_type = SCM_RIGHTS;
		rights->cmsg_len = CMSG_LEN(fd_count * sizeof(int));
		memcpy(CMSG_DATA(rights), fds, fd_count * sizeof(int));
	}
	do
		sent = sendmsg(channel, &header, MSG_NOSIGNAL);
	while (sent < 0 && errno == EINTR);
	if (sent >= 0)
		return 0;
	return errno == ECONNRESET ? -EPIPE : -errno;
}

static void take_fds(struct msghdr *header, int *fds)
{
	struct cmsghdr *rights = CMSG_FIRSTHDR(header);

	for (size_t i = 0; i < CHANNEL_FDS_MAX; i++)
		fds[i] = -1;
	if (rights && rights->cmsg_level == SOL_SOCKET &&
		rights->cmsg_type == SCM_RIGHTS)
		memcpy(fds, CMSG_DATA(rights), rights->cmsg_len - CMSG_LEN(0));
}

int link_channel_receive(int channel, void *message, size_t size, int *fds)
{
	union control control;
	struct iovec part = {message, size};
	struct msghdr header = {.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control)};
	ssize_t received;

	do
		received = recvmsg(channel, &header, MSG_CMSG_CLOEXEC);
	while (received < 0 && errno == EINTR);
	if (received < 0)
		return errno == ECONNRESET ? -EPIPE : -errno;
	if ((size_t)received != size)
		return -EPIPE;
	take_fds(&header, fds);
	return 0;
}
