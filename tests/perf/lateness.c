/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Measures how much later than asked a server answers. The client does little
 * else and never sleeps: edge-triggered epoll, answers told apart by their length
 * alone.
 *
 *   lateness PORT DELAY_MS ACTIVE SECONDS [IDLE [slow]]
 *
 * Each of the ACTIVE connections sends its next request 2 ms after its answer
 * should have come; the requests of all are spread evenly over time. If each
 * answer were followed at once by a request, a pause of the machine would bring
 * requests together that then stay together, and queue in the client from then
 * on. With SECONDS 0 every connection sends one request, as fast as possible.
 *
 * IDLE more connections are opened first and send nothing. With `slow` each of
 * them sends one byte a second of a request that never ends.
 *
 * Before the measurement each active connection sends one request, so that the
 * server has accepted it. Unless SECONDS is 0, there is then half a second of
 * requests that are not counted.
 *
 * Prints one line: requests, requests/s, then the least, p50, p99 and largest of
 * observed minus asked, in ms, from before send(2) to after the recv(2) of the
 * first byte.
 *
 * An answer is left out, and counted as blurred, if its lateness cannot be told:
 * the client itself was stopped (did not read the clock for 0.1 ms) while it sent
 * the request or when the answer was due, or it has not yet read all that came
 * while it was stopped. Requests whose time fell into a stop are not sent: to
 * send them at once afterwards would be a burst, which is SECONDS 0.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <math.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
	EVENTS_MAX = 256,
	SAMPLES_MAX = 8000000,
	ANSWER_MAX = 65536,
	STOP_NS = 100000,
	ASK_MAX = 8, /* before it looks for answers again */
	SETTLE_NS = 500000000,
};

struct client {
	int fd;
	uint64_t sent_ns;
	size_t received; /* of the answer that is coming */
	int busy;
	int blurred; /* a stop fell into the sending */
};

struct run {
	int epoll_fd;
	struct client *clients;
	size_t active, turns; /* turns to ask that have come */
	uint64_t begin_ns, end_ns, delay_ns;
	int64_t *late_ns;
	size_t samples, in_flight;
	uint64_t looked_ns;            /* last at the clock */
	uint64_t stopped_ns;           /* when the last stop ended */
	int behind;                    /* and it has yet to catch up */
	size_t stops, blurred;         /* answers a stop may have made late */
	size_t answer_length;          /* of every answer; 0: not known yet */
	int *idle;                     /* connections without a whole request */
	size_t idle_count, idle_bytes; /* bytes sent on all of them */
	int slow;
};

static const char request[] =
	"GET /flags/cn/cn.gif HTTP/1.1\r\nHost: a\r\n\r\n";

static void give_up(const char *what)
{
	perror(what);
	exit(1);
}

static uint64_t now_ns(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* As now_ns; notices when the client itself was stopped. */
static uint64_t look(struct run *run)
{
	uint64_t now = now_ns();

	if (now - run->looked_ns > STOP_NS) {
		run->stops++;
		run->stopped_ns = now;
		run->behind = 1;
	}
	return run->looked_ns = now;
}

static int connect_to(uint16_t port)
{
	const struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	const int on = 1;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 ||
		connect(fd, (const struct sockaddr *)&address, sizeof(address)))
		give_up("connect");
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	return fd;
}

static void ask(struct run *run, struct client *client)
{
	client->received = 0;
	client->busy = 1;
	client->sent_ns = look(run);
	if (send(client->fd, request, sizeof(request) - 1, MSG_NOSIGNAL) !=
		(ssize_t)sizeof(request) - 1)
		give_up("send");
	client->blurred = look(run) - client->sent_ns > STOP_NS;
	run->in_flight++;
}

/* The first answer, whole in one piece, tells the length of all. */
static size_t length_of(const char *bytes, size_t n)
{
	const char *body = memmem(bytes, n, "\r\n\r\n", 4);
	const char *length = memmem(bytes, n, "Content-Length: ", 16);

	if (!body || !length || strncmp(bytes, "HTTP/1.1 200", 12) != 0)
		give_up("the answer");
	return (size_t)(body - bytes) + 4 + strtoul(length + 16, NULL, 10);
}

/* Takes down how late an answer was, unless a stop of ours was in it. */
static void note(struct run *run, const struct client *client, uint64_t now)
{
	uint64_t due_ns = client->sent_ns + run->delay_ns;

	if (client->blurred || run->behind || run->stopped_ns > due_ns)
		run->blurred++;
	else if (run->samples < SAMPLES_MAX)
		run->late_ns[run->samples++] = (int64_t)(now - due_ns);
}

static void read_answer(struct run *run, struct client *client)
{
	static char bytes[ANSWER_MAX];
	ssize_t n = recv(client->fd, bytes, sizeof(bytes), MSG_DONTWAIT);
	uint64_t now = look(run);

	if (n < 0 && errno == EAGAIN)
		return;
	if (n <= 0)
		give_up("recv");
	if (!run->answer_length)
		run->answer_length = length_of(bytes, (size_t)n);
	if (!client->received)
		note(run, client, now);
	client->received += (size_t)n;
	if (client->received < run->answer_length)
		return;
	run->in_flight--;
	client->busy = 0;
}

/* Whether there are turns left, after taking some of those that are due. */
static int take_turns(struct run *run)
{
	const uint64_t period_ns = run->delay_ns + 2000000u;

	for (int asked = 0; asked < ASK_MAX; run->turns++) {
		struct client *client = &run->clients[run->turns % run->active];
		uint64_t due_ns =
			run->begin_ns + period_ns * run->turns / run->active;

		if (run->end_ns == run->begin_ns) {
			if (run->turns == run->active)
				return 0;
		} else if (due_ns >= run->end_ns) {
			return 0;
		} else if (due_ns > look(run)) {
			return 1;
		} else if (due_ns < run->stopped_ns) {
			continue;
		}
		/* One whose answer is late that long loses its turn. */
		if (!client->busy) {
			ask(run, client);
			asked++;
		}
	}
	return 1;
}

/* One byte a second on each idle connection, spread evenly over all. */
static void trickle(struct run *run)
{
	static const char head[] = "GET /";
	uint64_t due =
		(now_ns() - run->begin_ns) * run->idle_count / 1000000000u;

	for (; run->slow && run->idle_bytes < due; run->idle_bytes++) {
		size_t at = run->idle_bytes / run->idle_count;
		int fd = run->idle[run->idle_bytes % run->idle_count];

		/* The server may have had enough of it. */
		(void)send(fd, at < sizeof(head) - 1 ? &head[at] : "a", 1,
			MSG_NOSIGNAL | MSG_DONTWAIT);
	}
}

static void work(struct run *run)
{
	struct epoll_event events[EVENTS_MAX];

	while (take_turns(run) || run->in_flight) {
		int n = epoll_wait(run->epoll_fd, events, EVENTS_MAX, 0);

		for (int i = 0; i < n; i++)
			read_answer(run, events[i].data.ptr);
		if (!n)
			run->behind = 0;
		trickle(run);
		(void)look(run);
	}
}

static int compare(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* Of the i-th sample in order; no number if there is none at all. */
static double late_ms(const struct run *run, size_t i)
{
	return run->samples ? (double)run->late_ns[i] / 1e6 : NAN;
}

static void report(struct run *run)
{
	size_t n = run->samples;
	double seconds = (double)(now_ns() - run->begin_ns) / 1e9;

	qsort(run->late_ns, n, sizeof(*run->late_ns), compare);
	printf("%zu requests %.0f/s late min %.3f p50 %.3f p99 %.3f max %.3f "
	       "blurred %zu stops %zu\n",
		n, (double)n / seconds, late_ms(run, 0), late_ms(run, n / 2),
		late_ms(run, n * 99 / 100), late_ms(run, n - 1), run->blurred,
		run->stops);
	(void)fflush(stdout);
}

static void open_clients(struct run *run, uint16_t port)
{
	for (size_t i = 0; i < run->idle_count; i++)
		run->idle[i] = connect_to(port);
	for (size_t i = 0; i < run->active; i++) {
		struct client *client = &run->clients[i];
		struct epoll_event event = {
			.events = EPOLLIN | EPOLLET, .data.ptr = client};

		client->fd = connect_to(port);
		if (epoll_ctl(run->epoll_fd, EPOLL_CTL_ADD, client->fd, &event))
			give_up("epoll_ctl");
	}
}

/* 0: one request of each. */
static void run_for(struct run *run, uint64_t duration_ns)
{
	run->turns = 0;
	run->behind = 0;
	run->begin_ns = run->looked_ns = now_ns();
	run->end_ns = run->begin_ns + duration_ns;
	work(run);
}

int main(int argc, char **argv)
{
	struct rlimit files;
	struct run run = {.epoll_fd = epoll_create1(EPOLL_CLOEXEC)};
	uint64_t duration_ns;

	if (argc < 5)
		return 2;
	(void)getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = files.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &files);
	run.delay_ns = strtoull(argv[2], NULL, 10) * 1000000u;
	run.active = strtoul(argv[3], NULL, 10);
	run.clients = calloc(run.active, sizeof(*run.clients));
	run.late_ns = calloc(SAMPLES_MAX, sizeof(*run.late_ns));
	run.idle_count = argc > 5 ? strtoul(argv[5], NULL, 10) : 0;
	run.idle = calloc(run.idle_count + 1, sizeof(*run.idle));
	run.slow = argc > 6;
	if (!run.clients || !run.late_ns || !run.idle)
		give_up("calloc");
	open_clients(&run, (uint16_t)atoi(argv[1]));
	run_for(&run, 0);
	duration_ns = strtoull(argv[4], NULL, 10) * 1000000000u;
	if (duration_ns)
		run_for(&run, SETTLE_NS);
	run.samples = run.stops = run.blurred = 0;
	run_for(&run, duration_ns);
	report(&run);
	free(run.idle);
	free(run.clients);
	free(run.late_ns);
	return 0;
}
