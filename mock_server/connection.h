/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One client's connection: reads requests, lets the service answer them, holds
 * each answer until it is due, writes them in the order of the requests.
 * Belongs to its loop and to the loop's thread.
 */
#ifndef MOCK_SERVER_CONNECTION_H
#define MOCK_SERVER_CONNECTION_H

#include <stdint.h>

struct connection;
struct loop;

/*
 * Takes over the socket (non-blocking) and enters it in the loop's list.
 * Returns 0; or -ENOMEM, the socket still being the caller's.
 */
int connection_open(struct connection **out, struct loop *loop, int fd);

/* Reads and writes what it can; may close it. `events` are epoll's. */
void connection_ready(struct connection *connection, uint32_t events);

/* Lets it answer what it has read, and then close. */
void connection_drain(struct connection *connection);

/* Gives up what was not answered, and closes; freed later by the loop. */
void connection_close(struct connection *connection);

/* The next one in the loop's list of open connections. */
struct connection *connection_next(const struct connection *connection);

/* Frees all of loop->closed. */
void connections_free_closed(struct loop *loop);

#endif
