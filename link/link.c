/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "link/link.h"

#include <errno.h>
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
	pid_t relay;
	int channel;
	int user, near, netstat[LINK_WAYS]; /* as in struct box */
};

/* Forks the relay and waits until it has made the link. */
static int start(struct link *link, struct link_error *err)
{
	struct reply first = {0};
	int pair[2], fds[CHANNEL_FDS_MAX], rc;
	pid_t self = getpid();

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		return link_error_set(
			err, -errno, "no link: %s", strerror(errno));
	link->channel = pair[0];
	link->relay = fork();
	if (link->relay == 0)
		relay_live(pair[1], self);
	rc = link->relay < 0 ? -errno : 0;
	(void)close(pair[1]);
	if (!rc)
		rc = link_channel_receive(
			link->channel, &first, sizeof(first), fds);
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
	return 0;
}

int link_open(struct link **out, struct link_error *err)
{
	struct link *link = malloc(sizeof(*link));
	int rc;

	*out = NULL;
	if (!link)
		return link_error_set(err, -ENOMEM, "no link: out of memory");
	*link = (struct link){-1, -1, -1, -1, {-1, -1}};
	rc = start(link, err);
	if (rc)
		link_close(link);
	else
		*out = link;
	return rc;
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
