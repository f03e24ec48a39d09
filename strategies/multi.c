/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A multi handle kept busy. Nothing here knows who waits for its sockets. */
#include "strategies/multi.h"

#include <errno.h>
#include <stdlib.h>

/* Longer than any request may take: it is a deadline of theirs that wakes. */
enum { POLL_MS = 60000 };

int multi_error(CURLMcode code)
{
	if (code == CURLM_OK)
		return 0;
	return code == CURLM_OUT_OF_MEMORY ? -ENOMEM : -EIO;
}

int multi_open(struct multi *multi, struct fr_job *job, atomic_size_t *next,
	unsigned first, unsigned slots)
{
	int rc = 0;

	*multi = (struct multi){
		.handle = curl_multi_init(),
		.job = job,
		.next = next,
		.slots = slots,
		.clients = calloc(slots, sizeof(struct fr_client *)),
	};
	if (!multi->handle || !multi->clients)
		return -ENOMEM;
	for (unsigned i = 0; i < slots && !rc; i++)
		rc = fr_client_open(&multi->clients[i], job, first + i);
	return rc;
}

void multi_close(struct multi *multi)
{
	/* A handle still in use leaves the multi handle by its own clean-up. */
	for (unsigned i = 0; multi->clients && i < multi->slots; i++)
		fr_client_close(multi->clients[i]);
	free(multi->clients);
	curl_multi_cleanup(multi->handle);
	*multi = (struct multi){0};
}

bool multi_next_item(struct multi *multi, size_t *item)
{
	/* It orders nothing but itself: whoever draws a number has it. */
	*item = atomic_fetch_add_explicit(multi->next, 1, memory_order_relaxed);
	return *item < multi->job->n;
}

int multi_add(struct multi *multi, CURL *easy)
{
	CURLMcode code = curl_multi_add_handle(multi->handle, easy);

	multi->in_flight += code == CURLM_OK;
	return multi_error(code);
}

int multi_start(struct multi *multi)
{
	int rc = 0;
	size_t item;

	for (unsigned i = 0; i < multi->slots && !rc; i++) {
		if (!multi_next_item(multi, &item))
			break;
		rc = multi_add(
			multi, fr_transfer_begin(multi->clients[i], item));
	}
	return rc;
}

int multi_wait(struct multi *multi)
{
	CURLMcode code = curl_multi_poll(multi->handle, NULL, 0, POLL_MS, NULL);
	int running;

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
	/* Removing the handle frees the message: what it says comes first. */
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
	size_t item;

	while (!rc && multi_finished(multi, &client, &result)) {
		fr_transfer_end(client, result);
		if (multi_next_item(multi, &item))
			rc = multi_add(multi, fr_transfer_begin(client, item));
	}
	return rc;
}
