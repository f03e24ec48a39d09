/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The part of channel.h that is TLS: channel.c calls it for a channel whose
 * `ssl` is not NULL. Belongs to the loop's thread.
 */
#ifndef MOCK_SERVER_CHANNEL_TLS_H
#define MOCK_SERVER_CHANNEL_TLS_H

#include "mock_server/channel.h"

/* As channel_read etc. */
ssize_t sealed_read(
	struct channel *channel, void *bytes, size_t room, uint64_t *age_ns);
bool sealed_has_more(const struct channel *channel);
ssize_t sealed_send(struct channel *channel, const char *bytes, size_t length);
ssize_t sealed_send_pieces(
	struct channel *channel, const struct msghdr *message);
void sealed_end_output(struct channel *channel);

/* Frees `ssl`, which is not set to NULL. */
void sealed_release(struct channel *channel);

#endif
