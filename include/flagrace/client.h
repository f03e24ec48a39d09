/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The one client that all strategies share, for those that block.
 *
 * A client is one connection's worth of state: a curl handle, a buffer, the
 * item in hand. Each worker has its own; a client is never shared, and is
 * used only in the process that opened it (libcurl does not survive fork).
 * Options, stamps, body check and classification are the same for everyone.
 */
#ifndef FLAGRACE_CLIENT_H
#define FLAGRACE_CLIENT_H

#include <flagrace/job.h>

#define FR_API __attribute__((visibility("default")))

/*
 * Opens the client of one worker. job must outlive it. Any thread. The first
 * call in a process also initialises libcurl there. Returns 0, -ENOMEM, -EINVAL
 * when the trial's name is longer than 100 characters, or -EIO when libcurl
 * could not be initialised or refuses an option; *out is then NULL.
 */
FR_API int fr_client_open(
	struct fr_client **out, const struct fr_job *job, unsigned worker);

/* The worker it was opened for: where an event loop finds its slot again. */
FR_API unsigned fr_client_worker(const struct fr_client *client);

/* Closes a client and its connection; NULL is accepted. */
FR_API void fr_client_close(struct fr_client *client);

/*
 * Opens job->clients, one for each of job->concurrency workers; closes them.
 * Both fit strategies that need no more: .setup = fr_clients_open, .teardown =
 * fr_clients_close. fr_clients_open returns as fr_client_open does.
 */
FR_API int fr_clients_open(struct fr_job *job);
FR_API void fr_clients_close(struct fr_job *job);

/*
 * Nanoseconds until item i (0 <= i < n) may be started, for the timeout of an
 * event loop that has room for it; 0: now, and in a closed loop always. Any
 * thread or process, from download_many on.
 */
FR_API uint64_t fr_due_in_ns(const struct fr_job *job, size_t i);

/*
 * Sleeps until item i may be started. For what has to come before its download,
 * such as making a thread for it; fr_download_one does it by itself.
 */
FR_API void fr_await_due(const struct fr_job *job, size_t i);

/*
 * Downloads item i (0 <= i < n) and writes its sample. Blocks until its time
 * has come and it is done or has failed. Returns the sample's status.
 */
FR_API enum fr_status fr_download_one(struct fr_client *client, size_t i);

/*
 * Writes item i's sample as if it had been downloaded in no time, once its
 * time has come: both stamps are read, nothing is sent. For FR_NO_NETWORK
 * strategies.
 */
FR_API void fr_download_nothing(
	const struct fr_job *job, unsigned worker, size_t i);

#endif
