/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An emulated network between clients and a server: two network namespaces, a
 * TUN device in each, and one relay process that carries the packets between
 * the devices. The relay holds each packet for half the round trip, lets a
 * shared rate pass, and drops packets by a seeded draw or because a queue is
 * full. TCP, TLS and HTTP are the kernel's and the libraries' own.
 *
 * A link has two directions: up, from the clients to the server, and down.
 * Clients live in the near namespace and reach the server, which listens in the
 * far namespace, at LINK_SERVER_ADDRESS. A socket belongs to the namespace that
 * it was made in, so a server process may stay outside and accept from a
 * listening socket of the far namespace.
 *
 * The library never exits and prints nothing. One thread for each link. This
 * folder knows packets, nothing of HTTP and trials.
 */
#ifndef LINK_LINK_H
#define LINK_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define LINK_CLIENT_ADDRESS "10.77.0.1"
#define LINK_SERVER_ADDRESS "10.77.0.2"
/* Datagrams to it cross the link, and then the kernel drops them unanswered. */
#define LINK_BROADCAST_ADDRESS "10.77.0.3"

enum {
	LINK_SPEC_TEXT_MAX = 128,
	LINK_MTU = 1500, /* bytes of an IP packet; nothing is offloaded */
};

/* What is wrong and what would be right, in one line without a full stop. */
struct link_error {
	char text[320];
};

enum link_way { LINK_UP, LINK_DOWN, LINK_WAYS };

/* One direction of a link. */
struct link_direction {
	uint64_t delay_ns;  /* of each packet, half the round trip */
	uint64_t jitter_ns; /* uniform, added to the delay: 0 to this */
	uint64_t rate_bits; /* per second, of IP packets; 0: no limit */
	uint32_t loss_ppm;  /* packets dropped by the draw, per million */
	uint64_t
		queue_packets; /* that may wait for the rate; 0: see queue_ns */
	uint64_t queue_ns;     /* ... or that wait no longer than this */
	bool reorder;          /* jitter may change the order of packets */
};

struct link_spec {
	struct link_direction way[LINK_WAYS];
};

/*
 * Parses a specification: items joined by commas, of
 *
 *     rtt=40ms            the round trip
 *     rate=20Mbit/s       of both directions; or down=, up=
 *     loss=1%             of each direction
 *     queue=100           packets that wait for the rate (default 100), or
 *                         queue=50ms
 *     jitter=5ms          in order unless `reorder` is given
 *     lan, wifi, 4g, ..   a named link (link_names) comes first; later items
 *                         replace its values
 *
 * Returns 0 or -EINVAL with *err.
 */
int link_spec_parse(
	struct link_spec *spec, const char *text, struct link_error *err);

/* A named link, with where its figures come from. A NULL name ends the list. */
struct link_name {
	const char *name, *spec, *source;
};
extern const struct link_name link_names[];

/* The round trip of a packet that meets no queue. */
uint64_t link_rtt_ns(const struct link_spec *spec);

/* What one direction did since the last link_reset. */
struct link_counts {
	uint64_t packets, bytes; /* delivered; bytes of IP packets */
	uint64_t lost;           /* dropped by the draw of loss */
	uint64_t dropped;        /* dropped because the queue was full */
	/* Dropped because the relay had no room left, or did not read. */
	uint64_t overrun;
	/*
	 * Lateness: how long the relay waited for a CPU before it read the
	 * packet, plus the time from when the packet was due to when the relay
	 * had written it. A packet is late if that is more than the larger of
	 * 0.3 ms and 2 % of the round trip.
	 */
	uint64_t late;
	uint64_t late_p99_ns, late_max_ns;
};

struct link_account {
	struct link_counts way[LINK_WAYS];
	uint64_t cpu_ns; /* of the relay */
};

struct link;

/*
 * Makes the namespaces, the devices and the relay process. Needs root, or user
 * namespaces that an ordinary user may make; and /dev/net/tun. *out is the
 * caller's, for link_close; NULL on failure. The link has no delay and loses
 * nothing until link_reset. Returns 0 or -errno with *err, which says what is
 * missing and the remedy: the sysctl, the package, the container's flag.
 *
 * The relay, and with it the devices, end with this process in every case. If
 * this process ends without link_close, the relay kills all processes in the
 * near namespace before.
 * fork(2)s, so the caller must have one thread.
 */
int link_open(struct link **out, struct link_error *err);

/*
 * The descriptor of the relay; readable once the relay has ended. To be polled
 * only.
 */
int link_end_fd(const struct link *link);

/*
 * Returns a nonblocking TCP socket that listens in the far namespace at
 * LINK_SERVER_ADDRESS and *port (0: any, which is stored). The caller's. -errno
 * on failure.
 */
int link_listen(const struct link *link, uint16_t *port, int backlog);

/*
 * A descriptor of /proc/net/netstat in the namespace in which a direction
 * begins: LINK_UP is the clients'. The link's. To be opened anew by
 * /proc/self/fd/N for each reading.
 */
int link_netstat_fd(const struct link *link, enum link_way way);

/*
 * Begins a trial: drops the packets that are under way, sets the specification
 * and the seed of the draws, and the counts to zero. Packet k of a direction is
 * lost, and jittered, by a function of (seed, direction, k). Returns 0 or
 * -errno: the relay has ended (-EPIPE).
 */
int link_reset(struct link *link, const struct link_spec *spec, uint64_t seed);

/* Reads the account. Returns 0 or -errno. */
int link_read(struct link *link, struct link_account *account);

/*
 * Moves the calling process, which must have one thread, into the near
 * namespace, for good, and closes the link's descriptors there, so that it
 * cannot speak to the relay. Afterwards it has no capability that it did not
 * have before, so it cannot change the link unless it is root. It may not use
 * or close the link any more. Async-signal-safe. Returns 0 or -errno.
 */
int link_enter(const struct link *link);

/*
 * Returns a descriptor by which one other process may use the link as well, by
 * link_join, or -errno. The caller's. The link is reset and read by one process
 * at a time.
 */
int link_share(const struct link *link);

/*
 * Joins the link of another process, which ends with that process. channel:
 * from link_share, by exec; it belongs to the link from now on. *port: of the
 * socket that link_listen made last; 0: none. *out is as for link_open. Returns
 * 0 or -errno with *err.
 */
int link_join(
	struct link **out, uint16_t *port, int channel, struct link_error *err);

/*
 * Ends the relay, unless the link was joined, and frees the link. NULL: nothing.
 */
void link_close(struct link *link);

/* What a relay carries in one direction, of packets of LINK_MTU bytes. */
struct link_speed {
	uint64_t packets_per_s, bits_per_s;
};

/*
 * Measures what the relay of a link of its own carries at most, or at least as
 * much as one sender can send; takes 0.2 s. As link_open otherwise.
 */
int link_measure(struct link_speed *speed, struct link_error *err);

#endif
