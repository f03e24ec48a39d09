/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The HTTP client that all strategies share; here for strategies that block.
 *
 * A client is the state of one connection: a curl handle, a buffer, and the
 * item that is being downloaded. Each worker has its own client. A client is
 * used only in the process that opened it, because libcurl does not survive
 * fork(2). Options, stamps, body check and classification are the same for all.
 */
#ifndef FLAGRACE_CLIENT_H
#define FLAGRACE_CLIENT_H

#include <flagrace/job.h>

#define FR_API __attribute__((visibility("default")))

/*
 * Opens the client of one worker. job must outlive it. Any thread. The first
 * call in a process also initialises libcurl there. Returns 0, -ENOMEM, -EINVAL
 * if the trial's name is longer than 100 characters, or -EIO if libcurl could
 * not be initialised or refuses an option. On failure *out is NULL.
 */
FR_API int fr_client_open(
	struct fr_client **out, const struct fr_job *job, unsigned worker);

/* The worker that it was opened for: an event loop's own number for it. */
FR_API unsigned fr_client_worker(const struct fr_client *client);

/* The item that it is downloading, or downloaded last. */
FR_API size_t fr_client_item(const struct fr_client *client);

/* Closes a client and its connection; NULL is accepted. */
FR_API void fr_client_close(struct fr_client *client);

/*
 * Open and close job->clients, one for each of job->concurrency workers. A
 * strategy that needs no more has .setup = fr_clients_open and .teardown =
 * fr_clients_close. fr_clients_open returns as fr_client_open does.
 */
FR_API int fr_clients_open(struct fr_job *job);
FR_API void fr_clients_close(struct fr_job *job);

/*
 * Returns the nanoseconds until item i (0 <= i < n) may be started, or started
 * again after FR_AGAIN, for the timeout of an event loop that has a place for
 * it. 0: now; in a closed loop always, for an item that has not failed. Any
 * thread or process, from download_many on.
 */
FR_API uint64_t fr_due_in_ns(const struct fr_job *job, size_t i);

/*
 * Sleeps until item i may be started. For strategies that do something before
 * the download, such as making a thread; fr_download_one waits by itself.
 */
FR_API void fr_await_due(const struct fr_job *job, size_t i);

/*
 * The items that an event loop will try again: those that ended with FR_AGAIN.
 * Used by one thread. Without job->retry there are none, *out is NULL, and the
 * functions accept that. Returns 0 or -ENOMEM. job must outlive them.
 */
struct fr_retries;

FR_API int fr_retries_open(struct fr_retries **out, const struct fr_job *job);
FR_API void fr_retries_close(struct fr_retries *retries);

/* Adds an item that ended with FR_AGAIN. */
FR_API void fr_retries_put(struct fr_retries *retries, size_t i);

/*
 * Takes the item that may be started first. Returns false if there is none, or
 * if its time has not come. A loop with a free place tries it again before it
 * takes a new item.
 */
FR_API bool fr_retries_take(struct fr_retries *retries, size_t *i);

/* Nanoseconds until fr_retries_take has an item; UINT64_MAX: there is none. */
FR_API uint64_t fr_retries_due_in_ns(const struct fr_retries *retries);

/*
 * Waits until item i (0 <= i < n) may be started, downloads it, and writes its
 * sample. Blocks until the item is done or has failed, which includes its work
 * (but see FR_WORK_APART) and the waits before it is tried again. Returns the
 * sample's status.
 */
FR_API enum fr_status fr_download_one(struct fr_client *client, size_t i);

/*
 * Waits until item i may be started, and writes its sample as if it had been
 * downloaded in no time: both stamps are read from the clock, nothing is sent.
 * For strategies with FR_NO_NETWORK.
 */
FR_API void fr_download_nothing(
	const struct fr_job *job, unsigned worker, size_t i);

/*
 * Does the work of item i, whose download has ended with FR_OK, and stamps the
 * work and the item's end. Only for strategies with FR_WORK_APART, which call
 * it once for each such item if job->work is not NULL. Any thread or process
 * of the trial, one at a time for an item, and before download_many returns.
 * The sample must be visible to the caller: hand the item on by a queue, a
 * lock or a future.
 */
FR_API void fr_work(const struct fr_job *job, size_t i);

#endif
