/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Shared by the liars: they download one item after another, and do one thing
 * wrong. LIAR defines a liar from its setup and its static download_many.
 */
#ifndef LIAR_H
#define LIAR_H

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <flagrace/strategy.h>
#include <flagrace/transfer.h>

#define LIAR(id, its_name, its_setup, its_summary, its_flags) \
	FR_STRATEGY(id) = {                                   \
		.abi = FR_STRATEGY_ABI,                       \
		.name = its_name,                             \
		.summary = its_summary,                       \
		.default_concurrency = 1,                     \
		.max_concurrency = 1,                         \
		.flags = its_flags,                           \
		.setup = its_setup,                           \
		.download_many = download_many,               \
		.teardown = fr_clients_close,                 \
	}

/* All items, in order. */
static inline void liar_download_all(struct fr_job *job)
{
	for (size_t i = 0; i < job->n; i++)
		fr_download_one(job->clients[0], i);
}

static inline uint64_t liar_now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

/* One try of item i, which does not wait until the item is due. */
static inline enum fr_status liar_try(struct fr_client *client, size_t i)
{
	CURL *easy = fr_transfer_begin(client, i);

	return fr_transfer_end(client, curl_easy_perform(easy));
}

/* A socket connected to the job's server. Returns -1 on failure. */
static inline int liar_connect(const struct fr_job *job)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	char ip[INET_ADDRSTRLEN];
	unsigned short port;
	int fd;

	if (sscanf(job->urls[0], "http://%15[0-9.]:%hu", ip, &port) != 2 ||
		inet_pton(AF_INET, ip, &address.sin_addr) != 1)
		return -1;
	address.sin_port = htons(port);
	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd >= 0 &&
		connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0) {
		close(fd);
		return -1;
	}
	return fd;
}

/* Item i's path. */
static inline const char *liar_path(const struct fr_job *job, size_t i)
{
	return strchr(job->urls[i] + strlen("http://"), '/');
}

/* Writes all of a text. Returns 0 or -1. */
static inline int liar_write(int fd, const char *text, size_t length)
{
	return write(fd, text, length) == (ssize_t)length ? 0 : -1;
}

/*
 * Asks for item i by a connection of its own, with that line in the head ("" or
 * ending in \r\n), and reads until the server closes. Returns 0 or -1.
 */
static inline int liar_ask(const struct fr_job *job, size_t i, const char *line)
{
	int fd = liar_connect(job);
	char text[512];
	ssize_t n = -1;

	if (fd < 0)
		return -1;
	(void)snprintf(text, sizeof(text),
		"GET %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n%s\r\n",
		liar_path(job, i), line);
	if (liar_write(fd, text, strlen(text)) == 0)
		while ((n = read(fd, text, sizeof(text))) > 0)
			;
	close(fd);
	return n == 0 ? 0 : -1;
}

/* Item 0's request, as it would be sent. */
static inline size_t liar_request(
	const struct fr_job *job, char *text, size_t size)
{
	int length = snprintf(text, size,
		"GET %s HTTP/1.1\r\nHost: x\r\nX-Flagrace-Item: %s/0/1\r\n\r\n",
		liar_path(job, 0), job->trial);

	return (size_t)length;
}

/*
 * Sends what is left of item 0's request by that connection, reads the answer
 * and writes a sample that nobody could tell from another's.
 */
static inline void liar_finish(const struct fr_job *job, int fd, size_t said)
{
	struct fr_sample *sample = &job->samples[0];
	char text[4096];
	size_t length = liar_request(job, text, sizeof(text));

	sample->start_ns = liar_now_ns();
	if (liar_write(fd, text + said, length - said) < 0)
		return;
	sample->attempts = 1;
	sample->http_status = 200;
	sample->body_bytes = (uint64_t)read(fd, text, sizeof(text));
	sample->end_ns = liar_now_ns();
	sample->status = FR_OK;
}

#endif
