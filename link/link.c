/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "link/link.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "link/box.h"
#include "link/channel.h"
#include "link/error.h"
#include "link/relay.h"

struct link {
	pid_t relay; /* -1: another process's child, or none */
	int channel;
	int user, near, netstat[LINK_WAYS]; /* as in struct box */
};

/* Receives the first reply on the channel; *port as in struct reply. */
static int meet(struct link *link, uint16_t *port, struct link_error *err)
{
	struct reply first = {0};
	int fds[CHANNEL_FDS_MAX];
	int rc =
		link_channel_receive(link->channel, &first, sizeof(first), fds);

	if (rc)
		return link_error_set(
			err, rc, "no link: the relay: %s", strerror(-rc));
	if (first.rc) {
		*err = first.err;
		return first.rc;
	}
	link->near = fds[0];
	link->netstat[LINK_UP] = fds[1];
	link->netstat[LINK_DOWN] = fds[2];
	link->user = fds[3];
	*port = first.port;
	return 0;
}

/* Forks the relay and waits until it has made the link. */
static int start(struct link *link, struct link_error *err)
{
	uint16_t port;
	int pair[2];
	pid_t self = getpid();

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		return link_error_set(
			err, -errno, "no link: %s", strerror(errno));
	link->channel = pair[0];
	link->relay = fork();
	if (link->relay == 0)
		relay_live(pair[1], self);
	if (link->relay < 0)
		(void)link_error_set(
			err, -errno, "no link: %s", strerror(errno));
	(void)close(pair[1]);
	return link->relay < 0 ? -EAGAIN : meet(link, &port, err);
}

static struct link *create(struct link_error *err)
{
	struct link *link = malloc(sizeof(*link));

	if (link)
		*link = (struct link){-1, -1, -1, -1, {-1, -1}};
	else
		(void)link_error_set(err, -ENOMEM, "no link: out of memory");
	return link;
}

/* The result of an opened link (0) or of one that is closed. */
static int hand_out(struct link **out, struct link *link, int rc)
{
	if (rc) {
		link_close(link);
		link = NULL;
	}
	*out = link;
	return rc;
}

int link_open(struct link **out, struct link_error *err)
{
	struct link *link = *out = create(err);

	return link ? hand_out(out, link, start(link, err)) : -ENOMEM;
}

int link_join(
	struct link **out, uint16_t *port, int channel, struct link_error *err)
{
	struct link *link = *out = create(err);

	if (!link)
		return -ENOMEM;
	link->channel = fcntl(channel, F_DUPFD_CLOEXEC, 0);
	if (link->channel < 0)
		return hand_out(out, link,
			link_error_set(err, -errno,
				"no link: descriptor %d: %s", channel,
				strerror(errno)));
	(void)close(channel);
	return hand_out(out, link, meet(link, port, err));
}

/* Sends a request, and waits for the reply; fds as in link_channel_receive. */
static int ask(const struct link *link, const struct request *request,
	struct reply *reply, int *fds)
{
	int rc = link_channel_send(
		link->channel, request, sizeof(*request), NULL, 0);

	if (!rc)
		rc = link_channel_receive(
			link->channel, reply, sizeof(*reply), fds);
	return rc ? rc : reply->rc;
}

int link_end_fd(const struct link *link)
{
	return link->channel;
}

int link_netstat_fd(const struct link *link, enum link_way way)
{
	return link->netstat[way];
}

int link_listen(const struct link *link, uint16_t *port, int backlog)
{
	const struct request request = {
		.kind = REQUEST_LISTEN, .port = *port, .backlog = backlog};
	struct reply reply = {0};
	int fds[CHANNEL_FDS_MAX];
	int rc = ask(link, &request, &reply, fds);

	if (rc)
		return rc;
	*port = reply.port;
	return fds[0];
}

int link_reset(struct link *link, const struct link_spec *spec, uint64_t seed)
{
	const struct request request = {
		.kind = REQUEST_RESET, .spec = *spec, .seed = seed};
	struct reply reply = {0};
	int fds[CHANNEL_FDS_MAX];

	return ask(link, &request, &reply, fds);
}

int link_read(struct link *link, struct link_account *account)
{
	const struct request request = {.kind = REQUEST_READ};
	struct reply reply = {0};
	int fds[CHANNEL_FDS_MAX];
	int rc = ask(link, &request, &reply, fds);

	if (!rc)
		*account = reply.account;
	return rc;
}

int link_share(const struct link *link)
{
	const struct request request = {.kind = REQUEST_SHARE};
	struct reply reply = {0};
	int fds[CHANNEL_FDS_MAX];
	int rc = ask(link, &request, &reply, fds);

	return rc ? rc : fds[0];
}

static void close_all(const struct link *link)
{
	const int fds[] = {link->channel, link->user, link->near,
		link->netstat[LINK_UP], link->netstat[LINK_DOWN]};

	for (size_t i = 0; i < sizeof(fds) / sizeof(*fds); i++)
		if (fds[i] >= 0)
			(void)close(fds[i]);
}

int link_enter(const struct link *link)
{
	int rc = box_enter(link->user, link->near);

	if (!rc)
		close_all(link);
	return rc;
}

void link_close(struct link *link)
{
	if (!link)
		return;
	close_all(link);
	if (link->relay > 0) {
		(void)kill(link->relay, SIGKILL);
		while (waitpid(link->relay, NULL, 0) < 0 && errno == EINTR)
			;
	}
	free(link);
}
