/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is said on a connection: which protocol it speaks, reading requests,
 * letting the service answer them, writing the answers in their order when they
 * are due, and the closing. Of the connection's loop and thread.
 */
#ifndef MOCK_SERVER_CONVERSATION_H
#define MOCK_SERVER_CONVERSATION_H

struct connection;

/* Reads and writes as far as it goes now; may close the connection. */
void conversation_advance(struct connection *connection);

/* Lets it answer what it has read, and then close. */
void conversation_drain(struct connection *connection);

#endif
