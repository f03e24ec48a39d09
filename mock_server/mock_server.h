/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A local HTTP and HTTPS server of national flags that answers with the delays and the
 * faults it was told, and keeps a record of the requests that it met.
 *
 * A server has one or more event loops, each run by a thread of its own.
 * Different servers are independent. The library never exits and installs no
 * signal handlers; it sends without SIGPIPE, but a program whose access log is
 * a pipe has to ignore that signal. It prints nothing but the access log and,
 * if the log cannot be written, one line on standard error. Everything else is
 * asked of a running server over HTTP: see mock_server/control.h. What clients
 * can have it hold in memory is bounded: see docs/RELIABILITY.md.
 */
#ifndef MOCK_SERVER_MOCK_SERVER_H
#define MOCK_SERVER_MOCK_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What is wrong and what would be right, in one line without a full stop. */
struct mock_error {
	char text[320];
};

/* A setting of mock_server/settings.h, as {"latency", "50ms"}. */
struct mock_setting {
	const char *key, *value;
};

enum { MOCK_WORKERS_MAX = 64 };

/* How many item requests of one epoch (service.h) the witness records. */
enum { MOCK_WITNESS_ROWS_MAX = 1 << 20 };

/* mock_server_open reads the texts, which stay the caller's. */
struct mock_server_options {
	const char *host; /* an address or a name of this host */
	uint16_t port;    /* 0: any free one */
	/*
	 * A TCP socket that listens, made elsewhere, such as in another network
	 * namespace: clients are accepted there, too. Stays the caller's, and
	 * is made non-blocking. Below 1: none.
	 */
	int listen_fd;
	unsigned workers;       /* event loops, 1..MOCK_WORKERS_MAX */
	const char *root;       /* a folder whose files to serve; NULL: flags */
	const char *access_log; /* a file to append to; "-": stdout; or NULL */
	/*
	 * 1 to 128 printable characters that every request under /_flagrace/
	 * must have in the field Flagrace-Token; NULL: none.
	 */
	const char *token;
	bool traces; /* settings may name traces over HTTP */
	/*
	 * Speaks TLS, too, on the same port: the first byte of a connection
	 * tells it from plain HTTP. With the PEM files of a certificate and
	 * its key; both NULL: with ones that are made for this server.
	 */
	bool tls;
	const char *certificate, *key;
	const struct mock_setting *settings; /* set in this order */
	size_t settings_count;
};

struct mock_server;

/*
 * Makes a server that listens: clients may connect from now on, and are
 * answered once it runs. *out is the caller's, for mock_server_close; NULL on
 * failure. err may not be NULL. Returns 0; -EINVAL: an option is wrong, or the
 * host unknown; -EADDRINUSE; or another -errno of the sockets, the memory or
 * the GIF encoder (-EIO).
 */
int mock_server_open(struct mock_server **out,
	const struct mock_server_options *options, struct mock_error *err);

/*
 * "http://127.0.0.1:8001", with the actual port; never that of listen_fd. The
 * text is the server's.
 */
const char *mock_server_url(const struct mock_server *server);

/*
 * The certificate, in PEM, of the authority that was made for this server; NULL:
 * none was. The text is the server's.
 */
const char *mock_server_authority(
	const struct mock_server *server, size_t *length);

/*
 * Serves until stop_fd (a signalfd, an eventfd, a pipe) is readable; stop_fd is
 * watched and not read. Then it refuses new clients, answers the requests that
 * it has read, for 5 s at most, and returns. To be called once. It runs one
 * loop itself and starts a thread for each further one, and sets the timer
 * slack of the calling thread to 1 ns. Returns 0 or -errno of epoll, the timer
 * or a thread.
 */
int mock_server_run(struct mock_server *server, int stop_fd);

/*
 * Closes all sockets and frees the server, which does not run. NULL: nothing.
 */
void mock_server_close(struct mock_server *server);

enum { MOCK_LATENCY_DRAWS = 1000000 };

/* Of MOCK_LATENCY_DRAWS delays. */
struct mock_latency_figures {
	double mean_ns, p50_ns, p90_ns, p99_ns, max_ns;
};

/*
 * Draws delays as a server with this latency and seed 1 would, for the items
 * from 0 on. Returns 0; -EINVAL: the spec is wrong; or -ENOMEM.
 */
int mock_server_preview_latency(struct mock_latency_figures *figures,
	const char *spec, struct mock_error *err);

/* A distribution of times. */
struct mock_times {
	const char *spec; /* spelled as the setting `latency` */
	const char *what; /* what is drawn, for errors, such as "CPU time" */
	const char *good; /* examples, for errors: "2ms or uniform:1ms,5ms";
			     NULL: those of latency */
};

/*
 * Draws a time for each of the items 0..n-1. The draws have a stream of their
 * own: they are independent of the delays and faults that a server draws with
 * the same seed. Pure; any thread. Returns 0; -EINVAL: the spec is wrong; or
 * -ENOMEM.
 */
int mock_server_draw_times(uint64_t *ns, size_t n,
	const struct mock_times *times, uint64_t seed, struct mock_error *err);

/* Requests to a server of flags with these settings. */
struct mock_requests {
	const char *const *paths; /* item i asks for number i % path_count */
	size_t path_count;        /* >= 1 */
	const struct mock_setting *settings;
	size_t settings_count;
};

/* What becomes of an attempt at an item. */
struct mock_answer {
	uint64_t delay_ns; /* as drawn, until the answer begins or is reset */
	uint64_t body_ns;  /* from there until the body ends; 0: at once */
	bool never;        /* it stalls: there is no answer */
	bool lost;         /* the connection is reset before the answer */
	bool cut;       /* the connection ends before, in or after the answer */
	unsigned fault; /* its number in the setting `fault`, from 1; 0: none */
};

/* The draws of a server with certain settings. */
struct mock_schedule;

/*
 * *out is the caller's, for mock_schedule_close; NULL on failure. The settings
 * stay the caller's. Returns 0; -EINVAL: a setting is wrong; or -ENOMEM.
 */
int mock_schedule_open(struct mock_schedule **out,
	const struct mock_setting *settings, size_t count,
	struct mock_error *err);
void mock_schedule_close(struct mock_schedule *schedule);

/*
 * What a server draws for an attempt (from 1) at an item, which does not depend
 * on when or in which order requests come. body_ns is 0, because it depends on
 * the body. Pure; any thread.
 */
struct mock_answer mock_schedule_draw(
	const struct mock_schedule *schedule, uint64_t item, uint64_t attempt);

/*
 * The least time from the first to the last of so many requests that a server
 * with this setting `limit` does not answer 429. Returns 0; or -EINVAL: it is
 * no limit.
 */
int mock_limit_least_ns(uint64_t *least_ns, const char *text, uint64_t requests,
	struct mock_error *err);

/*
 * A number uniform in [0, 1) by which a client chooses its wait before an
 * attempt (from 2) at an item. It is independent of the delays and faults of a
 * server with that seed. Pure; any thread.
 */
double mock_draw_wait(uint64_t seed, uint64_t item, uint64_t attempt);

/*
 * The exponential distribution's inverse CDF at u in [0, 1), to the last bit
 * the same on every machine. Pure; any thread.
 */
double mock_exponential(double mean, double u);

/*
 * The answers that a server would give to the first attempts at items 0..n-1,
 * without waits for a place (capacity) and without its lateness. Pure; any
 * thread. Returns 0; -EINVAL: a setting is wrong; -ENOMEM or -EIO (giflib).
 */
int mock_server_preview(struct mock_answer *answers, size_t n,
	const struct mock_requests *requests, struct mock_error *err);

#endif
