/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "link/refusal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "link/error.h"

/* Whether a file of /proc/sys holds this number. */
static bool sysctl_is(const char *name, long number)
{
	char path[128];
	long found = number - 1;
	FILE *file;

	(void)snprintf(path, sizeof(path), "/proc/sys/%s", name);
	file = fopen(path, "re");
	if (!file)
		return false;
	if (fscanf(file, "%ld", &found) != 1)
		found = number - 1;
	(void)fclose(file);
	return found == number;
}

int refuse_tun(struct link_error *err, int code)
{
	if (code == -EACCES || code == -EPERM)
		return link_error_set(err, code,
			"no link: may not open /dev/net/tun (%s); as root: "
			"chmod 0666 /dev/net/tun (each TUN device is still "
			"guarded); in a container: --device /dev/net/tun",
			strerror(-code));
	return link_error_set(err, code,
		"no link: cannot open /dev/net/tun (%s); as root: modprobe "
		"tun; in a container: --device /dev/net/tun",
		strerror(-code));
}

static bool apparmor_refuses(void)
{
	return sysctl_is("kernel/apparmor_restrict_unprivileged_userns", 1);
}

#define APPARMOR_REMEDY                                               \
	"AppArmor restricts user namespaces: run as root, or sysctl " \
	"kernel.apparmor_restrict_unprivileged_userns=0"

int refuse_device(struct link_error *err, int code)
{
	bool apparmor =
		(code == -EPERM || code == -EACCES) && apparmor_refuses();

	return link_error_set(err, code,
		"no link: cannot make a TUN device in a namespace (%s); %s",
		strerror(-code),
		apparmor ? APPARMOR_REMEDY
			 : "in a container: --cap-add NET_ADMIN --device "
			   "/dev/net/tun");
}

int refuse_sysctls(struct link_error *err, int code)
{
	return link_error_set(err, code,
		"no link: cannot set net.ipv4.tcp_no_metrics_save in a "
		"namespace (%s), without which TCP would remember earlier "
		"trials; in a container: --security-opt "
		"systempaths=unconfined",
		strerror(-code));
}

static const char *namespaces_remedy(int code)
{
	if (sysctl_is("kernel/unprivileged_userns_clone", 0))
		return "run as root, or sysctl "
		       "kernel.unprivileged_userns_clone=1";
	if (sysctl_is("user/max_user_namespaces", 0))
		return "run as root, or sysctl user.max_user_namespaces=10000";
	if (sysctl_is("user/max_net_namespaces", 0))
		return "sysctl user.max_net_namespaces=10000";
	if (code == -ENOSPC || code == -EUSERS)
		return "there are too many: see sysctl "
		       "user.max_user_namespaces and "
		       "user.max_net_namespaces";
	if (apparmor_refuses())
		return APPARMOR_REMEDY;
	if (code == -EINVAL || code == -ENOSYS)
		return "the kernel needs CONFIG_NET_NS and CONFIG_USER_NS, or "
		       "root";
	return "run as root; in a container: --privileged, or --cap-add "
	       "SYS_ADMIN --cap-add NET_ADMIN --security-opt "
	       "seccomp=unconfined --security-opt systempaths=unconfined "
	       "--device /dev/net/tun";
}

int refuse_namespaces(struct link_error *err, int code)
{
	return link_error_set(err, code,
		"no link: may not make network namespaces (%s); %s",
		strerror(-code), namespaces_remedy(code));
}
