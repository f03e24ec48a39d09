/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Stands for tls.c and channel_tls.c where the build found no OpenSSL: no
 * server has TLS, so no channel gets an `ssl`.
 */
#include "mock_server/tls.h"

#include <errno.h>

#include "mock_server/channel_tls.h"
#include "mock_server/error.h"

int tls_create(struct tls **out, const char *host, const char *certificate,
	const char *key, struct mock_error *err)
{
	(void)host, (void)certificate, (void)key;
	*out = NULL;
	return mock_error_set(err, -EINVAL,
		"this flagrace was built without OpenSSL: install libssl-dev "
		"(Debian) and build it again");
}

void tls_free(struct tls *tls)
{
	(void)tls;
}

int channel_begin_tls(struct channel *channel, const struct tls *tls,
	const char *bytes, size_t length)
{
	(void)channel, (void)tls, (void)bytes, (void)length;
	return -EPROTO;
}

int channel_shake(struct channel *channel)
{
	(void)channel;
	return -EPROTO;
}

struct tls_outcome channel_outcome(const struct channel *channel)
{
	(void)channel;
	return (struct tls_outcome){.handshake = TLS_NONE};
}

ssize_t sealed_read(
	struct channel *channel, void *bytes, size_t room, uint64_t *age_ns)
{
	(void)channel, (void)bytes, (void)room;
	*age_ns = 0;
	return -EPROTO;
}

bool sealed_has_more(const struct channel *channel)
{
	(void)channel;
	return false;
}

ssize_t sealed_send(struct channel *channel, const char *bytes, size_t length)
{
	(void)channel, (void)bytes, (void)length;
	return -EPROTO;
}

ssize_t sealed_send_pieces(
	struct channel *channel, const struct msghdr *message)
{
	(void)channel, (void)message;
	return -EPROTO;
}

void sealed_end_output(struct channel *channel)
{
	(void)channel;
}

void sealed_release(struct channel *channel)
{
	(void)channel;
}
