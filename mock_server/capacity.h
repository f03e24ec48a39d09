/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Capacity: which requests for items are served, and which wait for that.
 *
 * One whose turn has come is put into the mailbox of the loop it belongs to,
 * which may be another one than that whose request has made room. The caller
 * holds the service's lock, except for mailbox_deliver.
 */
#ifndef MOCK_SERVER_CAPACITY_H
#define MOCK_SERVER_CAPACITY_H

struct exchange;
struct mailbox;
struct service;

/* Lets it begin at once, due_ns being known then, or wait its turn. */
void capacity_take(struct service *service, struct exchange *exchange);

/* A place has become free: the one that has waited longest takes it. */
void capacity_give_back(struct service *service);

/* Lets all go on that wait; none of them takes up a place. */
void capacity_admit_all(struct service *service);

/* Calls `admitted` of what the mailbox holds, without the lock. */
void mailbox_deliver(struct service *service, struct mailbox *mailbox);

#endif
