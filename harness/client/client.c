/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The libcurl client. sampler.c takes the stamps, checks the body and
 * classifies the outcome, also for raw clients. The client runs in the trial's
 * process, never in the harness's own.
 *
 * A transfer allocates nothing here: the text that names the item is rewritten
 * in place. It is the query of a URL if the server is a witness, which costs
 * little, because libcurl copies the target of a request as a block. For other
 * servers the name is a header line, which libcurl formats character by
 * character, and reads from the list of headers when it sends.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <flagrace/transfer.h>

#include "harness/base/clock.h"
#include "harness/client/client.h"
#include "harness/client/item_name.h"

static CURLcode global_code = CURLE_FAILED_INIT;

static void init_libcurl(void)
{
	global_code = curl_global_init(CURL_GLOBAL_DEFAULT);
}

int fr_client_open(
	struct fr_client **out, const struct fr_job *job, unsigned worker)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	struct fr_client *client;
	int length;

	*out = NULL;
	pthread_once(&once, init_libcurl);
	if (global_code != CURLE_OK)
		return -EIO;
	client = aligned_alloc(64, (sizeof(*client) + 63) / 64 * 64);
	if (!client)
		return -ENOMEM;
	*client = (struct fr_client){.worker = worker};
	client->headers.data = client->name;
	length = snprintf(client->name, sizeof(client->name), "%s%s/",
		job->witnessed ? "?flagrace=" : "X-Flagrace-Item: ",
		job->trial);
	client->easy = curl_easy_init();
	client->connection = curl_share_init();
	if (sampler_init(&client->sampler, job) < 0 || !client->easy ||
		!client->connection) {
		fr_client_close(client);
		return -ENOMEM;
	}
	if (length + ITEM_NAME_MAX >= (int)sizeof(client->name)) {
		fr_client_close(client);
		return -EINVAL;
	}
	client->name_item = client->name + length;
	client_set_options(client);
	if (client->failure != CURLE_OK) {
		fr_client_close(client);
		return -EIO;
	}
	*out = client;
	return 0;
}

unsigned fr_client_worker(const struct fr_client *client)
{
	return client->worker;
}

size_t fr_client_item(const struct fr_client *client)
{
	return client->sampler.item;
}

void fr_client_close(struct fr_client *client)
{
	if (!client)
		return;
	curl_easy_cleanup(client->easy);
	kept_url_release(&client->url);
	/* After its user: a share in use is not freed. */
	curl_share_cleanup(client->connection);
	sampler_release(&client->sampler);
	free(client);
}

/*
 * libcurl gives up after it has sent requests again five times, and counts
 * these over the life of the handle. A reset of the handle resets the count.
 */
static void forget_attempts(struct fr_client *client)
{
	curl_easy_reset(client->easy);
	client->url.text = NULL;
	client_set_options(client);
}

static CURLcode set_url(struct fr_client *client)
{
	const struct fr_job *job = client->sampler.job;

	return kept_url_set(&client->url, client->easy,
		job->urls[client->sampler.item],
		job->witnessed ? client->name : "");
}

CURL *fr_transfer_begin(struct fr_client *client, size_t i)
{
	const struct fr_job *job = client->sampler.job;

	const struct fr_sample *last = &client->sampler.sample;

	if (last->attempts > last->retries + 1)
		forget_attempts(client);
	sampler_open(job, i, client->worker, clock_ns());
	sampler_take(&client->sampler, i);
	client->socket_error = 0;
	client->sent = false;
	answer_init(&client->answer);
	*item_name_put(client->name_item, item_number(job, i),
		&client->sampler.sample) = '\0';
	client->failure = set_url(client);
	return client->easy;
}

/* libcurl also reports a connect(2) that timed out as a timeout. */
static bool has_time_left(const struct fr_client *client)
{
	return clock_ns() - sampler_tried_ns(&client->sampler.sample) <
		client->sampler.job->http->timeout_ms * NS_PER_MS;
}

/* What libcurl returns for a stream that has no answer yet is not one error. */
static bool is_unanswered(const struct fr_client *client, CURLcode code)
{
	switch (code) {
	case CURLE_HTTP2:
	case CURLE_PARTIAL_FILE: /* libcurl 7.88 */
	case CURLE_SEND_ERROR:
	case CURLE_RECV_ERROR:
	case CURLE_GOT_NOTHING:
		return !client->sampler.sample.first_byte_ns;
	default:
		return false;
	}
}

CURL *fr_transfer_again(struct fr_client *client, CURLcode code)
{
	const struct sampler *sampler = &client->sampler;
	const struct fr_sample *sample = &sampler->sample;
	uint64_t limit_ns = sampler->job->http->timeout_ms * NS_PER_MS;
	uint64_t spent_ns = clock_ns() - sampler_tried_ns(sample);

	if (!client_is_multiplexed(client) || client->failure != CURLE_OK ||
		!is_unanswered(client, code) || spent_ns >= limit_ns ||
		sampler_is_sent_out(sample))
		return NULL;
	forget_attempts(client);
	client->failure = set_url(client);
	(void)curl_easy_setopt(client->easy, CURLOPT_TIMEOUT_MS,
		(long)((limit_ns - spent_ns) / NS_PER_MS) + 1);
	return client->easy;
}

/* Corrects the result of libcurl by the result of answer.c. */
static CURLcode outcome(const struct fr_client *client, CURLcode code)
{
	const struct answer *answer = &client->answer;
	bool in_head = answer->state <= ANSWER_FIELDS;

	if (client->failure != CURLE_OK)
		return client->failure;
	switch (code) {
	case CURLE_HTTP2:
	case CURLE_PARTIAL_FILE: /* the connection was lost */
		if (!client_is_multiplexed(client))
			return code;
		return answer->begun ? CURLE_PARTIAL_FILE : CURLE_GOT_NOTHING;
	case CURLE_OK:
	case CURLE_GOT_NOTHING:
		if (answer_is_whole(answer))
			return CURLE_OK;
		return answer->begun ? CURLE_PARTIAL_FILE : CURLE_GOT_NOTHING;
	case CURLE_UNSUPPORTED_PROTOCOL:
		return CURLE_WEIRD_SERVER_REPLY;
	case CURLE_OUT_OF_MEMORY:
		/* libcurl also reports it for a line that is too long. */
		return client->sent && in_head ? CURLE_FILESIZE_EXCEEDED : code;
	case CURLE_OPERATION_TIMEDOUT:
		return has_time_left(client) ? CURLE_COULDNT_CONNECT : code;
	default:
		return code;
	}
}

/*
 * libcurl does not tell why it could not read the file of authorities. It holds
 * a socket meanwhile, so it needs two descriptors, as a pipe does.
 */
static int why_no_authorities(void)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC))
		return -errno;
	(void)close(ends[0]);
	(void)close(ends[1]);
	return CURLE_SSL_CACERT_BADFILE;
}

/* Returns the error for the sample: -errno if a system call failed. */
static int error_of(const struct fr_client *client, CURLcode code)
{
	long error = 0;

	switch (code) {
	case CURLE_COULDNT_CONNECT:
	case CURLE_SEND_ERROR:
	case CURLE_RECV_ERROR:
		curl_easy_getinfo(client->easy, CURLINFO_OS_ERRNO, &error);
		if (client->socket_error)
			error = client->socket_error;
		return error > 0 ? -(int)error : (int)code;
	case CURLE_SSL_CACERT_BADFILE:
		return why_no_authorities();
	default:
		return (int)code;
	}
}

enum fr_status fr_transfer_end(struct fr_client *client, CURLcode code)
{
	const struct answer *answer = &client->answer;

	return sampler_end(&client->sampler,
		error_of(client, outcome(client, code)), answer->status,
		answer->retry_after_s);
}

enum fr_status fr_download_one(struct fr_client *client, size_t i)
{
	enum fr_status status;

	do {
		CURL *easy;

		fr_await_due(client->sampler.job, i);
		easy = fr_transfer_begin(client, i);
		status = fr_transfer_end(client, curl_easy_perform(easy));
	} while (status == FR_AGAIN);
	return status;
}
