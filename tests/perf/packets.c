/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Measures how fast packets are carried from one namespace to the other, and
 * how late they are.
 *
 *   packets relay|bare RATE MS DELAY_MS
 *
 * A process in the near namespace sends RATE datagrams of 100 bytes a second
 * (0: as many as it can) for MS ms, on another CPU if there is one. `relay` is a
 * link of this project; `bare` is a loop that does nothing but read, wait and
 * write, in order. Prints one line: packets/s, CPU time of the carrier per
 * packet in us, p99 and maximum of the lateness in ms.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/udp.h>
#include <poll.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "link/box.h"
#include "link/lateness.h"
#include "link/link.h"
#include "link/sched.h"

#define NS_PER_S UINT64_C(1000000000)
enum { PAYLOAD = 72, RING = 1 << 14, AT_ONCE = 64, SKIPPED = 77 };

struct load {
	uint64_t rate, ns, delay_ns;
};

/* What was measured. */
struct figures {
	uint64_t packets, cpu_ns, late_p99_ns, late_max_ns;
};

static uint64_t read_ns(clockid_t clock)
{
	struct timespec now;

	(void)clock_gettime(clock, &now);
	return (uint64_t)now.tv_sec * NS_PER_S + (uint64_t)now.tv_nsec;
}

static void use_cpu(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET((size_t)cpu, &set);
	/* With a single CPU both share it. */
	(void)sched_setaffinity(0, sizeof(set), &set);
}

static void sleep_until(uint64_t ns)
{
	const struct timespec when = {
		(time_t)(ns / NS_PER_S), (long)(ns % NS_PER_S)};

	(void)clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &when, NULL);
}

/* The life of the sender, in the near namespace. */
static _Noreturn void send_all(const struct load *load)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(9)};
	/* A flood comes in bursts, which the kernel divides, as TCP's do. */
	static const char payload[PAYLOAD * AT_ONCE];
	size_t bytes = load->rate ? PAYLOAD : sizeof(payload);
	int fd = socket(AF_INET, SOCK_DGRAM, 0), on = 1, segment = PAYLOAD;
	uint64_t begin_ns = read_ns(CLOCK_MONOTONIC), now_ns = begin_ns;

	use_cpu(1);
	(void)prctl(PR_SET_TIMERSLACK, 1UL);
	(void)setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &on, sizeof(on));
	(void)setsockopt(
		fd, IPPROTO_UDP, UDP_SEGMENT, &segment, sizeof(segment));
	(void)inet_pton(AF_INET, LINK_BROADCAST_ADDRESS, &to.sin_addr);
	for (uint64_t sent = 0; now_ns < begin_ns + load->ns; sent++) {
		if (load->rate)
			sleep_until(begin_ns + sent * NS_PER_S / load->rate);
		(void)sendto(fd, payload, bytes, 0,
			(const struct sockaddr *)&to, sizeof(to));
		now_ns = read_ns(CLOCK_MONOTONIC);
	}
	_exit(0);
}

static int measure_relay(struct figures *figures, const struct load *load)
{
	struct link *link;
	struct link_error err = {""};
	struct link_spec spec = {.way[LINK_UP].delay_ns = load->delay_ns};
	struct link_account account = {0};
	const struct link_counts *up = &account.way[LINK_UP];
	pid_t pid;

	use_cpu(0);
	if (link_open(&link, &err)) {
		fprintf(stderr, "skipped: %s\n", err.text);
		return SKIPPED;
	}
	(void)link_reset(link, &spec, 1);
	pid = fork();
	if (pid == 0) {
		if (link_enter(link))
			_exit(1);
		send_all(load);
	}
	(void)waitpid(pid, NULL, 0);
	(void)link_read(link, &account);
	*figures = (struct figures){
		up->packets, account.cpu_ns, up->late_p99_ns, up->late_max_ns};
	link_close(link);
	return 0;
}

/* The bare loop: packets in the order in which they came. */
struct bare {
	int from, to;
	uint64_t delay_ns;
	size_t first, count;
	uint64_t due_ns[RING];
	uint16_t bytes[RING];
	char packets[RING][LINK_MTU];
	struct lateness lateness;
};

static bool bare_read(struct bare *bare)
{
	size_t at = (bare->first + bare->count) % RING;
	ssize_t n = bare->count == RING
		? -1
		: read(bare->from, bare->packets[at], LINK_MTU);

	if (n <= 0)
		return false;
	bare->bytes[at] = (uint16_t)n;
	bare->due_ns[at] = read_ns(CLOCK_MONOTONIC) + bare->delay_ns;
	bare->count++;
	return true;
}

static void bare_write(struct bare *bare)
{
	uint64_t now_ns = read_ns(CLOCK_MONOTONIC);

	while (bare->count && bare->due_ns[bare->first] <= now_ns) {
		size_t at = bare->first;

		(void)!write(bare->to, bare->packets[at], bare->bytes[at]);
		now_ns = read_ns(CLOCK_MONOTONIC);
		lateness_add(&bare->lateness, now_ns - bare->due_ns[at]);
		bare->first = (at + 1) % RING;
		bare->count--;
	}
}

static void bare_wait(const struct bare *bare)
{
	struct pollfd from = {.fd = bare->from, .events = POLLIN};
	/* Looks at the sender now and then. */
	uint64_t ns = NS_PER_S / 100, now_ns = read_ns(CLOCK_MONOTONIC);
	struct timespec timeout;

	if (bare->count)
		ns = bare->due_ns[bare->first] > now_ns
			? bare->due_ns[bare->first] - now_ns
			: 0;
	timeout = (struct timespec){
		(time_t)(ns / NS_PER_S), (long)(ns % NS_PER_S)};
	(void)ppoll(&from, 1, &timeout, NULL);
}

static int measure_bare(struct figures *figures, const struct load *load)
{
	struct bare *bare = calloc(1, sizeof(*bare));
	struct link_error err = {""};
	struct box box;
	uint64_t cpu_ns;
	pid_t pid;

	if (!bare || box_make(&box, &err)) {
		fprintf(stderr, "skipped: %s\n", err.text);
		return SKIPPED;
	}
	use_cpu(0);
	pid = fork();
	if (pid == 0) {
		if (box_enter(-1, box.near))
			_exit(1);
		send_all(load);
	}
	sched_wake_soon();
	bare->from = box.tun[LINK_UP];
	bare->to = box.tun[LINK_DOWN];
	bare->delay_ns = load->delay_ns;
	cpu_ns = read_ns(CLOCK_PROCESS_CPUTIME_ID);
	while (waitpid(pid, NULL, WNOHANG) != pid) {
		for (int i = 0; i < AT_ONCE && bare_read(bare); i++)
			;
		bare_write(bare);
		bare_wait(bare);
	}
	*figures = (struct figures){bare->lateness.count,
		read_ns(CLOCK_PROCESS_CPUTIME_ID) - cpu_ns,
		lateness_quantile(&bare->lateness, 0.99),
		bare->lateness.max_ns};
	free(bare);
	return 0;
}

int main(int argc, char **argv)
{
	struct figures figures = {0};
	struct load load;
	int rc;

	if (argc != 5)
		return 2;
	load = (struct load){strtoull(argv[2], NULL, 10),
		strtoull(argv[3], NULL, 10) * 1000000,
		strtoull(argv[4], NULL, 10) * 1000000};
	rc = strcmp(argv[1], "bare") == 0 ? measure_bare(&figures, &load)
					  : measure_relay(&figures, &load);
	if (rc)
		return rc;
	printf("%.0f %.3f %.3f %.3f\n",
		(double)figures.packets * 1e9 / (double)load.ns,
		(double)figures.cpu_ns / 1e3 /
			(double)(figures.packets ? figures.packets : 1),
		(double)figures.late_p99_ns / 1e6,
		(double)figures.late_max_ns / 1e6);
	return 0;
}
