/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The libcurl client, with the same options for every strategy. sampler.c takes
 * the stamps, checks the body and classifies the outcome, also for raw clients.
 * The client runs in the trial's process, never in the harness's own.
 *
 * libcurl accepts malformed answers, such as a head that breaks off or a length
 * that is not a number. So answer.c also parses each answer, as it does for raw
 * clients, and its result counts.
 *
 * A transfer allocates nothing here: the header line that names the item is
 * rewritten in place (libcurl reads the list of headers when it sends).
 */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <flagrace/client.h>
#include <flagrace/transfer.h>

#include "harness/base/answer.h"
#include "harness/base/clock.h"
#include "harness/client/item_name.h"
#include "harness/client/kept_url.h"
#include "harness/client/sampler.h"

enum { CONNECT_LIMIT_MS = 300000 }; /* CURLOPT_CONNECTTIMEOUT(3) */

struct fr_client {
	struct sampler sampler;
	unsigned worker;
	CURL *easy;
	CURLSH *connection; /* holds this client's connection only */
	struct kept_url url;
	struct curl_slist headers; /* has one line: `header` */
	char header[160];
	char *header_item; /* where the number of the item begins in it */
	CURLcode failure;  /* of an option, or of an answer read here */
	int socket_error;  /* errno of socket(2) */
	bool sent;         /* the current item was sent at least once */
	struct answer answer;
};

static CURLcode global_code = CURLE_FAILED_INIT;

static void init_libcurl(void)
{
	global_code = curl_global_init(CURL_GLOBAL_DEFAULT);
}

/* Parses the bytes. libcurl ends the transfer if this is less than size. */
static size_t read_along(
	struct fr_client *client, const char *bytes, size_t size)
{
	struct sampler *sampler = &client->sampler;
	struct answer_piece piece;
	size_t at = 0;

	/* Bytes behind the end of the answer are ignored. */
	while (at < size && client->answer.state != ANSWER_END) {
		ssize_t taken = answer_read(
			&client->answer, bytes + at, size - at, &piece);
		int rc = taken < 0 ? (int)taken : 0;

		if (!rc && piece.length)
			rc = sampler_body(sampler, piece.at, piece.length,
				piece.last && sampler->sample.body_bytes == 0);
		if (rc) {
			client->failure = (CURLcode)sampler_code(rc);
			return 0;
		}
		at += (size_t)taken;
	}
	return size;
}

static size_t receive(char *data, size_t size, size_t count, void *arg)
{
	return read_along(arg, data, size * count);
}

/*
 * Called for each line of the head. libcurl also has a time of the first byte,
 * but relative to its own start of the transfer, which may be much later than
 * the start of the item on a busy machine.
 */
static size_t receive_head(char *line, size_t size, size_t count, void *arg)
{
	struct fr_client *client = arg;

	if (!client->sampler.sample.first_byte_ns)
		client->sampler.sample.first_byte_ns = clock_ns();
	return read_along(client, line, size * count);
}

static uint64_t time_of(const struct fr_client *client, CURLINFO info)
{
	curl_off_t us = 0;

	curl_easy_getinfo(client->easy, info, &us);
	return us > 0 ? (uint64_t)us * 1000 : 0;
}

/* Called just after connecting; a TLS handshake is not to be included. */
static uint64_t connected_ns(const struct fr_client *client)
{
	uint64_t tls_ns = time_of(client, CURLINFO_APPCONNECT_TIME_T);

	return clock_ns() -
		(tls_ns ? tls_ns - time_of(client, CURLINFO_CONNECT_TIME_T)
			: 0);
}

/*
 * Called before each request is sent. libcurl sends the request again on a new
 * connection if the server has closed the kept one.
 */
static int begin_attempt(
	void *arg, char *remote, char *local, int remote_port, int local_port)
{
	struct fr_client *client = arg;
	long connects = 0;

	(void)remote, (void)local, (void)remote_port, (void)local_port;
	client->sampler.sample.attempts += client->sent;
	client->sent = true;
	answer_init(&client->answer);
	curl_easy_getinfo(client->easy, CURLINFO_NUM_CONNECTS, &connects);
	if (connects > 0)
		client->sampler.sample.connect_ns = connected_ns(client);
	return CURL_PREREQFUNC_OK;
}

/* Creates sockets like libcurl, but keeps the errno, which libcurl hides. */
static curl_socket_t open_socket(
	void *arg, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct fr_client *client = arg;
	int fd = socket(address->family, address->socktype, address->protocol);

	(void)purpose;
	if (fd < 0)
		client->socket_error = errno;
	return fd < 0 ? CURL_SOCKET_BAD : fd;
}

/* Sets an option; keeps the first failure. */
#define SET(client, option, value)                                           \
	do {                                                                 \
		CURLcode set_code =                                          \
			curl_easy_setopt((client)->easy, (option), (value)); \
		if (set_code != CURLE_OK && (client)->failure == CURLE_OK)   \
			(client)->failure = set_code;                        \
	} while (0)

static void set_options(struct fr_client *client)
{
	const struct fr_http *http = client->sampler.job->http;

	/*
	 * Otherwise all handles of a multi handle share one list of
	 * connections, which libcurl searches twice for each request. And
	 * libcurl 7.88 does not free the connections that a handle without a
	 * multi handle has lost, unless they are in a share.
	 */
	curl_share_setopt(
		client->connection, CURLSHOPT_SHARE, CURL_LOCK_DATA_CONNECT);
	SET(client, CURLOPT_SHARE, client->connection);
	SET(client, CURLOPT_PRIVATE, client);
	SET(client, CURLOPT_NOSIGNAL, 1L);
	SET(client, CURLOPT_PROXY, "");
	SET(client, CURLOPT_PROTOCOLS_STR, "http,https");
	SET(client, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	/* Raw clients, too, see chunks and send paths unchanged. */
	SET(client, CURLOPT_HTTP_TRANSFER_DECODING, 0L);
	SET(client, CURLOPT_PATH_AS_IS, 1L);
	SET(client, CURLOPT_HTTPHEADER, &client->headers);
	SET(client, CURLOPT_WRITEFUNCTION, receive);
	SET(client, CURLOPT_WRITEDATA, client);
	SET(client, CURLOPT_HEADERFUNCTION, receive_head);
	SET(client, CURLOPT_HEADERDATA, client);
	SET(client, CURLOPT_PREREQFUNCTION, begin_attempt);
	SET(client, CURLOPT_PREREQDATA, client);
	SET(client, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	SET(client, CURLOPT_OPENSOCKETDATA, client);
	/*
	 * libcurl truncates times to milliseconds, so it may end a transfer up
	 * to 1 ms early. Its limit for connecting may be below the timeout.
	 */
	SET(client, CURLOPT_TIMEOUT_MS, (long)http->timeout_ms + 1);
	if (http->timeout_ms >= CONNECT_LIMIT_MS)
		SET(client, CURLOPT_CONNECTTIMEOUT_MS,
			(long)http->timeout_ms + 1);
	SET(client, CURLOPT_RANGE, http->range);
	SET(client, CURLOPT_FRESH_CONNECT, (long)http->fresh_connections);
	SET(client, CURLOPT_FORBID_REUSE, (long)http->fresh_connections);
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
	client->headers.data = client->header;
	length = snprintf(client->header, sizeof(client->header),
		"X-Flagrace-Item: %s/", job->trial);
	client->easy = curl_easy_init();
	client->connection = curl_share_init();
	if (sampler_init(&client->sampler, job) < 0 || !client->easy ||
		!client->connection) {
		fr_client_close(client);
		return -ENOMEM;
	}
	if (length + ITEM_NAME_MAX >= (int)sizeof(client->header)) {
		fr_client_close(client);
		return -EINVAL;
	}
	client->header_item = client->header + length;
	set_options(client);
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

int fr_clients_open(struct fr_job *job)
{
	int rc = 0;

	job->clients = calloc(job->concurrency, sizeof(struct fr_client *));
	if (!job->clients)
		return -ENOMEM;
	for (unsigned i = 0; i < job->concurrency && !rc; i++)
		rc = fr_client_open(&job->clients[i], job, i);
	if (rc)
		fr_clients_close(job);
	return rc;
}

void fr_clients_close(struct fr_job *job)
{
	for (unsigned i = 0; job->clients && i < job->concurrency; i++)
		fr_client_close(job->clients[i]);
	free(job->clients);
	job->clients = NULL;
}

/*
 * libcurl gives up after it has sent requests again five times, and counts
 * these over the life of the handle. A reset of the handle resets the count.
 */
static void forget_attempts(struct fr_client *client)
{
	curl_easy_reset(client->easy);
	client->url.text = NULL;
	set_options(client);
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
	*item_name_put(client->header_item, i, &client->sampler.sample) = '\0';
	client->failure =
		kept_url_set(&client->url, client->easy, job->urls[i]);
	return client->easy;
}

/* libcurl also reports a connect(2) that timed out as a timeout. */
static bool has_time_left(const struct fr_client *client)
{
	return clock_ns() - sampler_tried_ns(&client->sampler.sample) <
		client->sampler.job->http->timeout_ms * NS_PER_MS;
}

/* Corrects the result of libcurl by the result of answer.c. */
static CURLcode outcome(const struct fr_client *client, CURLcode code)
{
	const struct answer *answer = &client->answer;
	bool in_head = answer->state <= ANSWER_FIELDS;

	if (client->failure != CURLE_OK)
		return client->failure;
	switch (code) {
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

void fr_download_nothing(const struct fr_job *job, unsigned worker, size_t i)
{
	struct fr_sample *sample = &job->samples[i];

	fr_await_due(job, i);
	sample->start_ns = clock_ns();
	sample->worker = worker;
	sample->status = FR_OK;
	sample->end_ns = clock_ns();
}
