/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What libcurl is told, with the same options for every strategy, and what it
 * calls back.
 *
 * libcurl accepts malformed answers, such as a head that breaks off or a length
 * that is not a number. So answer.c also parses each answer, as it does for raw
 * clients, and its result counts.
 */
#include "harness/client/client.h"

#include <errno.h>
#include <string.h>

#include "harness/base/clock.h"

enum { CONNECT_LIMIT_MS = 300000 }; /* CURLOPT_CONNECTTIMEOUT(3) */

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

/*
 * libcurl writes the head of an HTTP/2 answer as lines, which read as those of
 * HTTP/1 but for the version. Trailers come as lines, too, behind the body.
 */
static size_t read_h2_line(
	struct fr_client *client, const char *line, size_t size)
{
	static const char theirs[] = "HTTP/2 ", ours[] = "HTTP/1.1 ";
	size_t skip = sizeof(theirs) - 1;

	if (client->answer.state > ANSWER_FIELDS)
		return size;
	if (size < skip || memcmp(line, theirs, skip) != 0)
		return read_along(client, line, size);
	if (!read_along(client, ours, sizeof(ours) - 1) ||
		!read_along(client, line + skip, size - skip))
		return 0;
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
	return client_is_multiplexed(client)
		? read_h2_line(client, line, size * count)
		: read_along(client, line, size * count);
}

static uint64_t time_of(const struct fr_client *client, CURLINFO info)
{
	curl_off_t us = 0;

	curl_easy_getinfo(client->easy, info, &us);
	return us > 0 ? (uint64_t)us * 1000 : 0;
}

/* Called just after connecting and, if there is TLS, after its handshake. */
static void stamp_connection(struct fr_client *client)
{
	struct fr_sample *sample = &client->sampler.sample;
	uint64_t tls_ns = time_of(client, CURLINFO_APPCONNECT_TIME_T);

	if (tls_ns)
		tls_ns -= time_of(client, CURLINFO_CONNECT_TIME_T);
	sample->connect_ns = clock_ns() - tls_ns;
	sample->tls_us = (uint32_t)(tls_ns / 1000);
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
		stamp_connection(client);
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

/* One connection for the handles of a multi handle, once it is known to do. */
static void set_multiplexing(struct fr_client *client)
{
	const char *url = client->sampler.job->urls[0];
	bool tls = strncmp(url, "https:", 6) == 0;

	SET(client, CURLOPT_HTTP_VERSION,
		tls ? (long)CURL_HTTP_VERSION_2TLS
		    : (long)CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE);
	SET(client, CURLOPT_PIPEWAIT, 1L);
	/* A worker resumes its own session, as with the other strategies. */
	curl_share_setopt(client->connection, CURLSHOPT_SHARE,
		CURL_LOCK_DATA_SSL_SESSION);
	SET(client, CURLOPT_SHARE, client->connection);
}

/* A connection that no other client uses. */
static void set_own_connection(struct fr_client *client)
{
	/*
	 * Otherwise all handles of a multi handle share one list of
	 * connections, which libcurl searches twice for each request. And
	 * libcurl 7.88 does not free the connections that a handle without a
	 * multi handle has lost, unless they are in a share.
	 */
	curl_share_setopt(
		client->connection, CURLSHOPT_SHARE, CURL_LOCK_DATA_CONNECT);
	SET(client, CURLOPT_SHARE, client->connection);
	SET(client, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
}

/* What differs from libcurl's own ways with TLS. */
static void set_tls(struct fr_client *client)
{
	const struct fr_http *http = client->sampler.job->http;

	/*
	 * From 7.87 on, libcurl keeps what it has read of one file, with no
	 * folder, for the next connections.
	 */
	if (http->authorities) {
		SET(client, CURLOPT_CAINFO, http->authorities);
		SET(client, CURLOPT_CAPATH, NULL);
	}
	if (http->any_certificate) {
		SET(client, CURLOPT_SSL_VERIFYPEER, 0L);
		SET(client, CURLOPT_SSL_VERIFYHOST, 0L);
	}
	if (http->full_handshakes)
		SET(client, CURLOPT_SSL_SESSIONID_CACHE, 0L);
}

void client_set_options(struct fr_client *client)
{
	const struct fr_http *http = client->sampler.job->http;

	if (client_is_multiplexed(client))
		set_multiplexing(client);
	else
		set_own_connection(client);
	SET(client, CURLOPT_PRIVATE, client);
	SET(client, CURLOPT_NOSIGNAL, 1L);
	SET(client, CURLOPT_PROXY, "");
	SET(client, CURLOPT_PROTOCOLS_STR, "http,https");
	/* Raw clients, too, see chunks and send paths unchanged. */
	SET(client, CURLOPT_HTTP_TRANSFER_DECODING, 0L);
	SET(client, CURLOPT_PATH_AS_IS, 1L);
	if (!client->sampler.job->witnessed)
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
	set_tls(client);
}
