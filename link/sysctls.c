/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "link/sysctls.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char *const copied[SYSCTLS_COPIED] = {
	"core/somaxconn",
	"ipv4/ip_local_port_range",
	"ipv4/tcp_ecn",
	"ipv4/tcp_fin_timeout",
	"ipv4/tcp_max_syn_backlog",
	"ipv4/tcp_max_tw_buckets",
	"ipv4/tcp_moderate_rcvbuf",
	"ipv4/tcp_notsent_lowat",
	"ipv4/tcp_orphan_retries",
	"ipv4/tcp_recovery",
	"ipv4/tcp_sack",
	"ipv4/tcp_slow_start_after_idle",
	"ipv4/tcp_syncookies",
	"ipv4/tcp_timestamps",
	"ipv4/tcp_window_scaling",
};

static int open_sysctl(const char *name, int flags)
{
	char path[128];

	(void)snprintf(path, sizeof(path), "/proc/sys/net/%s", name);
	return open(path, flags | O_CLOEXEC);
}

static void read_value(char value[SYSCTL_MAX], const char *name)
{
	int fd = open_sysctl(name, O_RDONLY);
	ssize_t length = fd < 0 ? -1 : read(fd, value, SYSCTL_MAX - 1);

	value[length > 0 ? length : 0] = '\0';
	if (fd >= 0)
		(void)close(fd);
}

static int write_value(const char *name, const char *value)
{
	int fd = open_sysctl(name, O_WRONLY), rc = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, value, strlen(value)) < 0)
		rc = -errno;
	(void)close(fd);
	return rc;
}

void sysctls_read(struct sysctls *sysctls)
{
	for (int i = 0; i < SYSCTLS_COPIED; i++)
		read_value(sysctls->values[i], copied[i]);
}

int sysctls_write(const struct sysctls *sysctls)
{
	char group[32];

	for (int i = 0; i < SYSCTLS_COPIED; i++)
		if (sysctls->values[i][0])
			(void)write_value(copied[i], sysctls->values[i]);
	/* As on loopback, connections of the past take no port away. */
	(void)write_value("ipv4/tcp_tw_reuse", "1");
	/* No packets that no program sends. */
	(void)write_value("ipv6/conf/all/disable_ipv6", "1");
	(void)write_value("ipv6/conf/default/disable_ipv6", "1");
	/* So that an ordinary user can ping. */
	(void)snprintf(group, sizeof(group), "%u %u", (unsigned)getegid(),
		(unsigned)getegid());
	(void)write_value("ipv4/ping_group_range", group);
	return write_value("ipv4/tcp_no_metrics_save", "1");
}
