/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/base/files.h"

#include <errno.h>
#include <unistd.h>

int write_all(int fd, const char *bytes, size_t length)
{
	while (length) {
		ssize_t n = write(fd, bytes, length);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : -EIO;
		bytes += n;
		length -= (size_t)n;
	}
	return 0;
}
