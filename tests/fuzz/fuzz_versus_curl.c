/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Fuzzes the parser of answers against libcurl on the same bytes: an answer that
 * the parser accepts as whole has the same status and the same body in libcurl.
 *
 * The parser refuses answers that libcurl accepts, on purpose: answer.h says
 * which. The other way round these differences are meant:
 *
 *   - libcurl refuses a line of more than 100 KB, and heads of more than 300 KB
 *     together; the target's inputs are shorter.
 */
#include <curl/curl.h>
#include <sys/socket.h>

#include "harness/base/answer.h"
#include "tests/fuzz/fuzz.h"

enum { SIZE_MAX_HERE = 32768 };

/* What came of an answer. */
struct reading {
	unsigned status;
	size_t body;
	uint64_t hash;
};

static void add(struct reading *reading, const char *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++)
		reading->hash = (reading->hash ^ (uint8_t)bytes[i]) *
			UINT64_C(0x100000001b3);
	reading->body += length;
}

/* Returns whether the parser has a whole answer. */
static bool read_ours(struct reading *reading, const uint8_t *data, size_t size)
{
	struct answer answer;
	size_t at = 0;

	answer_init(&answer);
	while (at < size && answer.state != ANSWER_END) {
		struct answer_piece piece;
		ssize_t n = answer_read(
			&answer, (const char *)data + at, size - at, &piece);

		if (n < 0)
			return false;
		add(reading, piece.at, piece.length);
		at += (size_t)n;
	}
	reading->status = answer.status;
	return answer_is_whole(&answer);
}

static size_t keep(char *bytes, size_t size, size_t count, void *reading)
{
	add(reading, bytes, size * count);
	return size * count;
}

static curl_socket_t open_socket(
	void *fd, curlsocktype purpose, struct curl_sockaddr *address)
{
	(void)purpose, (void)address;
	return *(int *)fd;
}

/* libcurl's: the socket that it gets is connected. */
__attribute__((visibility("default"))) int connect(
	int fd, const struct sockaddr *address, socklen_t length)
{
	(void)fd, (void)address, (void)length;
	return 0;
}

static CURLcode perform(CURL *easy, struct reading *reading, int *fd)
{
	long status = 0;
	CURLcode code;

	(void)curl_easy_setopt(easy, CURLOPT_URL, "http://127.0.0.1:1/");
	(void)curl_easy_setopt(easy, CURLOPT_PROXY, "");
	(void)curl_easy_setopt(
		easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	(void)curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	(void)curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, 5000L);
	(void)curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
	(void)curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, keep);
	(void)curl_easy_setopt(easy, CURLOPT_WRITEDATA, reading);
	(void)curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	(void)curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, fd);
	code = curl_easy_perform(easy);
	(void)curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
	reading->status = (unsigned)status;
	return code;
}

/* Everything that the server sends lies in the socket before libcurl reads. */
static CURLcode read_theirs(
	struct reading *reading, const uint8_t *data, size_t size)
{
	const int room = 2 * SIZE_MAX_HERE;
	static CURL *easy;
	CURLcode code;
	int fds[2];

	if (!easy)
		easy = curl_easy_init();
	require(easy != NULL);
	require(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) == 0);
	(void)setsockopt(fds[1], SOL_SOCKET, SO_SNDBUF, &room, sizeof(room));
	require(send(fds[1], data, size, MSG_DONTWAIT) == (ssize_t)size);
	require(shutdown(fds[1], SHUT_WR) == 0);
	code = perform(easy, reading, &fds[0]);
	(void)close(fds[1]);
	curl_easy_reset(easy);
	return code;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct reading ours = {0}, theirs = {0};

	if (size < 1 || size > SIZE_MAX_HERE || !read_ours(&ours, data, size))
		return 0;
	require(read_theirs(&theirs, data, size) == CURLE_OK);
	require(theirs.status == ours.status);
	require(theirs.body == ours.body && theirs.hash == ours.hash);
	return 0;
}
