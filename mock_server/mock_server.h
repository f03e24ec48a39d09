/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A local HTTP server that answers national flags as late as it is told, fails
 * as it is told, and keeps its own record of what it was asked.
 *
 * One server is one or more event loops, each run by a thread of its own;
 * different servers are independent. The library exits never, touches no signal
 * but by ignoring SIGPIPE on its own sends, and prints nothing but the access
 * log it is asked for, and when that fails; whose log is a pipe ignores SIGPIPE.
 * Once it runs, everything else is asked of it over HTTP: see
 * mock_server/control.h.
 */
#ifndef MOCK_SERVER_MOCK_SERVER_H
#define MOCK_SERVER_MOCK_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What went wrong and what would be right: one line, no full stop. */
struct mock_error {
	char text[320];
};

/* One of mock_server/settings.h: {"latency", "50ms"}. */
struct mock_setting {
	const char *key, *value;
};

enum { MOCK_WORKERS_MAX = 64 };

/* Item requests that the record has room for, of all trials since a DELETE. */
enum { MOCK_WITNESS_ROWS_MAX = 1 << 20 };

/* Texts are read during mock_server_open only and stay the caller's. */
struct mock_server_options {
	const char *host;       /* an address or a name of this host */
	uint16_t port;          /* 0: any free one */
	unsigned workers;       /* event loops, 1..MOCK_WORKERS_MAX */
	const char *root;       /* a folder to serve instead; NULL: flags */
	const char *access_log; /* a file to append to; "-": stdout; or NULL */
	/*
	 * What is to be sent as Flagrace-Token with every request under
	 * /_flagrace/, of 1 to 128 printable characters; NULL: nothing.
	 */
	const char *token;
	bool traces; /* settings may name traces over HTTP; as with a token */
	const struct mock_setting *settings; /* set in this order */
	size_t settings_count;
};

struct mock_server;

/*
 * Makes a server and lets it listen: clients may connect from here on, and are
 * answered once it runs. *out is the caller's, for mock_server_close; NULL on
 * failure. err may not be NULL.
 * Returns 0; -EINVAL: an option is wrong, or the host unknown; -EADDRINUSE;
 * or another -errno of the sockets, the memory or the GIF encoder (-EIO).
 */
int mock_server_open(struct mock_server **out,
	const struct mock_server_options *options, struct mock_error *err);

/* "http://127.0.0.1:8001", with the port it really got. The server's own. */
const char *mock_server_url(const struct mock_server *server);

/*
 * Serves until stop_fd is readable (a signalfd, an eventfd, a pipe; it is only
 * watched, never read). It then refuses who connects, finishes the requests it
 * has read, waiting 5 s for them at most, and returns. Call it once. It runs one
 * loop itself and starts a thread for each further one; sets the calling
 * thread's timer slack to 1 ns.
 * Returns 0 or -errno of epoll, the timer or a thread.
 */
int mock_server_run(struct mock_server *server, int stop_fd);

/* Closes every socket and frees all; NULL is accepted. Not while it runs. */
void mock_server_close(struct mock_server *server);

enum { MOCK_LATENCY_DRAWS = 1000000 };

/* Of MOCK_LATENCY_DRAWS delays. */
struct mock_latency_figures {
	double mean_ns, p50_ns, p90_ns, p99_ns, max_ns;
};

/*
 * Draws the delays of a latency spec as a server of seed 1 would, of items
 * from 0 on. Returns 0; -EINVAL: the spec is wrong; or -ENOMEM.
 */
int mock_server_preview_latency(struct mock_latency_figures *figures,
	const char *spec, struct mock_error *err);

/* Requests to a server of flags with these settings. All is the caller's. */
struct mock_requests {
	const char *const *paths; /* item i asks for number i % path_count */
	size_t path_count;        /* >= 1 */
	const struct mock_setting *settings;
	size_t settings_count;
};

/* What becomes of an attempt at an item. */
struct mock_answer {
	uint64_t
		delay_ns; /* drawn: until the answer begins, or is broken off */
	uint64_t body_ns; /* until the body ends; 0: it comes at once */
	bool never;       /* it stalls: there is no answer */
	bool lost;        /* the connection is reset instead */
	unsigned fault;   /* which of the setting's, from 1; 0: none is met */
	bool cut; /* its connection ends before, in or behind the answer */
};

/* The draws of a server with certain settings. */
struct mock_schedule;

/*
 * *out is the caller's, for mock_schedule_close; NULL on failure. The settings
 * are read during the call only. Returns 0; -EINVAL: a setting is wrong; or
 * -ENOMEM.
 */
int mock_schedule_open(struct mock_schedule **out,
	const struct mock_setting *settings, size_t count,
	struct mock_error *err);
void mock_schedule_close(struct mock_schedule *schedule);

/*
 * What is drawn for an attempt (from 1) at an item, as a server draws it
 * whenever and in whatever order it is asked. body_ns is 0: it depends on the
 * body. Pure; any thread.
 */
struct mock_answer mock_schedule_draw(
	const struct mock_schedule *schedule, uint64_t item, uint64_t attempt);

/*
 * Foretells the answers to the first attempts at items 0..n-1 as a server gives them, but for what
 * depends on time: its capacity and its lateness. Pure; any thread. Returns
 * 0; -EINVAL: a setting is wrong; -ENOMEM or -EIO (the GIF encoder).
 */
int mock_server_preview(struct mock_answer *answers, size_t n,
	const struct mock_requests *requests, struct mock_error *err);

#endif
