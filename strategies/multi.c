/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keeps a multi handle busy. How a loop waits for its sockets is the loop's. */
#include "strategies/multi.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <flagrace/strategy.h>

/* Longer than any request may take: a request's deadline wakes the loop. */
enum { POLL_MS = 60000 };
/*
 * Each turn checks all handles: smaller bursts would cost more than they save.
 */
enum { BURST = 1024 };

int multi_error(CURLMcode code)
{
	if (code == CURLM_OK)
		return 0;
	return code == CURLM_OUT_OF_MEMORY ? -ENOMEM : -EIO;
}

int multi_open(struct multi *multi, struct fr_job *job, atomic_size_t *next,
	unsigned first, unsigned workers)
{
	int rc = 0;

	*multi = (struct multi){
		.handle = curl_multi_init(),
		.job = job,
		.next = next,
		.workers = workers,
		.most = workers,
		.clients = calloc(workers, sizeof(struct fr_client *)),
		.idle = calloc(workers, sizeof(struct fr_client *)),
		.waiting = job->n,
		.timer = -1,
	};
	if (!multi->handle || !multi->clients || !multi->idle)
		return -ENOMEM;
	for (unsigned i = 0; i < workers && !rc; i++)
		rc = fr_client_open(&multi->clients[i], job, first + i);
	for (unsigned i = workers; i > 0 && !rc; i--)
		multi->idle[multi->idle_count++] = multi->clients[i - 1];
	if (!rc)
		rc = fr_retries_open(&multi->retries, job);
	if ((job->due_ns || job->retry) && !rc) {
		multi->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
		rc = multi->timer < 0 ? -errno : 0;
	}
	return rc;
}

void multi_close(struct multi *multi)
{
	/* Closing a client takes its handle out of the multi handle. */
	for (unsigned i = 0; multi->clients && i < multi->workers; i++)
		fr_client_close(multi->clients[i]);
	if (multi->handle && multi->timer >= 0)
		close(multi->timer);
	free(multi->clients);
	free(multi->idle);
	fr_retries_close(multi->retries);
	curl_multi_cleanup(multi->handle);
	*multi = (struct multi){0};
}

bool multi_next_item(struct multi *multi, size_t *item)
{
	/* relaxed: it only deals out numbers, each of them once. */
	*item = atomic_fetch_add_explicit(multi->next, 1, memory_order_relaxed);
	return *item < multi->job->n;
}

static void follow_sockets(struct multi *multi, CURL *easy)
{
	curl_easy_setopt(easy, CURLOPT_SOCKOPTFUNCTION, multi->made);
	curl_easy_setopt(easy, CURLOPT_SOCKOPTDATA, multi->sockets);
	curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, multi->closed);
	curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, multi->sockets);
}

/* Whether the loop itself does the work on the answers. */
static bool works(const struct multi *multi)
{
	return multi->job->work &&
		!(multi->job->strategy->flags & FR_WORK_APART);
}

int multi_add(struct multi *multi, CURL *easy)
{
	CURLMcode code;

	if (multi->made)
		follow_sockets(multi, easy);
	code = curl_multi_add_handle(multi->handle, easy);
	multi->in_flight += code == CURLM_OK;
	multi->added = true;
	return multi_error(code);
}

/*
 * Takes an item that is to be tried again, or the next one, if it is due; else
 * keeps the next one in multi->waiting.
 */
static bool next_due(struct multi *multi, size_t *item)
{
	size_t n = multi->job->n;

	if (fr_retries_take(multi->retries, item))
		return true;
	if (multi->waiting == n && !multi_next_item(multi, &multi->waiting)) {
		multi->waiting = n;
		return false;
	}
	*item = multi->waiting;
	if (fr_due_in_ns(multi->job, *item) > 0)
		return false;
	multi->waiting = n;
	return true;
}

/* Whether a worker is free and the strategy lets it begin. */
static bool may_begin(const struct multi *multi)
{
	return multi->idle_count > 0 && multi->in_flight < multi->most;
}

int multi_begin(struct multi *multi)
{
	int rc = 0;
	size_t item;

	for (unsigned i = 0;
		i < BURST && !rc && may_begin(multi) && next_due(multi, &item);
		i++) {
		struct fr_client *client = multi->idle[--multi->idle_count];

		rc = multi_add(multi, fr_transfer_begin(client, item));
	}
	return rc;
}

int multi_send(struct multi *multi)
{
	int running;

	if (!multi->added || !works(multi))
		return 0;
	return multi->send
		? multi->send(multi->sockets)
		: multi_error(curl_multi_perform(multi->handle, &running));
}

bool multi_busy(const struct multi *multi)
{
	return multi->in_flight > 0 || multi->waiting < multi->job->n ||
		fr_retries_due_in_ns(multi->retries) != UINT64_MAX;
}

uint64_t multi_due_in_ns(const struct multi *multi)
{
	uint64_t again_ns, new_ns = UINT64_MAX;

	/* The end of a transfer wakes the loop. */
	if (!may_begin(multi))
		return UINT64_MAX;
	again_ns = fr_retries_due_in_ns(multi->retries);
	if (multi->waiting < multi->job->n)
		new_ns = fr_due_in_ns(multi->job, multi->waiting);
	return new_ns < again_ns ? new_ns : again_ns;
}

/* Sets the timer to when a worker may take an item, or to never. */
static int set_timer(struct multi *multi)
{
	struct itimerspec in = {0};
	uint64_t due_ns = multi_due_in_ns(multi);

	if (due_ns != UINT64_MAX) {
		in.it_value.tv_sec = (time_t)(due_ns / 1000000000);
		/*
		 * At least 1: all zeros would mean never (timerfd_settime(2)).
		 */
		in.it_value.tv_nsec = (long)(due_ns % 1000000000) + !due_ns;
	}
	return timerfd_settime(multi->timer, 0, &in, NULL) ? -errno : 0;
}

int multi_wait(struct multi *multi)
{
	struct curl_waitfd timer = {
		.fd = multi->timer, .events = CURL_WAIT_POLLIN};
	unsigned timers = multi->timer >= 0;
	CURLMcode code = CURLM_OK;
	int rc = 0, running;

	/* A handle was just added: poll would check all of them for nothing. */
	if (!multi->added) {
		rc = timers ? set_timer(multi) : 0;
		if (rc)
			return rc;
		code = curl_multi_poll(
			multi->handle, &timer, timers, POLL_MS, NULL);
	}
	multi->added = false;
	if (code == CURLM_OK)
		code = curl_multi_perform(multi->handle, &running);
	return multi_error(code);
}

bool multi_finished(
	struct multi *multi, struct fr_client **client, CURLcode *result)
{
	CURLMsg *message;
	CURL *easy;
	int left;

	do
		message = curl_multi_info_read(multi->handle, &left);
	while (message && message->msg != CURLMSG_DONE);
	if (!message)
		return false;
	/* Read first, because removing the handle frees the message. */
	easy = message->easy_handle;
	*result = message->data.result;
	curl_easy_getinfo(easy, CURLINFO_PRIVATE, client);
	curl_multi_remove_handle(multi->handle, easy);
	multi->in_flight--;
	return true;
}

int multi_collect(struct multi *multi)
{
	struct fr_client *client;
	CURLcode result;
	int rc = 0;

	while (!rc && multi_finished(multi, &client, &result)) {
		CURL *again = fr_transfer_again(client, result);
		enum fr_status status;

		if (again) {
			rc = multi_add(multi, again);
			continue;
		}
		status = fr_transfer_end(client, result);
		if (status == FR_AGAIN)
			fr_retries_put(multi->retries, fr_client_item(client));
		if (multi->ended)
			multi->ended(multi->ended_arg, fr_client_item(client),
				status);
		multi->idle[multi->idle_count++] = client;
		if (works(multi))
			rc = multi_begin(multi);
		if (!rc)
			rc = multi_send(multi);
	}
	return rc ? rc : multi_begin(multi);
}
