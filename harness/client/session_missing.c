/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stands for session.c where the build found no nghttp2. */
#include <errno.h>

#include <flagrace/session.h>

int fr_session_open(struct fr_session **out, const struct fr_job *job,
	struct fr_session_items *items, unsigned first, unsigned slots)
{
	(void)job, (void)items, (void)first, (void)slots;
	*out = NULL;
	return -ENOSYS;
}

void fr_session_close(struct fr_session *session)
{
	(void)session;
}

bool fr_session_serve(struct fr_session *session)
{
	(void)session;
	return false;
}

uint64_t fr_session_waits(const struct fr_session *session, struct pollfd *what)
{
	(void)session;
	*what = (struct pollfd){.fd = -1};
	return 0;
}
