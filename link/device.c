/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "link/device.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "link/refusal.h"

#define MASK "255.255.255.252"
/*
 * Packets that wait for the relay, in the device: more than a sender makes
 * while the relay has to wait for a CPU.
 */
enum { DEVICE_QUEUE = 20000 };

static struct ifreq request(const char *name)
{
	struct ifreq request;

	memset(&request, 0, sizeof(request));
	memcpy(request.ifr_name, name, strlen(name));
	return request;
}

static int set_address(int fd, unsigned long what, const char *text)
{
	struct ifreq ifr = request(DEVICE_NAME);
	struct sockaddr_in address = {.sin_family = AF_INET};

	(void)inet_pton(AF_INET, text, &address.sin_addr);
	memcpy(&ifr.ifr_addr, &address, sizeof(address));
	return ioctl(fd, what, &ifr);
}

static int set_mtu(int fd)
{
	struct ifreq ifr = request(DEVICE_NAME);

	ifr.ifr_mtu = LINK_MTU;
	return ioctl(fd, SIOCSIFMTU, &ifr);
}

/* The ioctl for it asks for a privilege on the host. */
struct queue_request {
	struct nlmsghdr header;
	struct ifinfomsg info;
	struct rtattr attribute;
	uint32_t length;
};

static int set_queue(void)
{
	struct queue_request ask = {
		.header = {.nlmsg_len = sizeof(ask),
			.nlmsg_type = RTM_SETLINK,
			.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK},
		.info = {.ifi_family = AF_UNSPEC,
			.ifi_index = (int)if_nametoindex(DEVICE_NAME)},
		.attribute = {.rta_len = RTA_LENGTH(sizeof(uint32_t)),
			.rta_type = IFLA_TXQLEN},
		.length = DEVICE_QUEUE,
	};
	struct {
		struct nlmsghdr header;
		struct nlmsgerr error;
		char request[256];
	} answer = {.error = {.error = -EIO}};
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	bool answered = fd >= 0 && send(fd, &ask, sizeof(ask), 0) >= 0 &&
		recv(fd, &answer, sizeof(answer), 0) >= 0;

	if (answered)
		errno = -answer.error.error;
	if (fd >= 0)
		(void)close(fd);
	return answered && !answer.error.error ? 0 : -1;
}

static int bring_up(int fd, const char *name)
{
	struct ifreq ifr = request(name);

	ifr.ifr_flags = IFF_UP | IFF_RUNNING;
	return ioctl(fd, SIOCSIFFLAGS, &ifr);
}

/* By a socket of the namespace. Returns 0, or -1 with errno. */
static int configure(int fd, const char *address)
{
	if (set_mtu(fd) || set_queue() ||
		set_address(fd, SIOCSIFADDR, address) ||
		set_address(fd, SIOCSIFNETMASK, MASK) ||
		bring_up(fd, DEVICE_NAME) || bring_up(fd, "lo"))
		return -1;
	return 0;
}

static int open_tun(int *out, struct link_error *err)
{
	struct ifreq ifr = request(DEVICE_NAME);
	int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK), rc = 0;

	if (fd < 0)
		return refuse_tun(err, -errno);
	ifr.ifr_flags = IFF_TUN | IFF_NO_PI;
	if (ioctl(fd, TUNSETIFF, &ifr)) {
		rc = refuse_device(err, -errno);
		(void)close(fd);
		return rc;
	}
	*out = fd;
	return 0;
}

int device_open(int *out, const char *address, struct link_error *err)
{
	int rc, fd;

	rc = open_tun(out, err);
	if (rc)
		return rc;
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || configure(fd, address)) {
		rc = refuse_device(err, -errno);
		(void)close(*out);
	}
	if (fd >= 0)
		(void)close(fd);
	return rc;
}
