/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The sysctls of a new network namespace. The kernel gives it the host's memory
 * limits and congestion control, and defaults for the rest.
 */
#ifndef LINK_SYSCTLS_H
#define LINK_SYSCTLS_H

enum { SYSCTLS_COPIED = 15, SYSCTL_MAX = 64 };

/* Those of TCP that an administrator may have changed; "": unknown. */
struct sysctls {
	char values[SYSCTLS_COPIED][SYSCTL_MAX];
};

/* Reads the values of the calling process's namespace. */
void sysctls_read(struct sysctls *sysctls);

/*
 * Gives the calling process's namespace those values, and keeps one trial from
 * teaching the kernel anything for the next. Returns 0, or -errno: the latter
 * is not possible, because a container may not write sysctls.
 */
int sysctls_write(const struct sysctls *sysctls);

#endif
