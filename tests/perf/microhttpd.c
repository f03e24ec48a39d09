/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A server to compare with: libmicrohttpd, one epoll thread, bodies of 2 KB. */
#include <microhttpd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BODY = 2048 };

static enum MHD_Result answer(void *body, struct MHD_Connection *connection,
	const char *url, const char *method, const char *version,
	const char *upload, size_t *upload_size, void **context)
{
	(void)url, (void)method, (void)version, (void)upload;
	(void)upload_size;
	/*
	 * Called first with the header alone: an answer given then closes the
	 * connection behind it.
	 */
	if (!*context) {
		*context = body;
		return MHD_YES;
	}
	return MHD_queue_response(connection, MHD_HTTP_OK, body);
}

int main(int argc, char **argv)
{
	static char bytes[BODY];
	struct MHD_Response *response;
	struct MHD_Daemon *daemon;
	sigset_t term;
	int signal;

	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	sigprocmask(SIG_BLOCK, &term, NULL);
	memset(bytes, 'x', sizeof(bytes));
	response = MHD_create_response_from_buffer(
		sizeof(bytes), bytes, MHD_RESPMEM_PERSISTENT);
	daemon = MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD,
		(uint16_t)atoi(argc > 1 ? argv[1] : "0"), NULL, NULL, answer,
		response, MHD_OPTION_CONNECTION_LIMIT, 1000u, MHD_OPTION_END);
	if (!daemon)
		return 1;
	sigwait(&term, &signal);
	MHD_stop_daemon(daemon);
	MHD_destroy_response(response);
	return 0;
}
