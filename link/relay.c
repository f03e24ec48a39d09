/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "link/relay.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "link/box.h"
#include "link/channel.h"
#include "link/drops.h"
#include "link/error.h"
#include "link/road.h"
#include "link/sched.h"

#define NS_PER_S 1000000000u

/* What epoll watches: the ways, and these. */
enum { SOURCE_TIMER = LINK_WAYS, SOURCE_CHANNEL /* and its descriptor */ };

struct relay {
	const struct box *box;
	pid_t parent;
	int channel; /* the first one: the relay ends with it */
	int epoll, timer;
	uint16_t port;       /* of the last socket that listens; 0: none */
	int schedstat;       /* -1: this kernel has none */
	uint64_t waited_ns;  /* for a CPU, so far */
	uint64_t expires_ns; /* the timer; 0: it has expired */
	uint64_t waking_ns;  /* the mean time from that to waking up */
	uint64_t woken_ns;   /* when the relay last woke up */
	uint64_t cpu_ns;     /* of the process at the last reset */
	/* As drops.h has them, and what they had dropped by the last reset. */
	int drops[LINK_WAYS];
	uint64_t dropped[LINK_WAYS];
	struct road road[LINK_WAYS];
};

static uint64_t clock_now_ns(clockid_t clock)
{
	struct timespec now;

	(void)clock_gettime(clock, &now);
	return (uint64_t)now.tv_sec * NS_PER_S + (uint64_t)now.tv_nsec;
}

static void reset(
	struct relay *relay, const struct link_spec *spec, uint64_t seed)
{
	for (int i = 0; i < LINK_WAYS; i++) {
		road_reset(&relay->road[i], spec, seed);
		relay->dropped[i] = drops_read(relay->drops[i]);
	}
	relay->cpu_ns = clock_now_ns(CLOCK_PROCESS_CPUTIME_ID);
}

static void read_account(
	const struct relay *relay, struct link_account *account)
{
	for (int i = 0; i < LINK_WAYS; i++) {
		account->way[i] = account_read(&relay->road[i].account);
		account->way[i].overrun +=
			drops_read(relay->drops[i]) - relay->dropped[i];
	}
	account->cpu_ns =
		clock_now_ns(CLOCK_PROCESS_CPUTIME_ID) - relay->cpu_ns;
}

/* Returns a socket that listens in the far namespace, or -errno. */
static int listen_far(uint16_t *port, int backlog)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET, .sin_port = htons(*port)};
	socklen_t size = sizeof(address);
	int on = 1, rc;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return -errno;
	(void)inet_pton(AF_INET, LINK_SERVER_ADDRESS, &address.sin_addr);
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, (struct sockaddr *)&address, size) ||
		listen(fd, backlog) ||
		getsockname(fd, (struct sockaddr *)&address, &size)) {
		rc = -errno;
		(void)close(fd);
		return rc;
	}
	*port = ntohs(address.sin_port);
	return fd;
}

static int watch(struct relay *relay, int fd, uint32_t source, uint32_t events)
{
	struct epoll_event event = {.events = events, .data.u32 = source};

	return epoll_ctl(relay->epoll, EPOLL_CTL_ADD, fd, &event) ? -errno : 0;
}

static int watch_channel(struct relay *relay, int channel)
{
	return watch(
		relay, channel, SOURCE_CHANNEL + (uint32_t)channel, EPOLLIN);
}

/* The first reply on a channel. */
static int greet(const struct relay *relay, int channel)
{
	const struct box *box = relay->box;
	const struct reply first = {.port = relay->port};
	const int fds[] = {box->near, box->netstat[LINK_UP],
		box->netstat[LINK_DOWN], box->user};

	return link_channel_send(
		channel, &first, sizeof(first), fds, box->user >= 0 ? 4 : 3);
}

/* Returns the other end of a new channel, or -errno. */
static int share(struct relay *relay)
{
	int pair[2], rc;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		return -errno;
	rc = greet(relay, pair[0]);
	if (!rc)
		rc = watch_channel(relay, pair[0]);
	if (!rc)
		return pair[1];
	(void)close(pair[0]);
	(void)close(pair[1]);
	return rc;
}

/* Answers a request. Returns 0, or -errno: the channel has ended. */
static int serve(struct relay *relay, int channel)
{
	struct request request = {0};
	struct reply reply = {0};
	int fds[CHANNEL_FDS_MAX], fd = -1, rc;

	rc = link_channel_receive(channel, &request, sizeof(request), fds);
	if (rc)
		return rc;
	switch (request.kind) {
	case REQUEST_RESET:
		reset(relay, &request.spec, request.seed);
		break;
	case REQUEST_READ:
		read_account(relay, &reply.account);
		break;
	case REQUEST_LISTEN:
		fd = listen_far(&request.port, request.backlog);
		reply.port = relay->port = request.port;
		reply.rc = fd < 0 ? fd : 0;
		break;
	case REQUEST_SHARE:
		fd = share(relay);
		reply.rc = fd < 0 ? fd : 0;
		break;
	}
	rc = link_channel_send(
		channel, &reply, sizeof(reply), &fd, fd >= 0 ? 1 : 0);
	if (fd >= 0)
		(void)close(fd);
	return rc;
}

/*
 * Sets the timer for the first packet that is due, earlier by as long as the
 * relay takes to wake up.
 */
static void arm(struct relay *relay)
{
	uint64_t up_ns = road_due_ns(&relay->road[LINK_UP]);
	uint64_t down_ns = road_due_ns(&relay->road[LINK_DOWN]);
	uint64_t due_ns = up_ns < down_ns ? up_ns : down_ns;
	uint64_t at_ns = due_ns - relay->waking_ns;
	struct itimerspec when;

	/* Without packets the timer may expire once in vain. */
	if (due_ns == UINT64_MAX || at_ns == relay->expires_ns)
		return;
	when = (struct itimerspec){.it_value = {(time_t)(at_ns / NS_PER_S),
					   (long)(at_ns % NS_PER_S)}};
	(void)timerfd_settime(relay->timer, TFD_TIMER_ABSTIME, &when, NULL);
	relay->expires_ns = at_ns;
}

/*
 * How long the relay has waited for a CPU since the last call: packets that
 * arrived meanwhile were not read, and a TUN device does not stamp them. The
 * second number of /proc/PID/schedstat, sched-stats.rst; 0 if it is unknown, or
 * too short to matter.
 */
static uint64_t wait_for_cpu_ns(struct relay *relay)
{
	enum { SHORT_NS = 20000 };
	char text[64], *second;
	uint64_t before_ns = relay->waited_ns, woken_ns = relay->woken_ns;
	ssize_t length;

	relay->woken_ns = clock_now_ns(CLOCK_MONOTONIC);
	if (relay->schedstat < 0 || relay->woken_ns - woken_ns < SHORT_NS)
		return 0;
	length = pread(relay->schedstat, text, sizeof(text) - 1, 0);
	if (length <= 0)
		return 0;
	text[length] = '\0';
	second = strchr(text, ' ');
	if (second)
		relay->waited_ns = strtoull(second, NULL, 10);
	return relay->waited_ns - before_ns;
}

/* The timer has expired: updates the mean of how long it takes to wake up. */
static void note_waking(struct relay *relay)
{
	enum { LONGEST_NS = 100000, SHARE = 16 };
	uint64_t took_ns = relay->woken_ns - relay->expires_ns;

	if (took_ns > LONGEST_NS)
		took_ns = LONGEST_NS;
	relay->waking_ns = (relay->waking_ns * (SHARE - 1) + took_ns) / SHARE;
	relay->expires_ns = 0;
}

/* Returns 0, or -errno: the relay has to end. */
static int heed(
	struct relay *relay, uint32_t source, const struct road_wait *wait)
{
	int channel = (int)source - SOURCE_CHANNEL, rc;

	if (source < LINK_WAYS)
		return road_take_in(&relay->road[source], wait);
	if (source == SOURCE_TIMER) {
		note_waking(relay);
		return 0;
	}
	rc = serve(relay, channel);
	if (!rc || channel == relay->channel)
		return rc;
	(void)close(channel);
	return 0;
}

/*
 * How long packets that woke the relay up have waited. They wake it as its timer
 * does, unless it was awake.
 */
static struct road_wait wait_of(struct relay *relay, uint64_t asleep_ns)
{
	uint64_t all_ns = wait_for_cpu_ns(relay);
	uint64_t slept_ns = relay->woken_ns - asleep_ns;
	uint64_t usual_ns =
		relay->waking_ns < slept_ns ? relay->waking_ns : slept_ns;

	return (struct road_wait){.usual_ns = usual_ns,
		.more_ns = all_ns > usual_ns ? all_ns - usual_ns : 0};
}

static void carry(struct relay *relay)
{
	enum { EVENTS = 8 };
	struct epoll_event events[EVENTS];

	for (;;) {
		uint64_t asleep_ns = clock_now_ns(CLOCK_MONOTONIC);
		int count = epoll_wait(relay->epoll, events, EVENTS, -1);
		struct road_wait wait;

		if (count < 0 && (errno != EINTR || getppid() != relay->parent))
			return;
		wait = wait_of(relay, asleep_ns);
		for (int i = 0; i < count; i++)
			if (heed(relay, events[i].data.u32, &wait))
				return;
		for (int i = 0; i < LINK_WAYS; i++)
			road_hand_on(&relay->road[i]);
		arm(relay);
	}
}

static int prepare(struct relay *relay)
{
	const struct box *box = relay->box;
	const struct link_spec none = {0};
	int rc = 0;

	relay->epoll = epoll_create1(EPOLL_CLOEXEC);
	relay->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
	if (relay->epoll < 0 || relay->timer < 0)
		return -errno;
	relay->schedstat = open("/proc/self/schedstat", O_RDONLY | O_CLOEXEC);
	(void)wait_for_cpu_ns(relay);
	for (int i = 0; i < LINK_WAYS && !rc; i++) {
		relay->drops[i] = box->drops[i];
		rc = road_init(&relay->road[i], (enum link_way)i, box->tun[i],
			box->tun[!i]);
		if (!rc)
			rc = watch(relay, box->tun[i], (uint32_t)i, EPOLLIN);
	}
	if (!rc)
		rc = watch_channel(relay, relay->channel);
	/* Edges, because nobody reads the timer. */
	if (!rc)
		rc = watch(
			relay, relay->timer, SOURCE_TIMER, EPOLLIN | EPOLLET);
	reset(relay, &none, 0);
	return rc;
}

/* Keeps the channel, and standard error for a sanitizer. Returns the channel. */
static int shed(int channel)
{
	enum { KEPT = STDERR_FILENO + 1 };
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	(void)dup2(channel, KEPT);
	(void)dup2(null, STDIN_FILENO);
	(void)dup2(null, STDOUT_FILENO);
	(void)close_range(KEPT + 1, ~0U, 0);
	return KEPT;
}

static void wake(int signal)
{
	(void)signal;
}

/* Ends with the parent, and not with the terminal's process group. */
static void attach(pid_t parent)
{
	const struct sigaction action = {.sa_handler = wake};

	(void)setpgid(0, 0);
	/* Interrupts epoll_wait(2). */
	(void)sigaction(SIGUSR1, &action, NULL);
	/* Here, since a change of credentials takes it back. */
	(void)prctl(PR_SET_PDEATHSIG, SIGUSR1);
	if (getppid() != parent)
		_exit(1);
}

_Noreturn void relay_live(int channel, pid_t parent)
{
	struct box box = {-1, -1, {-1, -1}, {-1, -1}, {-1, -1}};
	struct reply first = {0};
	struct relay relay = {
		.box = &box, .parent = parent, .channel = shed(channel)};

	attach(parent);
	first.rc = box_make(&box, &first.err);
	if (first.rc == 0) {
		attach(parent);
		first.rc = prepare(&relay);
		if (first.rc)
			(void)link_error_set(&first.err, first.rc,
				"no link: %s", strerror(-first.rc));
	}
	if (first.rc) {
		(void)link_channel_send(
			relay.channel, &first, sizeof(first), NULL, 0);
		_exit(1);
	}
	sched_wake_soon();
	if (greet(&relay, relay.channel) == 0)
		carry(&relay);
	/* The owner may have been killed, with all that would do this. */
	box_clear(box.near);
	_exit(0);
}
