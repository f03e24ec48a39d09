/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How much a relay holds on this machine. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "link/error.h"
#include "link/link.h"

#define NS_PER_S UINT64_C(1000000000)
enum {
	MEASURED_NS = 200000000,
	HEADERS = 28,
	PORT_DISCARDED = 9,
	PAYLOAD = LINK_MTU - HEADERS,
	AT_ONCE = 44, /* 64 kB, the most that udp(7) divides */
};

static uint64_t clock_now_ns(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * NS_PER_S + (uint64_t)now.tv_nsec;
}

/* Sends full packets into the link, as many as it can. */
static _Noreturn void flood(const struct link *link)
{
	static const char payload[PAYLOAD * AT_ONCE];
	struct sockaddr_in to = {
		.sin_family = AF_INET, .sin_port = htons(PORT_DISCARDED)};
	uint64_t end_ns = clock_now_ns() + MEASURED_NS;
	int on = 1, segment = PAYLOAD, fd;

	if (link_enter(link))
		_exit(1);
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	(void)setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &on, sizeof(on));
	(void)setsockopt(
		fd, IPPROTO_UDP, UDP_SEGMENT, &segment, sizeof(segment));
	(void)inet_pton(AF_INET, LINK_BROADCAST_ADDRESS, &to.sin_addr);
	while (clock_now_ns() < end_ns)
		(void)sendto(fd, payload, sizeof(payload), 0,
			(const struct sockaddr *)&to, sizeof(to));
	_exit(0);
}

/* Returns what link_read does. */
static int read_speed(
	struct link *link, uint64_t took_ns, struct link_speed *speed)
{
	struct link_account account;
	const struct link_counts *up = &account.way[LINK_UP];
	int rc = link_read(link, &account);

	if (rc)
		return rc;
	speed->packets_per_s = up->packets * NS_PER_S / took_ns;
	speed->bits_per_s = up->bytes * 8 * NS_PER_S / took_ns;
	return 0;
}

int link_measure(struct link_speed *speed, struct link_error *err)
{
	struct link *link;
	uint64_t begin_ns;
	pid_t sender;
	int rc = link_open(&link, err);

	if (rc)
		return rc;
	begin_ns = clock_now_ns();
	sender = fork();
	if (sender == 0)
		flood(link);
	rc = sender < 0 ? -errno : 0;
	while (!rc && waitpid(sender, NULL, 0) < 0 && errno == EINTR)
		;
	if (!rc)
		rc = read_speed(link, clock_now_ns() - begin_ns, speed);
	link_close(link);
	if (rc)
		(void)link_error_set(
			err, rc, "cannot measure a link: %s", strerror(-rc));
	return rc;
}
