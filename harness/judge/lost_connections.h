/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which connections ended with requests under way on them. Pure. */
#ifndef HARNESS_JUDGE_LOST_CONNECTIONS_H
#define HARNESS_JUDGE_LOST_CONNECTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/account/account.h"

/* Tells whether a row shows that its connection ended. */
typedef bool lost_connection_fn(
	const struct account *account, const struct witness_row *row);

/* The server cut the connection after the row's answer. */
lost_connection_fn lost_connection_is_cut;

/* The same, or the client closed it because a try had timed out. */
lost_connection_fn lost_connection_is_left;

/* The same, or the try of the row was followed by another one. */
lost_connection_fn lost_connection_is_ended;

/* The numbers of connections, sorted. */
struct lost_connections {
	uint32_t *list;
	size_t count;
};

/*
 * The connections of the rows for which is_such() holds. The caller calls
 * lost_connections_release. Returns 0 or -ENOMEM.
 */
int lost_connections_init(struct lost_connections *lost,
	const struct account *account, lost_connection_fn *is_such);
void lost_connections_release(struct lost_connections *lost);

/* Whether the row's connection is among them. */
bool lost_connections_have(
	const struct lost_connections *lost, const struct witness_row *row);

#endif
