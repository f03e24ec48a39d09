/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "link/drops.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "link/device.h"

int drops_open(void)
{
	int fd = open("/proc/net/dev", O_RDONLY | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

uint64_t drops_read(int fd)
{
	char text[4096];
	ssize_t length = pread(fd, text, sizeof(text) - 1, 0);
	uint64_t drops = 0;
	const char *row;

	if (length <= 0)
		return 0;
	text[length] = '\0';
	row = strstr(text, DEVICE_NAME ":");
	/* Eight numbers of reception; then bytes, packets, errors, drops. */
	if (row)
		(void)sscanf(strchr(row, ':') + 1,
			"%*u %*u %*u %*u %*u %*u %*u %*u %*u %*u %*u %" SCNu64,
			&drops);
	return drops;
}
